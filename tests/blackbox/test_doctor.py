# SPDX-License-Identifier: MIT
"""What doctor finds, and that it submits nothing."""
import datetime
import json

import jsonschema
import pytest

import acs3
import fake_service
import program
import registries
import scripted_registry
from conftest import KEYS, TOKEN

USAGE, NOT_FOUND, DENIED, UNAVAILABLE = 2, 3, 4, 5
SCHEMA = json.loads((program.TOP / "docs" / "scanreq-doctor-1.schema.json").read_text())


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
    """The fake's answers have a Date that is off by so many seconds."""
    date = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift)
    text = date.strftime("%a, %d %b %Y %H:%M:%S GMT")
    service.answer = lambda _: fake_service.error(404, "InvalidApi.NotFound",
                                                  headers=(("Date", text),))


def test_all_is_well(doctor, service):
    answers_with_date(service, 0)
    found = checks(doctor("-o", "json").ok())
    assert {check for check, _ in found.values()} == {"ok"}
    assert list(found) == ["credentials", "endpoint", "connection", "clock", "trust", "token",
                           "CI"]
    assert "environment" in found["credentials"][1]
    assert service.host in found["endpoint"][1]
    assert [(r.method, r.value("authorization")) for r in service.requests] == [("GET", None)]


def test_text_is_a_line_for_each(doctor, service):
    answers_with_date(service, 0)
    done = doctor().ok()
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["ok"] * 7
    assert done.stderr == ""


@pytest.mark.parametrize("shift, check, side", [
    (0, "ok", "within"), (300, "warning", "behind"), (-300, "warning", "ahead"),
    (1200, "failure", "behind"), (-1200, "failure", "ahead"),
])
def test_clock(doctor, service, shift, check, side):
    answers_with_date(service, shift)
    done = doctor("-o", "json")
    assert done.status == (USAGE if check == "failure" else 0)
    found = checks(done)["clock"]
    assert found[0] == check
    assert side in found[1]


def test_service_without_a_date(doctor, service):
    service.answer = lambda _: fake_service.error(404, "InvalidApi.NotFound")
    assert checks(doctor("-o", "json").ok())["clock"][0] == "warning"


@pytest.mark.parametrize("env, word", [
    ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""},
     "no access keys"),
    ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""}, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
])
def test_keys_are_missing(doctor, env, word):
    done = doctor("-o", "json", env=env)
    assert done.status == DENIED
    check, text = checks(done)["credentials"]
    assert check == "failure"
    assert word in text
    assert checks(done)["connection"][0] == "ok", "one failure hides no other finding"


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
    assert {r.method for r in service.requests} == {"GET"}
