# SPDX-License-Identifier: MIT
"""Commands, help, and the forms of output."""
import json
import re

import pytest

import oci_image
import program
from conftest import KEYS, SAVED_NAME

PARAMETERS = ["Token", "Namespace", "RepoName", "Tag", "Digest", "ImageId", "ImageSize",
              "ImageCreate", "ImageUpdate", "Uuid", "SourceIp", "JenkinsEnv"]


def version():
    return re.search(r"AC_INIT\(\[scanreq\], \[([^]]+)\]",
                     (program.TOP / "configure.ac").read_text())[1]


@pytest.mark.parametrize("args", [["version"], ["--version"]])
def test_version(scanreq, args):
    assert scanreq(*args).ok().out.split()[:2] == ["scanreq", version()]


@pytest.mark.parametrize("args", [["help"], ["--help"], ["-h"]])
def test_help_lists_the_commands(scanreq, args):
    done = scanreq(*args).ok()
    assert done.stderr == ""
    for command in ("inspect", "submit", "completion", "version", "help"):
        assert re.search(rf"^ +{command} ", done.out, re.MULTILINE)


@pytest.mark.parametrize("command, flags", [
    ("inspect", ["--platform", "--authfile", "--raw", "--explain", "--image-create"]),
    ("submit", ["--region", "--endpoint", "--dry-run", "--token-file", "SCANREQ_REGION"]),
])
def test_help_of_a_command(scanreq, command, flags):
    about = scanreq("help", command).ok()
    assert about.out == scanreq(command, "--help").ok().out
    for flag in flags:
        assert flag in about.out
    assert max(map(len, about.out.splitlines())) <= 100


def test_help_knows_no_other_commands_options(scanreq):
    assert "--dry-run" not in scanreq("help", "inspect").ok().out
    assert "--raw" not in scanreq("help", "submit").ok().out


def test_schema_is_itself_valid():
    program.VALIDATOR.check_schema(program.SCHEMA)
    assert program.SCHEMA["$schema"].endswith("2020-12/schema")


def keys_of(schema, name):
    return list(schema["$defs"][name]["properties"])


def test_json_has_a_fixed_order(scanreq, submit, skopeo_tar):
    for done in (scanreq("inspect", "-o", "json", skopeo_tar),
                 submit("-o", "json", skopeo_tar), submit("-o", "json", "./none.tar")):
        document = done.document
        assert list(document) == list(program.SCHEMA["properties"])
        assert list(document["results"][0]) == keys_of(program.SCHEMA, "result")
        assert list(document["tool"].items()) == [("name", "scanreq"), ("version", version())]
        request = document["results"][0]["request"]
        assert request is None or list(request) == PARAMETERS


def test_json_is_the_same_at_every_run(scanreq, registry):
    runs = {scanreq("inspect", "-o", "json", f"{registry}/ns/index:1").ok().stdout
            for _ in range(2)}
    assert len(runs) == 1


def test_text_of_inspect(scanreq, registry, sources):
    done = scanreq("inspect", f"{registry}/ns/oci:1").ok()
    image = sources.made_image
    for text in (image.digest, oci_image.sha256(image.config), oci_image.CREATED,
                 "linux/amd64", f"{registry}/ns/oci:1", "1,102"):
        assert text in done.out
    assert done.stderr == ""
    assert "\t" not in done.out and "\x1b" not in done.out


def test_explain_speaks_of_every_parameter(scanreq, skopeo_tar):
    done = scanreq("inspect", "--explain", skopeo_tar).ok()
    for name in PARAMETERS:
        assert re.search(rf"^{name} ", done.out, re.MULTILINE)
    for how in ("computed", "left out"):
        assert how in done.out


@pytest.mark.parametrize("field, where", [
    ("manifest_digest", lambda r: r["manifest_digest"]),
    ("config_digest", lambda r: r["config_digest"]),
    ("reference", lambda r: r["reference"]),
    ("created", lambda r: r["created"]),
    ("platform", lambda r: r["platform"]),
    ("size", lambda r: str(r["size"]["bytes"])),
    ("ImageId", lambda r: r["request"]["ImageId"]),
    ("ImageCreate", lambda r: str(r["request"]["ImageCreate"])),
    ("Tag", lambda r: r["request"]["Tag"]),
])
def test_get(scanreq, registry, field, where):
    name = f"{registry}/ns/oci:1"
    expected = where(scanreq.json("inspect", name))
    assert scanreq("inspect", "--get", field, name).ok().out == expected + "\n"


def test_get_of_what_is_not_known(scanreq, skopeo_tar):
    scanreq("inspect", "--get", "manifest_digest", skopeo_tar).fails(3, "manifest_digest")


def test_get_task(submit, skopeo_tar):
    assert submit("--get", "task_id", skopeo_tar).ok().out == \
        "fc98d58eb56f699d49bf7ebbd6d70000\n"


def test_raw_of_an_archive(scanreq, skopeo_tar, sources):
    done = scanreq("inspect", "--raw", "config", skopeo_tar).ok()
    assert done.stdout == sources.made_image.config
    scanreq("inspect", "--raw", "manifest", skopeo_tar).fails(3, "manifest")
    scanreq("inspect", "--raw", "index", skopeo_tar).fails(3, "index")


def test_verbosity(scanreq, tmp_path):
    path = tmp_path / "unnamed.tar"
    path.write_bytes(oci_image.docker_save([([], oci_image.make_image())]))
    plain, quiet = (scanreq("inspect", *args, path).ok() for args in ([], ["-q"]))
    assert plain.out == quiet.out
    assert quiet.stderr == ""
    assert all(line.startswith("scanreq: warning: ") for line in plain.lines)
    assert plain.lines


def test_debug_log_goes_to_stderr_alone(scanreq, registry):
    name = f"{registry}/ns/oci:1"
    loud = scanreq("inspect", "-vv", name).ok()
    assert loud.out == scanreq("inspect", name).ok().out
    assert any("/v2/ns/oci/manifests/1" in line for line in loud.lines)
    assert all(line.startswith("scanreq: ") for line in loud.lines)


def test_hostile_labels_and_names_do_not_reach_the_terminal(scanreq, tmp_path):
    path = tmp_path / "hostile.tar"
    image = oci_image.make_image(config={"Labels": {"a\x1b[2J": "b\r\n::error::c\u202e"}},
                                 created="\x1b[31m2024")
    path.write_bytes(oci_image.docker_save([(["registry.example.com/x:\x1b[1m"], image)]))
    done = scanreq("inspect", "--explain", path).ok()
    for stream in (done.out, done.stderr):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", stream)
    assert scanreq.json("inspect", path)["labels"] == {"a\x1b[2J": "b\r\n::error::c\u202e"}


@pytest.mark.parametrize("variable, value, status", [
    ("SCANREQ_OUTPUT", "json", 0), ("SCANREQ_OUTPUT", "yaml", 2), ("SCANREQ_OUTPUT", "", 0),
    ("SCANREQ_QUIET", "yes", 0), ("SCANREQ_QUIET", "0", 0), ("SCANREQ_QUIET", "maybe", 2),
    ("SCANREQ_TIMEOUT", "5s", 0), ("SCANREQ_TIMEOUT", "never", 2),
    ("SCANREQ_EXPLAIN", "maybe", 0),  # no twin: not read
])
def test_environment_twins(scanreq, skopeo_tar, variable, value, status):
    done = scanreq("inspect", skopeo_tar, env={variable: value})
    if status:
        done.fails(status, variable if value != "never" else value)
    else:
        done.ok()
        assert done.out.startswith("{") == (value == "json")


def test_flag_wins_over_environment(scanreq, skopeo_tar):
    done = scanreq("inspect", "-o", "text", skopeo_tar, env={"SCANREQ_OUTPUT": "json"}).ok()
    assert SAVED_NAME in done.out and not done.out.startswith("{")


def test_options_after_the_image(scanreq, skopeo_tar):
    assert scanreq("inspect", skopeo_tar, "-o", "json").ok().result["error"] is None


def test_several_images_in_text(scanreq, skopeo_tar, podman_tar, tmp_path):
    none = tmp_path / "none.tar"
    done = scanreq("inspect", "--keep-going", skopeo_tar, none, podman_tar)
    assert done.status == 8
    assert done.out.count(SAVED_NAME) >= 2
    assert len(done.lines) == 1 and str(none) in done.lines[0]


def test_all_failed(scanreq, tmp_path):
    done = scanreq("inspect", "--keep-going", "-o", "json", tmp_path / "a.tar",
                   tmp_path / "b.tar")
    assert done.status == done.document["summary"]["exit_code"] == 8
    assert done.document["summary"]["failed"] == 2


def test_secrets_do_not_reach_the_command_line(scanreq):
    """No flag takes a secret as its value."""
    text = scanreq("help", "submit").ok().out + scanreq("help", "inspect").ok().out
    for flag in ("--password ", "--password=", "--token ", "--access-key", "--secret"):
        assert flag not in text


def test_request_is_explained_by_submit(submit, skopeo_tar):
    done = submit("--explain", skopeo_tar).ok()
    assert re.search(r"^Token +\*\*\*", done.out, re.MULTILINE)
    assert KEYS["SCANREQ_TOKEN"] not in done.out


def test_json_numbers_are_exact(submit, skopeo_tar):
    done = submit("-o", "json", "--image-size", str(2**63 - 1), skopeo_tar).ok()
    assert json.loads(done.out)["results"][0]["request"]["ImageSize"] == 2**63 - 1
