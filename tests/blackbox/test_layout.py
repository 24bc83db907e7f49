# SPDX-License-Identifier: MIT
"""OCI layouts in a directory, as skopeo writes them and as the specification allows."""
import json
import tarfile

import pytest

import oci_image
import registries


def write_layout(path, blobs, manifests):
    """An OCI layout of these blobs whose index.json lists these descriptors."""
    directory = path / "blobs" / "sha256"
    directory.mkdir(parents=True)
    for digest, data in blobs.items():
        (directory / oci_image.bare(digest)).write_bytes(data)
    (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    return path


@pytest.fixture(scope="session")
def layout(work, sources):
    """A layout that skopeo wrote; it knows the image by a tag alone."""
    path = work / "skopeo-layout"
    registries.skopeo("copy", sources.image, f"oci:{path}:1.4.2")
    return path


@pytest.mark.parametrize("form", ["{p}", "oci:{p}", "oci:{p}:1.4.2", "oci:{p}:@0"])
def test_of_skopeo(scanreq, layout, form):
    result = scanreq.json("inspect", form.format(p=layout))
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    blobs = layout / "blobs" / "sha256"
    manifest = json.loads((blobs / oci_image.bare(entry["digest"])).read_bytes())
    assert result["source"] == "oci"
    assert result["manifest_digest"] == entry["digest"]
    assert result["config_digest"] == manifest["config"]["digest"]
    assert result["size"]["layers"] == sum(layer["size"] for layer in manifest["layers"])
    assert result["size"]["basis"] == "stored"
    assert result["reference"] is None
    assert any('"1.4.2"' in warning and "set name" in warning for warning in result["warnings"])


def test_nested_index_with_absent_platforms(scanreq, tmp_path):
    here, absent = oci_image.make_image(), oci_image.make_image(architecture="arm64")
    index = oci_image.to_json({
        "schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
        "manifests": [absent.describe(platform={"os": "linux", "architecture": "arm64"}),
                      here.describe(platform={"os": "linux", "architecture": "amd64"})]})
    name = "registry.example.com/shop/web:2"
    top = oci_image.descriptor(oci_image.OCI_INDEX, index,
                               annotations={"org.opencontainers.image.ref.name": name})
    blobs = {**here.blobs, here.digest: here.manifest, oci_image.sha256(index): index}
    path = write_layout(tmp_path / "layout", blobs, [top])
    result = scanreq.json("inspect", path)
    assert result["manifest_digest"] == here.digest
    assert result["index_digest"] == oci_image.sha256(index)
    assert result["reference"] == name
    scanreq("inspect", path, "--platform", "linux/arm64").fails(
        3, oci_image.bare(absent.digest), "is not in the directory")


def test_the_one_platform_that_is_there(scanreq, tmp_path):
    """Of an index whose other images were not saved the one that was is the only one."""
    absent, here = oci_image.make_image(), oci_image.make_image(architecture="arm64")
    index = oci_image.to_json({
        "schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
        "manifests": [absent.describe(platform={"os": "linux", "architecture": "amd64"}),
                      here.describe(platform={"os": "linux", "architecture": "arm64"})]})
    blobs = {**here.blobs, here.digest: here.manifest, oci_image.sha256(index): index}
    path = write_layout(tmp_path / "layout", blobs,
                        [oci_image.descriptor(oci_image.OCI_INDEX, index)])
    archive = tmp_path / "archive.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(path, ".")
    for name in (path, archive):
        result = scanreq.json("inspect", name)
        assert result["manifest_digest"] == here.digest
        assert result["platforms"] == ["linux/amd64", "linux/arm64"]


AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64"}
NAME = {"org.opencontainers.image.ref.name": "registry.example.com/shop/web:2"}


@pytest.fixture
def flat(tmp_path):
    """flat(second) writes a layout whose index.json lists two images, and an archive of it."""
    one, other = oci_image.make_image(), oci_image.make_image(architecture="arm64")

    def write(**second):
        about = {"platform": ARM64, "annotations": NAME, **second}
        path = write_layout(tmp_path / "flat", {
            **one.blobs, **other.blobs, one.digest: one.manifest, other.digest: other.manifest},
            [one.describe(platform=AMD64, annotations=NAME), other.describe(**about)])
        archive = tmp_path / "flat.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(path, ".")
        return path, archive
    return one, other, write


@pytest.mark.parametrize("options, architecture", [
    ([], "amd64"), (["--platform", "linux/amd64"], "amd64"),
    (["--platform", "linux/arm64/v8"], "arm64"), (["--select", "@1"], "arm64"),
    (["--select", NAME["org.opencontainers.image.ref.name"], "--platform", "linux/arm64"],
     "arm64")])
def test_platforms_in_index_json(scanreq, flat, options, architecture):
    one, other, write = flat
    image = one if architecture == "amd64" else other
    for name in write():
        result = scanreq.json("inspect", *options, name)
        assert result["manifest_digest"] == image.digest
        assert result["platform"] == f"linux/{architecture}"
        assert result["index_digest"] is None
        assert result["reference"] == NAME["org.opencontainers.image.ref.name"]


def test_platform_that_index_json_lacks(scanreq, flat):
    for name in flat[2]():
        scanreq("inspect", "--platform", "linux/s390x", name).fails(
            3, "linux/s390x", "linux/amd64, linux/arm64")


@pytest.mark.parametrize("second", [
    {"platform": AMD64}, {"platform": None},
    {"annotations": {"org.opencontainers.image.ref.name": "registry.example.com/shop/db:2"}}])
def test_two_images_are_not_two_platforms(scanreq, flat, second):
    path, _ = flat[2](**second)
    scanreq("inspect", path).fails(3, "holds several images", "@0", "@1")


def test_platform_chooses_among_names(scanreq, flat):
    _, other, write = flat
    path, _ = write(annotations={"org.opencontainers.image.ref.name": "other"})
    result = scanreq.json("inspect", "--platform", "linux/arm64", path)
    assert result["manifest_digest"] == other.digest


def test_blob_that_is_another(scanreq, tmp_path):
    image, other = oci_image.make_image(), oci_image.make_image("other")
    blobs = {**image.blobs, image.digest: other.manifest}
    path = write_layout(tmp_path / "layout", blobs, [image.describe()])
    scanreq("inspect", f"oci:{path}").fails(7, image.digest)


def test_path_is_a_claim(scanreq, tmp_path, skopeo_tar):
    scanreq("inspect", f"oci:{skopeo_tar}").fails(3, "oci-archive")
    scanreq("inspect", tmp_path).fails(3, "no OCI layout")
    scanreq("inspect", f"oci:{tmp_path}/absent").fails(3, "absent")


@pytest.mark.parametrize("listed", [oci_image.DOCKER_MANIFEST, oci_image.OCI_MANIFEST + ";a=b"])
def test_descriptor_of_the_other_family(scanreq, tmp_path, listed):
    """Tools that convert images list a manifest of OCI as one of Docker: its shape decides."""
    image = oci_image.make_image()
    entry = oci_image.descriptor(listed, image.manifest)
    path = write_layout(tmp_path / "layout", {**image.blobs, image.digest: image.manifest}, [entry])
    archive = tmp_path / "archive.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(path, ".")
    for name in (path, archive):
        result = scanreq.json("inspect", name)
        assert (result["manifest_digest"], result["media_type"]) == \
            (image.digest, oci_image.OCI_MANIFEST)


def test_descriptor_of_another_kind(scanreq, tmp_path):
    """An index that is listed, and a manifest that has the members of both kinds."""
    image = oci_image.make_image()
    both = oci_image.to_json({**json.loads(image.manifest), "manifests": [image.describe()]})
    for n, (manifest, listed, said) in enumerate([
            (image.manifest, oci_image.DOCKER_LIST, "members of an image manifest"),
            (both, oci_image.OCI_MANIFEST, "members of several kinds")]):
        blobs = {**image.blobs, oci_image.sha256(manifest): manifest}
        path = write_layout(tmp_path / f"layout{n}", blobs,
                            [oci_image.descriptor(listed, manifest)])
        scanreq("inspect", path).fails(3, said)
