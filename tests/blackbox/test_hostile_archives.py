# SPDX-License-Identifier: MIT
"""Archives that were written to break a reader: a clear error or the right answer.

CASES are run by path and through a pipe, and once more for their memory in the build
without sanitizers, where every file is hashed as well.
"""
import dataclasses
import functools
import gzip
import hashlib
import io
import json
import lzma
import subprocess
import tarfile

import pytest

import oci_image
import test_memory
from conftest import SAVED_NAME

OK, BAD, MISMATCH = 0, 3, 7
MIB = 1 << 20
PEAK_KIB = 32 << 10
IMAGE = oci_image.make_image()
LAYER = IMAGE.layers[0]
CONFIG = oci_image.to_json({
    "architecture": "amd64", "os": "linux", "created": oci_image.CREATED,
    "rootfs": {"type": "layers", "diff_ids": [oci_image.sha256(LAYER)]}})


def member(name, data=b"", size=None, **header):
    """A member of a tar, whose header may lie."""
    info = tarfile.TarInfo(name)
    info.size = len(data) if size is None else size
    for key, value in header.items():
        setattr(info, key, value)
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)


def resealed(head, at, field):
    """A header with a field replaced and its checksum right again."""
    head = head[:at] + field + head[at + len(field):]
    blank = head[:148] + b" " * 8 + head[156:512]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:] + head[512:]


def link(name, target, kind=tarfile.SYMTYPE):
    return member(name, type=kind, linkname=target)


def pax(record, kind=b"x"):
    return member("pax", record, type=kind)


def record(key, value):
    body = len(key) + len(value) + 3
    total = body + len(str(body))
    total = body + len(str(total))
    return b"%d %s=%s\n" % (total, key, value)


def listed(config="c.json", layers=("layer.tar",), tags=(SAVED_NAME,)):
    return oci_image.to_json([{"Config": config, "RepoTags": list(tags),
                               "Layers": list(layers)}])


def classic(*before, manifest=None, config=None, layer=None, after=b""):
    """A good classic archive; a part may be replaced, or left out with b""."""
    parts = [member("c.json", CONFIG) if config is None else config,
             member("layer.tar", LAYER) if layer is None else layer,
             member("manifest.json", listed()) if manifest is None else manifest]
    return b"".join([*before, *parts, after, bytes(1024)])


def bare(manifest):
    """A classic archive with this text as manifest.json."""
    return classic(manifest=member("manifest.json", manifest))


def blob(data, digest=None):
    return member("blobs/sha256/" + oci_image.bare(digest or oci_image.sha256(data)), data)


def oci(*blobs, index):
    return b"".join([*blobs, member("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'),
                     member("index.json", oci_image.to_json(index)), bytes(1024)])


def oci_index(*entries):
    return {"schemaVersion": 2, "mediaType": oci_image.OCI_INDEX, "manifests": list(entries)}


def oci_of(change):
    """An OCI archive of one image whose manifest was changed."""
    manifest = json.loads(IMAGE.manifest)
    change(manifest)
    data = oci_image.to_json(manifest)
    return oci(*map(blob, IMAGE.blobs.values()), blob(data),
               index=oci_index(oci_image.descriptor(oci_image.OCI_MANIFEST, data)))


def digest_of_layer(value):
    return oci_of(lambda manifest: manifest["layers"][0].update(digest=value))


def size_of_layer(value):
    return oci_of(lambda manifest: [layer.update(size=value) for layer in manifest["layers"]])


def nested(depth, width):
    """Indexes within indexes; each of a level lists the whole next level."""
    blobs, level = [blob(IMAGE.manifest)], [IMAGE.describe()]
    for number in range(depth):
        texts = [oci_image.to_json({**oci_index(*level), "annotations": {
            "n": f"{number} {i}"}}) for i in range(width)]
        blobs += map(blob, texts)
        level = [oci_image.descriptor(oci_image.OCI_INDEX, text) for text in texts]
    return oci(*map(blob, IMAGE.blobs.values()), *blobs, index=oci_index(*level))


def names_by_manifests(count):
    """Each of `count` names leads to each of as many manifests, in both forms."""
    manifests = [oci_image.to_json({**json.loads(IMAGE.manifest), "annotations": {"n": str(n)}})
                 for n in range(count)]
    index = oci_image.to_json(oci_index(*(
        oci_image.descriptor(oci_image.OCI_MANIFEST, text) for text in manifests)))
    tops = [oci_image.descriptor(oci_image.OCI_INDEX, index, annotations={
        "io.containerd.image.name": f"r.example.com/oci:{n}"}) for n in range(count)]
    layers = ["blobs/" + layer["digest"].replace(":", "/")
              for layer in json.loads(IMAGE.manifest)["layers"]]
    entries = [{"Config": "blobs/" + oci_image.sha256(IMAGE.config).replace(":", "/"),
                "RepoTags": [f"r.example.com/docker:{n}"], "Layers": layers}
               for n in range(count)]
    return oci(*map(blob, IMAGE.blobs.values()), *map(blob, manifests), blob(index),
               member("manifest.json", oci_image.to_json(entries)), index=oci_index(*tops))


def spoilt(data):
    return data[:-2] + b"  "


def sha512_image():
    digest = "sha512:" + hashlib.sha512(IMAGE.manifest).hexdigest()
    name = "blobs/" + digest.replace(":", "/")
    entry = {**IMAGE.describe(), "digest": digest}
    return oci(*map(blob, IMAGE.blobs.values()),
               pax(record(b"path", name.encode())) + member("short", IMAGE.manifest),
               index=oci_index(entry))


def packed(tool, data):
    return subprocess.run([tool, "-q", "-c"], input=data, check=True, timeout=60,
                          stdout=subprocess.PIPE).stdout


def zstd_bomb():
    return subprocess.run(["zstd", "-q", "-c"], input=bytes(256 * MIB), check=True,
                          stdout=subprocess.PIPE).stdout


@dataclasses.dataclass(frozen=True)
class Case:
    make: object
    status: int
    words: tuple = ()
    warns: str = ""
    verified: int = None  # exit status with --verify-layers, where it is another


def bad(make, *words, **more):
    return Case(make, BAD, words, **more)


def good(make, **more):
    return Case(make, OK, **more)


CASES = {
    # What is around the tar.
    "gzip of a GiB of zeros": bad(lambda: test_memory.gzip_of_zeros(1 << 30), "zeros"),
    "zstd of 256 MiB of zeros": bad(zstd_bomb, "zeros"),
    "gzip and garbage": good(lambda: gzip.compress(classic()) + b"garbage", warns="ignored"),
    "xz and garbage": good(lambda: lzma.compress(classic()) + b"garbage", warns="ignored"),
    "zstd and garbage": good(lambda: packed("zstd", classic()) + b"garbage", warns="ignored"),
    "lz4 and garbage": good(lambda: packed("lz4", classic()) + b"garbage", warns="ignored"),
    # Sizes that lie.
    "manifest.json of 5 GiB": bad(lambda: bare(b"")[:-1536] + member(
        "manifest.json", listed(), 5 << 30), "larger than"),
    "layer of 5 GiB": bad(lambda: classic(layer=member("layer.tar", LAYER, 5 << 30)),
                          "truncated"),
    "negative size": bad(lambda: classic(resealed(member("x", b"x"), 124, b"\xff" * 12)),
                         "damaged"),
    "size of 2^87": bad(lambda: classic(resealed(member("x", b"x"), 124,
                                                 b"\x80\x80" + bytes(10)))),
    "size of 2^62": bad(lambda: classic(resealed(member("x", b"x"), 124,
                                                 b"\x80\0\0\0\x40" + bytes(7)))),
    "size that is no number": bad(lambda: classic(resealed(member("x", b"x"), 124,
                                                           b"zzzzzzzzzzz\0"))),
    "pax size of -5": bad(lambda: classic(pax(record(b"size", b"-5")) + member("x", b"x")),
                          "negative"),
    "pax record of another length": bad(lambda: classic(pax(b"999 path=x\n") + member("x")),
                                        "pax"),
    "wrong checksum": bad(lambda: classic(member("x")[:150] + b"7" + member("x")[151:])),
    # Names.
    "pax name of 100 MiB": bad(lambda: classic(pax(record(b"path", b"n" * (100 * MIB)))
                                               + member("x"))),
    "GNU name of 100 MiB": bad(lambda: classic(member("././@LongLink", b"n" * (100 * MIB),
                                                      type=b"L") + member("x"))),
    "global pax path": good(lambda: classic(pax(record(b"path", b"manifest.json"), b"g"))),
    "NUL in a name": bad(lambda: classic(resealed(member("manifest.json.x", b"[]"), 13, b"\0")),
                         "twice"),
    "NUL in a pax name": bad(lambda: classic(
        pax(record(b"path", b"manifest.json\0x")) + member("x", b"[]")), "name with a NUL"),
    "NUL in a pax name of no matter": bad(lambda: classic(
        pax(record(b"mtime", b"1") + record(b"path", b"a\0b")) + member("x")), "name with a NUL"),
    "NUL in a pax link": bad(lambda: classic(
        pax(record(b"linkpath", b"a\0b")) + member("x")), "name with a NUL"),
    "NUL in another pax value": good(lambda: classic(
        pax(record(b"SCHILY.xattr.user.x", b"a\0b")) + member("x"))),
    "name that is no UTF-8": good(lambda: classic(resealed(member("x", b"x"), 0, b"\xff\xfe")),
                                  warns="without a usable name: 1"),
    "name that leads out": good(lambda: classic(member("../../etc/passwd", b"x")),
                                warns="without a usable name: 1"),
    # Duplicates and links.
    "manifest.json twice": bad(lambda: classic(member("manifest.json", listed(layers=())))),
    "config twice": bad(lambda: classic(member("./c.json", CONFIG + b" ")), "twice"),
    "layer twice, of other sizes": good(lambda: classic(member("layer.tar", b"x" * 512)),
                                        warns="twice", verified=BAD),
    "manifest.json is a link": good(lambda: classic(
        link("m", "real"), manifest=member("real", listed()), after=link("manifest.json", "m"))),
    "manifest.json is a loop": bad(lambda: classic(
        link("m", "manifest.json"), manifest=link("manifest.json", "m")), "circles"),
    "manifest.json is absolute": bad(lambda: classic(
        manifest=link("manifest.json", "/etc/passwd")), "out of the archive"),
    "config leads to a file of the host": bad(lambda: classic(
        config=link("c.json", "../../../../etc/passwd")), "out of the archive"),
    "config is an absolute link": bad(lambda: classic(
        config=link("c.json", "/etc/passwd")), "out of the archive"),
    "config is a hard link out": bad(lambda: classic(
        config=link("c.json", "/etc/passwd", tarfile.LNKTYPE)), "link to nothing"),
    "Config ../../etc/passwd": bad(lambda: bare(listed("../../etc/passwd")),
                                   "out of the archive"),
    "Config /etc/passwd": bad(lambda: bare(listed("/etc/passwd")), "not in the archive"),
    "Config /dev/zero": bad(lambda: bare(listed("/dev/zero")), "not in the archive"),
    "layers in a loop": good(lambda: classic(link("layer.tar", "b"), layer=link("b", "layer.tar")),
                             warns="circles", verified=BAD),
    "100,000 links in a chain": good(lambda: classic(
        *(link(f"l{n}", f"l{n + 1}") for n in range(100_000)),
        manifest=member("manifest.json", listed(layers=["l0"]))), warns="too many", verified=BAD),
    # Kinds.
    "manifest.json is a FIFO": bad(lambda: classic(manifest=member(
        "manifest.json", type=tarfile.FIFOTYPE)), "no regular file"),
    "manifest.json is a device": bad(lambda: classic(manifest=member(
        "manifest.json", type=tarfile.CHRTYPE)), "no regular file"),
    "manifest.json is a directory": bad(lambda: classic(manifest=member(
        "manifest.json", type=tarfile.DIRTYPE)), "no regular file"),
    # JSON.
    "manifest.json is null": bad(lambda: bare(b"null"), "no list"),
    "manifest.json lists nothing": bad(lambda: bare(b"[]"), "no image"),
    "manifest.json lists null": bad(lambda: bare(b"[null]"), "object"),
    "no Config": bad(lambda: bare(b'[{"Layers":[]}]'), "Config"),
    "Layers are null": good(lambda: bare(b'[{"Config":"c.json","Layers":null}]'),
                            warns="0 layers", verified=MISMATCH),
    "bytes after the JSON": bad(lambda: bare(listed() + b"{}")),
    "depth of a million": bad(lambda: bare(b"[" * (1 << 20))),
    "config of a million levels": bad(lambda: classic(config=member("c.json",
                                                                    b'{"a":' * (1 << 19)))),
    "manifest.json of 64 MiB": bad(lambda: bare(listed() + b" " * (64 * MIB)), "larger than"),
    "config of 64 MiB": bad(lambda: classic(config=member("c.json", CONFIG + b" " * (64 * MIB))),
                            "larger than"),
    "100,000 tags": bad(lambda: bare(listed(tags=[f"a:{n}" for n in range(100_000)]))),
    "tags with newlines and escapes": good(lambda: bare(listed(tags=["a:\x1b[31m\n::error::"])),
                                           warns="no reference"),
    "tag with a NUL": bad(lambda: bare(listed(tags=["a:1\0"])), "NUL"),
    "tag that is no UTF-8": bad(lambda: bare(listed(tags=["a:@"]).replace(b"@", b"\xff"))),
    "10,000 documents of 4 KiB": good(lambda: classic(*(
        member(f"d{n}", b"{" + b" " * 4094 + b"}") for n in range(10_000)))),
    # OCI.
    "manifest with another digest": Case(lambda: oci(
        *map(blob, IMAGE.blobs.values()), blob(spoilt(IMAGE.manifest), IMAGE.digest),
        index=oci_index(IMAGE.describe())), MISMATCH),
    "config with another digest": Case(lambda: oci(
        blob(IMAGE.config.replace(b"amd64", b"arm64"), oci_image.sha256(IMAGE.config)),
        blob(IMAGE.manifest), index=oci_index(IMAGE.describe())), MISMATCH),
    "layer of -1 bytes": bad(lambda: size_of_layer(-1)),
    "layers of 2^62 bytes": bad(lambda: size_of_layer(1 << 62), "int64", verified=MISMATCH),
    "digest in upper case": bad(lambda: digest_of_layer("sha256:" + "A" * 64)),
    "digest that leads out": bad(lambda: digest_of_layer("sha256:../../../../etc/passwd")),
    "short digest": bad(lambda: digest_of_layer("sha256:00")),
    "digest without algorithm": bad(lambda: digest_of_layer("0" * 64)),
    "digest that is a number": bad(lambda: digest_of_layer(5)),
    "manifest by its sha512": good(sha512_image),
    "indexes 200 deep": bad(lambda: nested(200, 1), "nested"),
    "indexes of 100 by 100 by 100": bad(lambda: nested(3, 100), "too many entries"),
    "2,000 names by 2,000 manifests": good(lambda: names_by_manifests(2000)),
    # Layers.
    "layer of 256 MiB in zstd": good(lambda: classic(layer=member("layer.tar", zstd_bomb())),
                                     verified=MISMATCH),
}


@functools.lru_cache(maxsize=4)
def made(name):
    return CASES[name].make()


def check(case, status, done):
    assert done.status == status, done.stderr
    assert "root:" not in done.stderr and "root:" not in done.out
    if status != OK:
        done.fails(status, *(case.words if status == case.status else ()))
        return
    assert "\x1b" not in done.stderr and "\x1b" not in done.out
    assert all(line.startswith("scanreq: ") for line in done.lines)
    assert case.warns in done.stderr if case.warns else True


@pytest.mark.parametrize("name", CASES)
def test_hostile(scanreq, tmp_path, name):
    case = CASES[name]
    path = tmp_path / "hostile.tar"
    path.write_bytes(made(name))
    check(case, case.status, scanreq("inspect", "--select", "@0", path))
    check(case, case.status, scanreq("inspect", "--select", "@0", "-", stdin=made(name)))


@pytest.mark.plain
@pytest.mark.parametrize("name", CASES)
def test_memory_of_hostile(scanreq, tmp_path, name):
    case = CASES[name]
    path = tmp_path / "hostile.tar"
    path.write_bytes(made(name))
    status, _, peak = test_memory.measure(scanreq, tmp_path, "inspect", "--select", "@0", path)
    assert (status, peak < PEAK_KIB) == (case.status, True), f"{status}, {peak} KiB"
    status, _, peak = test_memory.measure(scanreq, tmp_path, "inspect", "--verify-layers",
                                          "--select", "@0", path)
    expected = case.status if case.verified is None else case.verified
    assert (status, peak < PEAK_KIB) == (expected, True), f"{status}, {peak} KiB"


@pytest.mark.plain
@pytest.mark.parametrize("count, status, verified", [(60_000, OK, OK), (200_000, OK, BAD),
                                                     (1_000_000, BAD, BAD)])
def test_many_members(scanreq, tmp_path, count, status, verified):
    """Before the image; an eighth of them are links to the next, whose names are kept, too."""
    path = tmp_path / "many.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        for start in range(0, count, 1000):
            out.write(b"".join(link(f"m/{n}", f"m/{n + 1}") if n % 8 == 0
                               else member(f"m/{n}") for n in range(start, start + 1000)))
        out.write(classic())
    for args, expected in (((), status), (("--verify-layers",), verified)):
        have, _, peak = test_memory.measure(scanreq, tmp_path, "inspect", *args, path)
        assert (have, peak < PEAK_KIB) == (expected, True), f"{have}, {peak} KiB"


def boundaries(data):
    """Cuts around each member's header, data and padding, and the end blocks."""
    places = {len(data) - 1024, len(data) - 512}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for info in tar:
            places |= {info.offset, info.offset_data, info.offset_data + info.size}
    return sorted({place + step for place in places for step in (-1, 0, 1)
                   if 0 <= place + step <= len(data)})


@pytest.mark.parametrize("verify", [False, True])
def test_truncated_at_each_boundary(scanreq, tmp_path, verify):
    """A cut archive is an error, or says what the whole one says. Never another image."""
    data = classic()
    names = [tmp_path / f"{cut:06}" for cut in boundaries(data)]
    for name in names:
        name.write_bytes(data[:int(name.name)])
    whole = scanreq.json("inspect", "-", stdin=data)
    options = ["--verify-layers"] if verify else []
    done = scanreq("inspect", "--keep-going", "-o", "json", *options, *names)
    results = done.document["results"]
    assert len(results) == len(names)
    for name, result in zip(names, results):
        if result["error"]:
            assert result["error"]["exit_code"] == BAD, name.name
            continue
        assert int(name.name) >= len(data) - 1024 - 512, name.name
        for key in ("config_digest", "size", "names", "created", "layers"):
            assert result[key] == whole[key], name.name
        assert result["layers_verified"] is verify
