# SPDX-License-Identifier: MIT
"""--platform all: each image of an index is a result, and a request, of its own."""
import json
import tarfile

import pytest

import oci_image
from scripted_registry import Step, blob, config_path, manifest, manifest_path, say
import test_layout

ALL = ("--platform", "all")
AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64"}
UNKNOWN = {"os": "unknown", "architecture": "unknown"}
NAME = "registry.example.com/shop/web:2"


def results_of(done, status=0):
    assert done.status == status, done.stderr
    return done.document["results"]


def check_images(results, index):
    """They are those of an index that oci_image.make_index() made, in its order."""
    assert [r["manifest_digest"] for r in results] == \
        [image.digest for image in index.images.values()]
    for result, image in zip(results, index.images.values()):
        assert result["config_digest"] == oci_image.sha256(image.config)
        assert result["request"]["ImageId"] == oci_image.bare(result["config_digest"])
        assert result["request"]["Digest"] == oci_image.bare(image.digest)
        assert result["size"]["config"] == len(image.config)
        assert result["error"] is None
    assert [r["platform"] for r in results] == ["linux/amd64", "linux/arm64"]
    assert all(r["platforms"] == ["linux/amd64", "linux/arm64"] for r in results)


@pytest.fixture
def index():
    return oci_image.make_index(attestation=True)


def index_of(*entries):
    return oci_image.to_json({"schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
                              "manifests": list(entries)})


# --- registries ---------------------------------------------------------------------------

def test_of_a_registry(scanreq, registry, relay, sources):
    front = relay(registry)
    results = results_of(scanreq("inspect", "-o", "json", *ALL, f"{front.host}/ns/index:1"))
    check_images(results, sources.made_index)
    assert {r["index_digest"] for r in results} == {sources.made_index.digest}
    assert {r["input"] for r in results} == {f"{front.host}/ns/index:1"}
    assert len(front.lines) == 5, front.lines
    assert front.lines[0] == "GET /v2/ns/index/manifests/1"


def test_docker_list(scanreq, registry, sources):
    results = results_of(scanreq("inspect", "-o", "json", *ALL, f"{registry}/ns/list:1"))
    assert [r["config_digest"] for r in results] == \
        [oci_image.sha256(image.config) for image in sources.made_index.images.values()]


def test_one_image_is_one_result(scanreq, registry, sources):
    for name, image in (("ns/oci:1", sources.made_image),
                        ("ns/attested:1", sources.made_attested.images["linux/amd64"])):
        (result,) = results_of(scanreq("inspect", "-o", "json", *ALL, f"{registry}/{name}"))
        assert result["manifest_digest"] == image.digest


def test_text_has_a_block_for_each(scanreq, registry, sources):
    done = scanreq("inspect", *ALL, f"{registry}/ns/index:1").ok()
    blocks = done.out.split("\n\n")
    assert len(blocks) == 2
    for block, image in zip(blocks, sources.made_index.images.values()):
        assert image.digest in block


def test_tag_that_must_match(scanreq, registry, sources):
    name = f"{registry}/ns/index:1@{sources.made_index.digest}"
    results = results_of(scanreq("inspect", "-o", "json", "--require-tag-match", *ALL, name))
    check_images(results, sources.made_index)


@pytest.fixture
def origin(play):
    return play.origin("https://registry.test")


def steps_of(origin, *images):
    return [step for image in images for step in (
        Step(origin, manifest_path(image, reference=None), manifest(image)),
        Step(origin, config_path(image), blob(image.config)))]


def top_step(origin, data):
    return Step(origin, "/v2/ns/app/manifests/1", manifest(data, oci_image.OCI_INDEX))


def test_nested_unknown_and_unmarked(play, origin, index):
    """Nested indexes are opened; what states no platform is read to see what it is."""
    amd64, arm64 = index.images.values()
    plain, unmarked = oci_image.make_image("plain", "s390x"), index.extra[0]
    inner = index_of(arm64.describe(platform=ARM64))
    top = index_of(amd64.describe(platform=AMD64), plain.describe(),
                   unmarked.describe(platform=UNKNOWN),
                   oci_image.descriptor(oci_image.OCI_INDEX, inner))
    results = results_of(play.inspect("-o", "json", *ALL, "registry.test/ns/app:1", steps=[
        top_step(origin, top),
        Step(origin, f"/v2/ns/app/manifests/{oci_image.sha256(inner)}",
             manifest(inner, oci_image.OCI_INDEX)),
        *steps_of(origin, amd64, plain, unmarked, arm64)]))
    assert [r["platform"] for r in results] == ["linux/amd64", "linux/s390x", "linux/arm64"]
    assert {r["index_digest"] for r in results} == {oci_image.sha256(top)}


def test_one_that_cannot_be_read(play, origin, index):
    amd64, arm64 = index.images.values()
    done = play.inspect("-o", "json", *ALL, "registry.test/ns/app:1", steps=[
        top_step(origin, index.index),
        Step(origin, manifest_path(amd64, reference=None), say(404)),
        *steps_of(origin, arm64)])
    absent, there = results_of(done, 8)
    assert absent["error"]["class"] == "not_found"
    assert absent["error"]["message"].startswith("linux/amd64: ")
    assert there["manifest_digest"] == arm64.digest
    assert done.document["summary"]["failed"] == 1
    (line,) = done.lines
    assert line.startswith("scanreq: linux/amd64: ")


def test_index_that_cannot_be_read(play, origin):
    done = play.inspect("-o", "json", *ALL, "registry.test/ns/app:1",
                        steps=[Step(origin, "/v2/ns/app/manifests/1", say(404))])
    (result,) = results_of(done, 3)
    assert result["error"]["class"] == "not_found"


def test_index_of_attestations_alone(play, origin, index):
    attestation = json.loads(index.index)["manifests"][-1]
    play.inspect(*ALL, "registry.test/ns/app:1", steps=[
        top_step(origin, index_of(attestation))]).fails(3, "no image")


@pytest.mark.parametrize("count", [100, 101])
def test_how_many(play, origin, count):
    image = oci_image.make_image()
    entries = [image.describe(platform={"os": "linux", "architecture": f"a{i}"})
               for i in range(count)]
    steps = [top_step(origin, index_of(*entries))]
    if count > 100:
        play.inspect(*ALL, "registry.test/ns/app:1", steps=steps).fails(3, "more than 100")
        return
    results = results_of(play.inspect("-o", "json", *ALL, "registry.test/ns/app:1", steps=[
        *steps, *steps_of(origin, *[image] * count)]))
    assert len(results) == count


# --- saved images -------------------------------------------------------------------------

def save(tmp_path, index, present, flat=False):
    """A layout of an index with the blobs of some of its images, and an archive of it."""
    blobs = {} if flat else {index.digest: index.index}
    for image in present:
        blobs.update({**image.blobs, image.digest: image.manifest})
    about = {"annotations": {"org.opencontainers.image.ref.name": NAME}}
    tops = [{**entry, **about} for entry in json.loads(index.index)["manifests"][:2]] if flat \
        else [oci_image.descriptor(oci_image.OCI_INDEX, index.index, **about)]
    path = test_layout.write_layout(tmp_path / "layout", blobs, tops)
    archive = tmp_path / "archive.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(path, ".")
    return path, archive


@pytest.mark.parametrize("flat", [False, True])
def test_of_a_saved_index(scanreq, tmp_path, index, flat):
    for name in save(tmp_path, index, [*index.images.values(), *index.extra], flat):
        results = results_of(scanreq("inspect", "-o", "json", *ALL, name))
        check_images(results, index)
        assert {r["reference"] for r in results} == {NAME}
        assert {r["index_digest"] for r in results} == {None if flat else index.digest}


@pytest.mark.parametrize("flat", [False, True])
def test_of_a_saved_index_what_is_there(scanreq, tmp_path, index, flat):
    arm64 = index.images["linux/arm64/v8"]
    for name in save(tmp_path, index, [arm64], flat):
        (result,) = results_of(scanreq("inspect", "-o", "json", *ALL, name))
        assert result["manifest_digest"] == arm64.digest
        assert any("not saved: 1" in warning for warning in result["warnings"])


def test_warnings_say_of_which(scanreq, tmp_path):
    index = oci_image.make_index(platforms=("linux/amd64", "linux/arm64", "linux/s390x"))
    amd64, arm64, _ = index.images.values()
    path, _ = save(tmp_path, index, [amd64, arm64])
    for prefix, images in (("", [path]), (f"{path}: ", [path, path])):
        done = scanreq("inspect", *ALL, *images).ok()
        assert sorted(set(done.lines)) == [
            f"scanreq: warning: {prefix}{platform}: images that the index lists but that were "
            "not saved: 1" for platform in ("linux/amd64", "linux/arm64")]


def test_of_a_docker_save_of_two_platforms(scanreq, tmp_path, index):
    """containerd's store saves an index; manifest.json has an entry for each platform."""
    blobs = {index.digest: index.index}
    listing = []
    for image in index.images.values():
        blobs.update({**image.blobs, image.digest: image.manifest})
        layers = json.loads(image.manifest)["layers"]
        listing.append({
            "Config": f"blobs/sha256/{oci_image.bare(oci_image.sha256(image.config))}",
            "RepoTags": [NAME],
            "Layers": [f"blobs/sha256/{oci_image.bare(layer['digest'])}" for layer in layers]})
    top = oci_image.descriptor(oci_image.OCI_INDEX, index.index, annotations={
        "io.containerd.image.name": NAME, "org.opencontainers.image.ref.name": "2"})
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.tar_of({
        **{f"blobs/sha256/{oci_image.bare(digest)}": data for digest, data in blobs.items()},
        "index.json": oci_image.to_json({"schemaVersion": 2, "manifests": [top]}),
        "manifest.json": oci_image.to_json(listing),
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}))
    check_images(results_of(scanreq("inspect", "-o", "json", *ALL, path)), index)
    for options, wanted in (([], "linux/amd64"), (["--platform", "linux/arm64"], "linux/arm64")):
        result = scanreq.json("inspect", *options, path)
        assert result["platform"] == wanted
        assert result["reference"] == NAME


def test_of_a_classic_archive(scanreq, skopeo_tar, sources):
    (result,) = results_of(scanreq("inspect", "-o", "json", *ALL, skopeo_tar))
    assert result["config_digest"] == oci_image.sha256(sources.made_image.config)


def test_different_images_are_not_platforms(scanreq, tmp_path, index):
    amd64, arm64 = index.images.values()
    blobs = {**amd64.blobs, **arm64.blobs, amd64.digest: amd64.manifest,
             arm64.digest: arm64.manifest}
    path = test_layout.write_layout(tmp_path / "two", blobs, [
        image.describe(platform=platform, annotations={"io.containerd.image.name": name})
        for image, platform, name in ((amd64, AMD64, "a.example/a:1"),
                                      (arm64, ARM64, "a.example/b:1"))])
    scanreq("inspect", *ALL, path).fails(3, "a.example/a:1", "a.example/b:1")


# --- submitting ---------------------------------------------------------------------------

def test_each_is_submitted(submit, service, registry, sources):
    done = submit("-o", "json", *ALL, f"{registry}/ns/index:1")
    results = results_of(done)
    check_images(results, sources.made_index)
    assert [r["submission"]["status"] for r in results] == ["accepted", "accepted"]
    assert done.document["summary"]["accepted"] == 2
    assert len(service.requests) == 2
    for result, request in zip(results, service.requests):
        assert result["request"]["Digest"] in request.body.decode()


@pytest.mark.parametrize("options, filed", [([], 0), (["--keep-going"], 1)])
def test_after_a_failure(submit, service, tmp_path, index, options, filed):
    amd64, arm64 = index.images.values()
    amd64.blobs.pop(oci_image.sha256(amd64.config))
    path, _ = save(tmp_path, index, [amd64, arm64])
    done = submit("-o", "json", *options, *ALL, path)
    broken, other = results_of(done, 8)
    assert broken["error"]["class"] == "unreadable"
    assert other["error"] is None
    assert other["submission"]["status"] == ("accepted" if filed else "not_attempted")
    assert len(service.requests) == filed


@pytest.mark.parametrize("option", [
    ["--get", "size"], ["--raw", "config"], ["--write", "size=f"], ["--digest", "0" * 64],
    ["--image-id", "0" * 64], ["--image-size", "1"], ["--image-create", "1"]])
def test_what_is_of_one_image_alone(scanreq, option):
    scanreq("inspect", *ALL, *option, "127.0.0.1:1/a:1").fails(2, option[0], "--platform")


def test_in_a_list(scanreq, registry, sources, tmp_path):
    listing = tmp_path / "list"
    listing.write_text(json.dumps({"image": f"{registry}/ns/index:1", "platform": "all"}) +
                       f"\n{registry}/ns/oci:1\n")
    *platforms, one = results_of(scanreq("inspect", "-o", "json", "--images-from", listing))
    check_images(platforms, sources.made_index)
    assert one["manifest_digest"] == sources.made_image.digest
