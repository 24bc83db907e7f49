# SPDX-License-Identifier: MIT
"""Indexes that state no platforms, and indexes in indexes: what is asked, in which order."""
import re

import pytest

import oci_image
import program
from scripted_registry import Step, blob, config_path, manifest, manifest_path, say

NAME = "registry.test/ns/app:1"
UNKNOWN = {"os": "unknown", "architecture": "unknown"}
AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64"}


@pytest.fixture
def origin(play):
    return play.origin("https://registry.test")


@pytest.fixture
def amd64():
    return oci_image.make_image()


@pytest.fixture
def arm64():
    return oci_image.make_image(architecture="arm64")


def index_of(*entries):
    document = {"schemaVersion": 2, "mediaType": oci_image.OCI_INDEX, "manifests": list(entries)}
    return oci_image.Index(oci_image.to_json(document), {}, [])


def entry_of(index, **more):
    return oci_image.descriptor(oci_image.OCI_INDEX, index.index, **more)


class Reads:
    """The steps that read what a test names, in that order."""

    def __init__(self, origin):
        self.origin = origin

    def top(self, index):
        return [Step(self.origin, manifest_path(index), manifest(index, oci_image.OCI_INDEX))]

    def nested(self, index):
        return [Step(self.origin, manifest_path(index, reference=None),
                     manifest(index, oci_image.OCI_INDEX))]

    def image(self, image):
        return [Step(self.origin, manifest_path(image, reference=None), manifest(image)),
                Step(self.origin, config_path(image), blob(image.config))]


@pytest.fixture
def reads(origin):
    return Reads(origin)


def result_of(play, steps, *args):
    return play.inspect("-o", "json", *args, NAME, steps=steps).ok().result


# --- entries without a platform -----------------------------------------------------------

@pytest.mark.parametrize("about", [{}, {"platform": None}, {"platform": {}},
                                   {"platform": UNKNOWN}, {"platform": {"os": "linux"}}])
def test_exact_match_needs_no_look_at_the_others(play, reads, amd64, arm64, about):
    index = index_of(arm64.describe(**about), amd64.describe(platform=AMD64))
    result = result_of(play, [*reads.top(index), *reads.image(amd64)])
    assert result["manifest_digest"] == amd64.digest
    assert result["platforms"] == ["linux/amd64"]


@pytest.mark.parametrize("about", [{}, {"platform": None}, {"platform": {}},
                                   {"platform": UNKNOWN}, {"platform": {"os": "linux"}}])
@pytest.mark.parametrize("options", [[], ["--platform", "linux/amd64"]])
def test_config_settles_it(play, reads, amd64, arm64, about, options):
    """The one that fits is read once, and is not fetched again."""
    index = index_of(arm64.describe(**about), amd64.describe(**about))
    steps = [*reads.top(index), *reads.image(arm64), *reads.image(amd64)]
    result = result_of(play, steps, *options)
    assert result["manifest_digest"] == amd64.digest
    assert result["config_digest"] == oci_image.sha256(amd64.config)
    assert result["index_digest"] == index.digest
    assert result["platform"] == "linux/amd64"
    assert result["warnings"] == []


def test_none_settled(play, reads, amd64, arm64):
    index = index_of(amd64.describe(), arm64.describe(platform=ARM64))
    steps = [*reads.top(index), *reads.image(amd64)]
    play.inspect("--platform", "linux/s390x", NAME, steps=steps).fails(
        3, "linux/s390x", "linux/arm64, linux/amd64")


def test_only_image_of_another_platform_than_asked(play, reads, arm64):
    """The index claimed nothing, so that nothing contradicts it."""
    index = index_of(arm64.describe())
    play.inspect("--platform", "linux/amd64", NAME, steps=[
        *reads.top(index), *reads.image(arm64)]).fails(3, "linux/arm64", "linux/amd64")


def test_unmarked_attestation(play, reads, arm64):
    """It has no annotation, but neither entry nor config has a platform: one image is left."""
    attestation, _ = oci_image.make_attestation(arm64)
    index = index_of(arm64.describe(platform=ARM64), attestation.describe(platform=UNKNOWN))
    result = result_of(play, [*reads.top(index), *reads.image(attestation),
                              *reads.image(arm64)])
    assert result["manifest_digest"] == arm64.digest


@pytest.mark.parametrize("options", [[], ["--platform", "linux/arm64"]])
def test_unmarked_attestation_alone(play, reads, arm64, options):
    attestation, _ = oci_image.make_attestation(arm64)
    index = index_of(attestation.describe(platform=UNKNOWN))
    play.inspect(*options, NAME, steps=[*reads.top(index), *reads.image(attestation)]).fails(
        3, "the index holds no image")


def test_image_that_is_marked_as_unknown(play, reads, arm64):
    """Some builders state no platform in this way: the config knows better."""
    index = index_of(arm64.describe(platform=UNKNOWN))
    steps = [*reads.top(index), *reads.image(arm64)]
    assert result_of(play, steps)["platform"] == "linux/arm64"


def test_artifact_among_the_images(play, reads, origin, amd64, arm64):
    artifact = oci_image.to_json({
        "schemaVersion": 2, "mediaType": oci_image.OCI_MANIFEST,
        "artifactType": "application/vnd.example.sbom",
        "config": oci_image.descriptor("application/vnd.oci.empty.v1+json", b"{}"),
        "layers": []})
    foreign = oci_image.descriptor("application/vnd.example.thing", b"thing")
    index = index_of(oci_image.descriptor(oci_image.OCI_MANIFEST, artifact), foreign,
                     amd64.describe())
    path = f"/v2/ns/app/manifests/{oci_image.sha256(artifact)}"
    steps = [*reads.top(index), Step(origin, path, manifest(artifact)), *reads.image(amd64)]
    assert result_of(play, steps)["manifest_digest"] == amd64.digest


def test_absent_entry_is_passed_over(play, reads, origin, amd64, arm64):
    index = index_of(arm64.describe(), amd64.describe())
    steps = [*reads.top(index), Step(origin, manifest_path(arm64, reference=None), say(404)),
             *reads.image(amd64)]
    assert result_of(play, steps)["manifest_digest"] == amd64.digest


@pytest.mark.parametrize("answer, status", [(say(503), 5), (manifest(b"{}"), 7)])
def test_trouble_is_not_passed_over(play, reads, origin, amd64, arm64, answer, status):
    """Another image than the one that could not be seen would be a guess."""
    index = index_of(arm64.describe(), amd64.describe())
    steps = [*reads.top(index), Step(origin, manifest_path(arm64, reference=None), answer)]
    play.inspect(NAME, steps=steps).fails(status)


def cap():
    text = (program.TOP / "src/base/limits.h").read_text()
    return int(re.search(r"#define LIMIT_INDEX_READS (\d+)", text)[1])


def test_how_much_is_read_has_an_end(play, reads, amd64):
    images = [oci_image.make_image(f"n{i}", "arm64") for i in range(cap() // 2 + 1)]
    index = index_of(*(image.describe() for image in [*images, amd64]))
    steps = reads.top(index) + [step for image in images[:-1] for step in reads.image(image)]
    play.inspect(NAME, steps=steps).fails(3, "by its digest")


# --- nested indexes -----------------------------------------------------------------------

def test_nested_index_beside_other_entries(play, reads, amd64, arm64):
    inner = index_of(amd64.describe(platform=AMD64))
    index = index_of(arm64.describe(platform=ARM64), entry_of(inner))
    result = result_of(play, [*reads.top(index), *reads.nested(inner), *reads.image(amd64)])
    assert result["manifest_digest"] == amd64.digest
    assert result["index_digest"] == index.digest
    assert result["platforms"] == ["linux/arm64", "linux/amd64"]
    result = result_of(play, [*reads.top(index), *reads.image(arm64)],
                       "--platform", "linux/arm64")
    assert result["manifest_digest"] == arm64.digest


def test_nested_index_goes_before_the_unknown(play, reads, amd64, arm64):
    inner = index_of(amd64.describe(platform=AMD64))
    index = index_of(arm64.describe(), entry_of(inner))
    steps = [*reads.top(index), *reads.nested(inner), *reads.image(amd64)]
    assert result_of(play, steps)["manifest_digest"] == amd64.digest


def test_nested_index_of_the_platform_goes_first(play, reads, amd64, arm64):
    """Its entries state no platform of their own: theirs is that of the index."""
    of_arm64, of_amd64 = index_of(arm64.describe()), index_of(amd64.describe())
    index = index_of(entry_of(of_arm64, platform=ARM64), entry_of(of_amd64, platform=AMD64))
    steps = [*reads.top(index), *reads.nested(of_amd64), *reads.image(amd64)]
    assert result_of(play, steps)["manifest_digest"] == amd64.digest


def nest(inner, count, beside):
    """`count` indexes, the innermost over `inner`, each beside another image."""
    found = [index_of(beside.describe(platform=ARM64), inner)]
    while len(found) < count:
        found.insert(0, index_of(beside.describe(platform=ARM64), entry_of(found[0])))
    return found


def test_four_deep(play, reads, amd64, arm64):
    top, *inner = nest(amd64.describe(platform=AMD64), 4, arm64)
    steps = reads.top(top) + [step for index in inner for step in reads.nested(index)]
    result = result_of(play, steps + reads.image(amd64))
    assert result["manifest_digest"] == amd64.digest


def test_five_deep_is_too_deep(play, reads, amd64, arm64):
    top, *inner = nest(amd64.describe(platform=AMD64), 5, arm64)
    steps = reads.top(top) + [step for index in inner[:-1] for step in reads.nested(index)]
    play.inspect(NAME, steps=steps).fails(3, "nested more than 4 deep")
    result_of(play, reads.top(top) + reads.image(arm64), "--platform", "linux/arm64")


def test_index_that_is_listed_twice_is_read_once(play, reads, amd64, arm64):
    inner = index_of(arm64.describe(platform=ARM64))
    index = index_of(entry_of(inner), entry_of(inner), amd64.describe())
    steps = [*reads.top(index), *reads.nested(inner), *reads.image(amd64)]
    assert result_of(play, steps)["manifest_digest"] == amd64.digest


# --- what the text form says --------------------------------------------------------------

TEXT = "platform      linux/amd64 (1 of 2: linux/amd64, linux/arm64)\n"


@pytest.mark.parametrize("options, text", [
    ([], TEXT), (["--digest-of", "index"], TEXT),
    (["--platform", "linux/amd64"], "platform      linux/amd64\n"),
    (["--platform", "all"], "platform      linux/amd64\n")])
def test_platform_by_default_is_told(scanreq, registry, options, text):
    assert text in scanreq("inspect", *options, f"{registry}/ns/index:1").ok().out


def test_platform_of_a_list_is_asked_for(scanreq, registry, tmp_path):
    """A line's own options count."""
    path = tmp_path / "list"
    path.write_text(f'{registry}/ns/index:1\n'
                    f'{{"image": "{registry}/ns/index:1", "platform": "linux/arm64"}}\n')
    out = scanreq("inspect", "--images-from", path).ok().out
    assert TEXT in out and "platform      linux/arm64\n" in out


def test_submission_of_one_platform_is_told(submit, service, registry):
    assert TEXT in submit(f"{registry}/ns/index:1").ok().out
    assert "platform" not in submit("--platform", "linux/amd64", f"{registry}/ns/index:1").ok().out
    assert "platform" not in submit(f"{registry}/ns/docker:1").ok().out
