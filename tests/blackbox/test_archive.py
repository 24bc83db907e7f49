# SPDX-License-Identifier: MIT
"""Saved images as skopeo, podman and docker write them: by path, by pipe, plain and gzip."""
import gzip
import json
import subprocess
import tarfile

import pytest

import oci_image
from conftest import SAVED_NAME


def members(path):
    with tarfile.open(path) as tar:
        return {info.name: (info.size, tar.extractfile(info).read() if info.isfile() else b"")
                for info in tar}


def check_saved(result, path):
    """Compares a result with what Python reads in the classic archive."""
    files = members(path)
    (listing,) = json.loads(files["manifest.json"][1])
    config = files[listing["Config"]][1]
    sizes = [files[name][0] for name in listing["Layers"]]
    unique = {name: files[name][0] for name in listing["Layers"]}
    assert result["source"] == "docker-archive"
    assert result["names"] == listing["RepoTags"] == [SAVED_NAME]
    assert result["reference"] == SAVED_NAME
    assert result["config_digest"] == oci_image.sha256(config)
    assert result["size"]["basis"] in ("stored", "uncompressed")
    assert result["size"]["config"] == len(config)
    assert result["size"]["layers"] == sum(sizes)
    assert result["size"]["bytes"] == len(config) + sum(sizes)
    assert result["size"]["unique"] == len(config) + sum(unique.values())
    assert [layer["size"] for layer in result["layers"]] == sizes
    assert result["created"] == oci_image.CREATED
    assert result["labels"] == oci_image.LABELS
    assert result["manifest_digest"] is None
    assert result["request"] == {
        "Token": None, "Namespace": "shop", "RepoName": "web", "Tag": "1.4.2", "Digest": None,
        "ImageId": oci_image.bare(oci_image.sha256(config)),
        "ImageSize": len(config) + sum(sizes), "ImageCreate": oci_image.CREATED_MS,
        "ImageUpdate": None, "Uuid": None, "SourceIp": None, "JenkinsEnv": None}
    assert result["provenance"]["ImageId"]["how"] == "computed"
    assert {"Digest", "ImageUpdate", "Uuid"} <= set(result["omitted"])


@pytest.fixture(params=["skopeo", "podman"])
def saved(request):
    return request.getfixturevalue(f"{request.param}_tar")


@pytest.mark.parametrize("form", ["{p}", "docker-archive:{p}", "docker-archive:{p}:{r}",
                                  "docker-archive:{p}:@0"])
def test_by_path(scanreq, saved, form):
    check_saved(scanreq.json("inspect", form.format(p=saved, r=SAVED_NAME)), saved)


def test_by_relative_path(scanreq, saved):
    check_saved(scanreq.json("inspect", f"./{saved.name}", cwd=saved.parent), saved)


@pytest.mark.parametrize("how", ["pipe", "file"])
@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(scanreq, saved, tmp_path, how, packed):
    data = saved.read_bytes()
    if packed:
        data = gzip.compress(data)
    if how == "pipe":
        result = scanreq.json("inspect", "-", stdin=data)
    else:
        path = tmp_path / "saved"
        path.write_bytes(data)
        with open(path, "rb") as stream:
            result = scanreq.json("inspect", "-", stdin=stream)
    assert result["input"] == "-"
    check_saved(result, saved)


@pytest.mark.parametrize("pieces", [1, 3])
def test_gzip_by_path(scanreq, saved, tmp_path, pieces):
    """A gzip file may be several members in a row (RFC 1952 section 2.2)."""
    data = saved.read_bytes()
    step = len(data) // pieces + 1
    path = tmp_path / "saved.tar"  # content decides, not the name
    path.write_bytes(b"".join(gzip.compress(data[i:i + step])
                              for i in range(0, len(data), step)))
    check_saved(scanreq.json("inspect", path), saved)


def test_podman_pipe(scanreq, podman, podman_tar):
    """The writer is read to its end: it must not die of SIGPIPE."""
    with podman.pipe("save", SAVED_NAME) as writer:
        result = scanreq.json("inspect", "-", stdin=writer.stdout)
    assert writer.returncode == 0
    check_saved(result, podman_tar)


def test_writer_sees_no_sigpipe_after_a_wrong_choice(scanreq, podman):
    with podman.pipe("save", SAVED_NAME) as writer:
        done = scanreq("inspect", "--select", "@7", "-", stdin=writer.stdout)
    assert writer.returncode == 0
    done.fails(3, "@0")


def test_nothing_is_written_to_disk(scanreq, saved, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    run = scanreq.with_env(TMPDIR=str(empty), HOME=str(empty))
    run("inspect", "-", stdin=gzip.compress(saved.read_bytes()), cwd=empty).ok()
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("how", ["path", "pipe"])
def test_save_since_docker_25(scanreq, sources, tmp_path, how):
    """docker's own manifest exists in no registry, so it is no Digest."""
    data, manifest = oci_image.docker_save_with_index([SAVED_NAME], sources.made_image, True)
    result = inspect_bytes(scanreq, data, tmp_path, how)
    assert result["archive_manifest_digest"] == oci_image.sha256(manifest)
    assert result["manifest_digest"] is None
    assert result["config_digest"] == oci_image.sha256(sources.made_image.config)
    assert result["request"]["Digest"] is None
    assert "Digest" in result["omitted"]
    assert result["size"]["layers"] == sum(map(len, sources.made_image.layers))
    assert result["names"] == [SAVED_NAME]


@pytest.mark.parametrize("how", ["path", "pipe"])
def test_save_of_containerd_store(scanreq, sources, tmp_path, how):
    """The manifest is the one that was pulled: it is a Digest, with a reservation."""
    image = sources.made_image
    data, manifest = oci_image.docker_save_with_index([SAVED_NAME], image, False)
    assert manifest == image.manifest
    result = inspect_bytes(scanreq, data, tmp_path, how)
    assert result["manifest_digest"] == image.digest
    assert result["archive_manifest_digest"] is None
    assert result["request"]["Digest"] == oci_image.bare(image.digest)
    assert "not seen in a registry" in result["provenance"]["Digest"]["from"]
    sizes = [layer["size"] for layer in json.loads(manifest)["layers"]]
    assert result["size"]["layers"] == sum(sizes)


def inspect_bytes(scanreq, data, tmp_path, how, *args):
    if how == "pipe":
        return scanreq.json("inspect", "-", *args, stdin=data)
    path = tmp_path / "saved.tar"
    path.write_bytes(data)
    return scanreq.json("inspect", path, *args)


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """(path, images): two images, of which the second has two names."""
    images = [oci_image.make_image("first"), oci_image.make_image("second")]
    names = [["localhost/first:1"], ["registry.example.com/b/second:2", "docker.io/c/s:3"]]
    path = tmp_path_factory.mktemp("several") / "two.tar"
    path.write_bytes(oci_image.docker_save(zip(names, images)))
    return path, images


@pytest.mark.parametrize("form, args, number", [
    ("{p}", ["--select", "@0"], 0),
    ("{p}", ["--select", "@1"], 1),
    ("{p}", ["--select", "localhost/first:1"], 0),
    ("{p}", ["--select", "c/s:3"], 1),
    ("docker-archive:{p}:@1", [], 1),
    ("docker-archive:{p}:registry.example.com/b/second:2", [], 1),
])
def test_choice(scanreq, several, form, args, number):
    path, images = several
    result = scanreq.json("inspect", form.format(p=path), *args)
    assert result["config_digest"] == oci_image.sha256(images[number].config)


def test_ambiguous_choice_lists_the_images(scanreq, several):
    path, _ = several
    scanreq("inspect", path).fails(3, path, "--select", "@0", "localhost/first:1", "@1",
                                   "registry.example.com/b/second:2")
    assert scanreq.json("inspect", path)["error"]["class"] == "ambiguous"


@pytest.mark.parametrize("selector", ["@2", "localhost/third:1"])
def test_choice_of_what_is_not_there(scanreq, several, selector):
    scanreq("inspect", "--select", selector, several[0]).fails(3, several[0], "@0", "@1")


def test_image_with_several_names(scanreq, submit, service, several):
    result = scanreq.json("inspect", "--select", "@1", several[0])
    assert result["names"] == ["registry.example.com/b/second:2", "docker.io/c/s:3"]
    assert result["reference"] is None
    assert {"Namespace", "RepoName", "Tag"} <= set(result["omitted"])
    submit("--select", "@1", several[0]).fails(2, "--name")
    assert service.requests == []
    submit("--select", "@1", "--name", "c/s:3", several[0]).ok()


@pytest.mark.parametrize("given, reference, namespace", [
    ("alpine", "docker.io/library/alpine:latest", "library"),
    ("alpine:3.20", "docker.io/library/alpine:3.20", "library"),
    ("team/app", "docker.io/team/app:latest", "team"),
    ("index.docker.io/team/app:1", "docker.io/team/app:1", "team"),
    ("registry.example.com:5000/a/b/app:1", "registry.example.com:5000/a/b/app:1", "a/b"),
    ("localhost/app:1", "localhost/app:1", None),
    ("[2001:db8::1]:5000/ns/app:1", "[2001:db8::1]:5000/ns/app:1", "ns"),
])
def test_image_without_a_name(scanreq, tmp_path, given, reference, namespace):
    path = tmp_path / "unnamed.tar"
    path.write_bytes(oci_image.docker_save([([], oci_image.make_image())]))
    result = scanreq.json("inspect", path)
    assert result["names"] == [] and result["reference"] is None
    assert {"Namespace", "RepoName", "Tag"} <= set(result["omitted"])
    assert any("set name" in warning for warning in result["warnings"])
    result = scanreq.json("inspect", "--name", given, path)
    assert result["reference"] == reference
    assert result["request"]["Namespace"] == namespace


@pytest.mark.parametrize("created, ms", [
    ("2024-06-03T16:00:00.123456789+08:00", 1717401600123),
    ("2024-06-03T08:00:00Z", 1717401600000),
    ("1970-01-01T00:00:00Z", 0),
    ("0001-01-01T00:00:00Z", None),
    ("yesterday", None),
    (None, None),
    (..., None),
])
def test_creation_time(scanreq, tmp_path, created, ms):
    path = tmp_path / "dated.tar"
    image = oci_image.make_image(created=created)
    path.write_bytes(oci_image.docker_save([([SAVED_NAME], image)]))
    result = scanreq.json("inspect", path)
    assert result["request"]["ImageCreate"] == ms
    assert result["created"] == (created if isinstance(created, str) else None)
    assert ("ImageCreate" in result["omitted"]) == (ms is None)
    assert any("creation time" in warning for warning in result["warnings"]) == (ms is None)


def test_missing_layer_has_no_size(scanreq, tmp_path):
    """A size that cannot be known is left out with its reason, not guessed."""
    image = oci_image.make_image()
    path, cut = tmp_path / "whole.tar", tmp_path / "cut.tar"
    path.write_bytes(oci_image.docker_save([([SAVED_NAME], image)]))
    layer = f"{oci_image.bare(oci_image.sha256(image.layers[1]))}/layer.tar"
    subprocess.run(["tar", "--delete", "-f", path, layer], check=True)
    path.rename(cut)
    result = scanreq.json("inspect", cut)
    assert result["size"]["bytes"] is None
    assert result["request"]["ImageSize"] is None
    assert "layer" in result["omitted"]["ImageSize"]


def test_gzip_whose_head_sums_like_a_tar(scanreq, skopeo_tar):
    """One octal digit where a tar has its checksum, and that very sum, make no tar."""
    signed = lambda data: sum(b - 256 if b > 127 else b for b in data)  # noqa: E731
    head = bytearray(b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + (1000).to_bytes(2, "little"))
    head += bytes(1000)
    head[148:156] = b"3 " + bytes(6)
    missing = 3 - (signed(head[:148]) + 8 * ord(" ") + signed(head[156:512]))
    for at in range(200, 204):
        step = max(-100, min(100, missing))
        head[at], missing = step % 256, missing - step
    assert missing == 0
    packed = gzip.compress(skopeo_tar.read_bytes(), mtime=0)
    scanreq("inspect", "-", stdin=bytes(head) + packed[10:]).ok()
