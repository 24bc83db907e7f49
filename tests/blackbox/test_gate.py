# SPDX-License-Identifier: MIT
"""--fail-on: each row of the decision table in docs/verdict.md."""
import pytest

import fake_findings
import fake_service
import fake_tasks
from conftest import KEYS
from fake_findings import (ASSETS, DIGEST, FINISH, GROUPS, LEAF, MALICIOUS, SENSITIVE, START,
                           TASK_ID, UUID, asset, leaf, vulnerability)
from fake_service import Refusal

FINDINGS, NO_VERDICT = 12, 13
PARAMETERS = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2",
              "--digest", DIGEST)
DENIED = Refusal(403, "NoPermission", "caller has no permission")


@pytest.fixture
def service():
    with fake_findings.Service() as fake:
        yield fake


@pytest.fixture
def call(scanreq, service):
    keyed = scanreq.with_env(**KEYS)

    def run(command, *args, **kwargs):
        return keyed(command, "--region", "cn-hangzhou", "--endpoint", service.url,
                     "--poll", "1ms", *args, **kwargs)
    return run


@pytest.fixture
def gate(call):
    """The gate on everything, of a task whose id and asset are known."""
    def run(*args, fail_on="any,malicious,sensitive"):
        return call("findings", "--uuid", UUID, "--task-id", TASK_ID, "--fail-on", fail_on,
                    DIGEST, *args)
    return run


def no_verdict(gate, *words):
    """13 with the missing observation named; --no-verdict pass makes it 0, with a warning."""
    done = gate()
    assert done.status == NO_VERDICT, done.stderr
    (line,) = done.lines
    assert "no verdict: " in line
    for word in words:
        assert word in line, line
    done = gate("--no-verdict", "pass").ok()
    assert "warning: no verdict: " in done.stderr and "no verdict" in done.out
    done = gate("-o", "json")
    assert done.result["findings"]["gate"]["verdict"] == "no_verdict"
    assert done.result["error"]["class"] == "no_verdict"


def test_nothing_reported_passes(gate, service):
    done = gate().ok()
    assert "gate           pass" in done.out and "does not mean clean" in done.out
    assert service.count(LEAF) == 2 and service.count(ASSETS) == 2
    assert gate("-o", "json").ok().result["findings"]["gate"] == {
        "verdict": "pass", "reason": None}


def test_below_the_threshold_passes(gate, service):
    service.report(vulnerability("CVE-1", "nntf"), vulnerability("CVE-2", "nntf", "sca"))
    assert "gate           pass" in gate(fail_on="later").ok().out
    service.report(vulnerability("CVE-3", "later"))
    gate(fail_on="asap").ok()


@pytest.mark.parametrize("necessity, fail_on", [
    ("asap", "asap"), ("tomorrow", "asap"), ("asap", "later"), ("later", "later"),
    ("nntf", "any"), ("asap", "malicious,asap")])
@pytest.mark.parametrize("kind", ["cve", "sca"])
def test_at_the_threshold_fails(gate, service, necessity, kind, fail_on):
    service.report(vulnerability("CVE-1", necessity, kind))
    done = gate(fail_on=fail_on)
    assert done.status == FINDINGS
    assert done.lines == ["scanreq: 1 findings at or above the threshold are reported by the "
                          "task"]
    assert "1 vulnerability reported" in done.out
    assert gate("-o", "json", fail_on=fail_on).result["error"]["class"] == "findings"


def test_files_fail(gate, service):
    service.malicious.append({"MaliciousName": "miner", "Level": "serious", "Status": 0})
    assert gate(fail_on="asap,malicious").status == FINDINGS
    gate(fail_on="asap").ok()
    service.malicious.clear()
    service.sensitive.append({"SensitiveFileKey": "ssh_key", "RiskLevel": "low", "Status": 0})
    assert gate(fail_on="sensitive").status == FINDINGS
    gate(fail_on="any").ok()


def test_on_record_fails_and_never_passes(call, service):
    """Without the task: findings for the digest fail the gate, none of them passes it."""
    service.report(vulnerability("CVE-1", "later"))
    done = call("findings", "--fail-on", "any", DIGEST)
    assert done.status == FINDINGS and "not tied to the task" in done.stderr
    done = call("findings", "--fail-on", "asap", DIGEST)
    assert done.status == NO_VERDICT and "no task is named" in done.stderr


def test_task_is_not_named(gate, service):
    service.leaves = []
    service.looks = [[]]
    no_verdict(gate, "the task was not seen", "does not name this task")
    service.looks = [[fake_tasks.task(DIGEST, "SUCCESS", fake_tasks.OTHER_ID)]]
    no_verdict(gate, "the task was not seen")


@pytest.mark.parametrize("refusal, word", [
    (DENIED, "yundun-sas:DescribeImageLatestScanTask"),
    (Refusal(503, "ServiceUnavailable", "later"), "ServiceUnavailable"),
    (Refusal(400, "Throttling.User", "too many"), "Throttling")])
def test_task_may_not_be_read(gate, service, refusal, word):
    service.refused[LEAF] = service.refused[fake_tasks.LATEST] = refusal
    no_verdict(gate, "the task was not seen", word)


@pytest.mark.parametrize("status", ["INIT", "START", "A_STATE_OF_TOMORROW"])
def test_task_runs(gate, service, status):
    service.leaves = [leaf(status)]
    no_verdict(gate, "has not ended", status, "console")


@pytest.mark.parametrize("status", ["TIMEOUT", "FAIL", "FAILED"])
def test_task_failed(gate, service, status):
    service.leaves = [leaf(status)]
    no_verdict(gate, f"the task ended in {status}")


def test_success_with_an_error_word(gate, service):
    service.leaves = [leaf(ResultInfo="TASK_NOT_SUPPORT_REGION")]
    no_verdict(gate, "the service reports TASK_NOT_SUPPORT_REGION")
    service.leaves = [leaf(ResultInfo="SUCCESS")]
    gate().ok()
    service.assets = [asset(ScaResult="TASK_NOT_EXISTS")]
    no_verdict(gate, "the service reports TASK_NOT_EXISTS")


def test_counts_are_unknown(gate, service):
    service.refused[GROUPS] = DENIED
    no_verdict(gate, "counts of vulnerabilities are not known", f"yundun-sas:{GROUPS}")


@pytest.mark.parametrize("action", [MALICIOUS, SENSITIVE])
def test_a_category_of_the_gate_is_unknown(gate, service, action):
    service.refused[action] = DENIED
    no_verdict(gate, "a category of the gate is not known", f"yundun-sas:{action}")
    gate(fail_on="any").ok()


def test_asset_is_unknown(call, gate, service):
    service.refused[ASSETS] = DENIED
    no_verdict(gate, "asset was not seen", f"yundun-sas:{ASSETS}")
    del service.refused[ASSETS]
    service.assets = [asset(Uuid="another")]
    no_verdict(gate, "no asset with this digest has the Uuid")
    service.assets = [asset()]
    done = call("findings", "--task-id", TASK_ID, "--fail-on", "any", DIGEST)
    assert done.status == NO_VERDICT and "no uuid is set" in done.stderr


def test_asset_is_older_than_the_request(gate, service):
    service.assets = [asset(LastScanTime=START - 1)]
    no_verdict(gate, "was not scanned since the request")
    service.assets = [asset(LastScanTime=START)]
    gate().ok()


def test_counts_grow_between_two_readings(gate, service):
    """As in a service that is still adding them up."""
    service.before[LEAF] = lambda n: n == 2 and service.report(vulnerability("CVE-1", "nntf"))
    done = gate(fail_on="later")
    assert done.status == NO_VERDICT and "changed between two readings" in done.stderr
    service.vulnerabilities.clear()
    service.requests.clear()
    done = gate(fail_on="any")
    assert done.status == FINDINGS


def test_second_reading_is_refused(gate, service):
    def refuse(n):
        if n == 2:
            service.refused[GROUPS] = DENIED
    service.before[LEAF] = refuse
    done = gate()
    assert done.status == NO_VERDICT and "not known" in done.stderr


def test_zero_without_an_end_is_too_early(gate, service):
    service.leaves = [leaf(EndTime=None)]
    done = gate()
    assert done.status == NO_VERDICT and "five minutes" in done.stderr


def test_a_task_that_appears_late(gate, service):
    """The operation by id does not have it yet, the one by digest has."""
    service.leaves = []
    service.looks = ["SUCCESS"]
    gate().ok()
    assert len(service.reads()) == 2


def recent(service):
    """Task and asset of now: a submission's clock is the test's."""
    now = int(fake_service.now().timestamp() * 1000) + 60000
    service.assets = [asset(LastScanTime=now)]
    service.leaves = [leaf(StartTime=now - 1000, EndTime=FINISH)]


def test_submit_with_a_gate(call, service):
    run = ("submit", "--wait", "--findings", "--fail-on", "any", *PARAMETERS)
    done = call(*run)
    assert done.status == NO_VERDICT and "was not scanned since the request" in done.stderr
    recent(service)
    done = call(*run).ok()
    assert "accepted" in done.out and "gate           pass" in done.out
    service.report(vulnerability("CVE-1"))
    done = call(*run)
    assert done.status == FINDINGS and TASK_ID in done.out
    assert call(*run, "-o", "json").result["submission"]["status"] == "accepted"


@pytest.mark.parametrize("end, word", [("FAIL", "ended in FAIL"), ("PROCESSING", "not ended")])
def test_submit_whose_task_ends_badly(call, service, end, word):
    """The gate decides, not the wait: 13, or 0 by --no-verdict pass."""
    service.leaves = []
    service.looks = [end]
    run = ("submit", "--wait", "--wait-timeout", "50ms", "--findings", "--fail-on", "any",
           *PARAMETERS)
    done = call(*run)
    assert done.status == NO_VERDICT and word in done.stderr
    call(*run, "--no-verdict", "pass").ok()
