# SPDX-License-Identifier: MIT
"""Memory that runs out, at every single allocation: it is said, and changes nothing.

Each allocation of a run fails once alone, and once with all that come after it. The run
then either does what it does with memory, or says that memory ran out: before anything is
sent with exit status 1, after the service accepted the request with exit status 9 and the
task's id, and in between, where no answer could be read, with exit status 11.

The libraries have their share. What follows is theirs, and nothing was sent by then:
  - libarchive ends the process when it has no room for a text: status 1, and it says so;
  - libcurl takes a lack of memory in its resolver for a name that is not known, even of an
    address: status 5.
"""
import dataclasses
import os
import pathlib
import socket
import subprocess

import pytest

import fake_service
import oci_image
import program
from conftest import KEYS, SAVED_NAME

pytestmark = pytest.mark.plain
TASK = fake_service.ACCEPTED["Data"]["TaskId"]
DRY_RUN = ("submit", "--dry-run", "--offline", "--region", "cn-hangzhou", "--fixed-time",
           "2024-01-02T03:04:05Z", "--fixed-nonce", "n")
ALONE, FROM_THERE_ON = "alone", "from there on"
EVER = 1 << 40
LIBARCHIVE = "Fatal Internal Error in libarchive: "
LIBCURL = "Could not resolve host: 127.0.0.1"
# Before 8.6 libcurl says of a field over its limit that it is out of memory: where there is
# memory again, one allocation that failed within a head cannot be told from that.
TOO_LONG = "sends a header field that is too long"


@dataclasses.dataclass(frozen=True)
class Outcome:
    status: int
    allocations: int
    stdout: str
    stderr: str


class Walk:
    """The program as a server of its own runs (fail-allocations.c)."""

    def __init__(self, scanreq, library, *args, warm=True):
        self.where = scanreq.home
        self.ours, theirs = socket.socketpair()
        env = {**scanreq.env, "LD_PRELOAD": f"{library}:{os.environ['LD_PRELOAD']}",
               "FAIL_ALLOCATIONS_FD": str(theirs.fileno())}
        if warm:
            env["FAIL_ALLOCATIONS_WARM"] = "1"
        self.child = subprocess.Popen([*scanreq.prefix, scanreq.path, *map(str, args)], env=env,
                                      cwd=self.where, stdin=subprocess.DEVNULL,
                                      pass_fds=[theirs.fileno()])
        theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ours.close()
        assert self.child.wait(program.RUN_SECONDS) == 0

    def run(self, first=0, last=0):
        self.ours.sendall(f"{first} {last}\n".encode())
        status, allocations = self.ours.recv(64).split()
        return Outcome(os.waitstatus_to_exitcode(int(status)), int(allocations),
                       (self.where / "out").read_text(), (self.where / "err").read_text())

    def each(self, how, allocations):
        """(number, outcome) of a run for each allocation that fails."""
        for number in range(1, allocations + 1):
            yield number, self.run(number, number if how == ALONE else EVER)


@pytest.fixture(scope="session")
def failing(work):
    library = work / "fail-allocations.so"
    source = pathlib.Path(__file__).with_name("fail-allocations.c")
    subprocess.run(["cc", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-Wall", "-Werror", "-o",
                    library, source, "-ldl"], check=True, timeout=60)
    return library


@pytest.fixture(scope="session")
def real_binary(binary):
    """The program itself, and not the script that libtool puts before it in a build."""
    built = binary.parent / ".libs" / binary.name
    return built if built.is_file() else binary


@pytest.fixture
def keyed(real_binary, tmp_path):
    made = program.Program(real_binary, tmp_path / "home")
    return made.with_env(**KEYS, LD_LIBRARY_PATH=str(real_binary.parent))


@pytest.fixture(scope="session")
def archive(work):
    path = work / "memory.tar"
    path.write_bytes(oci_image.docker_save([([SAVED_NAME], oci_image.make_image())]))
    return path


def is_library_s(outcome):
    return (outcome.status == 1 and outcome.stderr.startswith(LIBARCHIVE)) or \
        (outcome.status == 5 and LIBCURL in outcome.stderr)


def is_said(outcome):
    return outcome.status == 1 and "out of memory" in outcome.stderr


def is_same(outcome, usual):
    return (outcome.status, outcome.stdout) == (usual.status, usual.stdout) and \
        outcome.stderr == usual.stderr


# --- nothing is sent --------------------------------------------------------------------

@pytest.mark.parametrize("how", [ALONE, FROM_THERE_ON])
@pytest.mark.parametrize("command", [("inspect",), DRY_RUN], ids=["inspect", "dry-run"])
def test_it_is_said_or_changes_nothing(keyed, failing, archive, command, how):
    with Walk(keyed, failing, *command, "-o", "json", archive) as walk:
        usual = walk.run()
        assert usual.status == 0 and usual.allocations > 100
        said = 0
        for number, outcome in walk.each(how, usual.allocations):
            assert is_same(outcome, usual) or is_said(outcome) or is_library_s(outcome), \
                (number, outcome)
            said += is_said(outcome)
        assert said > usual.allocations // 2


def test_openssl_s_beginning(keyed, failing, archive):
    """Its own allocations fail, too: each alone, and some for good (all fail alike)."""
    with Walk(keyed, failing, "inspect", "-o", "json", archive, warm=False) as walk:
        usual = walk.run()
        assert usual.status == 0 and usual.allocations > 2000
        for number in range(1, usual.allocations + 1):
            for last in (number, EVER) if number % 16 == 0 else (number,):
                outcome = walk.run(number, last)
                assert is_same(outcome, usual) or is_said(outcome) or \
                    is_library_s(outcome), (number, last, outcome)


# --- a request --------------------------------------------------------------------------

def check_request(outcome, usual, accepted):
    """`accepted`: how many requests the service has accepted."""
    if accepted == 0:
        return is_said(outcome) or is_library_s(outcome)
    if outcome.status == 9:
        return f"task {TASK} was opened" in outcome.stderr
    if outcome.status == 11:
        said = "out of memory" in outcome.stderr or TOO_LONG in outcome.stderr
        return said and "a task may exist" in outcome.stderr
    early = f"task {TASK} was opened" in outcome.stderr and "no memory to keep" in outcome.stderr
    return is_same(dataclasses.replace(outcome, stderr="") if early else outcome, usual)


def take_files(where):
    """What a run has written, which is gone then."""
    found = {path.name: path.read_text() for path in where.glob("made-*")}
    for name in found:
        (where / name).unlink()
    return found


FORMS = {
    "json": ("-o", "json"),
    "pairs": ("-o", "text", "-o", "dotenv=made-env", "--write", "size=made-size"),
    "value": ("--get", "task_id", "-o", "ndjson=made-lines", "-o", "json=made-document"),
    "github": ("-o", "github", "-o", "text"),
}


@pytest.mark.parametrize("how", [ALONE, FROM_THERE_ON])
@pytest.mark.parametrize("form", FORMS)
def test_no_request_differs_and_no_task_is_lost(keyed, failing, service, archive, how, form):
    github = keyed.with_env(GITHUB_OUTPUT="made-output", GITHUB_STEP_SUMMARY="made-summary")
    with Walk(github, failing, "submit", "--region", "cn-hangzhou", "--endpoint", service.url,
              *FORMS[form], archive) as walk:
        usual = walk.run()
        files = take_files(walk.where)
        assert usual.status == 0 and TASK in usual.stdout
        (request,) = service.requests
        wanted = fake_service.parameters(request)
        service.forget()
        statuses = set()
        for number, outcome in walk.each(how, usual.allocations):
            sent = service.requests
            assert len(sent) <= 1 and all(r.verdict == "OK" for r in sent), (number, sent)
            assert all(fake_service.parameters(r) == wanted for r in sent), (number, sent)
            assert check_request(outcome, usual, len(sent)), (number, outcome)
            assert outcome.status != 0 or take_files(walk.where) == files, (number, outcome)
            take_files(walk.where)
            statuses.add(outcome.status)
            service.forget()
        assert {1, 9, 11} <= statuses


@pytest.mark.parametrize("how", [ALONE, FROM_THERE_ON])
def test_a_journal_knows_what_was_sent(keyed, failing, service, archive, tmp_path, how):
    """A later run with the journal of a run that lacked memory files nothing twice."""
    journal = tmp_path / "journal"
    args = ("submit", "--region", "cn-hangzhou", "--endpoint", service.url, "--journal",
            journal, "-o", "json", archive)
    with Walk(keyed, failing, *args) as walk, Walk(keyed, failing, *args) as later:
        usual = walk.run()
        assert usual.status == 0
        for number in range(1, usual.allocations + 1):
            journal.unlink(missing_ok=True)
            service.forget()
            outcome = walk.run(number, number if how == ALONE else EVER)
            sent = len(service.requests)
            assert check_request(outcome, usual, sent), (number, outcome)
            if sent:
                assert later.run().status in (0, 11), (number, outcome)
                assert len(service.requests) == 1, (number, outcome)
