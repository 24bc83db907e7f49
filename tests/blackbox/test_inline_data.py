# SPDX-License-Identifier: MIT
"""Descriptors that hold what they describe: it is checked, and saves the request."""
import base64
import json

import pytest

import oci_image
from scripted_registry import Step, blob, config_path, manifest, manifest_path
import test_layout

NAME = "registry.test/ns/app:1"


@pytest.fixture
def origin(play):
    return play.origin("https://registry.test")


def encoded(data):
    return base64.b64encode(data).decode()


def with_data(image, data):
    """The same image with `data` in the descriptor of its config."""
    document = json.loads(image.manifest)
    document["config"]["data"] = data
    return oci_image.Image(image.config, oci_image.to_json(document), image.layers, image.blobs)


@pytest.fixture
def image():
    return oci_image.make_image()


def index_of(*entries):
    return oci_image.to_json({"schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
                              "manifests": list(entries)})


def test_config_in_the_manifest(play, origin, image):
    whole = with_data(image, encoded(image.config))
    result = play.inspect("-o", "json", NAME, steps=[
        Step(origin, manifest_path(whole), manifest(whole))]).ok().result
    assert result["config_digest"] == oci_image.sha256(image.config)
    assert result["manifest_digest"] == whole.digest
    assert result["size"]["config"] == len(image.config)
    assert result["provenance"]["ImageId"]["how"] == "verified"


@pytest.mark.parametrize("absent", ["", None])
def test_data_that_is_not_set(play, origin, image, absent):
    empty = with_data(image, absent)
    play.inspect(NAME, steps=[Step(origin, manifest_path(empty), manifest(empty)),
                              Step(origin, config_path(image), blob(image.config))]).ok()


def test_all_in_the_index(play, origin, image):
    whole = with_data(image, encoded(image.config))
    index = index_of(whole.describe(data=encoded(whole.manifest)))
    result = play.inspect("-o", "json", NAME, steps=[
        Step(origin, manifest_path(whole), manifest(index, oci_image.OCI_INDEX))]).ok().result
    assert result["manifest_digest"] == whole.digest
    assert result["index_digest"] == oci_image.sha256(index)
    assert result["media_type"] == oci_image.OCI_MANIFEST


def test_nested_index_in_the_index(play, origin, image):
    inner = index_of(image.describe())
    index = index_of(oci_image.descriptor(oci_image.OCI_INDEX, inner, data=encoded(inner)))
    result = play.inspect("-o", "json", NAME, steps=[
        Step(origin, manifest_path(image), manifest(index, oci_image.OCI_INDEX)),
        Step(origin, manifest_path(image, reference=None), manifest(image)),
        Step(origin, config_path(image), blob(image.config))]).ok().result
    assert result["manifest_digest"] == image.digest


@pytest.mark.parametrize("change, status", [
    (lambda config: "not base64!", 3),
    (lambda config: encoded(config).rstrip("=") + "*", 3),
    (lambda config: encoded(config)[:-4], 7),
    (lambda config: encoded(config + b" "), 7),
    (lambda config: encoded(config.replace(b"linux", b"Linux")), 7),
])
def test_data_that_is_not_what_it_says(play, origin, image, change, status):
    wrong = with_data(image, change(image.config))
    play.inspect(NAME, steps=[Step(origin, manifest_path(wrong), manifest(wrong))]).fails(
        status, "the config")


def test_manifest_that_is_another(play, origin, image):
    other = oci_image.make_image("other")
    index = index_of(image.describe(data=encoded(other.manifest)))
    play.inspect(NAME, steps=[
        Step(origin, manifest_path(image), manifest(index, oci_image.OCI_INDEX))]).fails(
            7, "the manifest")


def test_layout_without_the_blobs(scanreq, tmp_path, image):
    whole = with_data(image, encoded(image.config))
    path = test_layout.write_layout(tmp_path / "layout", {},
                                    [whole.describe(data=encoded(whole.manifest))])
    result = scanreq.json("inspect", path)
    assert result["manifest_digest"] == whole.digest
    assert result["config_digest"] == oci_image.sha256(image.config)
