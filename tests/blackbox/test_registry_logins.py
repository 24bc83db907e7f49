# SPDX-License-Identifier: MIT
"""Which stored login is used, and what is said of it when it is refused."""
import pytest

import oci_image
from scripted_registry import (Step, authfile, basic, blob, config_path, manifest,
                               manifest_path, refuse, say, scope, token)

USER, SECRET = "builder", "correct-horse-battery"
MINE = basic(USER, SECRET)
HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",' \
      'scope="repository:library/nginx:pull"'
HUB_TOKEN = f"/token?service=registry.docker.io&{scope('library/nginx')}"
HUB_ALIASES = ("https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io")


@pytest.fixture
def image():
    return oci_image.make_image()


@pytest.fixture
def login(tmp_path):
    return lambda auths: ("--authfile", authfile(tmp_path / "auth.json", **auths))


@pytest.fixture
def hub(play):
    return play.origin("https://registry-1.docker.io"), play.origin("https://auth.docker.io")


def reads_hub(hub, image, ask, value=None):
    """A pull of nginx from Docker Hub, whose token server is asked with `value`."""
    registry, auth = hub
    return [Step(registry, manifest_path(image, "library/nginx"), refuse(HUB)),
            Step(auth, ask, token("t"), value),
            Step(registry, manifest_path(image, "library/nginx"), manifest(image), "Bearer t"),
            Step(registry, config_path(image, "library/nginx"), blob(image.config), "Bearer t")]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("key", HUB_ALIASES)
def test_hub_is_first_what_it_is_called(play, image, hub, login, key, first):
    """As for skopeo, and whatever the order of the members in the file."""
    logins = {key: ("other", "none of it"), "docker.io": (USER, SECRET)}
    keys = sorted(logins, key=lambda k: (k == "docker.io") != first)
    play.inspect(*login({k: logins[k] for k in keys}), "docker.io/nginx:1",
                 steps=reads_hub(hub, image, f"{HUB_TOKEN}&account={USER}", MINE)).ok()


def test_tokens_of_the_hub_are_no_login(play, image, hub, login):
    kept = {f"https://index.docker.io/v1/{name}": (USER, SECRET)
            for name in ("access-token", "refresh-token")}
    play.inspect(*login(kept), "docker.io/nginx:1",
                 steps=reads_hub(hub, image, HUB_TOKEN)).ok()


@pytest.mark.parametrize("key, asked", [
    ("docker.io", "docker.io"), ("https://index.docker.io/v1/", "https://index.docker.io/v1/")])
def test_helper_of_the_hub_is_asked_by_the_name_in_the_file(play, image, hub, tmp_path, key,
                                                             asked):
    helper = play.program.home / "bin" / "docker-credential-tests"
    helper.parent.mkdir()
    helper.write_text(f"#!/bin/sh\nread -r server\n[ $server = {asked} ] && "
                      f"echo '{{\"Username\":\"{USER}\",\"Secret\":\"{SECRET}\"}}'\n")
    helper.chmod(0o755)
    config = tmp_path / "config.json"
    config.write_bytes(oci_image.to_json({"credHelpers": {key: "tests"}}))
    play.inspect("--authfile", config, "nginx:1",
                 env={"PATH": f"{helper.parent}:{play.program.env['PATH']}"},
                 steps=reads_hub(hub, image, f"{HUB_TOKEN}&account={USER}", MINE)).ok()


def test_url_of_a_login_may_have_any_path(play, image, login):
    registry = play.origin("https://registry.test")
    play.inspect(*login({"https://registry.test/path/": (USER, SECRET)}),
                 "registry.test/ns/app:1", steps=[
                     Step(registry, manifest_path(image), refuse('Basic realm="r"')),
                     Step(registry, manifest_path(image), manifest(image), MINE),
                     Step(registry, config_path(image), blob(image.config), MINE)]).ok()


@pytest.mark.parametrize("auth", ["!", "YWxpY2U=", "AAAA", "dXNlcjpwYQ"])
def test_broken_entry_is_named(play, image, login, auth):
    registry = play.origin("https://registry.test")
    play.inspect(*login({"registry.test": {"auth": auth}}), "registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"'))]).fails(
            2, "auth.json", '"registry.test" is broken')


# --- what is said of one that is refused -----------------------------------------------------

def denied(text):
    body = {"errors": [{"code": "DENIED", "message": text}]}
    return say(403, oci_image.to_json(body))


@pytest.mark.parametrize("text, advice", [
    ("Your authorization token has expired. Reauthenticate and try again.",
     "has expired: log in again"),
    ("User: arn:aws:iam::1:user/x is not authorized to perform: ecr:BatchGetImage",
     "not for AWS from")])
def test_ecr_refuses_a_fresh_login(play, image, login, text, advice):
    """By 403, and whose login it was is told."""
    host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    registry, aws = play.origin(f"https://{host}"), basic("AWS", SECRET)
    play.inspect(*login({host: ("AWS", SECRET)}), f"{host}/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry, manifest_path(image), denied(text), aws)]).fails(
            4, host, "AWS from", "auth.json", advice, "HTTP 403 DENIED")


def test_login_of_a_bearer_is_told(play, image, login):
    registry, auth = play.origin("https://registry.test"), play.origin("https://auth.test")
    play.inspect(*login({"registry.test": (USER, SECRET)}), "registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image),
             refuse('Bearer realm="https://auth.test/token",service="r"')),
        Step(auth, f"/token?account={USER}&service=r&{scope()}", token("t"), MINE),
        Step(registry, manifest_path(image), denied("no"), "Bearer t")]).fails(
            4, f"{USER} from", "auth.json")


def test_store_that_denies_knows_no_login(play, image, login):
    """A 403 of another host is not about the login, which it did not get."""
    registry, store = play.origin("https://registry.test"), play.origin("https://cdn.test")
    done = play.inspect(*login({"registry.test": (USER, SECRET)}), "registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry, manifest_path(image), manifest(image), MINE),
        Step(registry, config_path(image),
             say(307, b"", Location="https://cdn.test/x"), MINE),
        Step(store, "/x", denied("Request has expired"))])
    done.fails(4, "cdn.test")
    assert USER not in done.stderr


# --- an id where a digest is meant -----------------------------------------------------------

def test_id_in_the_place_of_a_digest(scanreq, registry, sources):
    """What buildah --iidfile writes is the config's digest: the registry has no such manifest."""
    image_id = oci_image.sha256(sources.made_image.config)
    done = scanreq("inspect", f"{registry}/ns/oci@{image_id}")
    assert done.status in (3, 5), done.stderr
    done.fails(done.status, image_id, "an image's id", "buildah's iidfile")


@pytest.mark.parametrize("status, exit_status", [(404, 3), (500, 5)])
def test_id_is_thought_of_for_a_digest_alone(play, image, status, exit_status):
    registry = play.origin("https://registry.test")
    answer = say(status, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no"}]}')
    play.inspect(f"registry.test/ns/app@{image.digest}", steps=[
        Step(registry, manifest_path(image, reference=None), answer)]).fails(
            exit_status, "an image's id")
    done = play.inspect("registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), answer)])
    done.fails(exit_status, "registry.test")
    assert "image's id" not in done.stderr
