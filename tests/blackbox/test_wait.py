# SPDX-License-Identifier: MIT
"""`submit --wait` and `status`: how the end of a task is found, and how it is not."""
import json
import signal
import subprocess
import threading

import pytest

import fake_service
import fake_tasks
from conftest import KEYS

DIGEST = "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
TASK_ID = fake_tasks.TASK_ID
PARAMETERS = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2",
              "--digest", DIGEST)
PATIENT = ("--poll", "1ms", "--wait-timeout", "2m")
HASTY = ("--poll", "1ms", "--wait-timeout", "50ms")
RUNNING = ("START", "MESSAGE_SEND", "PROCESSING", "PRE_ANALYZER", "A_STATE_OF_TOMORROW", "",
           "success")


@pytest.fixture
def tasks():
    with fake_tasks.Service() as fake:
        yield fake


@pytest.fixture
def call(scanreq, tasks):
    keyed = scanreq.with_env(**KEYS)

    def run(command, *args, **kwargs):
        return keyed(command, "--region", "cn-hangzhou", "--endpoint", tasks.url, *args,
                     **kwargs)
    return run


@pytest.fixture
def wait(call):
    return lambda *args, **kwargs: call("submit", "--wait", *PARAMETERS, *args, **kwargs)


@pytest.fixture
def status(call):
    return lambda *args, **kwargs: call("status", "--task-id", TASK_ID, *args, **kwargs)


def document(done, exit_status):
    assert done.status == exit_status, done.stderr
    return done.result


def test_waits_until_the_task_succeeds(wait, tasks):
    tasks.looks = [[], *RUNNING, "SUCCESS"]
    done = wait(*PATIENT, "-o", "json")
    result = document(done, 0)
    assert result["submission"]["status"] == "accepted"
    assert result["wait"] == {
        "task_id": TASK_ID, "state": "succeeded", "status": "SUCCESS",
        "start_time": 1717430400000, "finish_time": 1717430498600,
        "polls": len(RUNNING) + 2}
    assert len(tasks.submissions()) == 1
    assert len(tasks.reads()) == len(RUNNING) + 2
    assert {r.verdict for r in tasks.requests} == {"OK"}


def test_says_that_success_is_no_verdict(wait, tasks):
    tasks.looks = ["SUCCESS"]
    done = wait(*PATIENT).ok()
    assert "SUCCESS" in done.out and "no verdict on the image" in done.out
    assert "scanned" not in done.out


@pytest.mark.parametrize("end, state", [("FAIL", "failed"), ("TIMEOUT", "timed_out"),
                                        ("TIMOUT", "timed_out")])
def test_a_task_that_ends_badly_is_10(wait, tasks, end, state):
    tasks.looks = ["PROCESSING", end]
    wait(*PATIENT).fails(10, TASK_ID, end)
    tasks.looks = [end]
    result = document(wait(*PATIENT, "-o", "json"), 10)
    assert result["wait"]["state"] == state
    assert result["error"]["class"] == "task_failed"
    assert result["submission"]["task_id"] == TASK_ID


@pytest.mark.parametrize("running", RUNNING)
def test_a_deadline_is_9(wait, tasks, running):
    tasks.looks = [running]
    wait(*HASTY).fails(9, TASK_ID, "was not seen", "analyser")
    result = document(wait(*HASTY, "-o", "json"), 9)
    assert result["wait"]["state"] == "running"
    assert result["error"]["class"] == "unseen"
    assert result["submission"]["status"] == "accepted"


def test_a_task_that_is_never_named_is_9(wait, tasks):
    tasks.looks = [[]]
    wait(*HASTY).fails(9, TASK_ID, "names no task")


def test_another_task_in_its_place_is_9(wait, tasks):
    tasks.looks = [[fake_tasks.task(DIGEST, "SUCCESS", fake_tasks.OTHER_ID)]]
    wait(*PATIENT).fails(9, TASK_ID, "another task")
    assert len(tasks.reads()) == 3


def test_an_older_task_may_be_named_at_first(wait, tasks):
    other = [fake_tasks.task(DIGEST, "FAIL", fake_tasks.OTHER_ID)]
    tasks.looks = [other, other, "SUCCESS"]
    wait(*PATIENT).ok()


def test_ours_is_found_among_several(wait, tasks):
    tasks.looks = [[fake_tasks.task(DIGEST, "FAIL", fake_tasks.OTHER_ID),
                    fake_tasks.task(DIGEST, "SUCCESS")]]
    wait(*PATIENT).ok()


@pytest.mark.parametrize("code, http", [("NoPermission", 403), ("NoPermission", 400),
                                        ("Forbidden.RAM", 403)])
def test_no_right_to_read_is_9_at_once(wait, tasks, code, http):
    tasks.looks = [fake_service.error(http, code)]
    wait(*PATIENT).fails(9, TASK_ID, "yundun-sas:DescribeImageLatestScanTask", code)
    assert len(tasks.reads()) == 1


def test_a_refusal_inside_200_is_no_state(wait, tasks):
    tasks.looks = [fake_service.json_answer(200, {"Success": False, "Code": "NoPermission",
                                                  "Message": "no", "Task": []})]
    wait(*PATIENT).fails(9, "NoPermission")


@pytest.mark.parametrize("trouble", [
    fake_service.error(503, "ServiceUnavailable"),
    fake_service.error(500, "ServerError"),
    fake_service.error(400, "Throttling.User"),
    fake_service.json_answer(502, {}),
])
def test_troubles_are_waited_out(wait, tasks, trouble):
    tasks.looks = [trouble, trouble, trouble, "SUCCESS"]
    wait(*PATIENT).ok()
    assert len(tasks.reads()) == 4
    assert len(tasks.submissions()) == 1


def test_troubles_that_were_overcome_are_no_part_of_the_end(wait, tasks):
    tasks.looks = [fake_service.error(503, "ServiceUnavailable"), "FAIL"]
    error = document(wait(*PATIENT, "-o", "json"), 10)["error"]
    assert error["class"] == "task_failed"
    assert error["http_status"] is None and error["service_code"] is None


def test_troubles_until_the_deadline_are_9(wait, tasks):
    tasks.looks = [fake_service.error(503, "ServiceUnavailable")]
    wait(*HASTY).fails(9, TASK_ID, "ServiceUnavailable")


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"Task": 7}', b'{"Task": {}}'])
def test_an_answer_that_cannot_be_read_is_9(wait, tasks, body):
    tasks.looks = [fake_service.wire.Answer(200, body)]
    wait(*PATIENT).fails(9, TASK_ID)


@pytest.mark.parametrize("said", [[7, None, "x"], [{"TaskId": 7, "Status": "SUCCESS"}]])
def test_odd_members_name_no_task(wait, tasks, said):
    tasks.looks = [said]
    wait(*HASTY).fails(9, TASK_ID)


def test_each_look_has_a_new_nonce(wait, tasks):
    tasks.looks = ["START", "START", "SUCCESS"]
    wait(*PATIENT).ok()
    nonces = {r.value("x-acs-signature-nonce") for r in tasks.requests}
    assert len(nonces) == len(tasks.requests) == 4


def test_what_the_journal_has_is_waited_for_and_not_filed_again(wait, tasks, tmp_path):
    journal = ("--journal", tmp_path / "filed.jsonl")
    tasks.looks = ["PROCESSING"]
    wait(*HASTY, *journal).fails(9, TASK_ID)
    tasks.looks = ["PROCESSING", "SUCCESS"]
    result = document(wait(*PATIENT, *journal, "-o", "json"), 0)
    assert result["submission"]["status"] == "already_accepted"
    assert result["wait"]["state"] == "succeeded"
    assert len(tasks.submissions()) == 1


def test_no_digest_is_2_before_anything_is_sent(call, tasks):
    call("submit", "--wait", "--namespace", "a", "--repo-name", "b",
         "--tag", "c").fails(2, "Digest")
    call("submit", "--wait", *PARAMETERS[:-1], "abc").fails(2, "Digest")
    assert tasks.requests == []


def test_a_dry_run_cannot_wait(wait, tasks):
    wait("--dry-run").fails(2, "--dry-run", "--wait")
    assert tasks.requests == []


@pytest.mark.parametrize("option", ["--poll", "--wait-timeout"])
@pytest.mark.parametrize("value", ["", "soon", "-1s", "5d", "1e3"])
def test_durations_are_checked(wait, tasks, option, value):
    wait(option, value).fails(2, option)
    assert tasks.requests == []


def test_a_refused_submission_is_not_waited_for(wait, tasks):
    tasks.play(fake_service.error(403, "NoPermission"))
    wait(*PATIENT).fails(4, "CreateJenkinsImageScanTask")
    assert tasks.reads() == []


@pytest.mark.parametrize("spelling", [DIGEST, "sha256:" + DIGEST])
def test_status_looks_once(status, tasks, spelling):
    tasks.looks = ["SUCCESS"]
    done = status(spelling).ok()
    assert TASK_ID in done.out and "SUCCESS" in done.out and "no verdict" in done.out
    assert len(tasks.requests) == 1


@pytest.mark.parametrize("looks, code, words", [
    (["PROCESSING"], 9, ["PROCESSING", "analyser"]),
    (["FAIL"], 10, ["FAIL"]),
    (["TIMOUT"], 10, ["TIMOUT"]),
    ([[]], 9, ["names no task"]),
    ([[fake_tasks.task(DIGEST, "SUCCESS", fake_tasks.OTHER_ID)]], 9, ["another task"]),
    ([fake_service.error(403, "NoPermission")], 9, ["DescribeImageLatestScanTask"]),
    ([fake_service.error(503, "ServiceUnavailable")], 9, ["ServiceUnavailable"]),
])
def test_status_of_each_state(status, tasks, looks, code, words):
    tasks.looks = looks
    status(DIGEST).fails(code, TASK_ID, *words)
    assert len(tasks.requests) == 1
    assert document(status(DIGEST, "-o", "json"), code)["submission"] is None


def test_status_waits_on_request(status, tasks):
    tasks.looks = ["START", "START", "SUCCESS"]
    assert status(DIGEST, "--wait", *PATIENT, "--get", "task_state").ok().out == "succeeded\n"
    assert len(tasks.requests) == 3


def test_status_repeats_as_retry_says(status, tasks):
    tasks.looks = [fake_service.error(503, "ServiceUnavailable",
                                      headers=(("x-acs-retry-after", "1"),)), "SUCCESS"]
    status(DIGEST, "--retry", "1").ok()


@pytest.mark.parametrize("field", [("Retry-After", "3600"), ("x-acs-retry-after", "3600000")])
def test_a_service_that_says_later_is_not_asked_again(status, wait, tasks, field):
    tasks.looks = [fake_service.error(429, "Throttling.User", headers=(field,))]
    status(DIGEST, "--retry", "3").fails(9, TASK_ID, "3600 s", "too long to wait for")
    assert len(tasks.reads()) == 1
    wait("--retry", "3", *PATIENT).fails(9, TASK_ID, "3600 s", "too long to wait for")
    assert len(tasks.reads()) == 2


def test_an_archive_without_digest_has_no_status(status, tasks, skopeo_tar):
    status(skopeo_tar).fails(2, "Digest")
    assert tasks.requests == []


def test_status_by_a_reference(status, tasks, registry):
    tasks.looks = ["SUCCESS"]
    status(f"{registry}/ns/oci:1").ok()
    assert len(tasks.reads()) == 1


def test_status_needs_a_task_and_an_image(call, tasks):
    call("status", DIGEST).fails(2, "--task-id")
    call("status", "--task-id", TASK_ID).fails(2, "one IMAGE")
    call("status", "--task-id", "", DIGEST).fails(2, "--task-id")
    assert tasks.requests == []


def test_status_without_keys_is_4(scanreq, tasks):
    scanreq("status", "--region", "cn-hangzhou", "--endpoint", tasks.url, "--task-id", TASK_ID,
            DIGEST).fails(4)
    assert tasks.requests == []


def test_no_secret_is_shown(status, tasks):
    secret = KEYS["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    tasks.looks = [fake_service.error(403, "NoPermission", f"leak {secret}"),
                   fake_service.json_answer(200, {"Task": [
                       fake_tasks.task(DIGEST, f"S {secret}\x1b[2J\n::error::x")]})]
    for _ in range(2):
        done = status(DIGEST, "-vv")
        assert secret not in done.stderr + done.out
        assert "\x1b" not in done.stderr and "\n::" not in done.stderr


class Told(fake_tasks.Service):
    """Says when the first look has come."""

    def __init__(self):
        super().__init__()
        self.looked = threading.Event()

    def _look(self, digest):
        self.looked.set()
        return super()._look(digest)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_signal_ends_a_wait_and_tells_the_task(scanreq, number, form):
    with Told() as told:
        told.looks = ["PROCESSING"]
        with subprocess.Popen([scanreq.path, "submit", "--wait", "--poll", "1h",
                               "--wait-timeout", "2h", "--region", "cn-hangzhou", "--endpoint",
                               told.url, "-o", form, *PARAMETERS],
                              env={**scanreq.env, **KEYS}, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as run:
            try:
                assert told.looked.wait(60)
                run.send_signal(number)
                out, err = run.communicate(timeout=60)
            finally:
                run.kill()
    assert run.returncode == 128 + number, err
    assert TASK_ID in err.decode()
    if form == "json":
        (result,) = json.loads(out)["results"]
        assert result["submission"]["status"] == "accepted"
        assert result["submission"]["task_id"] == TASK_ID
        assert result["error"]["class"] == "unseen"
