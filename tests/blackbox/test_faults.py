# SPDX-License-Identifier: MIT
"""Each fault of the service and of the way to it: exit status, requests, time, memory, and
that no secret shows anywhere. docs/faults.md is this table for people.
"""
import base64
import dataclasses
import json
import os
import re
import shutil
import subprocess
import threading

import pytest

import acs3
import fake_service
import faults
import program
import relays
import scripted_registry
import wire
from conftest import SAVED_NAME, TOKEN

OK, UNAVAILABLE, UNKNOWN = 0, 5, 11
IMAGE = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2")
TEMPORARY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.TEMPORARY_ID,
             "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.TEMPORARY_SECRET,
             "ALIBABA_CLOUD_SECURITY_TOKEN": fake_service.SECURITY_TOKEN,
             "SCANREQ_TOKEN": TOKEN}
PEAK_KIB = 160 << 10  # of the build with sanitizers; the flood is more
LIMIT_SECONDS = 60  # more than --timeout and all waits of a fault together
TAKEN_BYTES = 32 << 20  # of the flood, what stays in buffers of the system included


@pytest.fixture
def send(scanreq, service):
    """`scanreq submit` with session keys; nothing that it leaves behind may be secret."""
    keyed = scanreq.with_env(**TEMPORARY)

    def run(*args, retry=0, **env):
        done = keyed("submit", "--endpoint", service.url, *IMAGE, *args,
                     env={"SCANREQ_RETRY": str(retry), **env})
        assert_no_secret(done.out + done.stderr)
        assert not list(scanreq.home.rglob("*"))
        return done
    return run


@pytest.fixture
def measured(scanreq, service, tmp_path):
    """(document, exit status) of a run whose time and memory are bounded."""
    def run(*args, retry):
        out, log = tmp_path / "out", tmp_path / "log"
        with open(out, "wb") as stdout, open(log, "wb") as stderr:
            child = subprocess.Popen(
                [scanreq.path, "submit", "--endpoint", service.url, *IMAGE, *args, "-o", "json"],
                env={**scanreq.env, **TEMPORARY, "SCANREQ_RETRY": str(retry)}, stdout=stdout,
                stderr=stderr, stdin=subprocess.DEVNULL, cwd=scanreq.home)
            watch = threading.Timer(LIMIT_SECONDS, child.kill)
            watch.start()
            _, status, usage = os.wait4(child.pid, 0)
            watch.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        said = out.read_text() + log.read_text()
        assert not any(mark in said for mark in program.SANITIZER_MARKS), said
        assert_no_secret(said)
        assert usage.ru_maxrss < PEAK_KIB
        document = json.loads(out.read_text())
        program.VALIDATOR.validate(document)
        return document, child.returncode
    return run


@pytest.fixture
def other_origin():
    with fake_service.Service() as other:
        yield other


def assert_no_secret(text):
    for secret in (fake_service.TEMPORARY_SECRET, fake_service.SECURITY_TOKEN, TOKEN):
        for form in (secret, acs3.encode(secret), base64.b64encode(secret.encode()).decode()):
            assert form not in text


def assert_fit_for_a_terminal(text):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
    for line in text.splitlines():
        assert line.startswith("scanreq: ")


def play(service, fault, other):
    if not fault.answers and not fault.clock:
        fault = dataclasses.replace(fault, answers=(wire.Answer(
            307, b"", (("Location", f"{other.url}/?{'x' * 2000}"),)),))
    fault.play(service)


def assert_requests(service, other_origin, fault):
    """As many as the fault says, each with a nonce of its own, and none elsewhere."""
    assert len(service.requests) == fault.requests
    nonces = {request.value("x-acs-signature-nonce") for request in service.requests}
    assert len(nonces) == fault.requests
    assert other_origin.connections == 0


@pytest.mark.parametrize("name", faults.FAULTS)
def test_fault(send, measured, service, other_origin, name):
    """What the program says of it, as text at -vv and as JSON, and what comes to whom."""
    fault = faults.FAULTS[name]
    play(service, fault, other_origin)
    done = send(*fault.args, "-v", "-v", retry=fault.retry)
    assert done.status == fault.exit, done.stderr
    assert_fit_for_a_terminal(done.stderr)
    assert_requests(service, other_origin, fault)
    play(service, fault, other_origin)
    document, status = measured(*fault.args, retry=fault.retry)
    assert status == fault.exit == document["summary"]["exit_code"]
    assert_requests(service, other_origin, fault)
    (result,) = document["results"]
    assert result["submission"]["status"] == fault.status
    assert result["submission"]["attempts"] == fault.requests
    assert (result["error"] is None) == (fault.exit == OK)


@pytest.mark.parametrize("name", ["hang", "drip", "flood", "reset-before"])
def test_message_of_doubt(send, service, name):
    fault = faults.FAULTS[name]
    fault.play(service)
    send(*fault.args, retry=fault.retry).fails(UNKNOWN, service.host, "a task may exist")


def test_flood_is_not_taken(measured, service):
    """An answer of 200 MB is given up after the cap: neither read nor kept."""
    faults.FAULTS["flood"].play(service)
    _, status = measured(retry=0)
    assert status == UNKNOWN
    assert service.poured < TAKEN_BYTES


def test_no_connection(send, service):
    """Nothing was sent: that is repeated, and no attempt."""
    with fake_service.Service() as gone:
        port = gone.port
    done = send("--endpoint", f"http://127.0.0.1:{port}", "-o", "json", "-v", retry=1)
    assert done.status == UNAVAILABLE
    assert done.stderr.count("another attempt") == 1
    submission = done.result["submission"]
    assert (submission["status"], submission["attempts"]) == ("not_attempted", 0)
    send("--endpoint", f"http://127.0.0.1:{port}").fails(UNAVAILABLE, f"127.0.0.1:{port}")
    assert not service.requests


class Closed(wire.Answer):
    """The connection ends once the request was read."""

    def send(self, sock, request, server):
        return False


@pytest.fixture
def copies(skopeo_tar, tmp_path):
    """Images of different names, so that each makes a request of its own."""
    paths = [tmp_path / f"{n}.tar" for n in range(3)]
    for path in paths:
        shutil.copy(skopeo_tar, path)
    return paths


def test_kept_connection_that_dies(scanreq, service, copies):
    """libcurl sends a request again when a kept connection turns out dead; this one not."""
    service.play(fake_service.json_answer(200, fake_service.ACCEPTED), Closed())
    done = scanreq.with_env(**TEMPORARY)(
        "submit", "--endpoint", service.url, "--keep-going", "--jobs", "1", "--retry", "3",
        "-o", "json", *copies[:2])
    assert done.status == UNKNOWN
    statuses = [r["submission"]["status"] for r in done.document["results"]]
    assert statuses == ["accepted", "unknown"]
    assert [r.connection for r in service.requests] == [1, 1]
    assert SAVED_NAME in done.out


def test_submission_is_http_1(scanreq, service, test_names, tmp_path):
    """A stream of HTTP/2 that is refused would be sent again by libcurl: it is not spoken."""
    root = relays.private_authority(tmp_path / "tls", ["tds.test"])
    service.tls = scripted_registry.server_context(root)
    service.tls.set_alpn_protocols(["h2", "http/1.1"])
    scanreq.with_env(**TEMPORARY).with_test_names(test_names)(
        "submit", "--endpoint", f"https://tds.test:{service.port}", "--ca-file",
        root / "ca.pem", *IMAGE).ok()
    assert [r.version for r in service.requests] == ["HTTP/1.1"]


@pytest.mark.parametrize("name", ["500", "reset-within", "reused-nonce", "gzip"])
def test_retry_ambiguous(send, service, name):
    """Doubt is repeated on demand alone, and a warning says what that may have made."""
    faults.FAULTS[name].play(service)
    done = send("--retry-ambiguous", retry=2)
    assert done.status == OK
    assert len(service.requests) == 2
    assert "warning: an attempt before" in done.stderr
    service.reset()
    service.play(fake_service.error(500, "ServerError"), fake_service.error(403, "NoPermission"))
    done = send("--retry-ambiguous", "-o", "json", retry=1)
    assert (done.status, done.result["submission"]["status"]) == (UNKNOWN, "unknown")
    assert len(service.requests) == 2


def test_clock_is_told(send, service):
    for name, words in (("clock-behind", "behind"), ("clock-ahead", "ahead of")):
        faults.FAULTS[name].play(service)
        done = send()
        assert re.search(rf"warning: the clock of this machine is 3[56]\d\d s {words} ",
                         done.stderr)
        dates = [r.value("x-acs-date") for r in service.requests]
        assert (dates[0] < dates[1]) == (words == "behind")


def test_clock_is_measured_once_a_run(scanreq, service, copies):
    """The images after the first are signed right at once, and one warning is enough."""
    faults.FAULTS["clock-behind"].play(service)
    done = scanreq.with_env(**TEMPORARY)("submit", "--endpoint", service.url, "--jobs", "1",
                                         *copies)
    assert done.status == OK
    assert [r.verdict for r in service.requests] == ["InvalidTimeStamp.Expired"] + 3 * ["OK"]
    assert done.stderr.count("set the clock") == 1


def test_signature_that_does_not_match(send, service):
    """At -vv stand both texts that were signed, and no secret."""
    wrong = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong" + fake_service.TEMPORARY_SECRET}
    done = send("-v", "-v", **wrong)
    assert done.status == 4
    assert "the service says: server canonical request is:POST" in done.stderr
    assert "the service says: x-acs-security-token:***" in done.stderr
    assert "signed here: x-acs-security-token:***" in done.stderr
    hashes = re.findall(r": ([0-9a-f]{64})$", done.stderr, re.M)
    assert len(hashes) == 4 and len(set(hashes)) == 2
    send(**wrong).fails(4, "SignatureDoesNotMatch", "check both", "-vv")


@pytest.mark.parametrize("status, code, words", [
    (403, "NoPermission", ["yundun-sas:CreateJenkinsImageScanTask"]),
    (400, "NoPermission", ["edition", "token", "centre"]),
    (404, "InvalidAccessKeyId.NotFound", ["check the key id"]),
    (400, "Throttling.Api", ["overloaded", "try again"]),
    (400, "InvalidTimeStamp.Expired", ["clock", "set it"]),
])
def test_advice(send, service, status, code, words):
    service.play(fake_service.error(status, code))
    done = send()
    for word in (code, service.host, *words):
        assert word in done.stderr


def test_table_says_what_is_tested():
    """docs/faults.md has the exit status of each fault."""
    text = (program.TOP / "docs" / "faults.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| (\d+) \| `test_fault` \|$", text, re.M)
    assert {name: int(exit) for name, exit in rows} == {
        name: fault.exit for name, fault in faults.FAULTS.items()}
