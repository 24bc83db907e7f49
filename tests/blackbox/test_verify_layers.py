# SPDX-License-Identifier: MIT
"""--verify-layers: every tool's archive holds, and one byte of a layer is enough to tell."""
import gzip
import io
import json
import subprocess
import tarfile

import pytest

import oci_image
import registries
import test_archive_matrix
from conftest import SAVED_NAME

MISSING, MISMATCH, USAGE = 3, 7, 2
PRODUCERS = test_archive_matrix.PRODUCERS
LAYOUTS = ("skopeo-layout", "umoci-layout")


def is_layer(data):
    """Layers are tars here, plain or in gzip."""
    return data[257:262] == b"ustar" or data[:2] == b"\x1f\x8b"


def layer_spans(data):
    """(offset, size) of each stored layer of a plain archive."""
    spans = []
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for info in tar:
            if info.isreg() and is_layer(tar.extractfile(info).read()):
                spans.append((info.offset_data, info.size))
    return spans


def bent(data, at):
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:]


def count(scanreq, data):
    """How many images the archive holds."""
    done = scanreq("inspect", "--select", "@10000", "-", stdin=data)
    assert done.status == MISSING
    for number in range(10):
        if scanreq("inspect", "--select", f"@{number}", "-", stdin=data).status != 0:
            return number
    raise AssertionError("too many images")


@pytest.fixture(scope="module", params=PRODUCERS)
def archive(request, tmp_path_factory):
    """The bytes of a plain archive of each producer."""
    return PRODUCERS[request.param](request, tmp_path_factory.mktemp("archive"))


def verify(scanreq, name, *args, **kwargs):
    return scanreq.json("inspect", "--verify-layers", *args, name, **kwargs)


@pytest.mark.parametrize("how", ["path", "pipe", "gzip", "gzip pipe"])
def test_good(scanreq, archive, tmp_path, how):
    data = gzip.compress(archive) if "gzip" in how else archive
    path = tmp_path / "archive"
    path.write_bytes(data)
    stdin = data if "pipe" in how else b""
    for number in range(count(scanreq, archive)):
        select = "--select", f"@{number}"
        result = verify(scanreq, "-" if stdin else path, *select, stdin=stdin)
        assert result["error"] is None
        assert result["layers_verified"] is True
        assert result["provenance"]["ImageSize"]["how"] == "verified"
        plain = scanreq.json("inspect", *select, path)
        assert plain["layers_verified"] is False
        assert plain["layers"] == result["layers"]
        assert plain["size"] == result["size"]


@pytest.mark.parametrize("how", ["path", "pipe", "gzip pipe"])
def test_flipped_byte(scanreq, archive, tmp_path, how):
    """In the middle of any layer, some image of the archive must tell."""
    images = count(scanreq, archive)
    for at, size in layer_spans(archive):
        data = bent(archive, at + size // 2)
        path = tmp_path / "archive"
        path.write_bytes(data)
        told = []
        for number in range(images):
            name, stdin = ("-", data) if "pipe" in how else (path, b"")
            if "gzip" in how:
                stdin = gzip.compress(data, compresslevel=1)
            done = scanreq("inspect", "-q", "--verify-layers", "--select", f"@{number}", name,
                           stdin=stdin)
            if done.status != 0:
                done.fails(MISMATCH, "layer ", "do not use the image")
                told.append(number)
        assert told, f"byte {at + size // 2} of a layer does not matter"


@pytest.mark.parametrize("name", ["skopeo", "skopeo-oci", "podman"])
def test_first_and_last_byte(request, scanreq, tmp_path, name):
    data = PRODUCERS[name](request, tmp_path)
    at, size = layer_spans(data)[-1]
    for position in (at, at + size - 1):
        done = scanreq("inspect", "--verify-layers", "-", stdin=bent(data, position))
        done.fails(MISMATCH, "layer ")


@pytest.fixture(params=LAYOUTS)
def layout(request, tmp_path, sources):
    path = tmp_path / "layout"
    registries.skopeo("copy", sources.image, f"oci:{path}:1")
    if request.param == "umoci-layout":
        subprocess.run(["umoci", "config", "--image", f"{path}:1", "--tag", "2",
                        "--config.user", "web"], check=True, capture_output=True)
        subprocess.run(["umoci", "rm", "--image", f"{path}:1"], check=True,
                       capture_output=True)
    return path


def layer_blobs(layout):
    return sorted(path for path in (layout / "blobs" / "sha256").iterdir()
                  if is_layer(path.read_bytes()))


def test_layout(scanreq, layout):
    result = verify(scanreq, f"oci:{layout}")
    assert result["error"] is None
    assert result["layers_verified"] is True
    blobs = layer_blobs(layout)
    assert len(blobs) == 2  # one of the three is listed twice
    for path in blobs:
        good = path.read_bytes()
        path.write_bytes(bent(good, len(good) // 2))
        scanreq("inspect", "--verify-layers", layout).fails(MISMATCH, f"sha256:{path.name}")
        path.write_bytes(good[:-1])
        scanreq("inspect", "--verify-layers", layout).fails(MISMATCH, f"sha256:{path.name}")
        scanreq("inspect", "-q", layout).ok()
        path.unlink()
        scanreq("inspect", "--verify-layers", layout).fails(MISSING, f"sha256:{path.name}")
        path.write_bytes(good)


def classic(layers, config=None, names=None, **members):
    """A classic archive of layers as they are stored; `members` replaces or adds."""
    config = config or {"architecture": "amd64", "os": "linux", "created": oci_image.CREATED,
                        "rootfs": {"type": "layers", "diff_ids": [
                            oci_image.sha256(layer) for layer in layers]}}
    paths = names or [f"{n}/layer.tar" for n in range(len(layers))]
    files = {**dict(zip(paths, layers)), "config.json": oci_image.to_json(config)}
    files["manifest.json"] = oci_image.to_json(
        [{"Config": "config.json", "RepoTags": [SAVED_NAME], "Layers": paths}])
    return {**files, **members}


def test_missing_layer(scanreq):
    layers = [oci_image.layer_of(str(n)) for n in range(3)]
    files = classic(layers)
    del files["1/layer.tar"]
    scanreq("inspect", "-q", "-", stdin=oci_image.tar_of(files)).ok()
    scanreq("inspect", "-q", "--verify-layers", "-", stdin=oci_image.tar_of(files)).fails(
        MISSING, "layer 1", oci_image.sha256(layers[1]), "not in the archive")


@pytest.mark.parametrize("more", [-1, 1])
def test_layer_count(scanreq, more):
    layers = [oci_image.layer_of(str(n)) for n in range(3)]
    diff_ids = [oci_image.sha256(layer) for layer in [*layers, b"another"]][:3 + more]
    data = oci_image.tar_of(classic(layers, {
        "architecture": "amd64", "os": "linux", "created": oci_image.CREATED,
        "rootfs": {"type": "layers", "diff_ids": diff_ids}}))
    scanreq("inspect", "-q", "-", stdin=data).ok()
    scanreq("inspect", "--verify-layers", "-", stdin=data).fails(
        MISMATCH, "3 layers", f"{3 + more} diff_ids")


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08\x00", b"BZh9", b"\xfd7zXZ\x00",
                                   b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"])
def test_looks_compressed(scanreq, start):
    """A file that begins like compressed data and is none, as a layer and beside them."""
    odd = start + bytes(range(256)) * 300
    files = classic([odd, oci_image.layer_of("web")], beside=odd)
    result = verify(scanreq, "-", stdin=oci_image.tar_of(files))
    assert result["error"] is None
    assert result["layers_verified"] is True


@pytest.mark.parametrize("pack", ["gzip -c", "bzip2 -c", "xz -c", "zstd -qc", "lz4 -qc"])
def test_compressed_layers(scanreq, pack):
    """Whatever a layer is compressed with, its diff_id is of the tar inside."""
    plain = oci_image.layer_of("web")
    packed = subprocess.run(pack.split(), input=plain, stdout=subprocess.PIPE,
                            check=True).stdout
    config = {"architecture": "amd64", "os": "linux", "created": oci_image.CREATED,
              "rootfs": {"type": "layers", "diff_ids": [oci_image.sha256(plain)] * 2}}
    result = verify(scanreq, "-", stdin=oci_image.tar_of(classic([packed, plain], config)))
    assert result["error"] is None
    cut = oci_image.tar_of(classic([packed[:-5], plain], config))
    scanreq("inspect", "--verify-layers", "-", stdin=cut).fails(
        MISMATCH, "layer 0", oci_image.sha256(plain), pack.split()[0])


def test_duplicate_members(scanreq):
    """Two members of one name and size that differ: readers would load different images."""
    layer = oci_image.layer_of("web")
    other = bent(layer, 700)
    for second, status in ((layer, 0), (other, MISSING)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, data in [("./0/layer.tar", second), *classic([layer]).items()]:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        done = scanreq("inspect", "-q", "--verify-layers", "-", stdin=out.getvalue())
        assert done.status == status
        assert ("twice" in done.stderr) == (status != 0)


def test_links(scanreq):
    """One stored layer by four names; its bytes are counted each time."""
    layer = oci_image.layer_of("web")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        links = {"a/layer.tar": (tarfile.SYMTYPE, "../store/x"),
                 "b/layer.tar": (tarfile.LNKTYPE, "store/x"),
                 "c/layer.tar": (tarfile.SYMTYPE, "../b/layer.tar")}
        names = [*links, "store/x"]
        for name, data in classic([layer] * 4, names=names).items():
            info = tarfile.TarInfo(name)
            if name in links:
                info.type, info.linkname = links[name]
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    result = verify(scanreq, "-", stdin=out.getvalue())
    assert result["error"] is None
    assert result["layers_verified"] is True
    assert result["size"]["layers"] == 4 * len(layer)
    assert result["size"]["unique"] == result["size"]["config"] + len(layer)
    at = out.getvalue().index(layer) + 600
    scanreq("inspect", "-q", "--verify-layers", "-", stdin=bent(out.getvalue(), at)).fails(
        MISMATCH, "layer 0", oci_image.sha256(layer))


def test_two_lists(scanreq):
    """manifest.json leads to another file of the same size than index.json."""
    image = oci_image.make_image()
    data, _ = oci_image.docker_save_with_index([SAVED_NAME], image, made=True)
    assert verify(scanreq, "-", stdin=data)["error"] is None
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        files = {info.name: tar.extractfile(info).read() for info in tar if info.isreg()}
    listing = json.loads(files["manifest.json"])
    listing[0]["Layers"][0] = "other/layer.tar"
    files["other/layer.tar"] = bent(image.layers[0], 700)
    files["manifest.json"] = oci_image.to_json(listing)
    scanreq("inspect", "-q", "-", stdin=oci_image.tar_of(files)).ok()
    scanreq("inspect", "-q", "--verify-layers", "-", stdin=oci_image.tar_of(files)).fails(
        MISMATCH, "layer 0", "own list")


def test_sparse_layer(scanreq):
    """GNU tar's sparse files are not read: the layer cannot be verified, and that is said."""
    layer = oci_image.layer_of("web")
    files = classic([layer])
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
           "GNU.sparse.name": "0/layer.tar", "GNU.sparse.realsize": str(1 << 40)}
    body = b"1\n512\n512\n".ljust(512, b"\0") + layer[:512]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            if name == "0/layer.tar":
                info.pax_headers, data = pax, body
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    scanreq("inspect", "-q", "--verify-layers", "-", stdin=out.getvalue()).fails(
        MISSING, "layer 0", "sparse")


def test_usage(scanreq):
    """Nothing is asked: no such registry could answer, and the status would be another."""
    scanreq("inspect", "--verify-layers", "127.0.0.1:1/ns/app:1").fails(
        USAGE, "--verify-layers", "not downloaded")
    scanreq("inspect", "--verify-layers", "docker-daemon:app:1").fails(
        USAGE, "--verify-layers", "engine")


@pytest.mark.parametrize("check", ["--verify-layers", "--require-tag-match"])
def test_no_image_to_check(submit, service, check):
    """A check that cannot be made is not passed over."""
    submit(check, "--namespace", "shop", "--repo-name", "web").fails(USAGE, check, "IMAGE")
    assert service.requests == []


def test_verbose(scanreq, skopeo_tar):
    done = scanreq("inspect", "-v", "--verify-layers", skopeo_tar).ok()
    assert "layers verified: 3" in done.stderr
    text = scanreq("inspect", "--explain", "--verify-layers", skopeo_tar).ok().out
    assert "verified, " in text


def test_submit(submit, service, skopeo_tar, tmp_path):
    """Nothing is sent for an image whose layers are not its own."""
    submit("--verify-layers", skopeo_tar).ok()
    assert len(service.requests) == 1
    data = skopeo_tar.read_bytes()
    at, size = layer_spans(data)[0]
    path = tmp_path / "bent.tar"
    path.write_bytes(bent(data, at + size // 2))
    submit("--verify-layers", path).fails(MISMATCH, "layer")
    assert len(service.requests) == 1
