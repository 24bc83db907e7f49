# SPDX-License-Identifier: MIT
"""Long lists as a fleet works on them: runs that are cut off, and parts of a list."""
import collections
import itertools
import json
import random
import signal
import subprocess
import time

import pytest

import fake_service
import oci_image
import program
from conftest import KEYS

UNKNOWN = 11
JOBS = 8
RUN_SECONDS = 20


class Watched(fake_service.Service):
    """Does what the test wants when it has got the nth request, before it answers."""

    def __init__(self):
        super().__init__()
        self.at, self.act = 0, None

    def answer(self, request):
        answer = super().answer(request)
        if len(self.requests) == self.at:
            self.act()
        return answer

    @property
    def filed(self):
        """How often each tag was filed."""
        return collections.Counter(fake_service.parameters(request)["Tag"]
                                   for request in self.requests if request.verdict == "OK")


@pytest.fixture
def watched():
    with Watched() as server:
        yield server


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A saved image without a name; the lines of a list give it one each."""
    image = oci_image.make_image("fleet")
    path = tmp_path_factory.mktemp("fleet") / "image.tar"
    path.write_bytes(oci_image.tar_of({
        "config.json": image.config, "l.tar": image.layers[0],
        "manifest.json": oci_image.to_json([{"Config": "config.json", "RepoTags": None,
                                             "Layers": ["l.tar"] * 3}])}))
    return path


def line(archive, number):
    return json.dumps({"image": str(archive), "repo_name": "web", "tag": f"t{number}"})


@pytest.fixture
def listed(archive, tmp_path):
    """listed(n) writes a list of n different images."""
    def write(count):
        path = tmp_path / "list"
        path.write_text("".join(line(archive, n) + "\n" for n in range(count)))
        return path
    return write


class Run:
    """`scanreq submit` as a process; its standard error is a file."""

    def __init__(self, keyed, errors, *args):
        self.errors = errors
        self.output = None
        with open(errors, "wb") as stderr:
            self.process = subprocess.Popen(
                [keyed.path, "submit", "-q", "-o", "json", *map(str, args)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                env=keyed.env, cwd=keyed.home)

    def tell(self, number):
        """Sends a signal and returns when the program has seen it."""
        self.process.send_signal(number)
        deadline = time.monotonic() + RUN_SECONDS
        while b"what was sent is waited for" not in self.errors.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def kill(self):
        self.process.kill()
        self.process.wait(RUN_SECONDS)

    def finish(self):
        """(exit status, results) of a run that wrote its document."""
        out, _ = self.process.communicate(timeout=RUN_SECONDS)
        errors = self.errors.read_text()
        for mark in program.SANITIZER_MARKS:
            assert mark not in errors
        document = json.loads(out)
        program.VALIDATOR.validate(document)
        assert document["summary"]["exit_code"] == self.process.returncode
        return self.process.returncode, document["results"]


@pytest.fixture
def start(scanreq, watched, tmp_path):
    """start(args) starts a run towards the watched service."""
    keyed = scanreq.with_env(**KEYS)
    numbers = itertools.count()

    def run(*args):
        return Run(keyed, tmp_path / f"stderr{next(numbers)}", "--region", "cn-hangzhou",
                   "--endpoint", watched.url, *args)
    return run


@pytest.fixture
def cut_off(start, watched):
    """cut_off(n, act, args) starts a run; act(run) is called when the service has its nth
    request and has not answered it."""
    def run(at, act, *args):
        watched.at = at
        with watched.lock:  # no request is answered before `act` is known
            made = start(*args)
            watched.act = lambda: act(made)
        return made
    return run


def by_status(results):
    """{status: tags}"""
    found = collections.defaultdict(set)
    for result in results:
        found[result["submission"]["status"]].add((result["request"] or {}).get("Tag"))
    return found


# --- signals ---------------------------------------------------------------------------

@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("jobs", [1, JOBS])
def test_signal_ends_a_run_in_order(start, cut_off, watched, listed, tmp_path, how, jobs):
    """What was sent is finished, the rest is not attempted, and a second run does that."""
    count, at = 60, 20
    args = ("--images-from", listed(count), "--jobs", jobs, "--journal", tmp_path / "journal")
    status, results = cut_off(at, lambda run: run.tell(how), *args).finish()
    assert status == 128 + how
    assert [r["request"] and r["request"]["Tag"] or f"t{n}" for n, r in enumerate(results)] == \
        [f"t{n}" for n in range(count)]
    assert all(result["error"] is None for result in results)
    found = collections.Counter(result["submission"]["status"] for result in results)
    accepted = found["accepted"]
    assert at <= accepted < at + jobs
    assert found == {"accepted": accepted, "not_attempted": count - accepted}
    assert sum(watched.filed.values()) == accepted
    watched.at = 0
    status, results = start(*args).finish()
    assert status == 0
    again = by_status(results)
    assert len(again["already_accepted"]) == accepted
    assert len(again["accepted"]) == count - accepted
    assert watched.filed == collections.Counter(f"t{n}" for n in range(count))


def test_second_signal_ends_what_is_under_way(cut_off, watched, listed):
    """Nobody waits for ever for a service that does not answer; the outcome is unknown."""
    def act(run):
        run.tell(signal.SIGTERM)
        run.process.send_signal(signal.SIGTERM)
        run.output = run.process.stdout.read()
    run = cut_off(2, act, "--images-from", listed(9), "--jobs", "1")
    run.process.wait(RUN_SECONDS)
    with watched.lock:  # act() is through
        results = json.loads(run.output)["results"]
    assert run.process.returncode == UNKNOWN
    assert [result["submission"]["status"] for result in results] == \
        ["accepted", "unknown"] + ["not_attempted"] * 7


# --- the journal -----------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(20))
def test_killed_run_is_gone_on_with(start, cut_off, watched, listed, tmp_path, seed):
    """Accepted, unknown (one for each job at most) and the remaining are the list."""
    count, at = 40, random.Random(seed).randint(1, 40)
    args = ("--keep-going", "--images-from", listed(count), "--jobs", JOBS, "--journal",
            tmp_path / "journal")
    killed = cut_off(at, Run.kill, *args)
    killed.process.communicate(timeout=RUN_SECONDS)
    assert killed.process.returncode == -signal.SIGKILL
    watched.at, before = 0, set(watched.filed)
    status, results = start(*args).finish()
    assert status == UNKNOWN
    again = by_status(results)
    assert len(results) == len(set().union(*again.values())) == count
    assert set(again) <= {"already_accepted", "unknown", "accepted"}
    assert 1 <= len(again["unknown"]) <= JOBS
    assert again["already_accepted"] <= before
    assert not again["accepted"] & before
    assert max(watched.filed.values()) == 1
    assert set(watched.filed) | again["unknown"] == {f"t{n}" for n in range(count)}
