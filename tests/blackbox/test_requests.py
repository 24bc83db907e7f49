# SPDX-License-Identifier: MIT
"""What an image costs: so many requests, over one connection, and no layer."""
import json

import pytest

import oci_image
import registries
import scripted_registry

pytestmark = pytest.mark.plain


@pytest.mark.parametrize("name, requests", [
    ("ns/oci:1", 2), ("ns/docker:1", 2), ("ns/index:1", 3), ("ns/list:1", 3),
    ("ns/attested:1", 3),
])
def test_requests_on_an_open_registry(scanreq, registry, relay, name, requests):
    front = relay(registry)
    result = scanreq.json("inspect", f"{front.host}/{name}")
    assert result["error"] is None
    assert front.connections == 1
    assert len(front.lines) == requests, front.lines
    repository, _, tag = name.partition(":")
    assert front.lines[0] == f"GET /v2/{repository}/manifests/{tag}"
    assert front.lines[-1] == f"GET /v2/{repository}/blobs/{result['config_digest']}"


def test_requests_by_digest(scanreq, registry, relay, sources):
    front = relay(registry)
    scanreq("inspect", f"{front.host}/ns/oci@{sources.made_image.digest}").ok()
    assert front.connections == 1
    assert len(front.lines) == 2


def test_requests_with_bearer(scanreq, token_registry, relay, sources):
    """At most two more for the first image of a repository, and none for the next."""
    host, server = token_registry
    front, name = relay(host), "public/app"
    server.forget()
    digest = sources.made_image.digest
    scanreq("inspect", "--jobs", "1", "-o", "json", f"{front.host}/{name}:1",
            f"{front.host}/{name}@{digest}", f"{front.host}/{name}:1").ok()
    assert len(server.requests) == 1
    assert [line.rpartition("/")[2] for line in front.lines[:3]][:2] == ["1", "1"]
    assert len(front.lines) == 3 + 2 + 2, front.lines
    assert front.connections == 1


def test_one_token_for_images_at_the_same_time(scanreq, token_registry):
    """Those who find themselves asked for a login wait for the one that fetches it."""
    host, server = token_registry
    server.forget()
    scanreq("inspect", "--jobs", "8", "-o", "json", *[f"{host}/public/app:1"] * 16).ok()
    assert len(server.requests) == 1


def test_requests_with_basic(scanreq, htpasswd_registry, relay, tmp_path):
    """One more for the first image, and none for the next."""
    front = relay(htpasswd_registry)
    path = scripted_registry.authfile(
        tmp_path / "auth.json", **{front.host: (registries.USER, registries.PASSWORD)})
    name = f"{front.host}/ns/app:1"
    scanreq("inspect", "--jobs", "1", "-o", "json", "--authfile", path, name, name).ok()
    assert len(front.lines) == 3 + 2, front.lines
    assert front.connections == 1


def test_no_layer_is_fetched(scanreq, registry, relay):
    front = relay(registry)
    scanreq("inspect", f"{front.host}/ns/oci:1").ok()
    layers = json.loads(registries.skopeo_raw(registry, "ns/oci:1"))["layers"]
    for layer in layers:
        assert not any(layer["digest"] in line for line in front.lines)


def test_accept_names_all_four_types(scanreq, registry, relay):
    front = relay(registry)
    scanreq("inspect", f"{front.host}/ns/oci:1").ok()
    head = front.heads[0].decode().lower()
    accept = ",".join(line.partition(":")[2] for line in head.splitlines()
                      if line.startswith("accept:"))
    for media_type in (oci_image.OCI_MANIFEST, oci_image.OCI_INDEX,
                       oci_image.DOCKER_MANIFEST, oci_image.DOCKER_LIST):
        assert media_type in accept
    assert b"authorization" not in front.heads[0].lower()


def test_submit_costs_one_request_more(submit, service, registry, relay):
    front = relay(registry)
    submit(f"{front.host}/ns/oci:1").ok()
    assert (front.connections, len(front.lines)) == (1, 2)
    assert len(service.requests) == 1
