# SPDX-License-Identifier: MIT
"""What registries do differently, each as the conversation that they would have.

docs/registries.md has the table: registry, quirk, test. Hosts, realms and services are the
real ones where a registry has one of its own; nothing of it leaves this machine.
"""
import json

import pytest

import oci_image
from scripted_registry import (Step, authfile, basic, blob, config_path, manifest,
                               manifest_path, move, refuse, say, scope, token)
import wire

USAGE, IMAGE, DENIED, UNAVAILABLE = 2, 3, 4, 5
USER, SECRET = "builder", "correct-horse-battery"
MINE = basic(USER, SECRET)
NOBODY = "00000000-0000-0000-0000-000000000000"  # Azure's user of an identity token


@pytest.fixture
def image():
    return oci_image.make_image()


@pytest.fixture
def login(tmp_path):
    """login({key: (user, password) or entry}) writes a file, and gives its options."""
    return lambda auths: ("--authfile", authfile(tmp_path / "auth.json", **auths))


def errors(code, message="no"):
    return oci_image.to_json({"errors": [{"code": code, "message": message}]})


def reads(origin, image, value, repository="ns/app", reference="1"):
    """The two requests that an image costs once there is a login (or None)."""
    return [Step(origin, manifest_path(image, repository, reference), manifest(image), value),
            Step(origin, config_path(image, repository), blob(image.config), value)]


def challenged(origin, image, *challenges, repository="ns/app"):
    return Step(origin, manifest_path(image, repository), refuse(*challenges))


def posted(origin, path, answer, identity, service):
    """An identity token that is posted, as spec/auth/oauth.md has it."""
    return Step(origin, path, answer, method="POST", form=(
        ("grant_type", "refresh_token"), ("client_id", "scanreq"), ("service", service),
        ("scope", "repository:ns/app:pull"), ("refresh_token", identity)))


# --- Docker Hub ----------------------------------------------------------------------------

HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",' \
      'scope="repository:library/nginx:pull"'
HUB_TOKEN = f"/token?service=registry.docker.io&{scope('library/nginx')}"
HUB_KEYS = ("https://index.docker.io/v1/", "docker.io", "index.docker.io",
            "registry-1.docker.io")


@pytest.fixture
def hub(play):
    return play.origin("https://registry-1.docker.io"), play.origin("https://auth.docker.io")


def test_hub(play, image, hub):
    """A bare name is library's, the API has another host, and blobs are elsewhere."""
    registry, auth = hub
    store = play.origin("https://production.cloudflare.docker.com")
    path = "/registry-v2/docker/registry/v2/blobs/x?verify=c0ffee"
    play.inspect("nginx:1", steps=[
        challenged(registry, image, HUB, repository="library/nginx"),
        Step(auth, HUB_TOKEN, token("t")),
        Step(registry, manifest_path(image, "library/nginx"), manifest(image), "Bearer t"),
        Step(registry, config_path(image, "library/nginx"), move(store.url + path), "Bearer t"),
        Step(store, path, blob(image.config))]).ok()


@pytest.mark.parametrize("key", HUB_KEYS)
def test_hub_has_four_names(play, image, hub, login, key):
    registry, auth = hub
    play.inspect(*login({key: (USER, SECRET)}), "docker.io/nginx:1", steps=[
        challenged(registry, image, HUB, repository="library/nginx"),
        Step(auth, f"{HUB_TOKEN}&account={USER}", token("t"), MINE),
        *reads(registry, image, "Bearer t", "library/nginx")]).ok()


@pytest.mark.parametrize("who", ["anonymous", "user"])
def test_hub_says_401_to_what_is_absent(play, image, hub, login, who):
    registry, auth = hub
    options = login({"docker.io": (USER, SECRET)} if who == "user" else {})
    account, value = (f"&account={USER}", MINE) if who == "user" else ("", None)
    done = play.inspect(*options, "nginx:1", steps=[
        challenged(registry, image, HUB, repository="library/nginx"),
        Step(auth, HUB_TOKEN + account, token("t"), value),
        Step(registry, manifest_path(image, "library/nginx"),
             refuse(HUB + ',error="insufficient_scope"'), "Bearer t")])
    done.fails(DENIED, "docker.io/library/nginx is absent", "private")
    if who == "user":
        done.fails(DENIED, USER, "auth.json")


def test_hub_limits_the_rate(play, image, hub):
    registry, auth = hub
    limited = say(429, errors("TOOMANYREQUESTS", "You have reached your pull rate limit."),
                  ratelimit_limit="100;w=21600", ratelimit_remaining="0;w=21600",
                  Retry_After="120")
    done = play.inspect("nginx:1", steps=[
        challenged(registry, image, HUB, repository="library/nginx"),
        Step(auth, HUB_TOKEN, token("t")),
        Step(registry, manifest_path(image, "library/nginx"), limited, "Bearer t")])
    done.fails(UNAVAILABLE, "try again in 120 s (at 2", "or log in",
               "0 of 100 requests in 21600 s are left", "TOOMANYREQUESTS")


# --- Amazon --------------------------------------------------------------------------------

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ECR_BASIC = f'Basic realm="https://{ECR}/",service="ecr.amazonaws.com"'
EXPIRED = say(403, errors("DENIED", "Your authorization token has expired. Reauthenticate "
                                    "and try again."))


def test_ecr(play, image, login):
    """Basic for the registry itself; blobs are in S3, which is given nothing of it."""
    registry, store = play.origin(f"https://{ECR}"), \
        play.origin("https://prod-starport.s3.amazonaws.com")
    aws = basic("AWS", SECRET)
    play.inspect(*login({ECR: ("AWS", SECRET)}), f"{ECR}/ns/app:1", steps=[
        challenged(registry, image, ECR_BASIC),
        Step(registry, manifest_path(image), manifest(image), aws),
        Step(registry, config_path(image), move(f"{store.url}/x?X-Amz-Signature=1"), aws),
        Step(store, "/x?X-Amz-Signature=1", blob(image.config))]).ok()


def test_ecr_login_expires(play, image, login):
    """403 instead of 401 when twelve hours are over; here, between two images."""
    registry, aws = play.origin(f"https://{ECR}"), basic("AWS", SECRET)
    play.inspect(*login({ECR: ("AWS", SECRET)}), "-o", "json", f"{ECR}/ns/app:1",
                 f"{ECR}/ns/app:2", steps=[
                     challenged(registry, image, ECR_BASIC),
                     *reads(registry, image, aws),
                     Step(registry, manifest_path(image, reference="2"), EXPIRED, aws),
                     Step(registry, manifest_path(image, reference="2"), refuse(ECR_BASIC)),
                     *reads(registry, image, aws, reference="2")]).ok()


def test_ecr_public(play, image):
    """Its scope is "aws", whatever is pulled; and no tags are listed, which it refuses."""
    registry = play.origin("https://public.ecr.aws")
    play.inspect("public.ecr.aws/ns/app:1", steps=[
        challenged(registry, image, 'Bearer realm="https://public.ecr.aws/token/",'
                                    'service="public.ecr.aws",scope="aws"'),
        Step(registry, "/token/?service=public.ecr.aws&scope=aws", token("t")),
        *reads(registry, image, "Bearer t")]).ok()


# --- Google --------------------------------------------------------------------------------

SERVICE_ACCOUNT = json.dumps({"type": "service_account", "private_key": "-----BEGIN\n:+/="})
GOOGLE_USERS = [("gcr.io", "_json_key", SERVICE_ACCOUNT),
                ("gcr.io", "_json_key_base64", "eyJ0eXBlIjoi+/=="),
                ("europe-docker.pkg.dev", "oauth2accesstoken", "ya29.a0AfH6")]


@pytest.mark.parametrize("host, user, secret", GOOGLE_USERS)
def test_google(play, image, login, host, user, secret):
    """Users are kinds of secrets, which may be JSON; keys of logins are URLs."""
    registry = play.origin(f"https://{host}")
    play.inspect(*login({f"https://{host}": (user, secret)}), f"{host}/ns/app:1", steps=[
        challenged(registry, image, f'Bearer realm="https://{host}/v2/token",'
                                    f'service="{host}",scope="repository:ns/app:pull"'),
        Step(registry, f"/v2/token?account={user}&service={host}&{scope()}", token("t"),
             basic(user, secret)),
        *reads(registry, image, "Bearer t")]).ok()


# Statuses by which token servers say that they know no POST, and whose they are.
NO_POST = {"gcr.io": 404, "harbor.test": 405, "artifactory.test": 401,
           "registry.cn-hangzhou.aliyuncs.com": 400}


@pytest.mark.parametrize("host", NO_POST)
def test_identity_token_where_no_post_is_known(play, image, login, host):
    registry, entry = play.origin(f"https://{host}"), {"username": USER, "password": "",
                                                       "identitytoken": "identity-1"}
    play.inspect(*login({host: entry}), f"{host}/ns/app:1", steps=[
        challenged(registry, image, f'Bearer realm="https://{host}/token",service="s"'),
        posted(registry, "/token", say(NO_POST[host]), "identity-1", "s"),
        Step(registry, f"/token?account={USER}&service=s&{scope()}", token("t"),
             basic(USER, "identity-1")),
        *reads(registry, image, "Bearer t")]).ok()


# --- GitHub --------------------------------------------------------------------------------

GHCR = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:ns/app:pull"'


@pytest.mark.parametrize("status", [401, 403])
def test_ghcr_gives_no_token_for_what_is_absent(play, image, status):
    registry = play.origin("https://ghcr.io")
    answer = say(status, errors("DENIED", "requested access to the resource is denied"))
    play.inspect("ghcr.io/ns/app:1", steps=[
        challenged(registry, image, GHCR),
        Step(registry, f"/token?service=ghcr.io&{scope()}", answer)]).fails(
            DENIED, "absent or private", "DENIED: requested access")


def test_ghcr_refuses_an_old_login_for_a_public_image(play, image, login):
    """Whose login it is must be told: without it the image could be had."""
    registry = play.origin("https://ghcr.io")
    play.inspect(*login({"ghcr.io": (USER, SECRET)}), "ghcr.io/ns/app:1", steps=[
        challenged(registry, image, GHCR),
        Step(registry, f"/token?account={USER}&service=ghcr.io&{scope()}",
             say(403, errors("DENIED", "denied: denied")), MINE)]).fails(
                 DENIED, USER, "auth.json", "--anonymous")
    play.inspect(*login({"ghcr.io": (USER, SECRET)}), "--anonymous", "ghcr.io/ns/app:1",
                 steps=[challenged(registry, image, GHCR),
                        Step(registry, f"/token?service=ghcr.io&{scope()}", token("t")),
                        *reads(registry, image, "Bearer t")]).ok()


# --- Azure ---------------------------------------------------------------------------------

AZURE = 'Bearer realm="https://team.azurecr.io/oauth2/token",service="team.azurecr.io"'


def test_azure_identity_token(play, image, login):
    """As `az acr login` leaves it; the answer has an access_token, and blobs are elsewhere."""
    registry, store = play.origin("https://team.azurecr.io"), play.origin("https://cdn.test")
    entry = {"auth": basic(NOBODY, "").removeprefix("Basic "), "identitytoken": "identity-1"}
    play.inspect(*login({"team.azurecr.io": entry}), "team.azurecr.io/ns/app:1", steps=[
        challenged(registry, image, AZURE + ',scope="repository:ns/app:pull"'),
        posted(registry, "/oauth2/token", token("t", "access_token"), "identity-1",
               "team.azurecr.io"),
        Step(registry, manifest_path(image), manifest(image), "Bearer t"),
        Step(registry, config_path(image), move(f"{store.url}/x?sig=1"), "Bearer t"),
        Step(store, "/x?sig=1", blob(image.config))]).ok()


def test_azure_helper_gives_an_identity_token(play, image):
    """docker-credential-acr-env and its kin answer with the user "<token>"."""
    registry, home = play.origin("https://team.azurecr.io"), play.program.home
    answer = json.dumps({"Username": "<token>", "Secret": "identity-1"})
    helper = home / "bin" / "docker-credential-acr"
    helper.parent.mkdir()
    helper.write_text(f"#!/bin/sh\nread -r server\n[ $server = team.azurecr.io ] && "
                      f"echo '{answer}'\n")
    helper.chmod(0o755)
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(
        json.dumps({"credHelpers": {"team.azurecr.io": "acr"}}))
    play.inspect("team.azurecr.io/ns/app:1", steps=[
        challenged(registry, image, AZURE),
        posted(registry, "/oauth2/token", token("t", "access_token"), "identity-1",
               "team.azurecr.io"),
        *reads(registry, image, "Bearer t")],
        env={"PATH": f"{helper.parent}:{play.program.env['PATH']}"}).ok()


def test_azure_scope_of_another_type(play, image):
    """The challenge's scope is passed on as it is, even with a type of Azure's own."""
    registry = play.origin("https://team.azurecr.io")
    play.inspect("team.azurecr.io/ns/app:1", steps=[
        challenged(registry, image, AZURE + ',scope="artifact-repository:ns/app:pull"'),
        Step(registry, "/oauth2/token?service=team.azurecr.io&"
                       "scope=artifact-repository%3Ans%2Fapp%3Apull",
             token("t", "access_token")),
        *reads(registry, image, "Bearer t")]).ok()


# --- Alibaba Cloud -------------------------------------------------------------------------

ALIBABA = "registry.cn-hangzhou.aliyuncs.com"


def test_alibaba(play, image, login):
    """Its challenge has no scope, and a password is never posted, which it refuses."""
    registry, auth = play.origin(f"https://{ALIBABA}"), \
        play.origin("https://dockerauth.cn-hangzhou.aliyuncs.com")
    play.inspect(*login({ALIBABA: (USER, SECRET)}), f"{ALIBABA}/ns/app:1", steps=[
        challenged(registry, image, f'Bearer realm="{auth.url}/auth",'
                                    'service="registry.aliyuncs.com:cn-hangzhou:26842"'),
        Step(auth, f"/auth?account={USER}&{scope()}&"
                   "service=registry.aliyuncs.com%3Acn-hangzhou%3A26842", token("t"), MINE),
        *reads(registry, image, "Bearer t")]).ok()


# --- Quay ----------------------------------------------------------------------------------

def test_quay(play, image):
    """No scope in the challenge, and blobs from a delivery network."""
    registry, store = play.origin("https://quay.io"), play.origin("https://cdn01.quay.io")
    play.inspect("quay.io/ns/app:1", steps=[
        challenged(registry, image, 'Bearer realm="https://quay.io/v2/auth",service="quay.io"'),
        Step(registry, f"/v2/auth?service=quay.io&{scope()}", token("t")),
        Step(registry, manifest_path(image), manifest(image), "Bearer t"),
        Step(registry, config_path(image), move(f"{store.url}/x?Expires=1", 302), "Bearer t"),
        Step(store, "/x?Expires=1", blob(image.config))]).ok()


# --- Harbor --------------------------------------------------------------------------------

HARBOR = 'Bearer realm="https://harbor.test/service/token",service="harbor-registry"'


def test_harbor_robot(play, image, login):
    """A robot's name has a dollar sign; and a token without a scope would be refused."""
    registry = play.origin("https://harbor.test")
    play.inspect(*login({"harbor.test": ("robot$ns+ci", SECRET)}), "harbor.test/ns/app:1",
                 steps=[challenged(registry, image, HARBOR),
                        Step(registry, "/service/token?account=robot%24ns%2Bci&"
                                       f"service=harbor-registry&{scope()}", token("t"),
                             basic("robot$ns+ci", SECRET)),
                        *reads(registry, image, "Bearer t")]).ok()


def test_harbor_asks_for_basic_after_the_token(play, image, login):
    registry = play.origin("https://harbor.test")
    play.inspect(*login({"harbor.test": (USER, SECRET)}), "harbor.test/ns/app:1", steps=[
        challenged(registry, image, HARBOR),
        Step(registry, f"/service/token?account={USER}&service=harbor-registry&{scope()}",
             token("t"), MINE),
        Step(registry, manifest_path(image), refuse('Basic realm="harbor"'), "Bearer t"),
        *reads(registry, image, MINE)]).ok()


def test_harbor_behind_a_proxy_names_an_http_realm(play, image, login):
    """A setting of Harbor that is wrong; whoever cannot mend it may vouch for the realm."""
    registry, auth = play.origin("https://harbor.test"), play.origin("http://harbor.test")
    options = login({"harbor.test": (USER, SECRET)})
    start = [challenged(registry, image, HARBOR.replace("https:", "http:"))]
    play.inspect(*options, "harbor.test/ns/app:1", steps=start).fails(
        DENIED, "is not https", "set allow-realm to harbor.test", "(--allow-realm)")
    name = "harbor.test/ns/app:1"
    done = play.inspect(*options, "--allow-realm", "harbor.test", name, name, steps=[
        *start,
        Step(auth, f"/service/token?account={USER}&service=harbor-registry&{scope()}",
             token("t"), MINE),
        *reads(registry, image, "Bearer t"), *reads(registry, image, "Bearer t")]).ok()
    assert sum("warning: allow-realm: harbor.test" in line for line in done.lines) == 1


@pytest.mark.parametrize("code", ["NOT_FOUND", "MANIFEST_UNKNOWN", "NAME_UNKNOWN"])
def test_harbor_has_a_code_of_its_own(play, image, code):
    registry = play.origin("https://harbor.test")
    missing = say(404, errors(code, "artifact ns/app:1 not found"))
    play.inspect("harbor.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), missing)]).fails(
            IMAGE, f"(HTTP 404 {code}: artifact ns/app:1 not found)")


# --- Artifactory ---------------------------------------------------------------------------

ARTIFACTORY = 'Bearer realm="https://artifactory.test:443/api/docker/v2/token",' \
              'service="artifactory.test"'


@pytest.mark.parametrize("challenges", [
    ('Basic realm="Artifactory Realm"', ARTIFACTORY), (ARTIFACTORY, 'Basic realm="x"'),
    (f'Basic realm="Artifactory Realm", {ARTIFACTORY}',)])
def test_artifactory_offers_both(play, image, login, challenges):
    """In fields of their own, or in one; and its realm has a port that goes without saying."""
    registry = play.origin("https://artifactory.test")
    play.inspect(*login({"artifactory.test": (USER, SECRET)}),
                 "artifactory.test/docker/ns/app:1", steps=[
                     challenged(registry, image, *challenges, repository="docker/ns/app"),
                     Step(registry, f"/api/docker/v2/token?account={USER}&"
                                    f"service=artifactory.test&{scope('docker/ns/app')}",
                          token("t"), MINE),
                     *reads(registry, image, "Bearer t", "docker/ns/app")]).ok()


# --- GitLab --------------------------------------------------------------------------------

GITLAB = 'Bearer realm="https://gitlab.test/jwt/auth",service="container_registry",' \
         'scope="repository:ns/app:pull"'


def test_gitlab_job(play, image):
    """The token server is on another host, and the login is the job's, in a variable."""
    registry, auth = play.origin("https://registry.test"), play.origin("https://gitlab.test")
    entry = basic("gitlab-ci-token", SECRET).removeprefix("Basic ")
    variable = json.dumps({"auths": {"registry.test": {"auth": entry}}})
    play.inspect("registry.test/ns/app:1", env={"DOCKER_AUTH_CONFIG": variable}, steps=[
        challenged(registry, image, GITLAB),
        Step(auth, f"/jwt/auth?account=gitlab-ci-token&service=container_registry&{scope()}",
             token("t"), basic("gitlab-ci-token", SECRET)),
        *reads(registry, image, "Bearer t")]).ok()


def test_gitlab_token_ends_in_mid_run(play, image):
    """Its tokens live for minutes: a later 401 is answered once, with a new one."""
    registry, auth = play.origin("https://registry.test"), play.origin("https://gitlab.test")
    ask = f"/jwt/auth?service=container_registry&{scope()}"
    expired = refuse(GITLAB + ',error="invalid_token"')
    play.inspect("registry.test/ns/app:1", steps=[
        challenged(registry, image, GITLAB),
        Step(auth, ask, token("one")),
        Step(registry, manifest_path(image), manifest(image), "Bearer one"),
        Step(registry, config_path(image), expired, "Bearer one"),
        Step(auth, ask, token("two")),
        Step(registry, config_path(image), blob(image.config), "Bearer two")]).ok()


# --- Nexus ---------------------------------------------------------------------------------

def test_nexus(play, image, login):
    """Each of its repositories has a port, and a login of its own; tags are not listed."""
    registry, other = play.origin("https://nexus.test:8083"), \
        play.origin("https://nexus.test:8084")
    first, second = basic(USER, "one-password"), basic(USER, "two-password")
    challenge = 'Basic realm="Sonatype Nexus Repository Manager"'
    play.inspect(*login({"nexus.test:8083": (USER, "one-password"),
                         "nexus.test:8084": (USER, "two-password")}), "-o", "json",
                 "nexus.test:8083/ns/app:1", "nexus.test:8084/ns/app:1", steps=[
                     challenged(registry, image, challenge), *reads(registry, image, first),
                     challenged(other, image, challenge), *reads(other, image, second)]).ok()


def test_nexus_anonymous_bearer(play, image):
    registry = play.origin("https://nexus.test:8083")
    play.inspect("nexus.test:8083/ns/app:1", steps=[
        challenged(registry, image, f'Bearer realm="{registry.url}/v2/token",'
                                    f'service="{registry.url}/v2/token"'),
        Step(registry, f"/v2/token?service=https%3A%2F%2Fnexus.test%3A8083%2Fv2%2Ftoken&{scope()}",
             token("DockerToken.1")),
        *reads(registry, image, "Bearer DockerToken.1")]).ok()


# --- Red Hat -------------------------------------------------------------------------------

REDHAT = 'Bearer realm="https://registry.redhat.io/auth/token",service="docker-registry"'


def test_redhat_repeats_the_status_as_a_code(play, image):
    registry = play.origin("https://registry.redhat.io")
    play.inspect("registry.redhat.io/ns/app:1", steps=[
        Step(registry, manifest_path(image), say(404, errors("404", "Not Found")))]).fails(
            IMAGE, "registry.redhat.io has no ns/app:1", "(HTTP 404 404: Not Found)")


def test_redhat_redirects(play, image, login):
    """Manifests within the registry, with the login; blobs away from it, without."""
    registry, store = play.origin("https://registry.redhat.io"), play.origin("https://cdn.test")
    away = "/v2/rhcc/manifests/1"
    play.inspect(*login({"registry.redhat.io": (USER, SECRET)}), "registry.redhat.io/ns/app:1",
                 steps=[
                     challenged(registry, image, REDHAT),
                     Step(registry, f"/auth/token?account={USER}&service=docker-registry&"
                                    f"{scope()}", token("t"), MINE),
                     Step(registry, manifest_path(image), move(away, 302), "Bearer t"),
                     Step(registry, away, manifest(image), "Bearer t"),
                     Step(registry, config_path(image), move(f"{store.url}/x", 302), "Bearer t"),
                     Step(store, "/x", blob(image.config))]).ok()


def test_redhat_shows_nothing_without_a_login(play, image):
    registry = play.origin("https://registry.redhat.io")
    answer = say(401, b"Please login to the Red Hat Registry using your Customer Portal "
                      b"credentials.", "text/plain")
    play.inspect("registry.redhat.io/ns/app:1", steps=[
        challenged(registry, image, REDHAT),
        Step(registry, f"/auth/token?service=docker-registry&{scope()}", answer)]).fails(
            DENIED, "docker login", "Please login to the Red Hat Registry")


# --- Huawei --------------------------------------------------------------------------------

def test_huawei_names_no_algorithm(play, image):
    """A digest header that is none claims nothing; the digest is computed anyway."""
    host = "swr.cn-north-4.myhuaweicloud.com"
    registry = play.origin(f"https://{host}")
    result = play.inspect("-o", "json", f"{host}/ns/app:1", steps=[
        Step(registry, manifest_path(image),
             manifest(image, Docker_Content_Digest=oci_image.bare(image.digest))),
        Step(registry, config_path(image), blob(image.config))]).ok().result
    assert result["manifest_digest"] == image.digest


# --- in-house registries -------------------------------------------------------------------

def test_realm_at_a_private_address_may_be_allowed(play, image, login):
    """A name that is allowed is allowed as it is: another port, or another name, is not."""
    registry, auth = play.origin("https://registry.test"), play.origin("http://10.1.2.3:8080")
    options = login({"registry.test": (USER, SECRET)})
    start = [challenged(registry, image, f'Bearer realm="{auth.url}/token",service="r"')]
    ask = Step(auth, f"/token?account={USER}&service=r&{scope()}", token("t"), MINE)
    for allowed in ("10.1.2.3", "10.1.2.3:8080"):
        done = play.inspect(*options, "--allow-realm", allowed, "registry.test/ns/app:1",
                            steps=[*start, ask, *reads(registry, image, "Bearer t")]).ok()
        assert "warning: allow-realm: registry.test sends to 10.1.2.3:8080 in http" \
            in done.stderr
    for allowed in ("10.1.2.3:80", "registry.test", "10.1.2.4"):
        play.inspect(*options, "--allow-realm", allowed, "registry.test/ns/app:1",
                     steps=start).fails(DENIED, "set allow-realm to 10.1.2.3:8080")


def test_unverified_registry_leaves_its_token_server_verified(play, image, login):
    """The switch is for one host: the login goes to no server that could be anybody."""
    registry = play.origin("https://registry.test")
    play.origin("https://auth.test")
    challenge = challenged(registry, image, 'Bearer realm="https://auth.test/token",service="r"')
    options = [*login({"registry.test": (USER, SECRET)}), "-q", "--insecure-skip-verify",
               "registry.test", "registry.test/ns/app:1"]
    unknown = {"SCANREQ_CA_FILE": ""}
    play.inspect(*options, steps=[challenge], env=unknown, reached=True).fails(
        USAGE, "certificate of auth.test is not trusted")
    play.inspect(*options, steps=reads(registry, image, None), env=unknown).ok()


# --- any registry --------------------------------------------------------------------------

def test_warning_is_told_once(play, image):
    registry = play.origin("https://registry.test")
    warned = {"Warning": '299 - "this name is \\"old\\": use registry.example"'}
    done = play.inspect("registry.test/ns/app:1", "registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), manifest(image, **warned)),
        Step(registry, config_path(image), blob(image.config, **warned))] * 2).ok()
    assert [line for line in done.lines if "old" in line] == [
        'scanreq: warning: registry.test warns: this name is "old": use registry.example']
    assert play.inspect("-q", "registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), manifest(image, **warned)),
        Step(registry, config_path(image), blob(image.config))]).ok().stderr == ""


def test_malformed_warning_is_not_told(play, image):
    registry = play.origin("https://registry.test")
    warned = {"Warning": '299 - "no end of it'}
    assert play.inspect("registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), manifest(image, **warned)),
        Step(registry, config_path(image), blob(image.config))]).ok().stderr == ""


PAGES = {
    "html": (b"<html><head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center>"
             b"nginx</center></body></html>", "(HTTP 504: 504 Gateway Time-out)"),
    "no title": (b"<!DOCTYPE html>\n<h1>Sign in</h1>\n<script>go()</script>",
                 "(HTTP 504: Sign in)"),
    "xml": (b'<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>', "504: SlowDown)"),
    "empty": (b"", "(HTTP 504)"),
    "other json": (b'{"details":"try\\nagain"}', "(HTTP 504: try again)"),
    "a text": (b"upstream\r\n\ttimed out\x1b[31m", "(HTTP 504: upstream timed out\\x1b[31m)"),
}


@pytest.mark.parametrize("page", PAGES)
def test_any_body_is_one_clean_line(play, image, page):
    """What stands before a registry answers in its own way."""
    registry = play.origin("https://registry.test")
    body, line = PAGES[page]
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), wire.Answer(504, body, (), "text/html"))]).fails(
            UNAVAILABLE, line)


def test_what_a_refusal_says_is_told(play, image, login):
    """A 401 is answered; where that is no use, its code and its words are told."""
    registry = play.origin("https://registry.test")
    page = refuse(body=b"<html><title>Sign in to the company</title></html>")
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry, manifest_path(image), page)]).fails(
            DENIED, "asks for nothing", "(HTTP 401: Sign in to the company)")
    wrong = refuse('Basic realm="r"', body=errors("UNAUTHORIZED", "the account is locked"))
    done = play.run("inspect", "-o", "json", *login({"registry.test": (USER, SECRET)}),
                    "registry.test/ns/app:1", steps=[
                        challenged(registry, image, 'Basic realm="r"'),
                        Step(registry, manifest_path(image), wrong, MINE)])
    error = done.result["error"]
    assert (error["class"], error["http_status"], error["service_code"]) == ("denied", 401,
                                                                     "UNAUTHORIZED")
    assert USER in error["message"]
    assert error["message"].endswith("(HTTP 401 UNAUTHORIZED: the account is locked)")


def test_limit_of_a_token_server(play, image):
    registry = play.origin("https://registry.test")
    later = say(429, b"", Date="Mon, 03 Jun 2024 10:00:00 GMT",
                Retry_After="Mon, 03 Jun 2024 10:02:00 GMT")
    play.inspect("registry.test/ns/app:1", steps=[
        challenged(registry, image, 'Bearer realm="https://registry.test/token"'),
        Step(registry, f"/token?{scope()}", later)]).fails(
            UNAVAILABLE, "no token; try again in 120 s (at 2")
