# SPDX-License-Identifier: MIT
"""Every producer's archive in every compression, by path and through a pipe.

PRODUCERS, COMPRESSIONS and the two tests are the matrix of docs/archives.md. What an
archive holds is read by saved_reader.py, and by skopeo where skopeo can read it.
"""
import contextlib
import io
import json
import os
import subprocess
import tarfile
import threading

import pytest

import oci_image
import program
import registries
import saved_reader
from conftest import SAVED_NAME

TESTDATA = program.TOP / "testdata"
COMPRESSIONS = {
    "plain": None,
    "gzip": ["gzip", "-c"],
    "bzip2": ["bzip2", "-c"],
    "xz": ["xz", "-c"],
    "zstd": ["zstd", "-q", "-c"],
    "lz4": ["lz4", "-q", "-c"],
}


def stored(name):
    """A committed archive, in the form of a tool that does not run here."""
    return lambda request, work: (TESTDATA / name).read_bytes()


def written(write):
    """What a tool that runs here writes to a path."""
    def make(request, work):
        path = work / "written.tar"
        write(request, path)
        return path.read_bytes()
    return make


def skopeo_oci(request, path):
    registries.skopeo("copy", request.getfixturevalue("sources").image,
                      f"oci-archive:{path}:{SAVED_NAME}")


def podman_save(*args):
    def write(request, path):
        request.getfixturevalue("podman")("save", *args, "-o", path, SAVED_NAME)
    return write


def podman_multi(request, path):
    podman = request.getfixturevalue("podman")
    second = path.with_name("second.tar")
    second.write_bytes(oci_image.docker_save([(["localhost/second:1"],
                                               oci_image.make_image("second"))]))
    podman("load", "-i", second)
    podman("save", "--multi-image-archive", "-o", path, SAVED_NAME, "localhost/second:1")


def umoci_layout(request, path):
    """umoci's layout of an image it changed, packed by GNU tar with a "./" before names."""
    layout = path.with_name("layout")
    registries.skopeo("copy", request.getfixturevalue("sources").image, f"oci:{layout}:1")
    subprocess.run(["umoci", "config", "--image", f"{layout}:1", "--tag", "2", "--config.user",
                    "web"], check=True, capture_output=True)
    subprocess.run(["umoci", "rm", "--image", f"{layout}:1"], check=True, capture_output=True)
    subprocess.run(["umoci", "gc", "--layout", layout], check=True, capture_output=True)
    subprocess.run(["tar", "-C", layout, "-cf", path, "."], check=True)


def repacked(order, dialect, prefix="", links=None):
    """docker's classic archive with its members in another order, dialect or form."""
    def make(request, work):
        out = io.BytesIO()
        with tarfile.open(TESTDATA / "images/demo.tar") as old, \
                tarfile.open(fileobj=out, mode="w", format=dialect) as new:
            for info in sorted(old, key=order):
                data = old.extractfile(info) if info.isreg() else None
                info.name = prefix + info.name
                if links and info.isreg() and info.name.endswith("/layer.tar"):
                    store = tarfile.TarInfo(f"{prefix}store/{info.name.split('/')[-2]}")
                    store.size = info.size
                    new.addfile(store, data)
                    info.type, info.size = links, 0
                    info.linkname = store.name if links == tarfile.LNKTYPE \
                        else f"../store/{info.name.split('/')[-2]}"
                    data = None
                new.addfile(info, data)
        return out.getvalue()
    return make


def manifest_at(where):
    return lambda info: where if info.name == "manifest.json" else len(info.name) % 7


def in_order(info):
    return info.name


PRODUCERS = {
    "docker": stored("images/demo.tar"),
    "docker-two": stored("archives/docker-two.tar"),
    "docker-by-id": stored("archives/docker-by-id.tar"),
    "docker-25": stored("images/demo-25.tar"),
    "docker-25-two-names": stored("archives/docker-25-two-names.tar"),
    "containerd": stored("archives/containerd.tar"),
    "containerd-platforms": stored("archives/containerd-platforms.tar"),
    "ctr-two": stored("archives/ctr-two.tar"),
    "buildx-oci": stored("archives/buildx-oci.tar"),
    "kaniko": stored("archives/kaniko.tar"),
    "jib": stored("archives/jib.tar"),
    "jib-lower-case": stored("archives/jib-lower-case.tar"),
    "bazel": stored("archives/bazel.tar"),
    "rules-oci": stored("archives/rules-oci.tar"),
    "nix": stored("archives/nix.tar"),
    "pack-oci": stored("archives/pack-oci.tar"),
    "skopeo": lambda request, work: request.getfixturevalue("skopeo_tar").read_bytes(),
    "skopeo-oci": written(skopeo_oci),
    "podman": lambda request, work: request.getfixturevalue("podman_tar").read_bytes(),
    "podman-oci": written(podman_save("--format", "oci-archive")),
    "podman-multi": written(podman_multi),
    "umoci-tar": written(umoci_layout),
    "manifest-first": repacked(manifest_at(-1), tarfile.USTAR_FORMAT),
    "manifest-middle": repacked(manifest_at(3.5), tarfile.GNU_FORMAT, "./"),
    "pax-names": repacked(in_order, tarfile.PAX_FORMAT, "./" + "x/../" * 40),
    "gnu-names": repacked(in_order, tarfile.GNU_FORMAT, "./" + "x/../" * 40),
    "hard-links": repacked(in_order, tarfile.GNU_FORMAT, "", tarfile.LNKTYPE),
    "symbolic-links": repacked(in_order, tarfile.USTAR_FORMAT, "", tarfile.SYMTYPE),
}


@pytest.fixture(scope="module", params=PRODUCERS)
def archive(request, tmp_path_factory):
    """(bytes in each compression, images) of one producer's archive."""
    data = PRODUCERS[request.param](request, tmp_path_factory.mktemp("archive"))
    packed = {name: subprocess.run(command, input=data, check=True,
                                   stdout=subprocess.PIPE).stdout if command else data
              for name, command in COMPRESSIONS.items()}
    return packed, saved_reader.read(data)


def check(result, image):
    assert result["config_digest"] == image.config
    assert result["manifest_digest"] == image.manifest
    assert result["archive_manifest_digest"] == image.made
    assert result["size"] == {"bytes": image.config_size + sum(image.layers), "basis": "stored",
                              "config": image.config_size, "layers": sum(image.layers),
                              "unique": image.unique}
    assert [layer["size"] for layer in result["layers"]] == image.layers
    assert result["names"] == image.names


def inspect(scanreq, names, **kwargs):
    done = scanreq("inspect", "-o", "json", *names, **kwargs)
    return done.ok().document["results"]


def kind_of(packed):
    return "docker-archive" if "manifest.json" in saved_reader.unpack(packed["plain"]) \
        else "oci-archive"


def test_path(scanreq, archive, tmp_path):
    packed, images = archive
    kind = kind_of(packed)
    for name, data in packed.items():
        (tmp_path / name).write_bytes(data)
    for number, image in enumerate(images):
        names = [f"{kind}:{tmp_path / name}:@{number}" for name in packed]
        for result in inspect(scanreq, names):
            check(result, image)


@contextlib.contextmanager
def pipes(contents):
    """Descriptors of pipes into which the bytes are written; each must be read to its end."""
    broken, threads, readers = [], [], []

    def feed(writer, data):
        try:
            with open(writer, "wb") as out:
                out.write(data)
        except BrokenPipeError:
            broken.append(len(data))
    for data in contents:
        reader, writer = os.pipe()
        readers.append(reader)
        threads.append(threading.Thread(target=feed, args=(writer, data)))
        threads[-1].start()
    try:
        yield readers
    finally:
        for reader in readers:
            os.close(reader)
        for thread in threads:
            thread.join()
    assert broken == []


def test_pipe(scanreq, archive):
    """All at once: one pipe is standard input, the others are named by their descriptors."""
    packed, images = archive
    kind = kind_of(packed)
    for number, image in enumerate(images):
        with pipes(packed.values()) as readers:
            names = [f"{kind}:{'-' if i == 0 else f'/dev/fd/{reader}'}:@{number}"
                     for i, reader in enumerate(readers)]
            done = subprocess.run([scanreq.path, "inspect", "-o", "json", *names],
                                  env=scanreq.env, stdin=readers[0], pass_fds=readers[1:],
                                  capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        results = json.loads(done.stdout)["results"]
        assert len(results) == len(packed)
        for result in results:
            check(result, image)


SKOPEO_READS = ("docker", "docker-25", "kaniko", "jib", "bazel", "rules-oci", "nix", "skopeo",
                "skopeo-oci", "podman", "podman-oci", "buildx-oci", "manifest-first")


@pytest.mark.parametrize("archive", SKOPEO_READS, indirect=True)
def test_skopeo_agrees(archive, tmp_path):
    """The independent reader is right where skopeo can say so."""
    packed, (image,) = archive
    path = tmp_path / "saved.tar"
    path.write_bytes(packed["plain"])
    config = subprocess.run(["skopeo", "inspect", "--config", "--raw",
                             f"{kind_of(packed)}:{path}"], check=True,
                            stdout=subprocess.PIPE).stdout
    assert saved_reader.sha256(config) == image.config


def packings(name):
    """Command lines that pack in a form which is allowed, though no tool's default."""
    return {"gzip -1": ["gzip", "-1", "-c"], "xz -9e": ["xz", "-9e", "-c"],
            "xz blocks": ["xz", "--block-size=4096", "--check=sha256", "-c"],
            "xz x86": ["xz", "--x86", "--lzma2=preset=1", "-c"],
            "zstd -19": ["zstd", "-q", "-19", "-c"],
            "zstd long": ["zstd", "-q", "--long=27", "-c"],
            "zstd check": ["zstd", "-q", "--check", "-c"],
            "lz4 -9": ["lz4", "-q", "-9", "-c"], "lz4 legacy": ["lz4", "-q", "-l", "-c"],
            "lz4 blocks": ["lz4", "-q", "-B4", "-BD", "-BX", "--content-size", "-c"],
            "bzip2 -1": ["bzip2", "-1", "-c"]}[name]


@pytest.mark.parametrize("name", ["gzip -1", "xz -9e", "xz blocks", "xz x86", "zstd -19",
                                  "zstd long", "zstd check", "lz4 -9", "lz4 legacy",
                                  "lz4 blocks", "bzip2 -1"])
def test_unusual_packings(scanreq, tmp_path, name):
    data = (TESTDATA / "images/demo.tar").read_bytes()
    (image,) = saved_reader.read(data)
    done = subprocess.run(packings(name), input=data, check=True, stdout=subprocess.PIPE)
    (tmp_path / "once").write_bytes(done.stdout)
    half = len(data) // 2
    (tmp_path / "parts").write_bytes(b"".join(
        subprocess.run(packings(name), input=part, check=True, stdout=subprocess.PIPE).stdout
        for part in (data[:half], data[half:])))
    for result in inspect(scanreq, [tmp_path / "once", tmp_path / "parts"]):
        check(result, image)


@pytest.mark.parametrize("command, words", [
    (["xz", "--lzma2=dict=65MiB", "-c"], ["dictionary", "64 MiB", "xz -9"]),
    (["zstd", "-q", "--long=28", "-c"], ["window", "128 MiB", "long=27"]),
])
def test_windows_over_the_limit(scanreq, tmp_path, command, words):
    data = (TESTDATA / "images/demo.tar").read_bytes()
    packed = subprocess.run(command, input=data, check=True, stdout=subprocess.PIPE).stdout
    (tmp_path / "wide").write_bytes(packed)
    scanreq("inspect", tmp_path / "wide").fails(3, tmp_path / "wide", *words)
    scanreq("inspect", "-", stdin=packed).fails(3, *words)


@pytest.mark.parametrize("outer", [n for n in COMPRESSIONS if n != "plain"])
def test_compressed_twice(scanreq, tmp_path, outer):
    data = (TESTDATA / "images/demo.tar").read_bytes()
    for inner in ("xz", outer):
        packed = data
        for name in (inner, outer):
            packed = subprocess.run(COMPRESSIONS[name], input=packed, check=True,
                                    stdout=subprocess.PIPE).stdout
        (tmp_path / "twice").write_bytes(packed)
        scanreq("inspect", tmp_path / "twice").fails(3, "twice", f"{inner} in {outer}")


@pytest.mark.parametrize("name", [n for n in COMPRESSIONS if n != "plain"])
def test_truncated(scanreq, tmp_path, name):
    """Wherever compressed data are cut, there is an error and never a shorter image."""
    data = (TESTDATA / "images/demo.tar").read_bytes()
    packed = subprocess.run(COMPRESSIONS[name], input=data, check=True,
                            stdout=subprocess.PIPE).stdout
    cuts = sorted({1, 3, 7, 20, len(packed) // 3, len(packed) // 2, len(packed) - 20,
                   len(packed) - 9, len(packed) - 2, len(packed) - 1})
    for cut in cuts:
        (tmp_path / str(cut)).write_bytes(packed[:cut])
    done = scanreq("inspect", "--keep-going", "-o", "json",
                   *(tmp_path / str(cut) for cut in cuts))
    assert [result["error"]["exit_code"] for result in done.document["results"]] \
        == [3] * len(cuts)
