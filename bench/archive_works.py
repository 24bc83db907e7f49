# SPDX-License-Identifier: MIT
"""Work on saved images, and starting up."""
import hashlib
import json
import os
import random
import subprocess
import tarfile

from common import Work

GIB, MIB = 1 << 30, 1 << 20
PACKERS = {"gzip": "gzip -c", "zstd": "zstd -q -c"}
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"


def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def member(name, content):
    return header(name, len(content)) + content + bytes(-len(content) % 512)


def config_of(diff_ids):
    return json.dumps({"architecture": "amd64", "os": "linux",
                       "created": "2024-06-03T10:00:00Z", "rootfs": {
                           "type": "layers",
                           "diff_ids": [f"sha256:{digest}" for digest in diff_ids]}}).encode()


def docker_documents(diff_ids):
    """Config and manifest.json of a classic archive with layers of these digests."""
    config = config_of(diff_ids)
    name = hashlib.sha256(config).hexdigest() + ".json"
    listed = [{"Config": name, "RepoTags": ["bench/image:1"],
               "Layers": [f"{n}/layer.tar" for n in range(len(diff_ids))]}]
    return member(name, config) + member("manifest.json", json.dumps(listed).encode())


def blob(data):
    return member("blobs/sha256/" + hashlib.sha256(data).hexdigest(), data)


def descriptor(media_type, data):
    return {"mediaType": media_type, "digest": "sha256:" + hashlib.sha256(data).hexdigest(),
            "size": len(data)}


def oci_documents(diff_ids, size):
    config = config_of(diff_ids)
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": descriptor(CONFIG_TYPE, config),
        "layers": [{"mediaType": LAYER_TYPE, "digest": f"sha256:{digest}", "size": size}
                   for digest in diff_ids]}).encode()
    index = json.dumps({"schemaVersion": 2,
                        "manifests": [descriptor(MANIFEST_TYPE, manifest)]}).encode()
    return blob(config) + blob(manifest) + member("index.json", index) + \
        member("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


def sparse(path, size, oci=False, layers=4):
    """Layers that take no room on the disk: for what is not read through."""
    diff_ids = [f"{n:064x}" for n in range(layers)]
    with open(path, "wb") as out:
        for number, digest in enumerate(diff_ids):
            out.write(header(f"blobs/sha256/{digest}" if oci else f"{number}/layer.tar", size))
            out.seek(size, os.SEEK_CUR)
        out.write((oci_documents(diff_ids, size) if oci else docker_documents(diff_ids)) +
                  bytes(1024))
    return path


def dense(path, size, layers=4):
    """Layers that compress to about half."""
    chance, diff_ids = random.Random(1), []
    with open(path, "wb") as out:
        for number in range(layers):
            out.write(header(f"{number}/layer.tar", size))
            digest = hashlib.sha256()
            for _ in range(size // MIB):
                half = chance.randbytes(MIB // 8)
                piece = b"".join(half[i:i + 4096] + bytes(range(128)) * 32
                                 for i in range(0, len(half), 4096)) * 4
                digest.update(piece)
                out.write(piece)
            diff_ids.append(digest.hexdigest())
        out.write(docker_documents(diff_ids) + bytes(1024))
    return path


def start(bench):
    return Work("start", "starting up: `scanreq version`", {
        "limit": [bench.tool("limit-registry-static")], "libraries": [bench.tool("limit-start")],
        **bench.ours("version"), "skopeo": ["skopeo", "--version"],
        "crane": ["crane", "version"]}, rounds=15)


def skopeo(kind, path):
    return {"skopeo": ["skopeo", "inspect", f"{kind}:{path}"]}


def works(bench, wanted):
    """Yields each Work; its files are there as long as it lasts."""
    limit, walk = bench.tool("limit-archive"), bench.tool("limit-walk-static")
    if wanted("start"):
        yield start(bench)
    if wanted("docker"):
        path = sparse(bench.work / "docker.tar", GIB // 2)
        yield Work("docker", "docker archive of 2 GiB, by path", {
            "limit": [walk, path], **bench.ours("inspect", path),
            **skopeo("docker-archive", path)}, rounds=15)
    if wanted("oci"):
        path = sparse(bench.work / "oci.tar", GIB // 2, oci=True)
        yield Work("oci", "OCI archive of 2 GiB, by path", {
            "limit": [walk, path], **bench.ours("inspect", path),
            **skopeo("oci-archive", path)}, rounds=15, once=("skopeo",))
        path.unlink()
    if wanted("pipe"):
        path = sparse(bench.work / "docker.tar", GIB // 2)
        yield Work("pipe", "docker archive of 2 GiB, through a pipe", {
            "limit": [limit, "skip"], **bench.ours("inspect", "-"),
            **skopeo("docker-archive", "/dev/stdin")}, rounds=5, pipe_from=path,
            once=("skopeo",))
        path.unlink()
    if any(map(wanted, ("verify", *PACKERS, *(f"verify-{name}" for name in PACKERS)))):
        yield from packed(bench, wanted, limit)


def packed(bench, wanted, limit):
    plain = dense(bench.work / "plain.tar", 64 * MIB)
    if wanted("verify"):
        yield Work("verify", "every layer hashed, 256 MiB, by path", {
            "limit": ["openssl", "dgst", "-sha256", plain],
            **bench.ours("inspect", "--verify-layers", plain)}, rounds=7)
    for name, packer in PACKERS.items():
        decompress = "inflate" if name == "gzip" else "skip"
        path = bench.work / f"packed.{name}"
        with open(plain, "rb") as source, open(path, "wb") as out:
            subprocess.run(packer.split(), stdin=source, stdout=out, check=True)
        if wanted(name):
            yield Work(name, f"docker archive of 256 MiB, {name}", {
                "limit": [limit, decompress, path],
                **bench.ours("inspect", path), **skopeo("docker-archive", path)}, rounds=5,
                once=("skopeo",))
        if wanted(f"verify-{name}"):
            one_by_one = f"{limit} {decompress} {path} && openssl dgst -sha256 {plain}"
            yield Work(f"verify-{name}", f"every layer decompressed and hashed, 256 MiB, {name}", {
                "limit": ["sh", "-c", one_by_one],
                **bench.ours("inspect", "--verify-layers", path)}, rounds=5)
        path.unlink()
    plain.unlink()
