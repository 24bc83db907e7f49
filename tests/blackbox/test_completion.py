# SPDX-License-Identifier: MIT
"""The completion scripts, run by their shells and held against --help."""
import json
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
_files() { print -r -- "files $*" }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
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
    (["inspect", "--platform", "linux/arm/"], {"linux/arm/v7", "linux/arm/v6"}),
    (["submit", "--region", "cn-hang"], {"cn-hangzhou", "cn-hangzhou-finance"}),
    (["submit", "--write", "task_"], {"task_id=", "task_state="}),
    (["explain", "region-"], {"region-missing", "region-unknown"}),
    (["inspect", "--uuid", ""], {""}),
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
    (["inspect", "--platform", "linux/arm/"], {"linux/arm/v7", "linux/arm/v6"}),
    (["submit", "--region", "cn-hang"], {"cn-hangzhou", "cn-hangzhou-finance"}),
    (["explain", "region-"], {"region-missing", "region-unknown"}),
    (["inspect", "./a"], {"./a file.tar"}),
    (["inspect", "--uuid", ""], set()),
])
def test_fish_completes_words(shell, words, expected):
    assert {line.split("\t")[0] for line in shell("fish", "scanreq", *words)} == expected


def test_zsh_names_what_completes_a_value(shell):
    lines = shell("zsh", "scanreq", "inspect", "")
    assert any(line.endswith(":(manifest index config)") for line in lines)
    assert any(line.startswith("*--authfile=[") and line.endswith(":_files") for line in lines)
    assert lines[-1] == "*:IMAGE...:_scanreq_images"
    lines = shell("zsh", "scanreq", "submit", "")
    assert any(line.startswith("*--region=[") and " cn-hangzhou " in line for line in lines)


SECRETS = ["LTAI-secret-id", "key-secret-1", "ZG9ja2VyOnBhc3N3b3Jk"]
HOSTILE = ["$(touch pwned)", "`touch pwned`", "a b", "x;y", "--help", "q'q", 'q"q', "ü", ""]


@pytest.fixture
def names(scanreq):
    """Files of other tools with secrets in them, and with names that a shell would run."""
    profiles = [{"name": name, "mode": "AK", "access_key_id": SECRETS[0],
                 "access_key_secret": SECRETS[1]} for name in ["default", "ci-prod", *HOSTILE]]
    hosts = ["registry.example.com", "localhost:5000", "https://index.docker.io/v1/", *HOSTILE]
    for path, document in (
            (".aliyun/config.json", {"current": "default", "profiles": profiles}),
            (".docker/config.json", {"auths": {host: {"auth": SECRETS[2]} for host in hosts},
                                     "credHelpers": {"gcr.example.com": "gcloud"}})):
        target = scanreq.home / path
        target.parent.mkdir()
        target.write_text(json.dumps(document))


def test_lists_have_names_alone(scanreq, names):
    profiles = scanreq("completion", "--list", "profiles").ok()
    registries = scanreq("completion", "--list", "registries").ok()
    assert profiles.out.splitlines() == ["default", "ci-prod"]
    assert registries.out.splitlines() == ["registry.example.com/", "localhost:5000/",
                                           "docker.io/", "gcr.example.com/"]
    assert profiles.stderr == registries.stderr == ""


def test_lists_follow_the_variables_of_the_other_tools(scanreq, names):
    (scanreq.home / ".docker").rename(scanreq.home / "docker")
    (scanreq.home / ".aliyun").rename(scanreq.home / "aliyun")
    env = {"DOCKER_CONFIG": str(scanreq.home / "docker"),
           "ALIBABA_CLOUD_CONFIG_FILE": str(scanreq.home / "aliyun/config.json")}
    assert "default" in scanreq("completion", "--list", "profiles", env=env).ok().out
    assert "localhost:5000/" in scanreq("completion", "--list", "registries", env=env).ok().out


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"profiles": {}, "auths": []}',
                                  '{"profiles": [1, {"name": 2}, {}], "auths": 3}'])
def test_a_file_that_is_not_there_or_malformed_gives_an_empty_list(scanreq, text):
    for name in (".aliyun", ".docker"):
        (scanreq.home / name).mkdir()
        if text is not None:
            (scanreq.home / name / "config.json").write_text(text)
    for name in ("profiles", "registries"):
        done = scanreq("completion", "--list", name).ok()
        assert done.out == done.stderr == ""


def test_regions_are_those_that_are_taken(scanreq, skopeo_tar):
    regions = scanreq("completion", "--list", "regions").ok().out.split()
    assert len(regions) > 30 and len(set(regions)) == len(regions)
    for region in (regions[0], regions[-1]):
        scanreq("submit", "--dry-run", "--offline", "--region", region, skopeo_tar).ok()


@pytest.mark.parametrize("name", ["bash", "fish"])
def test_profiles_are_offered(shell, names, name):
    lines = shell(name, "scanreq", "submit", "--profile", "")
    assert {line.split("\t")[0] for line in lines} == {"default", "ci-prod"}


@pytest.mark.parametrize("name, typed", [("bash", ["reg"]), ("fish", ["reg"])])
def test_registries_are_offered_for_an_image(shell, names, name, typed):
    lines = shell(name, "scanreq", "inspect", *typed)
    assert {line.split("\t")[0] for line in lines} == {"registry.example.com/"}


def test_bash_completes_behind_the_colon_of_a_port(shell, names):
    assert shell("bash", "scanreq", "inspect", "localhost", ":", "50") == ["5000/"]


def test_zsh_asks_for_what_changes(shell, names):
    lines = shell("zsh", "scanreq", "submit", "--profile", "")
    (profile,) = [line for line in lines if line.startswith("*--profile=[")]
    assert profile.endswith('{compadd -- ${(f)"$(scanreq completion --list profiles '
                            '2>/dev/null)"}}')


def test_zsh_offers_saved_images_and_registries(scanreq, binary, names):
    script = ZSH.partition("words=")[0] + "_scanreq_images\n"
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True,
                          env={**scanreq.env, "PATH": f"{binary.parent}:{os.environ['PATH']}"},
                          timeout=60, cwd=scanreq.home)
    _, files, *registries = done.stdout.splitlines()
    assert files.startswith("files -g *.(tar|") and "localhost:5000/" in registries


@pytest.mark.parametrize("option, expected", [
    ("--ca-file", {"ca.pem", "ca.crt", "home"}),
    ("--authfile", {"ca.pem", "ca.crt", "home", "login", "a file.tar"}),
])
def test_bash_offers_files_by_kind(shell, tmp_path, option, expected):
    for name in ("ca.pem", "ca.crt", "login"):
        (tmp_path / name).touch()
    assert set(shell("bash", "scanreq", "inspect", option, "")) == expected


def test_bash_offers_any_file_where_none_has_the_suffix(shell, tmp_path):
    (tmp_path / "image.bin").touch()
    assert shell("bash", "scanreq", "inspect", "image") == ["image.bin"]


def test_an_unknown_shell(scanreq):
    scanreq("completion", "csh").fails(2, "bash, zsh or fish")
    scanreq("completion").fails(2, "bash, zsh or fish")
    scanreq("completion", "--list", "secrets").fails(2, "bash, zsh or fish")
    assert "bash|zsh|fish" in scanreq("completion", "--help").ok().out
