# SPDX-License-Identifier: MIT
"""Progress on a terminal: one line that goes away, and nothing anywhere else."""
import contextlib
import gzip
import os
import pty
import random
import re
import select
import subprocess
import termios
import threading
import time

import pytest

LINE = re.compile(r"scanreq: reading [\d.]+ [KMGT]iB( of [\d.]+ [KMGT]iB, \d+%)?"
                  r"(, [\d.]+ [KMGT]iB/s)?")
ERASE = "\r\033[K"
SECONDS = 60
CI_VARIABLES = ("CI", "BUILD_URL", "JENKINS_URL", "GITHUB_ACTIONS", "GITLAB_CI")


class Terminal:
    """
    The program with its standard error on a terminal, and a pipe to feed it. Standard output
    is on the terminal, too, when `stdout` is None.
    """

    def __init__(self, scanreq, *args, columns=80, stdout=subprocess.PIPE, **env):
        self.master, slave = pty.openpty()
        mode = termios.tcgetattr(slave)
        mode[1] &= ~termios.OPOST  # newlines as they were written
        termios.tcsetattr(slave, termios.TCSANOW, mode)
        termios.tcsetwinsize(slave, (24, columns))
        clean = {name: value for name, value in scanreq.env.items()
                 if name not in CI_VARIABLES}
        self.process = subprocess.Popen(
            [scanreq.path, *map(str, args)], stdin=subprocess.PIPE,
            stdout=slave if stdout is None else stdout, stderr=slave,
            env={**clean, "TERM": "xterm", "NO_COLOR": "1", **env}, cwd=scanreq.home)
        os.close(slave)
        self.seen = b""
        self.ended = threading.Event()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        with contextlib.suppress(OSError):  # EIO: the other side is closed
            while data := os.read(self.master, 4096):
                self.seen += data
        self.ended.set()

    def wait_for(self, text):
        deadline = time.monotonic() + SECONDS
        while text not in self.seen:
            assert time.monotonic() < deadline, f"no {text!r} in {self.seen!r}"
            time.sleep(0.02)

    def feed(self, data, into=None):
        into = into or self.process.stdin
        into.write(data)
        into.flush()

    def feed_until_shown(self, data, updates=1, into=None):
        """Feeds byte by byte until so much progress is on the terminal; what is left."""
        deadline = time.monotonic() + SECONDS
        position = 0
        while self.seen.count(b"reading") < updates:
            assert time.monotonic() < deadline, f"no progress is shown: {self.seen!r}"
            assert position < len(data) // 2
            self.feed(data[position:position + 1], into)
            position += 1
            time.sleep(0.02)
        return data[position:]

    def finish(self, data=b""):
        """(exit status, stdout, everything that the terminal got)"""
        with contextlib.suppress(BrokenPipeError):
            out, _ = self.process.communicate(data, timeout=SECONDS)
        self.reader.join(SECONDS)
        os.close(self.master)
        return self.process.returncode, out, self.seen.decode()


@pytest.fixture
def terminal(scanreq):
    def start(*args, **kwargs):
        made = Terminal(scanreq, *args, **kwargs)
        started.append(made)
        return made
    started = []
    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.reader.join(SECONDS)


def screen(text):
    """The lines that a terminal shows in the end; no line may have wrapped."""
    lines = [""]
    for token in re.split(r"(\r\033\[K|\n)", text):
        if token == ERASE:
            lines[-1] = ""
        elif token == "\n":
            lines.append("")
        else:
            assert "\r" not in token and "\033" not in token, repr(token)
            lines[-1] += token
    return lines


def updates(text):
    """The progress lines that were drawn, each of the right form."""
    found = [part for part in re.split(r"\r\033\[K|\n", text) if "reading" in part]
    for line in found:
        assert LINE.fullmatch(line), line
    return found


@pytest.fixture(scope="module")
def big(work, skopeo_tar):
    """A compressed archive that takes some hundred reads, and its name."""
    noise = random.Random(7).randbytes(8 << 20)
    path = work / "big.tar.gz"
    # What follows the end of a tar is read, too: the image is the same.
    path.write_bytes(gzip.compress(skopeo_tar.read_bytes() + noise, 1))
    return path


def test_pipe_shows_bytes_and_rate_and_leaves_nothing(terminal, skopeo_tar):
    run = terminal("inspect", "--get", "source", "-")
    rest = run.feed_until_shown(skopeo_tar.read_bytes(), updates=2)
    status, out, text = run.finish(rest)
    assert (status, out) == (0, b"docker-archive\n")
    assert screen(text) == [""]
    assert all("%" not in line for line in updates(text))
    assert updates(text)[-1].endswith("/s")


def test_doctor_leaves_nothing_of_it(terminal, skopeo_tar):
    run = terminal("doctor", "--endpoint", "http://127.0.0.1:1", "-")
    rest = run.feed_until_shown(skopeo_tar.read_bytes())
    status, out, text = run.finish(rest)
    assert status == 4  # there are no keys
    assert b"- can be read" in out
    assert screen(text) == [""]


def test_at_most_five_updates_a_second(terminal, skopeo_tar):
    begun = time.monotonic()
    run = terminal("inspect", "--get", "source", "-")
    rest = run.feed_until_shown(skopeo_tar.read_bytes())
    for i in range(60):
        run.feed(rest[i:i + 1])
        time.sleep(0.02)
    text = run.finish(rest[60:])[2]
    assert 1 < len(updates(text)) <= 1 + 5 * (time.monotonic() - begun)


def test_file_shows_its_share(terminal, big):
    status, out, text = terminal("inspect", "--get", "source", big).finish()
    assert (status, out) == (0, b"docker-archive\n")
    assert screen(text) == [""]
    assert updates(text)
    assert all(re.search(r" of 8\.\d MiB, \d+%", line) for line in updates(text))


def test_failure_stands_on_a_line_of_its_own(terminal, skopeo_tar):
    run = terminal("inspect", "--select", "@7", "-")
    rest = run.feed_until_shown(skopeo_tar.read_bytes())
    status, out, text = run.finish(rest)
    assert (status, out) == (3, b"")
    lines = screen(text)
    assert len(lines) == 2 and lines[1] == ""
    assert lines[0].startswith("scanreq: - has no such image")


def test_log_lines_are_not_mixed_with_it(terminal, skopeo_tar):
    run = terminal("inspect", "-vv", "-")
    rest = run.feed_until_shown(skopeo_tar.read_bytes())
    status, _, text = run.finish(rest)
    assert status == 0
    lines = screen(text)
    assert lines.pop() == ""
    assert lines
    assert all(line.startswith("scanreq: ") and "reading" not in line for line in lines)


def test_results_are_not_mixed_with_it(terminal, skopeo_tar, tmp_path):
    """One image is done while the other, whose progress is shown, is still read."""
    names = [tmp_path / "quick", tmp_path / "slow"]
    for name in names:
        os.mkfifo(name)
    run = terminal("inspect", "-o", "ndjson", "--jobs", "2", *names, stdout=None)
    data = skopeo_tar.read_bytes()
    with open(names[0], "wb") as quick, open(names[1], "wb") as slow:
        rest = run.feed_until_shown(data, into=slow)
        quick.write(data)
        quick.close()
        run.wait_for(b'quick"')
        slow.write(rest)
    status, _, text = run.finish()
    assert status == 0
    lines = screen(text)
    assert lines.pop() == ""
    assert [line for line in lines if not line.startswith("{")] == []
    assert sum("slow" in line for line in lines) == 1


@pytest.mark.parametrize("columns", [20, 40])
def test_narrow_terminal(terminal, skopeo_tar, columns):
    """A line that wrapped could not be taken away."""
    run = terminal("inspect", "--get", "source", "-", columns=columns)
    rest = run.feed_until_shown(skopeo_tar.read_bytes(), updates=2)
    text = run.finish(rest)[2]
    drawn = [part for part in text.split(ERASE) if part]
    assert drawn and max(map(len, drawn)) < columns
    assert screen(text) == [""]


@pytest.mark.parametrize("args, env", [
    (("-q",), {}), ((), {"CI": "true"}), ((), {"TERM": "dumb"}), ((), {"TERM": ""}),
    ((), {"SCANREQ_QUIET": "1"}), ((), {"GITHUB_ACTIONS": "true"}),
], ids=["quiet", "ci", "dumb", "no-terminal-type", "quiet-variable", "github"])
def test_not_wanted(terminal, big, args, env):
    status, _, text = terminal("inspect", "--get", "source", *args, big, **env).finish()
    assert (status, text) == (0, "")


def test_not_a_terminal(scanreq, big):
    done = scanreq("inspect", "--get", "source", big, env={"TERM": "xterm"}).ok()
    assert done.stderr == ""
