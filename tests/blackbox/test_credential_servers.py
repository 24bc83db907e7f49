# SPDX-License-Identifier: MIT
"""What servers that give keys answer: STS, the metadata service, a credentials URI."""
import datetime

import pytest

import fake_identity
import fake_service
import faults
import wire
from key_sources import (IMAGE, LONG_LIVED, ROLE, accepted, metadata_env, oidc_env, refused,
                         refused_after)

DENIED, UNAVAILABLE = 4, 5


# --- STS, and a credentials URI


def test_clock_of_sts(bare, service, identity, profiles):
    """A clock that is wrong is measured with STS, and serves for the submission, too."""
    profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE})
    for server in (identity, service):
        server.clock = lambda: fake_service.now() + datetime.timedelta(hours=2)
    done = bare()
    accepted(done, service, "from profile default")
    assert [r.verdict for r in identity.requests] == ["InvalidTimeStamp.Expired", "OK"]
    assert done.stderr.count("set the clock") == 1


@pytest.mark.parametrize("answer, status", [
    (fake_service.error(403, "NoPermission"), DENIED),
    (fake_service.error(400, "Throttling.User"), UNAVAILABLE),
    (fake_service.error(503, "ServiceUnavailable"), UNAVAILABLE),
    (wire.Answer(200, b"<html>"), DENIED), (wire.Answer(200, b"{}"), DENIED),
    (wire.Answer(302, b"", (("Location", "http://127.0.0.1:9/"),)), DENIED),
    (wire.Answer(200, b" " * 100000), DENIED),
    (fake_service.json_answer(200, {"Credentials": {
        "AccessKeyId": "i", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2001-01-01T00:00:00Z"}}), DENIED)])
def test_answers_of_sts(bare, service, identity, token_file, answer, status):
    identity.override["oidc"] = answer
    refused(bare(**oidc_env(token_file)), service, identity.host, status=status)
    assert len(identity.requests) == 1


@pytest.mark.parametrize("way", ["oidc", "assume"])
@pytest.mark.parametrize("trouble", [
    fake_service.error(400, "Throttling.User", headers=(("x-acs-retry-after", "1"),)),
    fake_service.error(503, "ServiceUnavailable", headers=(("Retry-After", "0"),)),
    wire.Answer(502, b"<html>", (("Retry-After", "0"),)), faults.Reset(0), faults.Reset(0.5)])
def test_sts_is_asked_again(bare, service, identity, profiles, token_file, way, trouble):
    """A second session does no harm; each request has a date and a nonce of its own."""
    identity.first[way] = [trouble]
    if way == "assume":
        profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE})
    accepted(bare("--retry", "1", **(oidc_env(token_file) if way == "oidc" else {})), service,
             "profile default" if way == "assume" else "OIDC")
    assert len(identity.requests) == 2
    nonces = {r.value("x-acs-signature-nonce") for r in identity.requests}
    assert len(nonces) == (2 if way == "assume" else 1)


def test_sts_is_asked_as_often_as_retry_says(bare, service, identity, token_file):
    identity.override["oidc"] = fake_service.error(503, "ServiceUnavailable")
    refused_after(bare("--retry", "2", **oidc_env(token_file)), service, "ServiceUnavailable",
                  status=UNAVAILABLE)
    assert len(identity.requests) == 3


def test_sts_that_says_much_later(bare, service, identity, token_file):
    identity.override["oidc"] = fake_service.error(503, "Throttling",
                                                   headers=(("Retry-After", "3600"),))
    refused_after(bare("--retry", "3", **oidc_env(token_file)), service,
                  "it says to come back in 3600 s", status=UNAVAILABLE)
    assert len(identity.requests) == 1


def test_refusals_of_sts_are_not_repeated(bare, service, identity, token_file):
    identity.override["oidc"] = fake_service.error(403, "NoPermission")
    refused(bare("--retry", "3", **oidc_env(token_file)), service, "NoPermission")
    assert len(identity.requests) == 1


def test_credentials_uri_is_asked_again(bare, service, identity):
    identity.first["uri"] = [wire.Answer(503, b"", (("Retry-After", "0"),)), faults.Reset(0)]
    accepted(bare("--retry", "2", ALIBABA_CLOUD_CREDENTIALS_URI=f"{identity.url}/keys"), service,
             "from the credentials URI")
    assert len(identity.requests) == 3


@pytest.mark.parametrize("absent", ["SecurityToken", "Expiration"])
@pytest.mark.parametrize("value", [None, ""])
def test_credentials_uri_gives_a_session(bare, service, identity, absent, value):
    """The SDK takes neither long-lived keys nor keys without an end from there."""
    session = {**identity.session(), absent: value}
    identity.override["uri"] = fake_service.json_answer(
        200, {k: v for k, v in session.items() if v is not None})
    refused(bare(ALIBABA_CLOUD_CREDENTIALS_URI=f"{identity.url}/keys"), service,
            f"has no {absent}")


def test_path_of_a_credentials_uri_is_not_told(bare, service, identity):
    done = bare("-vv", ALIBABA_CLOUD_CREDENTIALS_URI=f"{identity.url}/keys?token=hush")
    accepted(done, service, "from the credentials URI")
    assert "/keys" not in done.stderr and f"GET {identity.host}: 200" in done.stderr


def test_clock_that_is_days_off_is_not_believed(bare, service, identity, profiles):
    profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE})
    identity.clock = lambda: fake_service.now() + datetime.timedelta(days=3)
    done = bare()
    assert done.status == DENIED
    assert "set the clock" in done.stderr and "InvalidTimeStamp.Expired" in done.stderr
    assert [r.verdict for r in identity.requests] == ["InvalidTimeStamp.Expired"]


def test_sts_that_quotes_the_token(bare, service, identity, token_file):
    identity.oidc_token = "another"
    refused(bare(**oidc_env(token_file)), service, "AuthenticationFail", "***")


def test_keys_are_asked_for_again(bare, service, identity, token_file):
    """Once for the check before the image is read, and once more: they expire at once."""
    identity.life = 60
    accepted(bare(**oidc_env(token_file)), service, "from OIDC")
    assert len(identity.requests) == 2


def test_dry_run_and_offline_ask_nobody(scanreq, identity, profiles, token_file):
    profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE})
    done = scanreq("submit", "--dry-run", "--region", "cn-hangzhou", "--sts-endpoint",
                   identity.url, *IMAGE, "-v", env=oidc_env(token_file)).ok()
    assert "not asked offline or for a dry run" in done.stderr
    assert "the request is not signed" in done.stderr
    assert not identity.requests


# --- the metadata service


@pytest.mark.parametrize("role", ["", fake_identity.INSTANCE_ROLE])
def test_metadata_that_does_not_take_its_own_token(bare, service, identity, redirect, role):
    """A GET that is refused with a token is tried without, as the SDKs do."""
    identity.imds = 1
    identity.override["token"] = wire.Answer(200, b"stale-token")
    identity.no_token_taken = True
    env = metadata_env(identity, redirect, ALIBABA_CLOUD_ECS_METADATA=role)
    accepted(bare(**env), service, "role")
    gets = [r.value("x-aliyun-ecs-metadata-token") for r in identity.requests[1:]]
    assert gets == ["stale-token", None] + ([None] if not role else [])


def test_metadata_that_does_not_take_its_own_token_without_version_1(bare, service, identity,
                                                                     redirect):
    identity.imds = 1
    identity.override["token"] = wire.Answer(200, b"stale-token")
    identity.no_token_taken = True
    env = metadata_env(identity, redirect, ALIBABA_CLOUD_IMDSV1_DISABLED="true")
    refused(bare(**env), service, "answers HTTP 403")
    assert len(identity.requests) == 2


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("kind", ["metadata", "token"])
def test_metadata_that_is_in_trouble(bare, service, identity, redirect, kind, status):
    """It is there, and says that it cannot: that is not "no answer"."""
    identity.override[kind] = wire.Answer(status, b"")
    if kind == "token":
        identity.override["metadata"] = wire.Answer(status, b"")
    line = refused(bare(**metadata_env(identity, redirect)), service,
                   f"the metadata service answers HTTP {status}", status=UNAVAILABLE)
    assert "no answer" not in line and "set ALIBABA" not in line
