# SPDX-License-Identifier: MIT
"""ImageUpdate: no image says it, so the caller names the clock, and the output says which."""
import json
import os
import time

import pytest

import oci_image
import registries

USAGE, IMAGE = 2, 3
MODIFIED = "Mon, 03 Jun 2024 10:00:00 GMT"
MODIFIED_MS = 1717408800000


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.docker_save([(["registry.example.com/ns/app:1"],
                                             oci_image.make_image())]))
    os.utime(path, ns=(0, 1717430498_600_999_999))
    return path


@pytest.fixture
def serving(scripted):
    """serving(headers of the manifest) is an image of a registry."""
    def start(**headers):
        image = oci_image.make_image()
        server = scripted({
            "/v2/ns/app/manifests/1": registries.manifest_answer(
                image.manifest, oci_image.OCI_MANIFEST, **headers),
            f"/v2/ns/app/blobs/{oci_image.sha256(image.config)}":
                registries.blob_answer(image.config)})
        return f"{server.host}/ns/app:1"
    return start


def update(scanreq, word, *args, **kwargs):
    """(value, how, from)"""
    result = scanreq.json("inspect", "--image-update", word, *args, **kwargs)
    assert result["error"] is None
    provenance = result["provenance"]["ImageUpdate"]
    return result["request"]["ImageUpdate"], provenance["how"], provenance["from"]


def test_mtime(scanreq, saved):
    value, how, where = update(scanreq, "mtime", saved)
    assert (value, how) == (1717430498600, "reported")
    assert str(saved) in where and "file system" in where
    assert update(scanreq, "mtime", f"docker-archive:{saved}")[0] == value


def test_created(scanreq, saved, registry):
    expected = scanreq.json("inspect", saved)["request"]["ImageCreate"]
    assert update(scanreq, "created", saved)[:2] == (expected, "computed")
    assert update(scanreq, "created", f"{registry}/ns/oci:1")[:2] == (expected, "verified")


def test_last_modified(scanreq, serving):
    value, how, where = update(scanreq, "last-modified", serving(Last_Modified=MODIFIED))
    assert (value, how) == (MODIFIED_MS, "reported")
    assert "registry" in where and "Last-Modified" in where


def test_now(scanreq, saved):
    before = int(time.time() * 1000)
    value, how, where = update(scanreq, "now", saved)
    assert before <= value <= int(time.time() * 1000)
    assert how == "given" and "clock of this machine" in where


@pytest.mark.parametrize("text, value", [
    ("2024-06-03T10:00:00Z", MODIFIED_MS), ("2024-06-03T12:00:00.1239+02:00", MODIFIED_MS + 123),
    (str(MODIFIED_MS), MODIFIED_MS), ("0", 0),
])
def test_times(scanreq, saved, text, value):
    assert update(scanreq, text, saved)[:2] == (value, "given")


def test_a_time_before_1970_is_warned_of(submit, saved):
    done = submit("--image-update", "1969-12-31T23:59:59Z", saved).ok()
    assert "warning: ImageUpdate is negative" in done.stderr


@pytest.mark.parametrize("word", ["yesterday", "", "Now", "1.5", "2024-06-03",
                                  "2024-06-31T10:00:00Z", "ctime", "last_modified"])
def test_no_time(scanreq, saved, word):
    scanreq("inspect", "--image-update", word, saved).fails(
        USAGE, "--image-update", f'"{word}"', "mtime", "last-modified", "2024-06-03T10:00:00Z")


def test_mtime_of_what_is_no_file(scanreq, saved, registry, tmp_path):
    layout = oci_image.write_layout(tmp_path / "layout", oci_image.make_image())
    with open(saved, "rb") as stream:
        scanreq("inspect", "--image-update", "mtime", "-", stdin=stream).fails(
            USAGE, "mtime", "path")
    scanreq("inspect", "--image-update", "mtime", "-", stdin=saved.read_bytes()).fails(
        USAGE, "mtime", "path")
    scanreq("inspect", "--image-update", "mtime", layout).fails(USAGE, "mtime", "one file")
    scanreq("inspect", "--image-update", "mtime", f"{registry}/ns/oci:1").fails(
        USAGE, "mtime", "saved image")


def test_last_modified_that_is_not_there(scanreq, serving, registry, saved):
    """docker's registry sends none, which is why it is a real one that is asked."""
    for name in (f"{registry}/ns/oci:1", serving(), serving(Last_Modified="yesterday")):
        scanreq("inspect", "--image-update", "last-modified", name).fails(
            IMAGE, "the registry does not say", "now, created or a time")
    scanreq("inspect", "--image-update", "last-modified", saved).fails(USAGE, "registry")


def test_created_that_is_not_there(scanreq, tmp_path):
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.docker_save([(["a/b:1"], oci_image.make_image(created=None))]))
    scanreq("inspect", "--image-update", "created", path).fails(IMAGE, "no creation time")


def test_nothing_is_filed_without_the_time(submit, service, saved):
    submit("--image-update", "last-modified", saved).fails(USAGE, "last-modified")
    submit("--image-update", "mtime", "--tag", "1").fails(USAGE, "there is no image")
    assert service.requests == []
    submit("--image-update", "now", "--tag", "1").ok()
    (request,) = service.requests
    assert b"ImageUpdate=1" in request.body


def test_a_dry_run_takes_its_own_clock(scanreq, saved):
    run = ["submit", "--dry-run", "--region", "cn-hangzhou", "--fixed-nonce", "x", "--fixed-time",
           "2024-06-03T10:00:00Z", "--image-update", "now", saved]
    done = scanreq(*run).ok()
    assert f"ImageUpdate={MODIFIED_MS}" in done.out
    assert scanreq(*run).ok().out == done.out


def test_each_line_has_its_own(scanreq, saved, tmp_path):
    path = tmp_path / "list"
    path.write_text("\n".join(json.dumps({"image": str(saved), "image_update": word})
                              for word in ("mtime", "2024-06-03T10:00:00Z", 17)) + "\n")
    done = scanreq("inspect", "-o", "json", "--images-from", path).ok()
    assert [r["request"]["ImageUpdate"] for r in done.document["results"]] == \
        [1717430498600, MODIFIED_MS, 17]


def test_every_platform_has_its_own(scanreq, registry):
    done = scanreq("inspect", "--platform", "all", "-o", "json", f"{registry}/ns/index:1",
                   "--image-update", "created").ok()
    for result in done.document["results"]:
        assert result["request"]["ImageUpdate"] == result["request"]["ImageCreate"] is not None


def test_the_journal_knows_a_request_of_now(submit, service, saved, tmp_path):
    """The clock goes on between two runs; the request is the same one."""
    run = ["--journal", tmp_path / "journal", "--image-update"]
    submit(*run, "now", saved).ok()
    assert "filed before" in submit(*run, "now", saved).ok().out
    assert len(service.requests) == 1
    submit(*run, "mtime", saved).ok()
    assert len(service.requests) == 2
