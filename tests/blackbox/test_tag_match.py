# SPDX-License-Identifier: MIT
"""--require-tag-match with the real registry: a tag that holds, one that moves."""
import pytest

import oci_image
import registries


@pytest.fixture
def tagged(registry):
    """(name with its tag, the image that it points at, retag(image) moves it)."""
    image = oci_image.make_image("pinned")
    registries.put_image(registry, "ns/pinned", image, oci_image.OCI_MANIFEST, "1")

    def retag(data, media_type=oci_image.OCI_MANIFEST):
        registries.put_manifest(registry, "ns/pinned", "1", media_type, data)
    return f"{registry}/ns/pinned:1", image, retag


def test_tag_that_holds(scanreq, tagged, relay):
    name, image, _ = tagged
    host, _, path = name.partition("/")
    front = relay(host)
    result = scanreq.json("inspect", "--require-tag-match", f"{front.host}/{path}@{image.digest}")
    assert result["error"] is None
    assert result["manifest_digest"] == image.digest
    assert result["tag"] == "1"
    assert front.lines == ["GET /v2/ns/pinned/manifests/1",
                           f"GET /v2/ns/pinned/manifests/{image.digest}",
                           f"GET /v2/ns/pinned/blobs/{oci_image.sha256(image.config)}"]


def test_tag_that_moved(scanreq, registry, tagged):
    name, image, retag = tagged
    other = oci_image.make_image("later")
    registries.put_image(registry, "ns/pinned", other, oci_image.OCI_MANIFEST, "1")
    pinned = f"{name}@{image.digest}"
    scanreq("inspect", "--require-tag-match", pinned).fails(
        7, name.removesuffix(":1"), "has moved", image.digest, other.digest)
    assert scanreq.json("inspect", pinned)["manifest_digest"] == image.digest
    retag(image.manifest)
    scanreq("inspect", "--require-tag-match", pinned).ok()


def test_submit_files_nothing_for_a_tag_that_moved(submit, service, registry, tagged):
    name, image, _ = tagged
    other = oci_image.make_image("latest of all")
    registries.put_image(registry, "ns/pinned", other, oci_image.OCI_MANIFEST, "1")
    submit("--require-tag-match", f"{name}@{image.digest}").fails(7, other.digest)
    assert not service.requests


@pytest.mark.parametrize("pinned", ["index", "linux/amd64", "linux/arm64/v8"])
def test_index_and_what_it_lists(scanreq, registry, sources, pinned):
    index = sources.made_index
    digest = index.digest if pinned == "index" else index.images[pinned].digest
    result = scanreq.json("inspect", "--require-tag-match", f"{registry}/ns/index:1@{digest}")
    assert result["error"] is None
    assert digest in (result["index_digest"], result["manifest_digest"])


def test_tag_that_is_gone(scanreq, registry, tagged):
    _, image, _ = tagged
    scanreq("inspect", "--require-tag-match",
            f"{registry}/ns/pinned:absent@{image.digest}").fails(3, "ns/pinned:absent")


@pytest.mark.parametrize("name, missing", [
    ("127.0.0.1:1/ns/app:1", "no digest"),
    ("127.0.0.1:1/ns/app", "no digest"),
    ("127.0.0.1:1/ns/app@sha256:" + "0" * 64, "no tag"),
    ("./absent.tar", "in a registry"),
    ("-", "in a registry"),
])
def test_what_cannot_be_compared(scanreq, name, missing):
    scanreq("inspect", "--require-tag-match", name).fails(2, "--require-tag-match", missing)
