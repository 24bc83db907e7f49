# SPDX-License-Identifier: MIT
"""Results that cannot be written: what the service accepted is known all the same.

Whatever fails after a request was accepted, the task's id reaches standard error and the
exit status is 9, which says: do not repeat.
"""
import json
import os
import resource
import shutil
import subprocess
import threading

import pytest

import fake_service
import fake_tasks
import oci_image
import wire
from conftest import KEYS
from program import RUN_SECONDS

TASK = fake_service.ACCEPTED["Data"]["TaskId"]
BROKEN_PIPE = 128 + 13


class Service(fake_service.Service):
    """Calls `hook` when it has accepted a request, before it says so; ids are numbered."""

    hook = staticmethod(lambda: None)

    def answer(self, request):
        answer = super().answer(request)
        if request.verdict != "OK" or self._script or answer.status != 200:
            return answer
        self.hook()
        number = sum(r.verdict == "OK" for r in self.requests)
        data = {**fake_service.ACCEPTED["Data"], "TaskId": f"{TASK}{number}"}
        return fake_service.json_answer(200, {**fake_service.ACCEPTED, "Data": data})


@pytest.fixture
def service():
    with Service() as fake:
        yield fake


@pytest.fixture(scope="module")
def archives(work):
    """Saved images of different names."""
    root = work / "unwritten"
    root.mkdir()
    paths = []
    for number in range(4):
        image = oci_image.make_image(name=f"image{number}")
        paths.append(str(root / f"{number}.tar"))
        with open(paths[-1], "wb") as out:
            out.write(oci_image.docker_save([([f"shop/image{number}:1"], image)]))
    return paths


def run(program, *args, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **kwargs):
    """A finished run; Result.fails() does not fit where the outputs are elsewhere."""
    return subprocess.run([*program.prefix, program.path, *map(str, args)], env=program.env,
                          stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True,
                          cwd=program.home, timeout=RUN_SECONDS, check=False, **kwargs)


@pytest.fixture
def keyed(scanreq):
    return scanreq.with_env(**KEYS)


@pytest.fixture
def submit(keyed, service):
    def call(*args, program=keyed, **kwargs):
        return run(program, "submit", "--region", "cn-hangzhou", "--endpoint", service.url,
                   *args, **kwargs)
    return call


def told(done, service):
    """Checks that each accepted task, and no other, is told in one clear line."""
    accepted = sum(r.verdict == "OK" for r in service.requests)
    lines = [line for line in done.stderr.splitlines() if TASK in line]
    assert len(lines) == accepted > 0, done.stderr
    for number in range(1, accepted + 1):
        (line,) = [line for line in lines if f"task {TASK}{number} was opened" in line]
        assert line.startswith("scanreq: ") and "do not file" in line
    assert done.returncode == 9, done.stderr
    return accepted


# --- one image --------------------------------------------------------------------------

@pytest.mark.parametrize("form", ["text", "json", "ndjson", "dotenv", "github"])
def test_a_full_disk(submit, service, archives, form):
    done = submit("-o", f"{form}=/dev/full", archives[0])
    assert told(done, service) == 1
    assert "/dev/full" in done.stderr and archives[0] in done.stderr


@pytest.mark.parametrize("args", [[], ["-o", "json"], ["-o", "ndjson"], ["-o", "dotenv"],
                                  ["--get", "task_id"]])
def test_standard_output_on_a_full_disk(submit, service, archives, args):
    with open("/dev/full", "wb") as full:
        done = submit(*args, archives[0], stdout=full)
    assert told(done, service) == 1
    assert "standard output: No space left" in done.stderr


@pytest.mark.parametrize("args", [[], ["-o", "json"], ["-o", "dotenv"]])
def test_a_reader_that_goes_away(submit, service, archives, args):
    reader, writer = os.pipe()
    service.hook = lambda: os.close(reader)
    done = submit(*args, archives[0], stdout=writer)
    os.close(writer)
    assert told(done, service) == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_value_that_cannot_be_written(submit, service, archives, tmp_path):
    done = submit("--write", "task_id=/dev/full", "--write", f"uuid={tmp_path / 'uuid'}",
                  archives[0])
    assert told(done, service) == 1
    assert TASK in done.stdout  # what can be written is
    assert (tmp_path / "uuid").read_text() == fake_service.ACCEPTED["Data"]["Uuid"]


@pytest.mark.parametrize("args", [["--get", "task_state"], ["--write", "task_state=state"]])
def test_a_value_that_there_is_not(submit, service, archives, args):
    done = submit(*args, archives[0])
    assert told(done, service) == 1 and "not known" in done.stderr


@pytest.mark.parametrize("args", [["-o", "json=there/a"], ["--write", "task_id=there/a"]])
def test_a_directory_that_vanishes(submit, service, keyed, archives, args):
    there = keyed.home / "there"
    there.mkdir()
    service.hook = lambda: shutil.rmtree(there)
    done = submit(*args, archives[0])
    assert told(done, service) == 1 and "there/a" in done.stderr


def test_github_s_file_vanishes(service, submit, keyed, archives, tmp_path):
    output = tmp_path / "runner" / "output"
    output.parent.mkdir()
    service.hook = lambda: shutil.rmtree(output.parent)
    github = keyed.with_env(GITHUB_OUTPUT=str(output))
    done = submit("-o", "github", archives[0], program=github)
    assert told(done, service) == 1 and "the step's outputs" in done.stderr


def test_github_s_summary_vanishes(service, submit, keyed, archives, tmp_path):
    """The outputs in a file of our own are written all the same."""
    summary = tmp_path / "runner" / "summary"
    summary.parent.mkdir()
    service.hook = lambda: shutil.rmtree(summary.parent)
    github = keyed.with_env(GITHUB_STEP_SUMMARY=str(summary))
    done = submit("-o", f"github={tmp_path / 'own'}", archives[0], program=github)
    assert told(done, service) == 1 and "the step's summary" in done.stderr
    assert f"task_id={TASK}1\n" in (tmp_path / "own").read_text()


def test_a_journal_on_a_full_disk(service, keyed, archives, tmp_path):
    """The line that says "accepted" has no room: later runs must know of the doubt."""
    journal = tmp_path / "journal"
    child = []
    started = threading.Event()

    def fill_disk():
        assert started.wait(RUN_SECONDS)
        size = journal.stat().st_size
        resource.prlimit(child[0].pid, resource.RLIMIT_FSIZE, (size, size))
    service.hook = fill_disk
    args = ["submit", "--region", "cn-hangzhou", "--endpoint", service.url, "--journal",
            str(journal), "-o", "json", archives[0]]
    child.append(subprocess.Popen(["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", keyed.path,
                                   *args], env=keyed.env, cwd=keyed.home, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    started.set()
    out, err = child[0].communicate(timeout=RUN_SECONDS)
    (result,) = json.loads(out)["results"]
    assert child[0].returncode == 9, err
    assert f"task {TASK}1 was opened" in err and str(journal) in err
    assert result["submission"]["status"] == "accepted"
    assert result["submission"]["task_id"] == f"{TASK}1"
    assert result["error"]["class"] == "unseen" and result["error"]["exit_code"] == 9
    service.hook = lambda: None
    again = run(keyed, *args)
    assert again.returncode == 11 and len(service.requests) == 1


def test_an_unknown_outcome_wins(submit, service, archives):
    service.play(fake_service.error(500, "ServerError"))
    done = submit("-o", "json=/dev/full", archives[0])
    assert done.returncode == 11
    assert TASK not in done.stderr


def test_what_was_not_accepted_keeps_its_status(submit, service, archives):
    service.play(fake_service.error(403, "NoPermission"))
    done = submit("-o", "json=/dev/full", archives[0])
    assert done.returncode == 4


def test_a_dry_run_files_nothing(submit, service, archives):
    done = submit("--dry-run", "-o", "json=/dev/full", archives[0])
    assert done.returncode == 1 and not service.requests


def test_a_wait_whose_answers_make_no_sense(keyed, archives):
    class Senseless(fake_tasks.Service):
        def answer(self, request):
            answer = super().answer(request)
            reads = request.value("x-acs-action") != fake_service.ACTION
            return wire.Answer(200, b"[]") if reads else answer
    with Senseless() as tasks:
        tasks.looks = ["SUCCESS"]
        done = run(keyed, "submit", "--region", "cn-hangzhou", "--endpoint", tasks.url,
                   "--wait", "--poll", "1ms", "--digest", "a" * 64, archives[0])
    assert done.returncode == 9 and fake_tasks.TASK_ID in done.stderr


# --- several images ---------------------------------------------------------------------

def test_the_list_ends_and_each_task_is_told(submit, service, archives):
    with open("/dev/full", "wb") as full:
        done = submit("--jobs", "1", "-o", "ndjson", "--keep-going", *archives, stdout=full)
    accepted = told(done, service)
    assert accepted < len(archives)
    assert done.stderr.count("No space left") == 1
    assert f"{len(archives)} images: {accepted} accepted, {len(archives) - accepted} not " \
        "attempted" in done.stderr


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_what_stood_in_a_file_is_told_too(submit, service, keyed, archives, form):
    """The file is thrown away with the results that had room in it."""
    small = keyed.with_env()
    small.prefix = ["sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "sh"]
    done = submit("--jobs", "1", "-o", f"{form}=result", *(archives * 3), program=small)
    assert told(done, service) >= 1
    assert not (keyed.home / "result").exists()


def test_pairs_at_the_end_tell_all(submit, service, archives):
    done = submit("-o", "dotenv=/dev/full", *archives)
    assert told(done, service) == len(archives)


def test_a_batch_in_which_the_end_of_a_task_was_not_seen(keyed, archives, tmp_path):
    with fake_tasks.Service() as tasks:
        tasks.looks = ["PROCESSING"]
        done = run(keyed, "submit", "--region", "cn-hangzhou", "--endpoint", tasks.url,
                   "--wait", "--poll", "1ms", "--wait-timeout", "30ms", "--keep-going",
                   "--images-from", "-", input=None,
                   stdin=open_list(tmp_path, archives[0], archives[1], tmp_path / "none.tar"))
    assert done.returncode == 9


def open_list(tmp_path, *images):
    path = tmp_path / "list"
    path.write_text("".join(json.dumps({"image": str(i), "digest": "a" * 64}) + "\n"
                            for i in images))
    return open(path, "rb")


# --- what can be known before anything is done -------------------------------------------

@pytest.mark.parametrize("args", [
    ["--write", "task_id=none/a"], ["--write", "task_id=/"], ["-o", "json=none/a"],
    ["-o", "text", "--write", "size=a", "--write", "uuid=none/a"],
])
def test_what_cannot_be_written_is_found_out_first(submit, service, archives, args):
    done = submit(*args, archives[0])
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "cannot write" in done.stderr
    assert not service.requests


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_runner_s_file_that_cannot_be_written(submit, service, keyed, archives, tmp_path,
                                                name):
    env = {"GITHUB_OUTPUT": str(tmp_path / "o"), name: str(tmp_path / "none" / "a")}
    done = submit("-o", "github", archives[0], program=keyed.with_env(**env))
    assert done.returncode == 2 and "none/a" in done.stderr
    assert not service.requests


def test_a_file_that_is_not_written_stays(submit, service, archives, tmp_path):
    path = tmp_path / "task"
    path.write_text("as before")
    service.play(fake_service.error(403, "NoPermission"))
    assert submit("--write", f"task_id={path}", archives[0]).returncode == 4
    assert path.read_text() == "as before"
    assert sorted(os.listdir(tmp_path)) == ["home", "task"]


@pytest.mark.parametrize("args", [[], ["-o", "json"], ["--get", "task_id"]])
def test_a_closed_standard_output_is_found_out_first(submit, service, keyed, archives, args,
                                                     tmp_path):
    """Nothing that is opened later takes its place."""
    closed = keyed.with_env()
    closed.prefix = ["sh", "-c", 'exec "$@" >&-', "sh"]
    journal = tmp_path / "journal"
    done = submit(*args, "--journal", journal, archives[0], program=closed)
    assert done.returncode == 2 and "standard output is closed" in done.stderr
    assert not service.requests
    assert not journal.exists() or journal.read_text().count("\n") == 1  # its first line


def test_files_alone_need_no_standard_output(submit, service, keyed, archives, tmp_path):
    closed = keyed.with_env()
    closed.prefix = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    done = submit("-o", f"json={tmp_path / 'a'}", "--journal", tmp_path / "j", archives[0],
                  program=closed)
    assert done.returncode == 0 and len(service.requests) == 1
    assert json.loads((tmp_path / "a").read_text())["schema"] == "scanreq/1"
    assert (tmp_path / "j").read_text().count("\n") == 3


# --- readers that have read enough ------------------------------------------------------

@pytest.mark.parametrize("args", [["help"], ["help", "submit"], ["version"],
                                  ["completion", "bash"]])
def test_no_reader_is_no_error(scanreq, args):
    reader, writer = os.pipe()
    os.close(reader)
    done = run(scanreq, *args, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (BROKEN_PIPE, "")


@pytest.mark.parametrize("form", ["text", "json", "ndjson"])
def test_a_list_ends_with_its_reader(scanreq, archives, form):
    reader, writer = os.pipe()
    os.close(reader)
    done = run(scanreq, "inspect", "--keep-going", "-o", form, *archives, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (BROKEN_PIPE, "")


def test_a_pipe_that_does_not_block_is_waited_for(scanreq, archives):
    """Some runners hand out such pipes; a full one is no error."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen([scanreq.path, "inspect", "-o", "ndjson", *(archives * 30)],
                          env=scanreq.env, cwd=scanreq.home, stdin=subprocess.DEVNULL,
                          stdout=writer, stderr=subprocess.PIPE, text=True) as child:
        os.close(writer)
        with open(reader, encoding="utf-8") as out:
            lines = out.read().splitlines()
        assert child.wait(RUN_SECONDS) == 0
    assert len(lines) == len(archives) * 30


@pytest.mark.parametrize("form", ["ndjson", "text"])
def test_each_result_goes_out_at_once(scanreq, archives, form):
    """The reader of a pipe has an image's result before the next image is even named."""
    with subprocess.Popen([scanreq.path, "inspect", "-o", form, "--images-from", "-"],
                          env=scanreq.env, cwd=scanreq.home, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        for number, path in enumerate(archives):
            child.stdin.write(path.encode() + b"\n")
            child.stdin.flush()
            got = b""
            while f"shop/image{number}:1".encode() not in got or not got.endswith(b"\n"):
                more = os.read(child.stdout.fileno(), 65536)
                assert more, child.stderr.read()
                got += more
        child.stdin.close()
        assert child.wait(RUN_SECONDS) == 0
