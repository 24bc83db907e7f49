# SPDX-License-Identifier: MIT
"""Where a registry may lead a client: addresses of redirects, in all their spellings.

The library that moves names and addresses makes a name below .test 127.0.0.1; what
NAME_ADDRESSES says goes before it.
"""
import json

import pytest

import oci_image
import registries
from scripted_registry import Step, blob, config_path, manifest, manifest_path, move

IMAGE = 3
METADATA = "http://100.100.100.200"
SPECIAL = ("http://100.100.100.200/", "http://100.100.100.200./", "http://0x646464c8/",
           "http://1684301000/", "http://0144.0144.0144.0310/", "http://100.100.25800/",
           "http://[::ffff:100.100.100.200]/", "http://[::100.100.100.200]/",
           "http://[64:ff9b::100.100.100.200]/", "http://[64:ff9b:1::6464:64c8]/",
           "http://[2002:6464:64c8::1]/", "http://169.254.169.254/", "http://[fe80::1]/",
           "http://[fd00:ec2::254]/", "http://0.0.0.0/", "http://[::]/", "http://224.0.0.1/")
PRIVATE = ("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[fd00::1]", "[::10.1.2.3]",
           "[64:ff9b::a01:203]", "[2002:a01:203::]", "10.66051", "012.1.2.3")


@pytest.fixture
def image():
    return oci_image.make_image()


def places(**names):
    """What names resolve to: NAME_ADDRESSES of resolve-test-names.c."""
    return {"NAME_ADDRESSES": " ".join(f"{name}={address}" for name, address in names.items())}


def reads(origin, image, store=None, target=None):
    """A pull whose config is at `target`, served by `store`."""
    steps = [Step(origin, manifest_path(image), manifest(image))]
    if target:
        steps.append(Step(origin, config_path(image), move(target)))
    return steps + ([Step(store, "/x", blob(image.config))] if store else [])


@pytest.mark.parametrize("target", SPECIAL)
def test_metadata_is_never_a_target(play, image, target):
    """Not even for a registry on this machine; and nothing of its body is shown."""
    play.origin(METADATA)
    registry = play.origin("http://127.0.0.1:5000")
    play.inspect("127.0.0.1:5000/ns/app:1",
                 steps=reads(registry, image, target=f"{target}x")).fails(
                     IMAGE, "127.0.0.1:5000 redirects to", "metadata", "--allow-redirect")


@pytest.mark.parametrize("host", PRIVATE)
def test_public_registry_does_not_lead_to_a_private_address(play, image, host):
    registry = play.origin("https://registry.test")
    play.inspect("registry.test/ns/app:1", env=places(**{"registry.test": "203.0.113.7"}),
                 steps=reads(registry, image, target=f"https://{host}/x")).fails(
                     IMAGE, "a private address", "--allow-redirect")


@pytest.mark.parametrize("registry_at", ["10.9.9.9", "192.168.7.7", "100.103.0.1"])
def test_private_registry_may_have_a_private_store(play, image, registry_at):
    """By its own address, or by the one that its name leads to."""
    store = play.origin("http://10.1.2.3:9000")
    named = play.origin("http://registry.test:5000")
    at = play.origin(f"http://{registry_at}:5000")
    for origin, name in ((named, "registry.test:5000"), (at, f"{registry_at}:5000")):
        play.inspect("-q", "--plain-http", name, f"{name}/ns/app:1",
                     env=places(**{"registry.test": registry_at}),
                     steps=reads(origin, image, store, "http://10.1.2.3:9000/x")).ok()


def test_registry_of_this_machine_may_lead_outwards(play, image):
    registry = play.origin("http://127.0.0.1:5000")
    for target in ("http://10.1.2.3:9000", "http://203.0.113.7:80", "http://127.0.0.1:9000"):
        store = play.origin(target)
        play.inspect("127.0.0.1:5000/ns/app:1",
                     steps=reads(registry, image, store, f"{target}/x")).ok()


@pytest.mark.parametrize("target, place", [
    ("http://127.0.0.1:9000", "an address of this machine"),
    ("http://localhost:9000", "an address of this machine"),
    ("http://localhost.:9000", "an address of this machine"),
    ("http://127.1:9000", "an address of this machine")])
def test_private_registry_does_not_lead_to_this_machine(play, image, target, place):
    play.origin("http://127.0.0.1:9000")
    registry = play.origin("http://10.9.9.9:5000")
    play.inspect("-q", "--plain-http", "10.9.9.9:5000", "10.9.9.9:5000/ns/app:1",
                 steps=reads(registry, image, target=f"{target}/x")).fails(IMAGE, place)


@pytest.mark.parametrize("allowed", ["10.1.2.3", "10.1.2.3:9000", "10.1.2.3:9001"])
def test_redirect_to_a_private_address_may_be_allowed(play, image, allowed):
    registry = play.origin("http://registry.test:5000")
    store = play.origin("http://10.1.2.3:9000")
    fits = allowed != "10.1.2.3:9001"
    done = play.inspect("-q", "--plain-http", "registry.test", "--allow-redirect", allowed,
                        "registry.test:5000/ns/app:1",
                        env=places(**{"registry.test": "203.0.113.7"}),
                        steps=reads(registry, image, store if fits else None,
                                    "http://10.1.2.3:9000/x"))
    if fits:
        done.ok()
    else:
        done.fails(IMAGE, "to allow it, set allow-redirect to 10.1.2.3:9000 (--allow-redirect)")


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "100.100.100.200",
                                    "169.254.169.254"])
def test_name_in_http_is_looked_through(play, image, inside):
    """A name that leads inside: it is connected to by nobody who came from outside."""
    registry = play.origin("http://registry.test")
    play.origin("http://cdn.test")
    for allowed in ([], ["--allow-redirect", "other.test"]):
        play.inspect("-q", "--plain-http", "registry.test", *allowed, "registry.test/ns/app:1",
                     env=places(**{"registry.test": "203.0.113.7", "cdn.test": inside}),
                     steps=reads(registry, image, target="http://cdn.test/x")).fails(
                         IMAGE, "cdn.test", "allow-redirect to cdn.test")


def test_name_in_http_that_leads_outside_or_is_allowed(play, image):
    registry, store = play.origin("http://registry.test"), play.origin("http://cdn.test")
    steps = reads(registry, image, store, "http://cdn.test/x")
    run = ("-q", "--plain-http", "registry.test", "registry.test/ns/app:1")
    for registry_at, store_at, allowed in (
            ("203.0.113.7", "203.0.113.8", []), ("10.1.2.3", "192.168.0.9", []),
            ("203.0.113.7", "10.1.2.3", ["--allow-redirect", "cdn.test:80"])):
        play.inspect(*allowed, *run, steps=steps,
                     env=places(**{"registry.test": registry_at, "cdn.test": store_at})).ok()


def test_connection_that_stands_is_looked_at_again(play, image):
    """An image of a private registry; then another registry's redirect to that host."""
    inside, outside = play.origin("http://other.test"), play.origin("http://registry.test")
    done = play.inspect("-q", "-o", "json", "--keep-going", "--plain-http", "other.test",
                        "--plain-http", "registry.test", "other.test/ns/app:1",
                        "registry.test/ns/app:1",
                        env=places(**{"registry.test": "203.0.113.7", "other.test": "10.1.2.3"}),
                        steps=reads(inside, image, inside, "/x") +
                        reads(outside, image, target="http://other.test/x"))
    first, second = done.document["results"]
    assert first["error"] is None and "allow-redirect" in second["error"]["message"]


@pytest.mark.parametrize("inside", ["10.1.2.3", "192.168.0.9"])
def test_name_in_https_is_vouched_for_by_its_certificate(play, image, inside):
    """A store behind a private endpoint of a cloud."""
    registry, store = play.origin("https://registry.test"), play.origin("https://cdn.test")
    play.inspect("registry.test/ns/app:1",
                 env=places(**{"registry.test": "203.0.113.7", "cdn.test": inside}),
                 steps=reads(registry, image, store, "https://cdn.test/x")).ok()


def test_name_in_https_that_leads_to_metadata(play, image):
    registry = play.origin("https://registry.test")
    play.origin("https://cdn.test")
    play.inspect("registry.test/ns/app:1",
                 env=places(**{"registry.test": "203.0.113.7", "cdn.test": "100.100.100.200"}),
                 steps=reads(registry, image, target="https://cdn.test/x")).fails(
                     IMAGE, "cdn.test", "--allow-redirect")


def test_real_registry_behind_a_redirect_of_its_own(scanreq, registry, scripted):
    """docker-registry on this machine as the store of another one there."""
    config = json.loads(registries.skopeo_raw(registry, "ns/oci:1"))["config"]["digest"]
    front = scripted({path: move(f"http://{registry}{path}") for path in (
        "/v2/ns/oci/manifests/1", f"/v2/ns/oci/blobs/{config}")})
    scanreq("inspect", f"{front.host}/ns/oci:1").ok()
    assert len(front.requests) == 2
