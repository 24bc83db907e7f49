# SPDX-License-Identifier: MIT
"""--acr-login: temporary logins for Container Registry, and where they may go."""
import base64
import contextlib
import datetime

import pytest

import fake_acr
import fake_service
import oci_image
import registries
import relays
from conftest import KEYS
from scripted_registry import (Step, authfile, basic, blob, config_path, manifest,
                               manifest_path, refuse, scope, token)
import token_server
import wire

USAGE, DENIED, UNAVAILABLE = 2, 4, 5
PERSONAL = "registry.cn-hangzhou.aliyuncs.com"
INSTANCE = "crpi-0a1b2c.cn-hangzhou.personal.cr.aliyuncs.com"
ENTERPRISE = "team-registry.cn-hangzhou.cr.aliyuncs.com"
REALM = "https://dockerauth.cn-hangzhou.aliyuncs.com"
SERVICE = "registry.aliyuncs.com:cn-hangzhou:26842"


class Temporary:
    """A login that the fake gives out while the play runs: equal to the nth one's Basic."""

    def __init__(self, fake, n=0):
        self.fake, self.n = fake, n

    def __eq__(self, other):
        return len(self.fake.given) > self.n and (
            other == basic(fake_acr.USER, self.fake.given[self.n]))

    def __repr__(self):
        return f"temporary login {self.n}"


@pytest.fixture
def image():
    return oci_image.make_image()


@pytest.fixture
def acr(play, play_certificate):
    with fake_acr.Acr(play_certificate[0]) as fake:
        play.beside.append(fake)
        yield fake


@pytest.fixture
def run(play, acr):
    """Inspects with keys and --acr-login; no password that was given out is shown."""
    def inspect(*args, steps, env=None, **kwargs):
        done = play.inspect("--acr-login", "-v", "-v", *args, steps=steps,
                            env={**KEYS, **(env or {})}, **kwargs)
        shown = done.stderr + done.out
        for password in acr.given:
            pair = base64.b64encode(f"{fake_acr.USER}:{password}".encode()).decode()
            assert password not in shown and pair not in shown
        assert fake_service.KEY_SECRET not in shown
        return done
    return inspect


def challenge(realm=REALM):
    return refuse(f'Bearer realm="{realm}/auth",service="{SERVICE}"')


def asks(auth, login, answer=None, repository="ns/app"):
    return Step(auth, f"/auth?account={fake_acr.USER}&{scope(repository)}&"
                      "service=" + SERVICE.replace(":", "%3A"), answer or token("t"), login)


def pulls(registry, auth, image, login, repository="ns/app"):
    path = manifest_path(image, repository)
    return [Step(registry, path, challenge()),
            asks(auth, login, repository=repository),
            Step(registry, path, manifest(image), "Bearer t"),
            Step(registry, config_path(image, repository), blob(image.config), "Bearer t")]


def last_line(done, status, *words):
    assert done.status == status, done.stderr
    assert done.stdout == b""
    for word in words:
        assert word in done.lines[-1], done.stderr
    return done.lines[-1]


# --- it logs in --------------------------------------------------------------------------

@pytest.mark.parametrize("host", [PERSONAL, "registry-vpc.cn-hangzhou.aliyuncs.com", INSTANCE])
def test_personal_edition(play, run, acr, image, host):
    registry, auth = play.origin(f"https://{host}"), play.origin(REALM)
    done = run(f"{host}/ns/app:1", steps=pulls(registry, auth, image, Temporary(acr)))
    done.ok()
    assert [(r.method, r.target, r.verdict) for r in acr.requests] == [("GET", "/tokens", "OK")]
    assert "Container Registry's API" in done.stderr


def test_enterprise_edition(play, run, acr, image):
    """The instance is found by its name, which another one's begins with."""
    registry, auth = play.origin(f"https://{ENTERPRISE}"), play.origin(REALM)
    run(f"{ENTERPRISE}/ns/app:1", steps=pulls(registry, auth, image, Temporary(acr))).ok()
    assert acr.actions == ["ListInstance", "GetAuthorizationToken"]
    assert {r.verdict for r in acr.requests} == {"OK"}


@pytest.mark.parametrize("way", ["option", "variable"])
def test_instance_by_its_id(play, run, acr, image, way):
    registry, auth = play.origin(f"https://{ENTERPRISE}"), play.origin(REALM)
    args = ["--acr-instance-id", fake_acr.INSTANCE_ID] if way == "option" else []
    env = {} if args else {"SCANREQ_ACR_INSTANCE_ID": fake_acr.INSTANCE_ID}
    run(*args, f"{ENTERPRISE}/ns/app:1", env=env,
        steps=pulls(registry, auth, image, Temporary(acr))).ok()
    assert acr.actions == ["GetAuthorizationToken"]


def test_session_keys(play, run, acr, image):
    """A security token is part of what is signed."""
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    run(f"{PERSONAL}/ns/app:1", steps=pulls(registry, auth, image, Temporary(acr)), env={
        "ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.TEMPORARY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.TEMPORARY_SECRET,
        "ALIBABA_CLOUD_SECURITY_TOKEN": fake_service.SECURITY_TOKEN}).ok()
    assert acr.requests[0].value("x-acs-security-token") == fake_service.SECURITY_TOKEN


def test_inside_a_vpc(play, play_certificate, run, image):
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    with fake_acr.Acr(play_certificate[0], "cr-vpc.cn-hangzhou.aliyuncs.com") as inside:
        play.beside = [inside]
        run("--endpoint-type", "vpc", f"{PERSONAL}/ns/app:1",
            steps=pulls(registry, auth, image, Temporary(inside))).ok()
        assert len(inside.given) == 1


def test_basic_at_the_registry_itself(play, run, acr, image):
    registry, login = play.origin(f"https://{PERSONAL}"), Temporary(acr)
    run(f"{PERSONAL}/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry, manifest_path(image), manifest(image), login),
        Step(registry, config_path(image), blob(image.config), login)]).ok()


def test_it_is_fetched_once(play, run, acr, image):
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    names = ["ns/app", "ns/other", "team/third"]
    run("-o", "json", *(f"{PERSONAL}/{name}:1" for name in names),
        steps=[step for name in names
               for step in pulls(registry, auth, image, Temporary(acr), name)]).ok()
    assert len(acr.requests) == 1


def test_it_is_fetched_anew_before_it_ends(play, run, acr, image):
    acr.life_ms = 30 * 1000
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    run("-o", "json", f"{PERSONAL}/ns/app:1", f"{PERSONAL}/ns/other:1",
        steps=pulls(registry, auth, image, Temporary(acr)) +
        pulls(registry, auth, image, Temporary(acr, 1), "ns/other")).ok()
    assert len(acr.requests) == 2


def test_it_is_fetched_anew_when_it_is_refused(play, run, acr, image):
    """A login that was good for one image and is refused for the next."""
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    other = pulls(registry, auth, image, Temporary(acr, 1), "ns/other")
    refused = asks(auth, Temporary(acr), wire.Answer(401, b"{}"), "ns/other")
    run("-o", "json", f"{PERSONAL}/ns/app:1", f"{PERSONAL}/ns/other:1",
        steps=pulls(registry, auth, image, Temporary(acr)) + other[:1] + [refused] +
        other[1:]).ok()
    assert len(acr.requests) == 2


class Tokens(token_server.TokenServer):
    """The token server by its real name, which knows nobody but the temporary user."""

    def __init__(self, directory, tls, acr):
        super().__init__(directory)
        self.tls, self.acr = tls, acr
        self.url, self.outside = REALM, REALM.removeprefix("https://") + ":443"

    def _user(self, request):
        known = [basic(fake_acr.USER, password) for password in self.acr.given]
        return fake_acr.USER if request.value("authorization") in known else None


@pytest.fixture
def real(work, tmp_path, sources, play, play_certificate, acr):
    """(env, names, token server): a real registry behind the name of an Enterprise instance,
    which wants a token for each of its repositories."""
    root = tmp_path / "registry"
    names = [f"ns/app{i}:1" for i in range(8)]
    with registries.docker_registry(root) as host:
        for name in names:
            registries.skopeo_push(sources.image, host, name)
    with contextlib.ExitStack() as stack:
        tokens = stack.enter_context(Tokens(tmp_path / "token", play_certificate[0], acr))
        host = stack.enter_context(registries.docker_registry(
            root, registries.token_auth(tokens)))
        front, _ = stack.enter_context(relays.nginx_tls(
            tmp_path / "front", host, authority=work / "play"))
        moved = [f"{s.outside}={s.port}" for s in (acr, tokens)]
        env = {"RESOLVE_TEST_NAMES": " ".join([*moved, ENTERPRISE + ":443=" +
                                               front.rpartition(":")[2]]),
               "SCANREQ_CA_FILE": play_certificate[1], **KEYS}
        yield env, [f"{ENTERPRISE}/{name}" for name in names], tokens


def test_real_registry(play, acr, real):
    """One login for all images that are asked for at the same time."""
    env, names, tokens = real
    done = play.program("inspect", "--acr-login", "--jobs", "8", "-o", "json", *names, env=env)
    done.ok()
    assert [r["error"] for r in done.document["results"]] == [None] * len(names)
    assert acr.actions == ["ListInstance", "GetAuthorizationToken"]
    assert len(tokens.requests) == len(names)
    play.program("inspect", names[0], env=env).fails(DENIED, "dockerauth")


def test_submission_with_the_same_keys(play, acr, real, service):
    env, names, _ = real
    args = ["--acr-login", "--endpoint", service.url, names[0]]
    dry = play.program("submit", "--dry-run", *args, env=env).ok()
    assert "Digest" in dry.out and not service.requests
    play.program("submit", *args, env=env).ok()
    sent = fake_service.parameters(service.requests[0])
    assert (sent["Namespace"], sent["RepoName"], sent["Tag"]) == ("ns", "app0", "1")
    for password in acr.given:
        assert password not in str(sent) + dry.out + dry.stderr


# --- who goes before it ------------------------------------------------------------------

def test_stored_credentials_win(play, run, acr, image, tmp_path):
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    path = authfile(tmp_path / "auth.json", **{PERSONAL: (fake_acr.USER, "stored-hunter2")})
    run("--authfile", path, f"{PERSONAL}/ns/app:1", steps=pulls(
        registry, auth, image, basic(fake_acr.USER, "stored-hunter2"))).ok()
    assert not acr.connections


@pytest.mark.parametrize("env", [{}, {"SCANREQ_ACR_LOGIN": "1"}])
def test_anonymous_wins(play, run, acr, image, env):
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    steps = pulls(registry, auth, image, None)
    steps[1] = Step(auth, f"/auth?{scope()}&service=" + SERVICE.replace(":", "%3A"), token("t"))
    run("--anonymous", f"{PERSONAL}/ns/app:1", steps=steps, env=env).ok()
    assert not acr.connections


def test_nothing_without_the_option(play, acr, image):
    registry = play.origin(f"https://{PERSONAL}")
    done = play.inspect(f"{PERSONAL}/ns/app:1", env=KEYS, steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"'))])
    done.fails(DENIED, "login required")
    assert not acr.connections


# --- where it may not go -----------------------------------------------------------------

@pytest.mark.parametrize("host", [
    "registry.cn-hangzhou.aliyuncs.com.evil.test", "registry.oss-cn-hangzhou.aliyuncs.com",
    "registry.test"])
def test_no_login_for_another_host(play, run, acr, image, host):
    """Not even one in whose name the right one is, nor a bucket of the object store."""
    registry = play.origin(f"https://{host}")
    done = run(f"{host}/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"'))])
    last_line(done, DENIED, "login required")
    assert not acr.connections


@pytest.mark.parametrize("realm", ["https://other.test", "https://auth.test",
                                   "https://aliyuncs.com.evil.test",
                                   "http://dockerauth.cn-hangzhou.aliyuncs.com"])
@pytest.mark.parametrize("allowed", [False, True])
def test_no_login_for_another_realm(play, run, acr, image, realm, allowed):
    """--allow-realm vouches for a server, which makes it none of Alibaba Cloud's."""
    registry, elsewhere = play.origin(f"https://{PERSONAL}"), play.origin(realm)
    args = ["--allow-realm", elsewhere.outside] if allowed else []
    done = run(*args, f"{PERSONAL}/ns/app:1", steps=[
        Step(registry, manifest_path(image), challenge(realm))])
    last_line(done, DENIED, "realm", elsewhere.outside.split(":")[0])
    assert not elsewhere.connections


def test_realm_that_redirects_elsewhere(play, run, acr, image):
    registry, auth, other = (play.origin(f"https://{PERSONAL}"), play.origin(REALM),
                             play.origin("https://other.test"))
    away = wire.Answer(307, b"", (("Location", "https://other.test/auth"),))
    done = run(f"{PERSONAL}/ns/app:1", steps=[
        Step(registry, manifest_path(image), challenge()), asks(auth, Temporary(acr), away)])
    last_line(done, DENIED, "other.test")
    assert not other.connections


def test_registry_in_http(play, run, acr, image):
    registry = play.origin(f"http://{PERSONAL}:80")
    done = run("--plain-http", PERSONAL, f"{PERSONAL}/ns/app:1", steps=[
        Step(registry, manifest_path(image), refuse('Basic realm="r"'))])
    last_line(done, DENIED, "--plain-http")


# --- what goes wrong ---------------------------------------------------------------------

def refused(play, run, image, host=PERSONAL, *args, **kwargs):
    registry = play.origin(f"https://{host}")
    return run(*args, f"{host}/ns/app:1", steps=[
        Step(registry, manifest_path(image), challenge())], **kwargs)


@pytest.mark.parametrize("host, action, more", [
    (PERSONAL, "GetAuthorizationToken", "(--acr-login)"),
    (ENTERPRISE, "GetAuthorizationToken", "(--acr-login)"),
    (ENTERPRISE, "ListInstance", "or set acr-instance-id")])
@pytest.mark.parametrize("code", ["NoPermission", "Forbidden.RAM"])
def test_no_permission(play, run, acr, image, host, action, more, code):
    """The error names the RAM action that is missing."""
    acr.override[action] = fake_service.error(403, code, "not authorized")
    line = last_line(refused(play, run, image, host), DENIED, f"cr:{action}", host,
                     "cr.cn-hangzhou.aliyuncs.com", more)
    assert ("(--acr-instance-id)" in line) == (action == "ListInstance")


def test_refusal_is_asked_for_once(play, run, acr, image):
    acr.override["GetAuthorizationToken"] = fake_service.error(403, "NoPermission")
    registry = play.origin(f"https://{PERSONAL}")
    names = ["ns/app", "ns/other"]
    done = run("-o", "json", "--keep-going", *(f"{PERSONAL}/{name}:1" for name in names), steps=[
        Step(registry, manifest_path(image, name), challenge()) for name in names])
    said = [r["error"]["service_code"] for r in done.document["results"]]
    assert said == ["NoPermission"] * 2
    assert len(acr.requests) == 1


@pytest.mark.parametrize("answer, status, word", [
    (fake_service.error(404, "InvalidAccessKeyId.NotFound"), DENIED, "access key"),
    (fake_service.error(400, "SignatureDoesNotMatch"), DENIED, "secret"),
    (fake_service.error(400, "Throttling.User"), UNAVAILABLE, "try again"),
    (fake_service.error(503, "ServiceUnavailable"), UNAVAILABLE, "try again"),
    (wire.Answer(502, b"<html>bad gateway</html>"), UNAVAILABLE, "HTTP 502"),
    (wire.Answer(200, b"<html>hello</html>"), 3, "no JSON"),
    (wire.Answer(200, b"{}"), 3, "no login"),
    (wire.Answer(200, b'{"data":{"tempUserName":"u","authorizationToken":""}}'), 3, "no login"),
    (wire.Answer(200, b'{"code":"USER_NOT_EXIST","message":"no user"}'), DENIED,
     "USER_NOT_EXIST"),
    (wire.Answer(302, b"", (("Location", "https://other.test/"),)), DENIED, "HTTP 302"),
])
def test_answers_without_a_login(play, run, acr, image, answer, status, word):
    acr.play(answer)
    last_line(refused(play, run, image), status, word, "cr.cn-hangzhou.aliyuncs.com")
    assert len(acr.requests) == 1


def test_it_is_asked_again(play, run, acr, image):
    """After what another time may overcome; each attempt is signed anew."""
    acr.play(fake_service.error(400, "Throttling", headers=(("x-acs-retry-after", "1"),)))
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    run("--retry", "1", f"{PERSONAL}/ns/app:1",
        steps=pulls(registry, auth, image, Temporary(acr))).ok()
    assert [r.verdict for r in acr.requests] == ["OK", "OK"]


def test_clock_that_is_wrong(play, run, acr, image):
    """It is measured, and the login is kept by the service's clock."""
    acr.clock = lambda: fake_service.now() - datetime.timedelta(hours=2)
    registry, auth = play.origin(f"https://{PERSONAL}"), play.origin(REALM)
    done = run("-o", "json", f"{PERSONAL}/ns/app:1", f"{PERSONAL}/ns/other:1",
               steps=pulls(registry, auth, image, Temporary(acr)) +
               pulls(registry, auth, image, Temporary(acr), "ns/other"))
    done.ok()
    assert [r.verdict for r in acr.requests] == ["InvalidTimeStamp.Expired", "OK"]
    assert done.stderr.count("set the clock") == 1


def test_unknown_instance(play, run, acr, image):
    acr.instances.pop()
    last_line(refused(play, run, image, ENTERPRISE), DENIED, '"team"', "--acr-instance-id")


def test_no_keys(play, run, acr, image):
    none = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""}
    last_line(refused(play, run, image, env=none), DENIED, "there are no access keys", PERSONAL)
    assert not acr.connections


@pytest.mark.parametrize("value", ["cri-", "cri-A", "team", "cri-a/b", ""])
def test_malformed_instance_id(scanreq, value):
    scanreq("inspect", "--acr-instance-id", value, "registry.test/ns/app").fails(
        USAGE, "--acr-instance-id")
