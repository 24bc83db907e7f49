# SPDX-License-Identifier: MIT
"""Which stored login is used, and what is said of it when it is refused."""
import pytest

import oci_image
from scripted_registry import (Step, authfile, basic, blob, config_path, manifest,
                               manifest_path, refuse, scope, token)

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
