# SPDX-License-Identifier: MIT
"""The completion scripts, run by their shells and held against --help."""
import os
import re
import subprocess

import pytest

SHELLS = ["bash", "zsh", "fish"]

BASH = """\
source <(scanreq completion bash) || exit
complete -p scanreq || exit
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_scanreq
printf '%s\\n' "${COMPREPLY[@]}"
"""

# What zsh's own functions are handed: a widget cannot run without a terminal.
ZSH = """\
compdef() { print -r -- "compdef $*" }
_arguments() { shift; print -rl -- "$@" }
_describe() { print -rl -- ${(P)2} }
source <(scanreq completion zsh) || exit
words=("$@") CURRENT=$#
_scanreq
"""

FISH = "scanreq completion fish | source; complete -C '{line}'"


@pytest.fixture
def shell(scanreq, binary, tmp_path):
    """shell(name, word...): the lines that a shell offers for the last word."""
    (tmp_path / "a file.tar").touch()
    path = f"{binary.parent}:{os.environ['PATH']}"

    def run(name, *words):
        command = {"bash": ["bash", "--norc", "-c", BASH, "bash", *words],
                   "zsh": ["zsh", "-f", "-c", ZSH, "zsh", *words],
                   "fish": ["fish", "--no-config", "-c", FISH.format(line=" ".join(words))]}
        done = subprocess.run(command[name], env={**scanreq.env, "PATH": path}, cwd=tmp_path,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=True)
        assert done.stderr == ""
        lines = done.stdout.splitlines()
        return lines if name == "fish" else lines[1:]
    return run


def options_of(scanreq, command):
    helped = re.findall(r"^ +(?:-\w, )? *(--[a-z-]+)", scanreq("help", command).ok().out, re.M)
    assert len(helped) > 20
    return set(helped)


def commands_of(scanreq):
    return set(re.findall(r"^  ([a-z]+) ", scanreq("help").ok().out, re.M))


def offered(lines, pattern=r"(--[a-z-]+)"):
    return {match[1] for line in lines if (match := re.match(pattern, line))}


@pytest.mark.parametrize("command", ["inspect", "submit"])
@pytest.mark.parametrize("name", SHELLS)
def test_every_option_is_offered(scanreq, shell, name, command):
    assert offered(shell(name, "scanreq", command, "--"), r"\*?(--[a-z-]+)") == \
        options_of(scanreq, command)


@pytest.mark.parametrize("name", SHELLS)
def test_every_command_is_offered(scanreq, shell, name):
    assert offered(shell(name, "scanreq", ""), r"([a-z]+)\b") == commands_of(scanreq)


@pytest.mark.parametrize("words, expected", [
    (["inspect", "--raw", ""], {"manifest", "index", "config"}),
    (["inspect", "--raw", "m"], {"manifest"}),
    (["submit", "--endpoint-type", "="], {"public", "vpc"}),
    (["submit", "--endpoint-type", "=", "v"], {"vpc"}),
    (["submit", "-o", "js"], {"json"}),
    (["inspect", "--image-update", ""], {"now", "mtime", "created", "last-modified"}),
    (["inspect", "--get", "repo_"], {"repo_name", "repo_region_id", "repo_instance_id", "repo_id"}),
    (["completion", ""], set(SHELLS)),
    (["help", "insp"], {"inspect"}),
    (["inspect", ""], {"a file.tar", "home"}),
    (["inspect", "./a"], {"./a file.tar"}),
    (["inspect", "--authfile", "a"], {"a file.tar"}),
    (["inspect", "--platform", ""], {""}),
    (["version", ""], {""}),
])
def test_bash_completes_words(shell, words, expected):
    assert set(shell("bash", "scanreq", *words)) == expected


@pytest.mark.parametrize("words, expected", [
    (["inspect", "--raw", ""], {"manifest", "index", "config"}),
    (["submit", "-o", "js"], {"json"}),
    (["submit", "--image-update", "m"], {"mtime"}),
    (["inspect", "--get", "ImageI"], {"ImageId"}),
    (["completion", "ba"], {"bash"}),
    (["inspect", "./a"], {"./a file.tar"}),
    (["inspect", "--platform", ""], set()),
])
def test_fish_completes_words(shell, words, expected):
    assert {line.split("\t")[0] for line in shell("fish", "scanreq", *words)} == expected


def test_zsh_names_what_completes_a_value(shell):
    lines = shell("zsh", "scanreq", "inspect", "")
    assert any(line.endswith(":(manifest index config)") for line in lines)
    assert any(line.startswith("*--authfile=[") and line.endswith(":_files") for line in lines)
    assert lines[-1] == "*:IMAGE...:_files"


def test_an_unknown_shell(scanreq):
    scanreq("completion", "csh").fails(2, "bash, zsh or fish")
    scanreq("completion").fails(2, "bash, zsh or fish")
    assert "bash|zsh|fish" in scanreq("completion", "--help").ok().out
