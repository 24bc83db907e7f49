# SPDX-License-Identifier: MIT
"""Names are exact: what was meant is said, and what follows a wrong one is never used."""
import pytest

from conftest import SAVED_NAME

USAGE = 2
SECRET = "hunter2-of-nobody"
COMMANDS = ["inspect", "submit", "status", "doctor"]
SECRETS = ["password", "pass", "creds", "src-creds", "dest-password", "token", "registry-token",
           "secret", "access-key-secret", "AccessKeySecret", "access-key-id", "sts-token",
           "client-secret", "my-token", "passwd", "Password", "passphrase"]


@pytest.fixture
def hub(scanreq, test_names, relay, registry):
    """(program, relay): what is asked of Docker Hub arrives at a relay, which speaks no TLS."""
    counted = relay(registry)
    port = counted.host.rpartition(":")[2]
    return scanreq.with_test_names(test_names).with_env(
        RESOLVE_TEST_NAMES=f"registry-1.docker.io:443={port}"), counted


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_not_repeated(scanreq, name):
    done = scanreq("submit", f"--{name}", SECRET, "-vv")
    done.fails(USAGE, f"--{name}", "no option takes a secret")
    assert SECRET not in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_secret_is_not_looked_up(hub, command):
    scanreq, counted = hub
    for words in (["--password", SECRET], [f"--token={SECRET}"], [SECRET, "--creds", SECRET],
                  ["--task-id", "1", SECRET, "--secret"]):
        done = scanreq(command, *words).fails(USAGE)
        assert SECRET not in done.stderr
    assert counted.connections == 0


@pytest.mark.parametrize("words", [
    ["-p", SECRET], [f"-p{SECRET}"], [f"-vp{SECRET}"], [f"--password{SECRET}"],
    [f"--password:{SECRET}"], [f"--password {SECRET}"], [f"--frobnicate={SECRET}"],
    ["--frobnicate", SECRET], [f"--password-stdin={SECRET}"], [f"--anonymous={SECRET}"],
])
def test_no_complaint_repeats_a_value(scanreq, words):
    done = scanreq("inspect", *words, "x").fails(USAGE)
    assert SECRET not in done.stderr


@pytest.mark.parametrize("words", [
    [f"--password={SECRET}", "inspect", "x"], ["--password", SECRET, "inspect"],
    [f"-p{SECRET}", "inspect"], ["help", f"--password={SECRET}"], ["help", f"-p{SECRET}"],
    ["version", f"--token={SECRET}"], ["completion", f"--token={SECRET}"],
    [f"--region={SECRET}", "submit"],
])
def test_nor_before_a_command_or_without_one(scanreq, words):
    done = scanreq(*words).fails(USAGE)
    assert SECRET not in done.stderr


@pytest.mark.parametrize("word", ["password-std", "token-fil", "toke", "explai", "get", "plain",
                                  "require", "plat", "dig", "wai", "task", "p", "verbos"])
def test_no_abbreviation_is_an_option(scanreq, word):
    """getopt_long() takes each where a command has one option that begins so."""
    scanreq("doctor", f"--{word}", "x").fails(USAGE, f"doctor has no option --{word}: ")


@pytest.mark.parametrize("words, said", [
    (["--dry", "./x"], "did you mean --dry-run?"),
    (["--platfrom", "linux/amd64"], "did you mean --platform?"),
    (["--image_id", "x"], "did you mean --image-id?"),
    (["--RepoName", "x"], "did you mean --repo-name?"),
    (["--re", "x"], "did you mean --require-tag-match or --repo-name or --region or --ret"),
    (["-platform", "x"], '-platform has one "-" too few: say --platform'),
    (["-output", "json"], "say --output"),
    (["--raw", "config"], "it is an option of inspect"),
    (["--zzz"], "try 'scanreq help submit'"),
])
def test_what_was_meant(scanreq, words, said):
    scanreq("submit", *words).fails(USAGE, said)


@pytest.mark.parametrize("name, ours", [
    ("tls-verify=false", ["--insecure-skip-verify", "--plain-http"]),
    ("src-tls-verify=false", ["--insecure-skip-verify", "--plain-http"]),
    ("insecure", ["--insecure-skip-verify", "--plain-http"]),
    ("insecure-registry", ["--insecure-skip-verify", "--plain-http"]),
    ("creds=u:p", ["--username", "--password-stdin", "--authfile"]),
    ("format", ["--output", "--get"]), ("json", ["-o json"]), ("cacert", ["--ca-file"]),
    ("cert-dir", ["--ca-file", "--cert"]), ("override-arch", ["--platform"]),
    ("all-platforms", ["--platform all"]), ("concurrency", ["--jobs"]), ("debug", ["-vv"]),
    ("registry-config", ["--authfile"]), ("input", ["./FILE"]), ("RegionId", ["--region"]),
    ("iidfile", ["--from"]), ("no-creds", ["--anonymous"]), ("host", ["--socket"]),
])
def test_names_of_other_tools(scanreq, name, ours):
    scanreq("submit", f"--{name}", "x").fails(USAGE, f"--{name.partition('=')[0]}: ", *ours)


@pytest.mark.parametrize("words, said", [
    (["inpsect", "x"], "did you mean inspect?"), (["Submit", "x"], "did you mean submit?"),
    (["scan", "x"], "did you mean submit?"), (["help", "statsu"], "did you mean status?"),
    (["manifest", "x"], "did you mean inspect?"), (["frobnicate"], "try 'scanreq help'"),
])
def test_commands(scanreq, words, said):
    scanreq(*words).fails(USAGE, said)


@pytest.mark.parametrize("name, said", [
    ("manifestdigest", "did you mean manifest_digest?"), ("ImageID", "did you mean ImageId?"),
    ("RepoNam", "did you mean RepoName?"), ("taskid", "did you mean task_id?"),
])
def test_fields(scanreq, skopeo_tar, name, said):
    scanreq("inspect", "--get", name, skopeo_tar).fails(USAGE, name, said)
    scanreq("inspect", "--write", f"{name}=x", skopeo_tar).fails(USAGE, name, said)


def test_every_field_is_listed(scanreq, skopeo_tar):
    done = scanreq("inspect", "--get", "colour", skopeo_tar).fails(USAGE, '"colour"')
    fields = done.stderr.partition("the fields are ")[2].strip().split(", ")
    assert len(fields) > 30
    result = scanreq.json("inspect", skopeo_tar)
    texts = {name for name, value in result.items() if isinstance(value, str)}
    assert texts | set(result["request"]) <= set(fields)


@pytest.mark.parametrize("region, said", [
    ("cn-hangzou", "did you mean cn-hangzhou?"), ("cn-bejing", "did you mean cn-beijing?"),
    ("ap-southeast1", "did you mean ap-southeast-1?"),
])
def test_regions(scanreq, skopeo_tar, region, said):
    scanreq("submit", "--dry-run", "--region", region, skopeo_tar).fails(USAGE, region, said)


def test_no_region_is_near_to_another_world(scanreq, skopeo_tar):
    done = scanreq("submit", "--dry-run", "--region", "mars-north-1", skopeo_tar).fails(USAGE)
    assert "did you mean" not in done.stderr


def test_a_file_that_is_not_there(hub):
    scanreq, counted = hub
    done = scanreq("inspect", "nope.tar")
    done.fails(5, "nope.tar was taken for docker.io/library/nope.tar:latest", "./nope.tar")
    assert counted.connections > 0
    done = scanreq("inspect", "nope").fails(5, "nope was taken for docker.io/library/nope:latest:")
    assert "./nope" not in done.stderr
    assert "taken for" not in scanreq("inspect", "docker.io/library/nope").fails(5).stderr


@pytest.mark.parametrize("words", [
    ["--get", "reference", "{}"], ["--get=reference", "{}"], ["{}", "--get", "reference"],
    ["-q", "--get", "reference", "--", "{}"], ["-qv", "{}", "--get=reference"],
    ["--platform", "linux/amd64", "{}", "--get", "reference", "--"],
])
def test_spellings(scanreq, skopeo_tar, words):
    done = scanreq("inspect", *(word.format(skopeo_tar) for word in words)).ok()
    assert done.out == SAVED_NAME + "\n"


def test_letters(scanreq, skopeo_tar):
    for words in (["-o", "json"], ["-ojson"], ["-qojson"], ["-qo", "json"], ["-j1", "-ojson"]):
        assert scanreq("inspect", *words, skopeo_tar).ok().result["error"] is None


def test_operands_keep_their_order(scanreq, skopeo_tar, podman_tar):
    done = scanreq("inspect", skopeo_tar, "-o", "json", "./none", "--keep-going", "--", podman_tar,
                   "--from")
    assert [r["input"] for r in done.document["results"]] == \
        [str(skopeo_tar), "./none", str(podman_tar), "--from"]
