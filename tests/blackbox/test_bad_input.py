# SPDX-License-Identifier: MIT
"""Bad input: its exit status, and one line that names the thing and what to do."""
import contextlib
import gzip
import pty
import socket
import subprocess

import pytest

import oci_image
import registries
import wire
from conftest import KEYS, SAVED_NAME

USAGE, IMAGE, DENIED, UNAVAILABLE, MISMATCH = 2, 3, 4, 5, 7
MANIFEST_LIMIT = 4 << 20


@pytest.mark.parametrize("args, words", [
    ([], ["help"]),
    (["frobnicate"], ["frobnicate", "help"]),
    (["--frobnicate", "inspect"], ["--frobnicate"]),
    (["inspect"], ["IMAGE", "help"]),
    (["inspect", "--frobnicate", "x"], ["--frobnicate", "help inspect"]),
    (["inspect", "-Z", "x"], ["-Z"]),
    (["inspect", "x", "--platform"], ["--platform"]),
    (["inspect", "--explain=yes", "x"], ["--explain"]),
    (["inspect", "--platform", "linux", "x"], ["linux", "(--platform)"]),
    (["inspect", "--platform", "unknown/s390x", "x"], ["unknown/s390x"]),
    (["inspect", "--platform", "linux/Unknown", "x"], ["linux/Unknown"]),
    (["submit", "--platform", "unknown/arm64", "x"], ["unknown/arm64"]),
    (["inspect", "--digest-of", "layer", "x"],
     [": digest-of must be", 'not "layer" (--digest-of)']),
    (["inspect", "--select", "@one", "./x"], ["@one"]),
    (["inspect", "--name", "Up:per", "./x"], ["Up:per"]),
    (["inspect", "--image-size", "12MB", "./x"], ["12MB"]),
    (["inspect", "-o", "yaml", "x"], ["yaml", "json"]),
    (["inspect", "--get", "colour", "x"], ["colour"]),
    (["inspect", "--raw", "layer", "x"], ["layer", "manifest"]),
    (["inspect", "--raw", "config", "--get", "size", "x"], ["--raw"]),
    (["inspect", "--timeout", "soon", "x"], [": timeout must be", 'not "soon" (--timeout)']),
    (["inspect", "--username", "u", "x"], ["username and password go together", "(--username)"]),
    (["inspect", "--region", "cn-hangzhou", "x"], ["--region"]),
    (["inspect", ""], ["empty"]),
    (["inspect", "-", "-"], ["standard input"]),
    (["inspect", "--username", "u", "--password-stdin", "-"], ["standard input"]),
    (["inspect", "--name", "a:1", "b:1", "c:1"], ["one IMAGE"]),
    (["inspect", "--offline", "127.0.0.1:1/ns/app:1"],
     ["offline switches the network off (--offline)"]),
    (["inspect", "--cert", "x.pem", "a/b:1"], ["cert and key go together", "(--cert)"]),
    (["help", "frobnicate"], ["frobnicate"]),
    (["version", "x"], ["version"]),
])
def test_usage(scanreq, args, words):
    scanreq(*args).fails(USAGE, *words)


@pytest.mark.parametrize("reference", [
    "registry.example.com/Upper/case:1", "ns/app:", "ns//app:1", "ns/app:-1", "app@sha256:12",
    "app@md5:d41d8cd98f00b204e9800998ecf8427e", "docker://", "ns/app:" + "t" * 129,
    "ns/app:1\n2", "a b", "-app", "[::1/ns/app:1", "user@host/ns/app:1",
    "https://registry.example.com/ns/app:1",
])
def test_malformed_reference(scanreq, reference):
    done = scanreq("inspect", "--", reference)
    done.fails(USAGE)


@pytest.mark.parametrize("name, word", [
    ("containers-storage:app", "podman save"), ("docker-daemon:", "docker-daemon"),
    ("dir:/tmp/x", "docker-archive"), ("docker-archive:", "PATH"), ("oci:", "PATH"),
])
def test_unsupported_scheme_says_what_to_use(scanreq, name, word):
    scanreq("inspect", name).fails(USAGE, name.partition(":")[0], word)


def test_file_named_without_its_path(scanreq, skopeo_tar):
    name = skopeo_tar.name
    scanreq("inspect", name, cwd=skopeo_tar.parent).fails(USAGE, f"./{name}",
                                                          f"docker://{name}")


def test_terminal_as_standard_input(scanreq):
    leader, follower = pty.openpty()
    with open(leader, "rb", buffering=0), open(follower, "rb", buffering=0) as terminal:
        scanreq("inspect", "-", stdin=terminal).fails(USAGE, "terminal", "save")


def broken_files(good):
    packed = gzip.compress(good)
    flipped = bytearray(packed)
    flipped[-6] ^= 1  # in the CRC-32 of the trailer
    return {
        "empty": b"",
        "text": b"this is no archive\n" * 400,
        "gzip of text": gzip.compress(b"this is no archive\n" * 400),
        "truncated gzip": packed[:len(packed) // 2],
        "gzip without its trailer": packed[:-8],
        "gzip with a bad CRC": bytes(flipped),
        "truncated tar": good[:len(good) // 2],
        "tar without manifest.json": oci_image.tar_of({"etc/motd": b"hello"}),
        "manifest.json is no JSON": oci_image.tar_of({"manifest.json": b"[{"}),
        "manifest.json is empty": oci_image.tar_of({"manifest.json": b"[]"}),
        "config is missing": oci_image.tar_of({
            "manifest.json": b'[{"Config":"x.json","RepoTags":["a:1"],"Layers":[]}]'}),
        "config is no JSON": oci_image.tar_of({
            "x.json": b"{'a':1}",
            "manifest.json": b'[{"Config":"x.json","RepoTags":["a:1"],"Layers":[]}]'}),
    }


BROKEN = list(broken_files(b"x" * 10240))


@pytest.mark.parametrize("how", ["path", "pipe", "file"])
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_archive(scanreq, tmp_path, kind, how):
    good = oci_image.docker_save([([SAVED_NAME], oci_image.make_image())])
    path = tmp_path / "broken.tar"
    path.write_bytes(broken_files(good)[kind])
    if how == "path":
        scanreq("inspect", path).fails(IMAGE, path)
    elif how == "pipe":
        scanreq("inspect", "-", stdin=path.read_bytes()).fails(IMAGE)
    else:
        with open(path, "rb") as stream:
            scanreq("inspect", "-", stdin=stream).fails(IMAGE)


def test_missing_file(scanreq, tmp_path):
    scanreq("inspect", tmp_path / "none.tar").fails(IMAGE, tmp_path / "none.tar")
    scanreq("inspect", "./none.tar").fails(IMAGE, "./none.tar")


def test_directory(scanreq, tmp_path):
    scanreq("inspect", f"{tmp_path}/").fails(IMAGE, tmp_path)


def test_endless_input_ends(scanreq):
    with open("/dev/zero", "rb") as stream:
        scanreq("inspect", "-", stdin=stream).fails(IMAGE)


@pytest.mark.parametrize("name", ["ns/oci:none", "ns/none:1", "ns/oci@sha256:" + "0" * 64])
def test_not_in_the_registry(scanreq, registry, name):
    scanreq("inspect", f"{registry}/{name}").fails(IMAGE, registry)
    error = scanreq.json("inspect", f"{registry}/{name}")["error"]
    assert (error["class"], error["http_status"], error["host"]) == ("not_found", 404, registry)


@pytest.mark.parametrize("name", ["ns/index:1", "ns/list:1"])
def test_index_without_the_platform(scanreq, registry, name):
    done = scanreq("inspect", "--platform", "linux/s390x", f"{registry}/{name}")
    done.fails(IMAGE, "linux/s390x", "--platform", "linux/amd64", "linux/arm64")


def test_image_for_another_platform(scanreq, registry):
    scanreq("inspect", "--platform", "linux/arm64", f"{registry}/ns/oci:1").fails(
        IMAGE, "linux/arm64", "linux/amd64")


def manifest_of(image, media_type=oci_image.OCI_MANIFEST, data=None, **headers):
    data = image.manifest if data is None else data
    return registries.manifest_answer(data, media_type, **headers)


def scripted_image(scripted, image, manifest, config=None, reference="1"):
    """A registry that answers with `manifest`, and with the image's config or another."""
    config = image.config if config is None else config
    digest = oci_image.sha256(image.config)
    return scripted({f"/v2/ns/app/manifests/{reference}": manifest,
                     f"/v2/ns/app/blobs/{digest}": registries.blob_answer(config)})


@pytest.mark.parametrize("chunked", [False, True])
def test_oversize_manifest(scanreq, scripted, chunked):
    image = oci_image.make_image()
    answer = manifest_of(image, data=image.manifest + b" " * MANIFEST_LIMIT)
    answer.chunked = chunked
    server = scripted_image(scripted, image, answer)
    scanreq("inspect", f"{server.host}/ns/app:1").fails(IMAGE, server.host)


def test_digest_that_the_manifest_does_not_have(scanreq, scripted):
    image, other = oci_image.make_image(), oci_image.make_image("other")
    server = scripted_image(scripted, image, manifest_of(other), reference=image.digest)
    scanreq("inspect", f"{server.host}/ns/app@{image.digest}").fails(MISMATCH, image.digest)


def test_digest_header_that_the_manifest_does_not_have(scanreq, scripted):
    image, other = oci_image.make_image(), oci_image.make_image("other")
    server = scripted_image(scripted, image,
                            manifest_of(image, Docker_Content_Digest=other.digest))
    scanreq("inspect", f"{server.host}/ns/app:1").fails(MISMATCH, other.digest)


@pytest.mark.parametrize("change", [
    lambda config: config.replace(b"amd64", b"arm64"),  # same size
    lambda config: config + b" ",
    lambda config: config[:-1],
], ids=["same size", "longer", "shorter"])
def test_config_that_is_not_the_manifests(scanreq, scripted, change):
    image = oci_image.make_image()
    server = scripted_image(scripted, image, manifest_of(image), change(image.config))
    scanreq("inspect", f"{server.host}/ns/app:1").fails(MISMATCH, "config")


def test_index_that_lies_about_the_platform(scanreq, scripted):
    image = oci_image.make_image(architecture="arm64")
    index = oci_image.to_json({
        "schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
        "manifests": [image.describe(platform={"os": "linux", "architecture": "amd64"})]})
    server = scripted_image(scripted, image, manifest_of(image), reference=image.digest)
    server.answers["/v2/ns/app/manifests/1"] = manifest_of(image, oci_image.OCI_INDEX, index)
    scanreq("inspect", "--platform", "linux/amd64", f"{server.host}/ns/app:1").fails(
        MISMATCH, "linux/amd64", "linux/arm64")


@pytest.mark.parametrize("data, media_type", [
    (b"<html>hello</html>", "text/html"),
    (b"{}", oci_image.OCI_MANIFEST),
    (b'{"schemaVersion":1,"name":"x"}', "application/vnd.docker.distribution.manifest.v1+json"),
    (b'{"schemaVersion":2,"layers":[]}', oci_image.OCI_MANIFEST),
    (b'{"schemaVersion":2,"manifests":[]}', oci_image.OCI_INDEX),
    (b"[" * 1000, oci_image.OCI_MANIFEST),
    (b'{"schemaVersion":2,"schemaVersion":2}', oci_image.OCI_MANIFEST),
], ids=["HTML", "empty", "schema 1", "no config", "empty index", "nested", "repeated name"])
def test_manifest_that_is_none(scanreq, scripted, data, media_type):
    image = oci_image.make_image()
    server = scripted_image(scripted, image, manifest_of(image, media_type, data))
    scanreq("inspect", f"{server.host}/ns/app:1").fails(IMAGE)


@pytest.mark.parametrize("body, word", [
    (b'{"errors":[{"code":"DENIED","message":"no\\u001b[31m\\n::error::x"}]}', "DENIED"),
    (b"<html>\x1b]0;title\x07</html>", "403"),
], ids=["JSON", "HTML"])
def test_text_of_a_server_cannot_move_the_cursor(scanreq, scripted, body, word):
    server = scripted({"/v2/ns/app/manifests/1": wire.Answer(403, body)})
    done = scanreq("inspect", f"{server.host}/ns/app:1")
    done.fails(DENIED, server.host, word)
    assert "\x1b" not in done.stderr and "\x07" not in done.stderr


@contextlib.contextmanager
def dead_port():
    """A port that nobody listens on while it is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def test_dead_registry(scanreq):
    with dead_port() as host:
        scanreq("inspect", f"{host}/ns/app:1").fails(UNAVAILABLE, host)


def test_dead_service(scanreq, skopeo_tar):
    keyed = scanreq.with_env(**KEYS)
    with dead_port() as host:
        done = keyed("submit", "--region", "cn-hangzhou", "--endpoint", host, skopeo_tar)
        done.fails(UNAVAILABLE, host)


def test_no_keys(scanreq, service, skopeo_tar):
    run = scanreq.with_env(SCANREQ_TOKEN=KEYS["SCANREQ_TOKEN"])
    done = run("submit", "--endpoint", service.url, skopeo_tar)
    done.fails(DENIED, "ALIBABA_CLOUD_ACCESS_KEY_ID")
    assert service.requests == []


@pytest.mark.parametrize("args, status, words", [
    (["--region", "mars"], USAGE, ["mars"]),
    ([], USAGE, ["--region"]),
    (["--endpoint", "ftp://x"], USAGE, ["endpoint", "https"]),
    (["--region", "cn-hangzhou"], DENIED, ["ALIBABA_CLOUD_ACCESS_KEY_ID"]),
    (["--region", "cn-hangzhou", "--dry-run"], IMAGE, ["none.tar"]),
])
def test_settings_are_checked_before_the_image(scanreq, args, status, words):
    scanreq("submit", *args, "./none.tar").fails(status, *words)


@pytest.mark.parametrize("missing", ["ALIBABA_CLOUD_ACCESS_KEY_ID",
                                     "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
def test_half_of_the_keys(scanreq, service, skopeo_tar, missing):
    run = scanreq.with_env(**{**KEYS, missing: ""})
    run("submit", "--endpoint", service.url, skopeo_tar).fails(DENIED, missing)
    assert service.requests == []


def test_wrong_secret(submit, service, skopeo_tar):
    wrong = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "tampered-secret-of-nobody"}
    done = submit(skopeo_tar, env=wrong)
    done.fails(DENIED, "SignatureDoesNotMatch", service.host)
    assert "tampered" not in done.stderr
    assert [r.verdict for r in service.requests] == ["SignatureDoesNotMatch"]


@pytest.mark.parametrize("args, words", [
    ([], ["--region", "tds.cn-shanghai", "tds.ap-southeast-1"]),
    (["--region", "mars-north-1"], ["mars-north-1", "tds.cn-shanghai", "tds.ap-southeast-1"]),
    (["--region", "CN_1"], ["CN_1"]),
    (["--endpoint", "http://example.com"], ["https"]),
    (["--endpoint", "https://example.com/path"], ["path"]),
    (["--endpoint", "ftp://example.com"], ["endpoint", "http"]),
    (["--region", "cn-hangzhou", "--fixed-time", "2024-06-03T10:00:00Z"], ["(--fixed-time)"]),
    (["--region", "cn-hangzhou", "--fixed-nonce", "x"], ["(--fixed-nonce)"]),
    (["--region", "cn-hangzhou", "--offline"], ["--dry-run"]),
    (["--region", "cn-hangzhou", "--token-file", "/none/such"], ["/none/such"]),
])
def test_submit_usage(scanreq, skopeo_tar, args, words):
    scanreq.with_env(**KEYS)("submit", *args, skopeo_tar).fails(USAGE, *words)


def test_failed_result_in_json(scanreq, tmp_path):
    """JSON is written whatever happens, once the arguments are valid."""
    done = scanreq("inspect", "-o", "json", tmp_path / "none.tar")
    assert (done.status, done.result["error"]["exit_code"]) == (IMAGE, IMAGE)
    assert done.document["summary"]["failed"] == 1
    assert len(done.lines) == 1


def test_output_that_cannot_be_written(scanreq, skopeo_tar):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([scanreq.path, "inspect", skopeo_tar], env=scanreq.env, stdout=full,
                              stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"scanreq: cannot write")
