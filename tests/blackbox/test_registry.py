# SPDX-License-Identifier: MIT
"""Images of the real registry: what the program says equals what skopeo reads."""
import json
import socket

import pytest

import oci_image
import registries
import relays

ONE_IMAGE = [("ns/oci:1", oci_image.OCI_MANIFEST), ("ns/docker:1", oci_image.DOCKER_MANIFEST)]
INDEXES = [("ns/index:1", oci_image.OCI_INDEX, oci_image.OCI_MANIFEST),
           ("ns/list:1", oci_image.DOCKER_LIST, oci_image.DOCKER_MANIFEST)]


def check_image(result, host, name):
    """Compares a result with the manifest and config that skopeo reads."""
    raw = registries.skopeo_raw(host, name)
    config = registries.skopeo_raw(host, name, "--config")
    manifest = json.loads(raw)
    sizes = [layer["size"] for layer in manifest["layers"]]
    unique = {layer["digest"]: layer["size"] for layer in manifest["layers"]}
    assert result["source"] == "registry"
    assert result["manifest_digest"] == oci_image.sha256(raw)
    assert result["archive_manifest_digest"] is None
    assert result["config_digest"] == oci_image.sha256(config) == manifest["config"]["digest"]
    assert result["media_type"] == manifest["mediaType"]
    assert result["created"] == json.loads(config)["created"]
    assert result["labels"] == oci_image.LABELS
    assert result["size"] == {
        "bytes": len(config) + sum(sizes), "basis": "compressed", "config": len(config),
        "layers": sum(sizes), "unique": len(config) + sum(unique.values())}
    assert result["layers"] == [{"digest": layer["digest"], "size": layer["size"],
                                 "media_type": layer["mediaType"]}
                                for layer in manifest["layers"]]
    assert result["error"] is None
    check_request(result, oci_image.sha256(raw))


def check_request(result, digest):
    request = result["request"]
    assert request["Digest"] == digest.removeprefix("sha256:")
    assert request["ImageId"] == result["config_digest"].removeprefix("sha256:")
    assert request["ImageSize"] == result["size"]["bytes"]
    assert request["ImageCreate"] == oci_image.CREATED_MS
    assert result["provenance"]["Digest"]["how"] == "verified"
    assert result["provenance"]["ImageId"]["how"] == "verified"
    assert result["provenance"]["ImageSize"]["how"] == "verified"
    sent = {name for name, value in request.items() if value is not None}
    assert set(result["provenance"]) == sent
    assert set(result["omitted"]) == set(request) - sent


@pytest.mark.parametrize("name, media_type", ONE_IMAGE)
def test_image(scanreq, registry, name, media_type):
    result = scanreq.json("inspect", f"{registry}/{name}")
    assert result["media_type"] == media_type
    assert result["index_digest"] is None
    assert result["platform"] == "linux/amd64"
    check_image(result, registry, name)


@pytest.mark.parametrize("name, index_type, media_type", INDEXES)
@pytest.mark.parametrize("platform", [None, "linux/amd64", "linux/arm64", "linux/arm64/v8"])
def test_index(scanreq, registry, name, index_type, media_type, platform):
    index = registries.skopeo_raw(registry, name)
    assert json.loads(index)["mediaType"] == index_type
    choice = ["--platform", platform] if platform else []
    result = scanreq.json("inspect", f"{registry}/{name}", *choice)
    architecture = (platform or "linux/amd64").split("/")[1]
    entry = next(e for e in json.loads(index)["manifests"]
                 if e["platform"]["architecture"] == architecture)
    assert result["index_digest"] == oci_image.sha256(index)
    assert result["media_type"] == media_type
    assert result["platform"] == f"linux/{architecture}"  # v8 is what arm64 means
    assert result["platforms"] == ["linux/amd64", "linux/arm64"]
    check_image(result, registry, f"{name.partition(':')[0]}@{entry['digest']}")


@pytest.mark.parametrize("name, index_type, media_type", INDEXES)
def test_digest_of_index(scanreq, registry, name, index_type, media_type):
    result = scanreq.json("inspect", "--digest-of", "index", f"{registry}/{name}")
    index = oci_image.sha256(registries.skopeo_raw(registry, name))
    assert result["request"]["Digest"] == index.removeprefix("sha256:")
    assert result["index_digest"] == index
    assert result["manifest_digest"] not in (None, index)


def test_attestation_is_no_platform(scanreq, registry, sources):
    result = scanreq.json("inspect", f"{registry}/ns/attested:1")
    assert result["platforms"] == ["linux/amd64"]
    assert result["index_digest"] == sources.made_attested.digest
    assert result["manifest_digest"] == \
        sources.made_attested.images["linux/amd64"].digest


def test_sole_other_platform_needs_no_flag(scanreq, registry):
    index = oci_image.make_index("arm", ("linux/arm64/v8",), attestation=True)
    for image in [*index.images.values(), *index.extra]:
        registries.put_image(registry, "ns/arm", image, oci_image.OCI_MANIFEST)
    registries.put_manifest(registry, "ns/arm", "1", oci_image.OCI_INDEX, index.index)
    result = scanreq.json("inspect", f"{registry}/ns/arm:1")
    assert result["platform"] == "linux/arm64"
    assert result["error"] is None


@pytest.mark.parametrize("form, reference, tag", [
    ("{h}/ns/oci:1", "{h}/ns/oci:1", "1"),
    ("docker://{h}/ns/oci:1", "{h}/ns/oci:1", "1"),
    ("{h}/ns/oci", "{h}/ns/oci:latest", "latest"),
    ("{h}/ns/oci@{d}", "{h}/ns/oci@{d}", None),
    ("{h}/ns/oci:1@{d}", "{h}/ns/oci:1@{d}", "1"),
])
def test_forms_of_a_reference(scanreq, registry, sources, form, reference, tag):
    values = {"h": registry, "d": sources.made_image.digest}
    result = scanreq.json("inspect", form.format(**values))
    assert result["reference"] == reference.format(**values)
    assert result["input"] == form.format(**values)
    assert (result["registry"], result["repository"]) == (registry, "ns/oci")
    assert result["tag"] == result["request"]["Tag"] == tag
    assert ("Tag" in result["omitted"]) == (tag is None)
    assert result["manifest_digest"] == sources.made_image.digest


@pytest.mark.parametrize("name, namespace, repo_name", [
    ("ns/oci:1", "ns", "oci"),
    ("a/b/c/deep:1.0-rc_1", "a/b/c", "deep"),
    ("single:1", None, "single"),
])
def test_namespace_and_name(scanreq, registry, name, namespace, repo_name):
    result = scanreq.json("inspect", f"{registry}/{name}")
    assert result["namespace"] == result["request"]["Namespace"] == namespace
    assert result["repo_name"] == result["request"]["RepoName"] == repo_name


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="the machine has no IPv6 loopback")
def test_ipv6_host(scanreq, registry):
    with relays.Relay(registry, address="::1") as front:
        result = scanreq.json("inspect", f"{front.host}/ns/oci:1")
    assert front.host.startswith("[::1]:")
    assert result["registry"] == front.host
    assert result["error"] is None


@pytest.mark.parametrize("document", ["manifest", "config", "index"])
def test_raw_is_what_the_registry_holds(scanreq, registry, document):
    name = "ns/index:1" if document == "index" else "ns/docker:1"
    done = scanreq("inspect", "--raw", document, f"{registry}/{name}").ok()
    args = ["--config"] if document == "config" else []
    assert done.stdout == registries.skopeo_raw(registry, name, *args)


@pytest.fixture
def tls(scanreq, registry, tmp_path, test_names):
    """(program, host, CA file): the open registry behind nginx, by a name below .test."""
    with relays.nginx_tls(tmp_path / "nginx", registry) as (host, ca_file):
        yield scanreq.with_test_names(test_names), host, ca_file


def test_private_authority(tls, sources):
    scanreq, host, ca_file = tls
    result = scanreq.json("inspect", "--ca-file", ca_file, f"{host}/ns/oci:1")
    assert result["manifest_digest"] == sources.made_image.digest
    assert result["registry"] == host
    by_env = scanreq.with_env(SCANREQ_CA_FILE=ca_file)
    assert by_env.json("inspect", f"{host}/ns/oci:1")["error"] is None


def test_unknown_authority(tls):
    scanreq, host, _ = tls
    scanreq("inspect", f"{host}/ns/oci:1").fails(2, host, "name the authority", "--ca-file")


@pytest.mark.parametrize("called", ["Another one", "Private authority of the tests"])
def test_other_authority(tls, tmp_path, called):
    """The file that was named is named, and not asked for again."""
    scanreq, host, _ = tls
    other = relays.private_authority(tmp_path / "other", called=called) / "ca.pem"
    done = scanreq("inspect", "--retry", "3", "-v", "--ca-file", other, f"{host}/ns/oci:1")
    assert done.status == 2
    assert f"{other} issued it" in done.stderr and "name the authority" not in done.stderr
    assert "another attempt" not in done.stderr


def test_certificate_that_has_expired(scanreq, test_names, registry, tmp_path):
    named = scanreq.with_test_names(test_names)
    with relays.nginx_tls(tmp_path / "old", registry, age=40) as (host, ca_file):
        named("inspect", "--ca-file", ca_file, f"{host}/ns/oci:1").fails(
            2, host, "expired", "must be renewed")


@pytest.mark.parametrize("content", [b"", b"no certificate\n"])
def test_ca_file_without_certificate(scanreq, tmp_path, content):
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    scanreq("inspect", "--ca-file", path, "127.0.0.1:1/ns/app:1").fails(2, path)


def test_https_is_the_default(scanreq, registry, test_names):
    """A name that is not loopback is not spoken http to, even where http would answer."""
    host = f"registry.test:{registry.rpartition(':')[2]}"
    named = scanreq.with_test_names(test_names)
    named("inspect", f"{host}/ns/oci:1").fails(5, host)
    assert named.json("inspect", "--plain-http", host, f"{host}/ns/oci:1")["error"] is None
    other = named("inspect", "-q", "--plain-http", "other.test", f"{host}/ns/oci:1")
    other.fails(5, host)


def test_certificate_of_another_name(tls):
    scanreq, host, ca_file = tls
    other = host.replace("registry.test", "other.test")
    scanreq("inspect", "--ca-file", ca_file, f"{other}/ns/oci:1").fails(
        2, other, "by a name that its certificate holds")
