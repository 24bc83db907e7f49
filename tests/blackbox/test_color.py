# SPDX-License-Identifier: MIT
"""Colours: where they are wanted, around the word that says how bad it is, and nowhere else."""
import re

import pytest

import oci_image
from test_progress import terminal  # noqa: F401 (a fixture)

RED, YELLOW, GREEN, END = "\033[1;31m", "\033[33m", "\033[32m", "\033[0m"


@pytest.fixture
def unnamed(tmp_path):
    """An image that is warned of."""
    path = tmp_path / "unnamed.tar"
    path.write_bytes(oci_image.docker_save([([], oci_image.make_image())]))
    return path


def plain(text):
    return re.sub(r"\033\[[0-9;]*m", "", text)


@pytest.mark.parametrize("env, args, colored", [
    ({}, [], True),
    ({"NO_COLOR": "1"}, [], False),
    ({"NO_COLOR": ""}, [], True),
    ({"TERM": "dumb"}, [], False),
    ({"TERM": ""}, [], False),
    ({"SCANREQ_COLOR": "never"}, [], False),
    ({"SCANREQ_COLOR": "always", "NO_COLOR": "1"}, [], True),
    ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ({"NO_COLOR": "1"}, ["--color=auto"], False),
    ({}, ["--color", "never"], False),
    ({"SCANREQ_COLOR": "always"}, ["--color", "never"], False),
    ({"TERM": "dumb"}, ["--color", "always"], True),
    ({"CI": "true"}, [], True),  # a CI system that gives a terminal shows colours
])
def test_on_a_terminal(terminal, unnamed, env, args, colored):  # noqa: F811
    status, out, seen = terminal("inspect", *args, unnamed, **{"NO_COLOR": "", **env}).finish()
    assert status == 0 and "\033" not in out.decode()
    lines = seen.splitlines()
    assert lines
    for line in lines:
        assert line.startswith(f"scanreq: {YELLOW}warning:{END} " if colored
                               else "scanreq: warning: ")
        assert plain(line).startswith("scanreq: warning: ")


def test_an_error(terminal):  # noqa: F811
    status, _, seen = terminal("inspect", "./none.tar", NO_COLOR="").finish()
    assert status == 3
    assert seen.startswith(f"{RED}scanreq:{END} ./none.tar: ")
    assert plain(seen).count("\033") == 0


def test_a_complaint_about_the_command_line(terminal):  # noqa: F811
    assert terminal("inspect", "--frobnicate", NO_COLOR="").finish()[2].startswith(
        f"{RED}scanreq:{END} inspect has no option")
    assert terminal("inspect", "--frobnicate").finish()[2].startswith("scanreq: inspect has no")


@pytest.mark.parametrize("words", [["frobnicate"], ["--frobnicate"], ["inspect", "./none.tar"]])
def test_the_variable_holds_from_the_first_word_on(terminal, words):  # noqa: F811
    seen = terminal(*words, NO_COLOR="", SCANREQ_COLOR="never", SCANREQ_JOBS="x").finish()[2]
    assert seen.startswith("scanreq: ") and "\033" not in seen


def test_not_in_a_pipe(scanreq, unnamed):
    for args, env in ([], {"TERM": "xterm"}), (["--color", "auto"], {"TERM": "xterm"}):
        assert "\033" not in scanreq("inspect", *args, unnamed, env=env).ok().stderr
    done = scanreq("inspect", "--color", "always", unnamed).ok()
    assert done.stderr.startswith(f"scanreq: {YELLOW}warning:{END} ")


@pytest.mark.parametrize("form", ["text", "json", "ndjson", "dotenv"])
def test_no_result_has_colours(scanreq, unnamed, tmp_path, form):
    always, never = (scanreq("inspect", "--color", when, "-o", form, "-o",
                             f"{form}={tmp_path / when}", unnamed) if form != "text" else
                     scanreq("inspect", "--color", when, unnamed) for when in ("always", "never"))
    assert always.stdout == never.stdout and b"\033" not in always.stdout
    if form != "text":
        assert (tmp_path / "always").read_bytes() == (tmp_path / "never").read_bytes()


def test_what_a_stranger_says_has_none(scanreq, tmp_path):
    path = tmp_path / f"x{RED}y.tar"
    done = scanreq("inspect", "--color", "always", path)
    assert done.status == 3
    assert done.stderr.count("\033") == 2 and "\\x1b[1;31my.tar" in done.stderr


def test_findings_of_doctor(scanreq):
    done = scanreq("doctor", "--color", "always")
    assert f"{GREEN}ok      {END} trust" in done.out
    assert f"{YELLOW}warning {END} token" in done.out
    assert f"{RED}failure {END} " in done.out
    assert plain(done.out) == scanreq("doctor").out
    assert "\033" not in scanreq("doctor", "--color", "always", "-o", "json").out


@pytest.mark.parametrize("value", ["yes", "", "ALWAYS", "1"])
def test_other_values(scanreq, unnamed, value):
    done = scanreq("inspect", "--color", value, unnamed)
    done.fails(2, "--color must be auto, always or never")
    if value:
        scanreq("inspect", unnamed, env={"SCANREQ_COLOR": value}).fails(2, "SCANREQ_COLOR must be")
