# SPDX-License-Identifier: MIT
"""--from: what builders wrote, each image then asked for by digest and verified."""
import json

import pytest

import builder_files
import fake_service
import oci_image
import registries

NAMELESS = ("buildah", "kaniko_digest")
UNTAGGED = ("imagetools", "kaniko_name")


@pytest.fixture
def built(registry, sources, tmp_path):
    """built(maker): a file for ns/oci:1 in the registry."""
    def write(maker, tag="1", digest=None, name=f"{registry}/ns/oci", path="built"):
        file = tmp_path / path
        text = builder_files.MAKERS[maker](name, tag, digest or sources.made_image.digest)
        file.write_text(text)
        return file
    return write


@pytest.mark.parametrize("maker", builder_files.MAKERS)
def test_each_builder(scanreq, registry, sources, built, maker):
    args = [f"{registry}/ns/oci:1"] if maker in NAMELESS else []
    result = scanreq.json("inspect", "--from", built(maker), *args)
    digest = sources.made_image.digest
    assert result["error"] is None
    assert result["manifest_digest"] == digest
    assert result["tag"] == (None if maker in UNTAGGED else "1")
    tag = "" if maker in UNTAGGED else ":1"
    assert result["reference"] == f"{registry}/ns/oci{tag}@{digest}"
    assert result["input"] == f"docker://{registry}/ns/oci{tag}@{digest}"
    assert result["provenance"]["Digest"]["how"] == "verified"


def test_what_skopeo_writes(scanreq, registry, sources, tmp_path):
    file = tmp_path / "digest"
    registries.skopeo_push(sources.image, registry, "ns/digestfile:1", "--format", "oci",
                           "--digestfile", str(file))
    result = scanreq.json("inspect", "--from", file, f"docker://{registry}/ns/digestfile:1")
    assert result["manifest_digest"] == file.read_text().strip()
    assert result["tag"] == "1"


def test_submit_files_what_was_pushed(submit, service, registry, built):
    submit("--from", built("buildx"), "--require-tag-match").ok()
    (request,) = service.requests
    sent = fake_service.parameters(request)
    assert (sent["Namespace"], sent["RepoName"], sent["Tag"]) == ("ns", "oci", "1")


def test_standard_input(scanreq, registry, sources):
    log = builder_files.docker_push(f"{registry}/ns/oci", "1", sources.made_image.digest)
    result = scanreq.json("inspect", "--from", "-", stdin=log.encode())
    assert result["manifest_digest"] == sources.made_image.digest


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_kanikos_three_files_are_one_image(scanreq, built, order):
    files = [built(maker, path=maker)
             for maker in ("kaniko_digest", "kaniko_name", "kaniko_name_tag")]
    document = scanreq("inspect", "-o", "json",
                       *(arg for i in order for arg in ("--from", files[i]))).ok().document
    (result,) = document["results"]
    assert result["tag"] == "1"


def test_bake_names_many(scanreq, registry, sources, tmp_path):
    index = sources.made_attested.digest
    file = tmp_path / "bake.json"
    file.write_text(json.dumps({
        "web": {"containerimage.digest": sources.made_image.digest,
                "image.name": f"{registry}/ns/oci:1,{registry}/single:1"},
        "attested": {"containerimage.digest": index, "image.name": f"{registry}/ns/attested:1"},
    }))
    done = scanreq("inspect", "-o", "json", "--from", file, f"{registry}/ns/docker:1").ok()
    results = done.document["results"]
    assert [r["repository"] for r in results] == ["ns/docker", "ns/oci", "single",
                                                  "ns/attested"]
    assert results[3]["index_digest"] == index
    scanreq("inspect", "--get", "size", "--from", file).fails(2, "--get")
    scanreq("inspect", "--tag", "x", "--from", file).fails(2, "one image")


@pytest.mark.parametrize("between", [",", ", ", " ", "\t", "\n"])
def test_several_images_on_one_line(submit, service, registry, sources, tmp_path, between):
    """Each with its own digest: nothing is read as one image with the last of them."""
    file = tmp_path / "IMAGES"
    pushed = [("ns/oci", sources.made_image.digest), ("ns/attested",
                                                      sources.made_attested.digest)]
    file.write_text(between.join(f"{registry}/{name}:1@{digest}" for name, digest in pushed))
    done = submit("-o", "json", "--digest-of", "index", "--from", file).ok()
    assert [(r["repository"], r["index_digest"] or r["manifest_digest"])
            for r in done.document["results"]] == pushed
    sent = [fake_service.parameters(request) for request in service.requests]
    assert sorted((s["RepoName"], s["Digest"]) for s in sent) == sorted(
        (name.split("/")[1], oci_image.bare(digest)) for name, digest in pushed)


@pytest.mark.parametrize("text, words", [
    ("{0}/a:1@{1}@{2}", ["line 1", 'two "@"']),
    ("{0}/a:1@{1}\n{0}/b:1@{1},{0}/c:1\n", ["line 2", "NAME@DIGEST"]),
    ('{{"containerimage.digest": "{1}", "image.name": ""}}', ["image.name", "no image"]),
    ('{{"web": {{"containerimage.digest": "{1}", "image.name": "{0}/a:1"}},'
     ' "api": {{"containerimage.digest": "{2}", "image.name": ",,,"}}}}',
     ["target api", "image.name"]),
    ("The push refers to repository [{0}/a]\n1: digest: {1} size: 5\n"
     "The push refers to repository [{0}/b]\ndenied: no\n", ["line 3", "{0}/b", "no digest"]),
])
def test_nothing_is_left_out(submit, service, sources, tmp_path, text, words):
    """Not even beside parameters, which alone would be a request that nothing verifies."""
    parts = ("r.example", sources.made_image.digest, "sha256:" + "3" * 64)
    file = tmp_path / "built"
    file.write_text(text.format(*parts))
    for args in ([], ["--tag", "1", "--digest", parts[2]]):
        done = submit("--from", file, *args)
        done.fails(2, file, *(word.format(*parts) for word in words))
        assert done.stdout == b""
    assert not service.requests


def test_a_wrong_file_is_not_quoted(scanreq, tmp_path):
    file = tmp_path / "token"
    file.write_text("hunter2@home,hunter3 hunter4\n")
    done = scanreq("inspect", "--from", file)
    done.fails(2, "line 1")
    assert "hunter" not in done.stderr


def test_a_tag_that_moved(scanreq, submit, service, registry, sources, built, work):
    name = f"{registry}/ns/moving"
    registries.skopeo_push(sources.image, registry, "ns/moving:1", "--format", "oci")
    file = built("buildx", name=name)
    other = oci_image.write_layout(work / "moved", oci_image.make_image("moved"))
    registries.skopeo_push(other, registry, "ns/moving:1", "--format", "oci")
    assert scanreq.json("inspect", "--from", file)["manifest_digest"] == \
        sources.made_image.digest
    submit("--require-tag-match", "--from", file).fails(7, "ns/moving")
    assert not service.requests


def test_a_digest_that_was_not_pushed(submit, service, built):
    """kaniko writes its files before the push, and without one: a file proves nothing."""
    submit("--from", built("kaniko_name_tag", digest="sha256:" + "1" * 64)).fails(3, "1111")
    assert not service.requests


def test_an_unpushed_image_is_refused(scanreq, registry, sources, tmp_path):
    file = tmp_path / "jib-image.json"
    file.write_text(builder_files.jib(f"{registry}/ns/oci", "1", sources.made_image.digest,
                                      pushed=False))
    scanreq("inspect", "--from", file).fails(2, "imagePushed", file)


@pytest.mark.parametrize("args, words", [
    ([], ["without a name"]),
    (["./app.tar"], ["without a name"]),
    (["-"], ["without a name"]),
    (["oci:dir"], ["without a name"]),
    (["r.example/a:1", "r.example/b:1"], ["without a name"]),
    (["r.example/a@sha256:" + "2" * 64], ["2222"]),
])
def test_a_lone_digest_needs_a_name(scanreq, built, args, words):
    scanreq("inspect", "--from", built("kaniko_digest"), *args, stdin=b"x").fails(2, *words)


def test_a_lone_digest_that_the_argument_has(scanreq, registry, sources, built):
    name = f"{registry}/ns/oci@{sources.made_image.digest}"
    assert scanreq.json("inspect", "--from", built("kaniko_digest"), name)["input"] == name


def test_two_lone_digests(scanreq, registry, built):
    scanreq("inspect", "--from", built("kaniko_digest"), "--from",
            built("kaniko_digest", digest="sha256:" + "3" * 64, path="other"),
            f"{registry}/ns/oci:1").fails(2, "two digests")


@pytest.mark.parametrize("name", ["./app.tar", "-", "docker-archive:./app.tar", "/etc/passwd",
                                  "--help"])
def test_a_file_names_registries_alone(scanreq, built, tmp_path, skopeo_tar, name):
    (tmp_path / "home" / "app.tar").write_bytes(skopeo_tar.read_bytes())
    file = built("kaniko_name", name=name)
    done = scanreq("inspect", "--from", file, stdin=skopeo_tar.read_bytes())
    assert done.status in (2, 3) and done.stdout == b""


@pytest.mark.parametrize("text, words", [
    (b"", ["names no image"]), (b"{}", ["was the image pushed"]), (b"[]", []),
    (b"hello world", ["neither a digest"]), (b"\xff", ["UTF-8"]), (b"a\0b", ["UTF-8"]),
    (b'{"a":' * 100, []), (b"x" * (4 * 1024 * 1024 + 1), ["larger"]),
])
def test_odd_files(scanreq, tmp_path, text, words):
    file = tmp_path / "odd"
    file.write_bytes(text)
    scanreq("inspect", "--from", file).fails(2, "--from", *words)


def test_a_missing_file(scanreq, tmp_path):
    scanreq("inspect", "--from", tmp_path / "none").fails(2, "none")


def test_one_reader_of_standard_input(scanreq):
    for args in (["--from", "-"], ["--images-from", "-"], ["-"]):
        scanreq("inspect", "--from", "-", *args, stdin=b"x").fails(2, "--from")


def test_other_tags_are_told_on_request(scanreq, registry, built):
    file = built("buildx")
    assert scanreq("inspect", "--from", file).ok().stderr == ""
    assert f"{registry}/ns/oci:latest is the same image" in \
        scanreq("inspect", "-v", "--from", file).ok().stderr
