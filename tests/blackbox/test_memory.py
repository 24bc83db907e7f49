# SPDX-License-Identifier: MIT
"""Memory and time do not grow with the image: layers are passed over, never kept."""
import contextlib
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import threading

import pytest

import oci_image
import registries
import wire
from conftest import SAVED_NAME

pytestmark = pytest.mark.plain
GIB = 1 << 30
PEAK_KIB = 24 << 10
RUN_SECONDS = 300


def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def big_archive(size):
    """(before, after): a classic archive is `before`, a layer of `size` zeros, `after`."""
    image = oci_image.make_image(layers=[b""])
    config = oci_image.bare(oci_image.sha256(image.config)) + ".json"
    rest = oci_image.tar_of({config: image.config, "manifest.json": oci_image.to_json(
        [{"Config": config, "RepoTags": [SAVED_NAME], "Layers": ["big/layer.tar"]}])})
    return header("big/layer.tar", size), bytes(-size % 512) + rest


def sparse_file(path, size):
    before, after = big_archive(size)
    with open(path, "wb") as out:
        out.write(before)
        out.seek(size, os.SEEK_CUR)
        out.write(after)
    return path


@contextlib.contextmanager
def piped(size, pack=False):
    """The reading end of a pipe into which the archive is written as it is read."""
    reader, writer = os.pipe()

    def feed():
        zeros = memoryview(bytes(1 << 20))
        before, after = big_archive(size)
        with contextlib.suppress(BrokenPipeError), open(writer, "wb") as raw:
            out = gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) if pack else raw
            out.write(before)
            left = size
            while left:
                left -= out.write(zeros[:min(left, len(zeros))])
            out.write(after)
            if pack:
                out.close()
    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    with open(reader, "rb") as stream:
        yield stream
    thread.join(RUN_SECONDS)
    assert not thread.is_alive()


def measure(scanreq, tmp_path, *args, stdin=subprocess.DEVNULL):
    """Runs the program under time(1): (status, stdout, peak of resident memory in KiB).

    A direct child of Python would count Python's own pages, from before its exec.
    """
    report = tmp_path / "peak"
    done = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", report, scanreq.path,
                           *map(str, args)], env=scanreq.env, stdin=stdin, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=RUN_SECONDS)
    return done.returncode, done.stdout.decode(), int(report.read_text().split()[-1])


def check_big(measured, size):
    status, out, peak = measured
    assert status == 0
    assert str(size) in out.replace(",", "")
    assert peak < PEAK_KIB, f"{peak} KiB"


def expected_size(size):
    return size + len(oci_image.make_image(layers=[b""]).config)


def test_two_gib_by_path(scanreq, tmp_path):
    path = sparse_file(tmp_path / "2GiB.tar", 2 * GIB)
    check_big(measure(scanreq, tmp_path, "inspect", path), expected_size(2 * GIB))


def test_two_gib_through_a_pipe(scanreq, tmp_path):
    with piped(2 * GIB) as stream:
        check_big(measure(scanreq, tmp_path, "inspect", "-", stdin=stream),
                  expected_size(2 * GIB))


def test_two_gib_of_gzip_through_a_pipe(scanreq, tmp_path):
    with piped(2 * GIB, pack=True) as stream:
        check_big(measure(scanreq, tmp_path, "inspect", "-", stdin=stream),
                  expected_size(2 * GIB))


@pytest.mark.parametrize("how", ["path", "standard input"])
def test_seekable_file_is_not_read_through(scanreq, tmp_path, how):
    """Reading four TiB takes an hour, skipping them no time: the run is bounded."""
    size = 4096 * GIB
    path = sparse_file(tmp_path / "4TiB.tar", size)
    if how == "path":
        check_big(measure(scanreq, tmp_path, "inspect", path), expected_size(size))
    else:
        with open(path, "rb") as stream:
            check_big(measure(scanreq, tmp_path, "inspect", "-", stdin=stream),
                      expected_size(size))


PACKERS = {"gzip": "gzip -c", "bzip2": "bzip2 -c", "xz": "xz -T1 -c", "zstd": "zstd -q -c",
           "lz4": "lz4 -q -c"}


@pytest.mark.parametrize("name", PACKERS)
def test_default_compression(scanreq, tmp_path, name):
    """At a tool's default level a window is 8 MiB at the most, and nothing else grows."""
    size = 128 << 20
    packed = tmp_path / "packed"
    with open(sparse_file(tmp_path / "plain", size), "rb") as plain, open(packed, "wb") as out:
        subprocess.run(PACKERS[name].split(), stdin=plain, stdout=out, check=True)
    check_big(measure(scanreq, tmp_path, "inspect", packed), expected_size(size))
    with open(packed, "rb") as stream, subprocess.Popen(
            ["cat"], stdin=stream, stdout=subprocess.PIPE) as cat:
        check_big(measure(scanreq, tmp_path, "inspect", "-", stdin=cat.stdout),
                  expected_size(size))


@pytest.mark.parametrize("command, window", [("xz -9 -T1 -c", 64 << 10),
                                             ("zstd -q --long=27 -c", 128 << 10)])
def test_largest_window(scanreq, tmp_path, command, window):
    """The declared window is all that is taken beside the usual."""
    size = 256 << 20
    packed = tmp_path / "packed"
    with open(sparse_file(tmp_path / "plain", size), "rb") as plain, open(packed, "wb") as out:
        subprocess.run(command.split(), stdin=plain, stdout=out, check=True)
    status, _, peak = measure(scanreq, tmp_path, "inspect", packed)
    assert status == 0
    assert peak < PEAK_KIB + window, f"{peak} KiB"


def test_expansion(scanreq, tmp_path):
    """Small data that would be decoded for hours are given up."""
    frame = subprocess.run(["zstd", "-q", "-c"], input=bytes(64 << 20), check=True,
                           stdout=subprocess.PIPE).stdout
    start = subprocess.run(["zstd", "-q", "-c"], input=header("layer.tar", 1 << 40),
                           check=True, stdout=subprocess.PIPE).stdout
    path = tmp_path / "bomb.tar.zst"
    path.write_bytes(start + frame * 1000)
    status, out, peak = measure(scanreq, tmp_path, "inspect", path)
    assert (status, out) == (3, "")
    assert peak < PEAK_KIB, f"{peak} KiB"


def test_many_values_of_json(scanreq, tmp_path):
    """json-c alone would make a GiB of this manifest.json."""
    path = tmp_path / "values.tar"
    path.write_bytes(oci_image.tar_of({"manifest.json": b"[" + b"{}," * (1 << 20) + b"{}]"}))
    status, out, peak = measure(scanreq, tmp_path, "inspect", path)
    assert (status, out) == (3, "")
    assert peak < PEAK_KIB, f"{peak} KiB"


def test_large_answers_of_a_registry(scanreq, tmp_path, scripted):
    image = oci_image.make_image()
    server = scripted({
        "/v2/ns/big/manifests/1": wire.Answer(200, bytes(64 << 20), (), oci_image.OCI_MANIFEST),
        "/v2/ns/config/manifests/1": registries.manifest_answer(image.manifest,
                                                                oci_image.OCI_MANIFEST),
        f"/v2/ns/config/blobs/{oci_image.sha256(image.config)}":
            registries.blob_answer(bytes(64 << 20)),
        "/v2/ns/error/manifests/1": wire.Answer(500, b"x" * (64 << 20)),
    })
    for name, statuses in (("big", (3,)), ("config", (3, 7)), ("error", (3, 5))):
        status, out, peak = measure(scanreq, tmp_path, "inspect", f"{server.host}/ns/{name}:1")
        assert status in statuses, name
        assert out == ""
        assert peak < PEAK_KIB, f"{name}: {peak} KiB"


def gzip_of_zeros(size):
    """A gzip stream of `size` zeros, in pieces of whole members of 64 MiB."""
    piece = gzip.compress(bytes(64 << 20), mtime=0)
    return piece * (size // (64 << 20))


def test_memory_of_verifying(scanreq, tmp_path):
    """Layers are hashed as they pass, plain and decoded, by path and in gzip through a pipe."""
    plain = hashlib.sha256()
    for _ in range(1024):
        plain.update(bytes(1 << 20))
    diff_id = "sha256:" + plain.hexdigest()
    packed = gzip_of_zeros(GIB)
    config = oci_image.to_json({"architecture": "amd64", "os": "linux",
                                "created": oci_image.CREATED,
                                "rootfs": {"type": "layers", "diff_ids": [diff_id] * 2}})
    rest = oci_image.tar_of({"c.json": config, "manifest.json": oci_image.to_json(
        [{"Config": "c.json", "RepoTags": [SAVED_NAME], "Layers": ["plain", "packed"]}])})
    path = tmp_path / "layers.tar"
    with open(path, "wb") as out:
        out.write(header("plain", GIB))
        out.seek(GIB, os.SEEK_CUR)
        out.write(header("packed", len(packed)) + packed + bytes(-len(packed) % 512) + rest)
    status, out, peak = measure(scanreq, tmp_path, "inspect", "--verify-layers", "-o", "json",
                                path)
    assert (status, json.loads(out)["results"][0]["layers_verified"]) == (0, True)
    assert peak < PEAK_KIB, f"{peak} KiB"
    with subprocess.Popen(["gzip", "-1c", path], stdout=subprocess.PIPE) as squeezed:
        status, _, peak = measure(scanreq, tmp_path, "inspect", "--verify-layers", "-",
                                  stdin=squeezed.stdout)
    assert status == 0
    assert peak < PEAK_KIB, f"{peak} KiB"


def test_expanding_layers(scanreq, tmp_path):
    """Layers that would be decoded for hours are given up, all of them together."""
    frame = subprocess.run(["zstd", "-q", "-c"], input=bytes(64 << 20), check=True,
                           stdout=subprocess.PIPE).stdout * 16
    path = tmp_path / "layers.tar"
    path.write_bytes(oci_image.tar_of({f"{n}/layer.tar": frame for n in range(100)}))
    status, out, peak = measure(scanreq, tmp_path, "inspect", "--verify-layers", path)
    assert (status, out) == (3, "")
    assert peak < PEAK_KIB, f"{peak} KiB"


def test_archive_of_many_members(scanreq, tmp_path):
    """More members than the cap are refused; the list of them stays small."""
    path = tmp_path / "members.tar"
    block = io.BytesIO()
    for number in range(250_001):
        block.write(header(f"m/{number}", 0))
    path.write_bytes(block.getvalue() + bytes(1024))
    status, out, peak = measure(scanreq, tmp_path, "inspect", path)
    assert (status, out) == (3, "")
    assert peak < 32 << 10, f"{peak} KiB"
