# SPDX-License-Identifier: MIT
"""Anonymous, Basic and Bearer against the real registry; where credentials come from."""
import base64
import json
import os
import threading

import pytest

import acs3
import oci_image
import registries
from scripted_registry import (Step, basic, blob, config_path, manifest, manifest_path, refuse)
import wire


def auths(host, user=registries.USER, password=registries.PASSWORD, key=None):
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {key or host: {"auth": pair}}})


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("way", ["authfile", "authfile-env", "docker-config", "home",
                                 "username", "repository-key"])
def test_basic(scanreq, htpasswd_registry, tmp_path, way):
    host, args, env, stdin = htpasswd_registry, [], {}, b""
    if way == "authfile":
        args = ["--authfile", write(tmp_path / "auth.json", auths(host))]
    elif way == "authfile-env":
        env = {"SCANREQ_AUTHFILE": str(write(tmp_path / "auth.json", auths(host)))}
    elif way == "docker-config":
        write(tmp_path / "docker" / "config.json", auths(host))
        env = {"DOCKER_CONFIG": str(tmp_path / "docker")}
    elif way == "home":
        write(scanreq.home / ".docker" / "config.json", auths(host))
    elif way == "username":
        args = ["--username", registries.USER, "--password-stdin"]
        stdin = registries.PASSWORD.encode() + b"\n"
    else:
        args = ["--authfile", write(tmp_path / "auth.json", auths(host, key=f"{host}/ns/app"))]
    result = scanreq.json("inspect", f"{host}/ns/app:1", *args, env=env, stdin=stdin)
    assert result["error"] is None
    assert result["repository"] == "ns/app"


HOME_FILES = {
    "inline": None,
    "named": "named.json",
    "session": "run/containers/auth.json",
    "podman": ".config/containers/auth.json",
    "xdg": "xdg/containers/auth.json",
}


@pytest.mark.parametrize("way", HOME_FILES)
def test_places_of_logins(scanreq, htpasswd_registry, way):
    host, home = htpasswd_registry, scanreq.home
    env = {"XDG_RUNTIME_DIR": str(home / "run")}
    if way == "inline":
        env["DOCKER_AUTH_CONFIG"] = auths(host)
    elif way == "named":
        env["REGISTRY_AUTH_FILE"] = str(home / HOME_FILES[way])
    elif way == "xdg":
        env["XDG_CONFIG_HOME"] = str(home / "xdg")
    if HOME_FILES[way]:
        write(home / HOME_FILES[way], auths(host))
    done = scanreq("inspect", "-v", f"{host}/ns/app:1", env=env).ok()
    assert (HOME_FILES[way] or "DOCKER_AUTH_CONFIG") + f' ("{host}")' in done.stderr


def test_dockercfg(scanreq, htpasswd_registry):
    entries = json.loads(auths(htpasswd_registry))["auths"]
    write(scanreq.home / ".dockercfg", json.dumps(entries))
    scanreq("inspect", f"{htpasswd_registry}/ns/app:1").ok()


def test_broken_file_is_named(scanreq, htpasswd_registry):
    write(scanreq.home / ".docker" / "config.json", auths(htpasswd_registry))
    broken = write(scanreq.home / ".config" / "containers" / "auth.json", '{"auths": se-cret')
    done = scanreq("inspect", f"{htpasswd_registry}/ns/app:1")
    done.fails(2, broken)
    assert "se-cret" not in done.stderr


@pytest.fixture
def helper(scanreq):
    """helper(name, lines) installs docker-credential-NAME and gives the program to run."""
    def install(name, lines):
        path = write(scanreq.home / "bin" / f"docker-credential-{name}", f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
        return scanreq.with_env(PATH=f"{path.parent}:{scanreq.env['PATH']}")

    write(scanreq.home / ".docker" / "config.json", json.dumps({"credsStore": "tests"}))
    return install


def answer_of(host, home):
    """Lines of a helper that knows one host, and writes down how it was called."""
    login = json.dumps({"ServerURL": host, "Username": registries.USER,
                        "Secret": registries.PASSWORD})
    write(home / "answer.json", login)
    return (f"env > {home}/env; tr '\\0' ' ' < /proc/$PPID/cmdline > {home}/parent\n"
            f"read -r server\n"
            f'[ "$1 $server" = "get {host}" ] && exec cat {home}/answer.json\n'
            "echo credentials not found in native keychain; exit 1")


def test_helper(scanreq, helper, htpasswd_registry):
    host, home = htpasswd_registry, scanreq.home
    program = helper("tests", answer_of(host, home)).with_env(
        SCANREQ_TOKEN="token-of-tests", ALIBABA_CLOUD_ACCESS_KEY_ID="id-of-tests",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET="secret-of-tests")
    done = program("inspect", "-v", "-v", f"{host}/ns/app:1").ok()
    pair = base64.b64encode(f"{registries.USER}:{registries.PASSWORD}".encode()).decode()
    assert f"docker-credential-tests ({home}/.docker/config.json)" in done.stderr
    assert "of-tests" not in (home / "env").read_text()
    for text in (done.stderr, (home / "parent").read_text()):
        assert registries.PASSWORD not in text
        assert pair not in text


def counting(home, lines):
    """The lines of a helper that also counts how often it is asked."""
    return f"read -r server\necho $server >> {home}/asked\n{lines}"


def test_helper_is_asked_once_for_a_host(scanreq, helper, htpasswd_registry, token_registry):
    """However many images and repositories there are, and for each host."""
    home, host, other = scanreq.home, htpasswd_registry, token_registry[0]
    login = json.dumps({"Username": registries.USER, "Secret": registries.PASSWORD})
    write(home / "answer.json", login)
    program = helper("tests", counting(home, f"exec cat {home}/answer.json"))
    names = [f"{host}/ns/app:1", f"{host}/ns/other:1", f"{other}/ns/app:1", f"{host}/ns/app:1"]
    results = program("inspect", "--keep-going", "-o", "json", *names).document["results"]
    classes = [result["error"] and result["error"]["class"] for result in results]
    assert classes == [None, "not_found", None, None]
    assert sorted((home / "asked").read_text().split()) == sorted([host, other])


def test_helper_is_asked_again_after_a_refusal(play, helper):
    """A login that was right for one image and ends before the next."""
    home, image = play.program.home, oci_image.make_image()
    helper("tests", counting(home, 'printf \'{"Username":"u","Secret":"%s"}\' '
                                   f'"password-$(wc -l <{home}/asked)"'))
    registry = play.origin("https://registry.test")
    first, second = basic("u", "password-1"), basic("u", "password-2")
    refusal = refuse('Basic realm="r"')
    other = manifest_path(image, "ns/other")
    play.inspect("-o", "json", "registry.test/ns/app:1", "registry.test/ns/other:1", steps=[
        Step(registry, manifest_path(image), refusal),
        Step(registry, manifest_path(image), manifest(image), first),
        Step(registry, config_path(image), blob(image.config), first),
        Step(registry, other, refusal),
        Step(registry, other, refusal, first),
        Step(registry, other, manifest(image), second),
        Step(registry, config_path(image, "ns/other"), blob(image.config), second)],
        env={"PATH": f"{home}/bin:{play.program.env['PATH']}"}).ok()
    assert len((home / "asked").read_text().split()) == 2


def test_file_is_read_once(scanreq, htpasswd_registry, tmp_path):
    """A pipe can be read once, and serves all images of a run."""
    pipe = tmp_path / "auth.json"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_text, args=(auths(htpasswd_registry),),
                     daemon=True).start()
    names = [f"{htpasswd_registry}/ns/app:1", f"{htpasswd_registry}/ns/other:1"]
    results = scanreq("inspect", "--keep-going", "-o", "json", "--authfile", pipe,
                      *names).document["results"]
    assert [bool(result["error"]) for result in results] == [False, True]
    assert results[1]["error"]["class"] == "not_found"


def test_helper_without_a_login(scanreq, helper, htpasswd_registry):
    program = helper("tests", answer_of("other.example.com", scanreq.home))
    program("inspect", f"{htpasswd_registry}/ns/app:1").fails(4, "login required")


def test_helper_that_fails(helper, htpasswd_registry):
    program = helper("tests", "echo se-cret; exit 2")
    done = program("inspect", f"{htpasswd_registry}/ns/app:1")
    done.fails(4, "docker-credential-tests", "status 2")
    assert "se-cret" not in done.stderr


def test_helper_that_is_missing(scanreq, htpasswd_registry):
    config = {"credsStore": "tests-absent", **json.loads(auths(htpasswd_registry))}
    write(scanreq.home / ".docker" / "config.json", json.dumps(config))
    name = f"{htpasswd_registry}/ns/app:1"
    done = scanreq("inspect", name, name).ok()
    assert sum("docker-credential-tests-absent" in line for line in done.lines) == 1


def test_basic_without_credentials(scanreq, htpasswd_registry):
    host = htpasswd_registry
    scanreq("inspect", f"{host}/ns/app:1").fails(4, host)
    error = scanreq.json("inspect", f"{host}/ns/app:1")["error"]
    assert (error["class"], error["http_status"], error["host"]) == ("denied", 401, host)


def test_basic_with_wrong_password(scanreq, htpasswd_registry, tmp_path):
    path = write(tmp_path / "auth.json", auths(htpasswd_registry, password="wrong-secret-1"))
    done = scanreq("inspect", f"{htpasswd_registry}/ns/app:1", "--authfile", path)
    done.fails(4, htpasswd_registry, registries.USER)
    assert "wrong-secret-1" not in done.stderr


def test_anonymous_asks_nobody(scanreq, htpasswd_registry, tmp_path):
    write(scanreq.home / ".docker" / "config.json", auths(htpasswd_registry))
    scanreq("inspect", "--anonymous", f"{htpasswd_registry}/ns/app:1").fails(4)


def test_credentials_of_another_host_are_not_sent(scanreq, htpasswd_registry, relay, tmp_path):
    front = relay(htpasswd_registry)
    path = write(tmp_path / "auth.json", auths("registry.example.com"))
    scanreq("inspect", "--authfile", path, f"{front.host}/ns/app:1").fails(4)
    assert not any(b"authorization" in head.lower() for head in front.heads)


def test_credentials_are_not_sent_before_the_challenge(scanreq, htpasswd_registry, relay,
                                                       tmp_path):
    front = relay(htpasswd_registry)
    path = write(tmp_path / "auth.json", auths(front.host))
    scanreq("inspect", "--authfile", path, f"{front.host}/ns/app:1").ok()
    sent = [b"authorization: basic" in head.lower() for head in front.heads]
    assert sent == [False, True, True], front.lines
    assert front.connections == 1


@pytest.mark.parametrize("member", ["token", "access_token"])
def test_bearer_anonymous(scanreq, token_registry, member):
    host, server = token_registry
    server.member = member
    server.forget()
    assert scanreq.json("inspect", f"{host}/public/app:1")["error"] is None
    assert len(server.requests) == 1
    asked = acs3.split_query(server.requests[0].query)
    assert ("service", server.service) in asked
    assert ("scope", "repository:public/app:pull") in asked
    assert server.requests[0].value("authorization") is None


@pytest.mark.parametrize("member", ["token", "access_token"])
def test_bearer_with_credentials(scanreq, token_registry, tmp_path, member):
    host, server = token_registry
    server.member = member
    server.forget()
    path = write(tmp_path / "auth.json", auths(host))
    assert scanreq.json("inspect", "--authfile", path, f"{host}/ns/app:1")["error"] is None
    assert len(server.requests) == 1


def test_bearer_token_serves_manifest_and_config(scanreq, token_registry, relay):
    host, server = token_registry
    server.forget()
    front = relay(host)
    scanreq("inspect", f"{front.host}/public/app:1").ok()
    sent = [b"authorization: bearer" in head.lower() for head in front.heads]
    assert sent == [False, True, True], front.lines
    assert len(server.requests) == 1


def test_bearer_without_credentials(scanreq, token_registry):
    host, _ = token_registry
    scanreq("inspect", f"{host}/ns/app:1").fails(4, host)


def test_bearer_with_wrong_password(scanreq, token_registry, tmp_path):
    host, server = token_registry
    path = write(tmp_path / "auth.json", auths(host, password="wrong-secret-2"))
    done = scanreq("inspect", "--authfile", path, f"{host}/ns/app:1")
    done.fails(4, server.host)
    assert "wrong-secret-2" not in done.stderr


def test_nothing_secret_in_the_debug_log(scanreq, token_registry, tmp_path):
    host, _ = token_registry
    path = write(tmp_path / "auth.json", auths(host))
    done = scanreq("inspect", "-v", "-v", "--authfile", path, f"{host}/ns/app:1").ok()
    pair = f"{registries.USER}:{registries.PASSWORD}".encode()
    assert done.lines and all(line.startswith("scanreq: ") for line in done.lines)
    for secret in (registries.PASSWORD, base64.b64encode(pair).decode(), "eyJ"):
        assert secret not in done.stderr


@pytest.mark.parametrize("challenge, word", [
    ('Negotiate', "Negotiate"),
    ('Bearer realm="ftp://127.0.0.1/token"', "realm"),
    ('Bearer service="x"', "realm"),
    ('Bearer realm="http://registry.example.com/token"', "https"),
])
def test_challenge_that_cannot_be_used(scanreq, scripted, challenge, word):
    refusal = wire.Answer(401, b"{}", (("WWW-Authenticate", challenge),))
    server = scripted({"/v2/ns/app/manifests/1": refusal})
    done = scanreq("inspect", f"{server.host}/ns/app:1")
    done.fails(4, server.host)
    assert word.lower() in done.stderr.lower()
    assert len(server.requests) == 1
