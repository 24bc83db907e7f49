# SPDX-License-Identifier: MIT
"""What doctor finds, and that it submits nothing."""
import datetime
import json

import jsonschema
import pytest

import acs3
import fake_service
import fake_tasks
import faults
import program
import registries
import scripted_registry
import wire
from conftest import KEYS, TOKEN

USAGE, NOT_FOUND, DENIED, UNAVAILABLE, REFUSED = 2, 3, 4, 5, 6
SCHEMA = json.loads((program.TOP / "docs" / "scanreq-doctor-1.schema.json").read_text())


@pytest.fixture
def service():
    """It has tasks, none of which is asked for."""
    with fake_tasks.Service() as fake:
        fake.looks = [[]]
        yield fake


@pytest.fixture
def doctor(scanreq, service):
    """Calls `scanreq doctor` with right keys and a token, towards the fake."""
    keyed = scanreq.with_env(**KEYS)

    def run(*args, **kwargs):
        return keyed("doctor", "--region", "cn-hangzhou", "--endpoint", service.url, *args,
                     **kwargs)
    return run


def checks(done):
    """{subject: (check, text)} of a document that the schema accepts."""
    document = json.loads(done.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["exit_code"] == done.status
    return {c["subject"]: (c["check"], c["text"]) for c in document["checks"]}


def answers_with_date(service, shift):
    """The fake's clock is off by so many seconds, and its answers say so."""
    service.clock = lambda: fake_service.now() + datetime.timedelta(seconds=shift)
    service.looks = [fake_service.json_answer(200, {"RequestId": "R", "Task": []}, (
        ("Date", service.clock().strftime("%a, %d %b %Y %H:%M:%S GMT")),))]


def says(service, status, code, **more):
    service.looks = [fake_service.error(status, code, **more)]


def test_all_is_well(doctor, service):
    answers_with_date(service, 0)
    found = checks(doctor("-o", "json").ok())
    assert {check for check, _ in found.values()} == {"ok"}
    assert list(found) == ["credentials", "endpoint", "connection", "keys", "clock", "trust",
                           "token", "CI"]
    assert "environment" in found["credentials"][1]
    assert service.host in found["endpoint"][1]
    assert [(r.value("x-acs-action"), r.verdict) for r in service.requests] == [
        (fake_tasks.LATEST, "OK")]


def test_text_is_a_line_for_each(doctor, service):
    answers_with_date(service, 0)
    done = doctor().ok()
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["ok"] * 8
    assert done.stderr == ""


# --- the keys


@pytest.mark.parametrize("env, code", [
    ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "another"}, "SignatureDoesNotMatch"),
    ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tNobodysKey0001"}, "InvalidAccessKeyId.NotFound"),
    ({"ALIBABA_CLOUD_SECURITY_TOKEN": "stale"}, "InvalidSecurityToken"),
])
def test_keys_that_do_not_work(doctor, service, env, code):
    done = doctor("-o", "json", env=env)
    assert done.status == DENIED
    found = checks(done)
    assert found["credentials"][0] == found["connection"][0] == "ok"
    check, text = found["keys"]
    assert check == "failure" and code in text
    assert service.requests[0].verdict.startswith(code)


@pytest.mark.parametrize("status, code", [(403, "NoPermission"), (403, "Forbidden.RAM"),
                                          (400, "NoPermission")])
def test_keys_that_may_not_read(doctor, service, status, code):
    """The signature was accepted: that much is known."""
    says(service, status, code)
    check, text = checks(doctor("-o", "json").ok())["keys"]
    assert check == "warning"
    for word in ("accepts their signature", code, "yundun-sas:DescribeImageLatestScanTask"):
        assert word in text


@pytest.mark.parametrize("status, code", [(404, "InvalidAction.NotFound"),
                                          (400, "Throttling.User"), (429, "Throttling")])
def test_what_says_nothing_of_the_keys(doctor, service, status, code):
    says(service, status, code)
    check, text = checks(doctor("-o", "json").ok())["keys"]
    assert check == "warning" and "unknown whether" in text and code in text


def test_temporary_keys(doctor):
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.TEMPORARY_ID,
           "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.TEMPORARY_SECRET,
           "ALIBABA_CLOUD_SECURITY_TOKEN": fake_service.SECURITY_TOKEN}
    found = checks(doctor("-o", "json", env=env).ok())
    assert found["keys"][0] == "ok" and "temporary" in found["credentials"][1]


# --- what is no answer of the service


@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("status, exit_status", [(302, REFUSED), (307, REFUSED),
                                                 (500, UNAVAILABLE), (503, UNAVAILABLE)])
def test_answers_that_are_in_the_way(doctor, service, keys, status, exit_status):
    answer = wire.Answer(status, b"{}", (("Location", "https://portal.example.com/login?x=1"),))
    service.answer = lambda _: answer
    none = {name: "" for name in KEYS if name.startswith("ALIBABA")}
    done = doctor("-o", "json", env={} if keys else none)
    assert done.status == (exit_status if keys else DENIED)
    found = checks(done)
    check, text = found["connection"]
    assert check == "failure" and f"HTTP {status}" in text
    assert ("portal.example.com" in text) == (status < 400)
    assert "keys" not in found


@pytest.mark.parametrize("status, body", [
    (200, b"<html>log in</html>"), (404, b"<html>nginx</html>"), (200, b'{"status": "up"}'),
    (403, b"blocked"), (200, b"[]"), (200, b"")])
def test_page_that_is_not_of_the_service(doctor, service, status, body):
    service.answer = lambda _: wire.Answer(status, body)
    done = doctor("-o", "json")
    assert done.status == REFUSED
    check, text = checks(done)["connection"]
    assert check == "failure" and "not the service" in text


def test_troubles_are_waited_out(doctor, service):
    service.looks = [fake_service.error(503, "ServiceUnavailable", headers=(("Retry-After", "0"),)),
                     fake_service.error(400, "Throttling", headers=(("x-acs-retry-after", "1"),)),
                     []]
    assert checks(doctor("-o", "json", "--retry", "2").ok())["keys"][0] == "ok"
    assert len(service.requests) == 3


def test_broken_connection_is_tried_again(doctor, service):
    service.looks = [faults.Reset(0), []]
    assert checks(doctor("-o", "json", "--retry", "1").ok())["keys"][0] == "ok"


# --- the clock


@pytest.mark.parametrize("shift, check, side", [
    (0, "ok", "within"), (300, "warning", "behind"), (-300, "warning", "ahead"),
    (1200, "failure", "behind"), (-1200, "failure", "ahead"),
])
def test_clock(doctor, service, shift, check, side):
    answers_with_date(service, shift)
    done = doctor("-o", "json")
    assert done.status == (USAGE if check == "failure" else 0)
    found = checks(done)
    assert found["clock"][0] == check
    assert side in found["clock"][1]
    assert found["keys"][0] == "ok", "they are tried by the service's clock"


def test_clock_that_is_days_off(doctor, service):
    answers_with_date(service, 3 * 86400)
    done = doctor("-o", "json")
    assert done.status == USAGE
    found = checks(done)
    assert found["clock"][0] == "failure"
    assert found["keys"][0] == "warning" and "unknown whether" in found["keys"][1]


def test_service_without_a_date(doctor, service):
    assert checks(doctor("-o", "json").ok())["clock"][0] == "warning"


@pytest.mark.parametrize("env, word", [
    ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""},
     "no access keys"),
    ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""}, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
])
def test_keys_are_missing(doctor, service, env, word):
    done = doctor("-o", "json", env=env)
    assert done.status == DENIED
    check, text = checks(done)["credentials"]
    assert check == "failure"
    assert word in text
    assert checks(done)["connection"][0] == "ok", "one failure hides no other finding"
    assert "keys" not in checks(done)
    assert [r.method for r in service.requests] == ["GET"]
    assert service.requests[0].value("authorization") is None


def test_profile_that_is_not_there(doctor):
    done = doctor("-o", "json", "--profile", "none")
    assert done.status == DENIED
    assert checks(done)["credentials"][0] == "failure"


def test_no_region(scanreq):
    done = scanreq.with_env(**KEYS)("doctor", "-o", "json")
    assert done.status == USAGE
    check, text = checks(done)["endpoint"]
    assert check == "failure"
    assert "cn-shanghai" in text and "ap-southeast-1" in text


def test_service_that_is_not_there(scanreq):
    done = scanreq.with_env(**KEYS)("doctor", "-o", "json", "--endpoint", "http://127.0.0.1:1")
    assert done.status == UNAVAILABLE
    assert checks(done)["connection"][0] == "failure"
    assert "clock" not in checks(done)


def test_token_is_missing(doctor):
    done = doctor("-o", "json", env={"SCANREQ_TOKEN": ""})
    assert done.status == 0
    assert checks(done)["token"][0] == "warning"


@pytest.mark.parametrize("env, word", [
    ({}, "system"), ({"SSL_CERT_FILE": "/etc/own.pem"}, "/etc/own.pem"),
    ({"SSL_CERT_DIR": "/etc/own"}, "/etc/own"),
])
def test_trust(doctor, env, word):
    assert word in checks(doctor("-o", "json", env=env))["trust"][1]


def test_ci(doctor):
    done = doctor("-o", "json", env={"GITLAB_CI": "true", "CI_JOB_URL": "https://ci.test/1"})
    assert checks(done)["CI"] == ("ok", "gitlab, build https://ci.test/1")


def test_image(doctor, registry, sources):
    found = checks(doctor("-o", "json", f"{registry}/ns/oci:1").ok())
    assert found["image"][0] == "ok"
    assert sources.made_image.digest in found["image"][1]


def test_login_of_a_registry(doctor, htpasswd_registry, tmp_path):
    name = f"{htpasswd_registry}/ns/app:1"
    done = doctor("-o", "json", name)
    assert done.status == DENIED
    assert checks(done)["image"][0] == "failure"
    path = scripted_registry.authfile(
        tmp_path / "auth.json", **{htpasswd_registry: (registries.USER, registries.PASSWORD)})
    assert checks(doctor("-o", "json", "--authfile", path, name).ok())["image"][0] == "ok"


def test_image_that_is_not_there(doctor, registry):
    assert doctor(f"{registry}/ns/none:1").status == NOT_FOUND


def test_ca_file_that_is_not_there(doctor, service):
    done = doctor("--ca-file", "/nonexistent.pem")
    assert done.status == USAGE
    assert "/nonexistent.pem" in done.out + done.stderr
    assert service.requests == []


@pytest.mark.parametrize("form", ["text", "ndjson", "dotenv", "github", "json=x", "text=x"])
def test_a_form_for_the_whole_job_is_none_of_doctor_s(doctor, tmp_path, form):
    done = doctor(env={"SCANREQ_OUTPUT": form})
    assert done.status == doctor().status and done.stderr == ""
    assert done.out.splitlines()[0].split() == doctor().out.splitlines()[0].split()
    assert not (tmp_path / "home" / "x").exists()


def test_json_for_the_whole_job_is_one_of_doctor_s(doctor):
    assert checks(doctor(env={"SCANREQ_OUTPUT": "json"}))


def test_help_offers_what_there_is(scanreq):
    text = scanreq("help", "doctor").ok().out
    assert "--output text|json " in text and "ndjson" not in text


@pytest.mark.parametrize("args", [("a", "b"), ("-o", "ndjson"), ("-o", "json=x"),
                                  ("-o", "dotenv=x")])
def test_usage(doctor, service, args):
    doctor(*args).fails(USAGE)
    assert service.requests == []


def test_nothing_secret_is_shown(doctor, service, registry):
    """The key id is masked, and the service's words are, too."""
    for args in ((), ("-o", "json"), ("-v", "-v")):
        done = doctor(*args, f"{registry}/ns/oci:1")
        for secret in (fake_service.KEY_SECRET, fake_service.KEY_ID, TOKEN):
            for form in (secret, acs3.encode(secret)):
                assert form not in done.out + done.stderr
    assert {r.value("x-acs-action") for r in service.requests} == {fake_tasks.LATEST}
