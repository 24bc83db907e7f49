# SPDX-License-Identifier: MIT
"""Handing results on: several forms at once, files, runners' files, and the CI system."""
import contextlib
import json
import os
import pathlib
import re
import shlex
import stat
import subprocess
import threading

import jsonschema
import pytest

import fake_service
import fake_tasks
import program
from conftest import KEYS, SAVED_NAME

TASK = fake_service.ACCEPTED["Data"]["TaskId"]
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com",
          "GITHUB_REPOSITORY": "shop/web", "GITHUB_RUN_ID": "90", "GITHUB_RUN_NUMBER": "4",
          "GITHUB_WORKFLOW": "Release", "GITHUB_JOB": "push", "GITHUB_SHA": "abc123",
          "GITHUB_REF": "refs/heads/main"}
LINE = jsonschema.Draft202012Validator(
    {"$ref": "#/$defs/result", "$defs": program.SCHEMA["$defs"]})


def pairs(text):
    """Lines NAME=value as a shell-less reader takes them: no quotes, no blank lines."""
    assert text.endswith("\n")
    return dict(line.split("=", 1) for line in text[:-1].split("\n"))


def runner(tmp_path, **env):
    """An environment like that of GitHub's runner."""
    return {**GITHUB, "GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY":
            str(tmp_path / "summary"), "GITHUB_ENV": str(tmp_path / "env"), **env}


# --- the CI system ----------------------------------------------------------------------

@pytest.mark.parametrize("env, ci", [
    ({}, None),
    ({"CI": "false"}, None),
    ({"CI": "true"}, {"system": "generic", "build_url": None, "job": None, "number": None,
                      "commit": None, "ref": None}),
    (GITHUB, {"system": "github", "build_url": "https://github.com/shop/web/actions/runs/90",
              "job": "Release/push", "number": "4", "commit": "abc123",
              "ref": "refs/heads/main"}),
    ({"JENKINS_URL": "http://j/", "BUILD_NUMBER": "7", "JOB_NAME": "web/main",
      "BUILD_URL": "http://j/job/web/7/", "GIT_COMMIT": "abc\x1b[31m", "BRANCH_NAME": "main"},
     {"system": "jenkins", "build_url": "http://j/job/web/7/", "job": "web/main",
      "number": "7", "commit": None, "ref": "main"}),
])
def test_ci_is_in_the_document(scanreq, skopeo_tar, env, ci):
    assert scanreq("inspect", "-o", "json", skopeo_tar, env=env).ok().document["ci"] == ci


def test_ci_is_never_in_the_request(submit, service, skopeo_tar):
    submit(skopeo_tar).ok()
    submit(skopeo_tar, env=GITHUB).ok()
    plain, inside = map(fake_service.parameters, service.requests)
    assert plain == inside
    assert "JenkinsEnv" not in inside and "SourceIp" not in inside


# --- forms and files --------------------------------------------------------------------

def test_several_forms_at_once(submit, service, skopeo_tar, tmp_path):
    files = {form: tmp_path / form for form in ("text", "json", "ndjson", "dotenv")}
    done = submit("-o", "json", *(arg for form, path in files.items()
                                  for arg in ("-o", f"{form}={path}")), skopeo_tar).ok()
    assert len(service.requests) == 1
    assert files["json"].read_bytes() == done.stdout
    assert json.loads(files["ndjson"].read_text()) == done.result
    assert TASK in files["text"].read_text()
    assert pairs(files["dotenv"].read_text())["SCANREQ_RESULT_TASK_ID"] == TASK
    assert sorted(os.listdir(tmp_path)) == ["dotenv", "home", "json", "ndjson", "text"]


def test_a_file_alone_leaves_standard_output_alone(scanreq, skopeo_tar, tmp_path):
    done = scanreq("inspect", "-o", f"json={tmp_path / 'a'}", skopeo_tar).ok()
    assert done.stdout == b""
    with_value = scanreq("inspect", "-o", f"json={tmp_path / 'b'}", "--get", "config_digest",
                         skopeo_tar).ok()
    assert with_value.out.startswith("sha256:")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("args, words", [
    (["-o", "json", "-o", "text"], ["standard output"]),
    (["-o", "json", "-o", "json"], ["standard output"]),
    (["-o", "dotenv", "--get", "size"], ["--get", "standard output"]),
    (["-o", "json=a", "-o", "ndjson=a"], ["a twice"]),
    (["-o", "json="], ["names no file"]),
    (["-o", "json=-"], ["names no file"]),
    (["-o", "jsonx"], ["ndjson"]),
    (["-o", "github"], ["GITHUB_OUTPUT"]),
    (["-o", "json=none/a"], ["none/a"]),
    (["-o", "json=/"], ["/"]),
    (["--write", "size"], ["FIELD=PATH"]),
    (["--write", "=a"], ["FIELD=PATH"]),
    (["--write", "size="], ["FIELD=PATH"]),
    (["--write", "sizes=a"], ["\"sizes\""]),
])
def test_impossible_forms_send_nothing(submit, service, skopeo_tar, args, words):
    submit(*args, skopeo_tar).fails(2, *words)
    assert not service.requests


@pytest.mark.parametrize("form", ["text", "json", "dotenv"])
def test_one_value_goes_before_a_form_of_the_environment(scanreq, skopeo_tar, form):
    """A whole job may have the variable, and one step of it --get."""
    done = scanreq("inspect", "--get", "size", skopeo_tar, env={"SCANREQ_OUTPUT": form}).ok()
    assert done.out.strip().isdigit()


def test_the_command_line_replaces_the_environment(scanreq, skopeo_tar, tmp_path):
    env = {"SCANREQ_OUTPUT": f"json={tmp_path / 'env'}"}
    assert scanreq("inspect", skopeo_tar, env=env).ok().stdout == b""
    assert (tmp_path / "env").is_file()
    (tmp_path / "env").unlink()
    scanreq("inspect", "-o", "json", "-o", f"text={tmp_path / 'text'}", skopeo_tar,
            env=env).ok()
    assert not (tmp_path / "env").exists() and (tmp_path / "text").is_file()


def test_ndjson_is_a_line_an_image(submit, skopeo_tar, podman_tar, tmp_path):
    done = submit("-o", "ndjson", "--keep-going", skopeo_tar, tmp_path / "none.tar",
                  podman_tar)
    assert done.status == 8
    lines = [json.loads(line) for line in done.out.splitlines()]
    for line in lines:
        LINE.validate(line)
    assert [line["input"] for line in lines] == \
        [str(skopeo_tar), str(tmp_path / "none.tar"), str(podman_tar)]
    assert [line["submission"]["status"] for line in lines] == \
        ["accepted", "not_attempted", "accepted"]


def test_a_file_is_replaced_as_a_whole(scanreq, skopeo_tar, tmp_path):
    path, link = tmp_path / "scan.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o640)
    old = path.stat().st_ino
    link.symlink_to(path)
    scanreq("inspect", "-o", f"json={link}", skopeo_tar).ok()
    assert link.is_symlink() and path.stat().st_ino != old
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert json.loads(path.read_text())["schema"] == "scanreq/1"


def test_a_new_file_has_the_mode_that_umask_leaves(scanreq, binary, skopeo_tar, tmp_path):
    subprocess.run(["sh", "-c", f"umask 027; {shlex.quote(str(binary))} inspect -o json=new "
                    f"{shlex.quote(str(skopeo_tar))}"], cwd=tmp_path, env=scanreq.env,
                   check=True, timeout=60)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_failure_is_in_the_files(scanreq, tmp_path):
    text, document = tmp_path / "text", tmp_path / "json"
    text.write_text("old")
    done = scanreq("inspect", "-o", f"text={text}", "-o", f"json={document}", "./none.tar")
    done.fails(3)
    assert text.read_text() == "old"
    assert json.loads(document.read_text())["results"][0]["error"]["exit_code"] == 3
    assert sorted(os.listdir(tmp_path)) == ["home", "json", "text"]


def test_a_pipe_and_a_device_are_written_in_place(scanreq, skopeo_tar, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    scanreq("inspect", "-o", f"json={fifo}", "-o", "text=/dev/null", skopeo_tar).ok()
    reader.join(60)
    assert json.loads(read[0])["schema"] == "scanreq/1"
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def has_open(process, directory):
    """Whether the process has a file below the directory open."""
    for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(link).startswith(str(directory)):
                return True
    return False


def test_a_run_that_is_killed_leaves_nothing(scanreq, binary, tmp_path):
    """The file has no name before it is whole."""
    there = tmp_path / "there"
    there.mkdir()
    try:
        os.close(os.open(there, os.O_TMPFILE | os.O_RDWR))
    except OSError:
        pytest.skip("this file system has no files without a name")
    with subprocess.Popen([str(binary), "inspect", "-o", f"json={there / 'a'}", "-"],
                          stdin=subprocess.PIPE, env=scanreq.env, cwd=scanreq.home) as child:
        while not has_open(child, there):
            assert child.poll() is None
        child.kill()
        child.wait(60)
    assert os.listdir(there) == []


@pytest.mark.parametrize("form", ["text", "json", "ndjson"])
def test_a_full_disk_leaves_the_old_file(scanreq, skopeo_tar, tmp_path, form):
    """A first part of the results must not stand where whole ones stood."""
    path = tmp_path / "result"
    path.write_text("as before")
    small = scanreq.with_env()
    small.prefix = ["sh", "-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"]
    done = small("inspect", "--jobs", "1", "-o", f"{form}={path}", skopeo_tar, skopeo_tar)
    assert done.status == 1 and str(path) in done.stderr
    assert path.read_text() == "as before"
    assert [name for name in os.listdir(tmp_path) if name.startswith("result")] == ["result"]


def test_a_full_disk_is_no_success(scanreq, skopeo_tar):
    done = scanreq("inspect", "-o", "json=/dev/full", skopeo_tar)
    assert done.status == 1 and "/dev/full" in done.stderr


# --- GitLab -----------------------------------------------------------------------------

def test_dotenv(submit, skopeo_tar):
    done = submit("-o", "dotenv", skopeo_tar).ok()
    got = pairs(done.out)
    assert all(re.fullmatch("SCANREQ_RESULT_[A-Z_]+", name) for name in got)
    assert got["SCANREQ_RESULT_STATUS"] == "accepted"
    assert got["SCANREQ_RESULT_TASK_ID"] == TASK
    assert got["SCANREQ_RESULT_REFERENCE"] == SAVED_NAME
    assert (got["SCANREQ_RESULT_EXIT_CODE"], got["SCANREQ_RESULT_TOTAL"],
            got["SCANREQ_RESULT_FAILED"]) == ("0", "1", "0")
    assert len(got) <= 12 and len(done.out) <= 5 * 1024


def test_dotenv_says_how_the_task_ended(scanreq, skopeo_tar):
    with fake_tasks.Service() as tasks:
        tasks.looks = ["FAIL"]
        done = scanreq("submit", "--region", "cn-hangzhou", "--endpoint", tasks.url, "--wait",
                       "--poll", "1ms", "-o", "dotenv", "--digest", "a" * 64, skopeo_tar,
                       env=KEYS)
    got = pairs(done.out)
    assert (got["SCANREQ_RESULT_STATUS"], got["SCANREQ_RESULT_TASK_STATE"],
            got["SCANREQ_RESULT_EXIT_CODE"]) == ("accepted", "failed", str(done.status))
    assert done.status == 10


def of_three(registry, skopeo_tar):
    return ["--keep-going", skopeo_tar, f"{registry}/ns/none:1", f"{registry}/ns/oci:1"]


def test_dotenv_of_several_is_of_the_first_that_failed(submit, registry, skopeo_tar):
    done = submit("-o", "dotenv", *of_three(registry, skopeo_tar))
    got = pairs(done.out)
    assert got["SCANREQ_RESULT_STATUS"] == "partly_accepted"
    assert "SCANREQ_RESULT_TASK_ID" not in got
    assert (got["SCANREQ_RESULT_EXIT_CODE"], got["SCANREQ_RESULT_TOTAL"],
            got["SCANREQ_RESULT_FAILED"]) == ("8", "3", "1")
    images = [image.split(" ") for image in got["SCANREQ_RESULT_IMAGES"].split(";")]
    assert [[status, task, name] for status, task, _, name in images] == [
        ["accepted", TASK, str(skopeo_tar)], ["not_attempted", "-", f"{registry}/ns/none:1"],
        ["accepted", TASK, f"{registry}/ns/oci:1"]]
    assert images[0][2] == "-" and images[2][2].startswith("sha256:")
    assert len(got) <= 20 and len(done.out) <= 5 * 1024


@pytest.mark.parametrize("answers, args, status", [
    ([], [], "accepted"),
    ([fake_service.error(403, "NoPermission")] * 2, ["--keep-going"], "failed"),
    ([fake_service.error(403, "NoPermission")], ["--keep-going"], "partly_accepted"),
    ([fake_service.error(500, "ServerError")], ["--keep-going"], "unknown"),
    ([], ["--dry-run"], "dry_run"),
])
def test_the_status_of_several_is_that_of_all(submit, service, skopeo_tar, podman_tar,
                                              answers, args, status):
    service.play(*answers)
    done = submit("-o", "dotenv", "--jobs", "1", *args, skopeo_tar, podman_tar)
    assert pairs(done.out)["SCANREQ_RESULT_STATUS"] == status


def test_a_journal_s_status_of_several(submit, skopeo_tar, podman_tar, tmp_path):
    args = ("-o", "dotenv", "--journal", tmp_path / "journal")
    submit(*args, skopeo_tar).ok()
    done = submit(*args, skopeo_tar, podman_tar).ok()
    assert pairs(done.out)["SCANREQ_RESULT_STATUS"] == "accepted"
    done = submit(*args, skopeo_tar, podman_tar).ok()
    assert pairs(done.out)["SCANREQ_RESULT_STATUS"] == "already_accepted"


def test_dotenv_of_very_many(scanreq, skopeo_tar):
    done = scanreq("inspect", "-o", "dotenv", *([skopeo_tar] * 200)).ok()
    images = pairs(done.out)["SCANREQ_RESULT_IMAGES"].split(";")
    assert len(done.out) <= 5 * 1024 and "STATUS" not in done.out
    assert {image.split(" ")[0] for image in images[:-1]} == {"read"}
    assert images[-1] == f"and {200 - len(images) + 1} more"


def github_values(text):
    """NAME=value, and NAME<<END with the lines up to END, as GitHub's runner reads them."""
    values, lines = {}, iter(text.splitlines())
    for line in lines:
        name, multiline, end = line.partition("<<")
        if multiline and "=" not in name:
            values[name] = list(iter(lambda end=end: next(lines), end))
        else:
            name, _, values[name] = line.partition("=")
    return values


def test_github_outputs_of_several(submit, registry, skopeo_tar, tmp_path):
    submit("-o", "github", *of_three(registry, skopeo_tar), env=runner(tmp_path))
    got = github_values((tmp_path / "output").read_text())
    assert got["status"] == "partly_accepted" and got["exit_code"] == "8"
    assert [line.split(" ")[:2] for line in got["images"]] == [
        ["accepted", TASK], ["not_attempted", "-"], ["accepted", TASK]]
    assert got["images"][1].endswith(f" {registry}/ns/none:1")


HOSTILE = ["t\nPATH=/evil", "t\r\nx", "t\x1b[2J", "t\u2028x", "t\u202ex"]


@pytest.mark.parametrize("task", HOSTILE)
def test_control_characters_reach_no_runners_file(submit, service, skopeo_tar, tmp_path,
                                                  task):
    answer = {"Data": {**fake_service.ACCEPTED["Data"], "TaskId": task}, "RequestId": "r"}
    service.play(fake_service.json_answer(200, answer))
    written = tmp_path / "task"
    env = runner(tmp_path)
    done = submit("-o", "github", "-o", "dotenv", "--write", f"task_id={written}", skopeo_tar,
                  env=env)
    assert done.status == 9 and "control characters" in done.stderr
    assert not written.exists()
    for text in (done.out, (tmp_path / "output").read_text()):
        assert set(pairs(text)) & {"PATH", "task_id", "SCANREQ_RESULT_TASK_ID"} == set()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]",
                         (tmp_path / "summary").read_text())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]", done.stderr)


def test_gitlabs_limit(submit, service, skopeo_tar):
    long = {"TaskId": "t" * 1500, "Uuid": "u" * 1500, "RepoId": "r" * 1500,
            "RepoInstanceId": "i" * 3000}
    service.play(fake_service.json_answer(200, {"Data": long, "RequestId": "q" * 1500}))
    done = submit("-o", "dotenv", skopeo_tar).ok()
    got = pairs(done.out)
    assert len(done.out) <= 5 * 1024
    assert got["SCANREQ_RESULT_TASK_ID"] == long["TaskId"]
    assert "SCANREQ_RESULT_REPO_ID" not in got and "repo_id" in done.stderr


# --- GitHub -----------------------------------------------------------------------------

def test_github_outputs(submit, skopeo_tar, tmp_path):
    env = runner(tmp_path)
    (tmp_path / "output").write_text("earlier=1")  # a step that left no newline
    done = submit("-o", "github", skopeo_tar, env=env).ok()
    assert done.stdout == b""
    got = pairs((tmp_path / "output").read_text())
    assert got["earlier"] == "1"
    assert (got["status"], got["task_id"], got["reference"], got["exit_code"]) == \
        ("accepted", TASK, SAVED_NAME, "0")
    assert not (tmp_path / "env").exists()


def test_github_outputs_to_a_file(scanreq, registry, tmp_path):
    scanreq("inspect", "-o", f"github={tmp_path / 'own'}", f"{registry}/ns/oci:1").ok()
    got = pairs((tmp_path / "own").read_text())
    assert got["manifest_digest"].startswith("sha256:") and "status" not in got


def test_github_summary(submit, registry, skopeo_tar, tmp_path):
    (tmp_path / "summary").write_text("# before\n")
    done = submit("-o", "github", "--keep-going", f"{registry}/ns/index:1", skopeo_tar,
                  f"{registry}/ns/none:1", env=runner(tmp_path))
    assert done.status == 8
    text = (tmp_path / "summary").read_text()
    assert text.startswith("# before\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    assert [len(row) for row in cells] == [5, 5, 5]
    assert [row[3].strip() for row in cells[:2]] == ["accepted", "accepted"]
    assert cells[1][4].strip() == TASK
    assert "none" in cells[2][0] and cells[2][4].strip() == ""
    assert "1 of 3 failed" in text and "not that anything was scanned" in text


def test_github_summary_takes_no_markup(scanreq, tmp_path):
    name = "./a|b`<img src=x>[l](http://x)_*.tar"
    scanreq("inspect", "-o", "github", name, env=runner(tmp_path))
    (row,) = [line for line in (tmp_path / "summary").read_text().splitlines()
              if "img" in line]
    assert len(re.split(r"(?<!\\)\|", row)) == 7
    assert not re.search(r"(?<!\\)[`<>\[\]()_*:]", row)


def test_github_annotations(scanreq, registry, tmp_path):
    name = f"{registry}/ns/none%0A::warning::x"
    done = scanreq("inspect", "-o", "github", name, env=runner(tmp_path))
    (command,) = [line for line in done.lines if line.startswith("::")]
    assert command.startswith("::error title=scanreq::") and "%250A" in command
    assert [line for line in done.lines if not line.startswith("scanreq: ")] == [command]


def test_github_annotates_warnings(submit, skopeo_tar, tmp_path):
    done = submit("-o", "github", "--tag", "", skopeo_tar, env=runner(tmp_path)).ok()
    assert any(line.startswith("::warning title=scanreq::") for line in done.lines)
    done = submit("-q", "-o", "github", "--tag", "", skopeo_tar, env=runner(tmp_path)).ok()
    assert done.stderr == ""


# --- single values ----------------------------------------------------------------------

def test_write(submit, scanreq, skopeo_tar, tmp_path):
    fields = ("task_id", "ImageId", "size", "reference", "exit_code", "status", "message")
    submit(*(arg for field in fields for arg in ("--write", f"{field}={tmp_path / field}")),
           skopeo_tar).ok()
    got = {field: (tmp_path / field).read_text() for field in fields}
    expected = scanreq.json("inspect", skopeo_tar)
    assert got == {"task_id": TASK, "ImageId": expected["request"]["ImageId"],
                   "size": str(expected["size"]["bytes"]), "reference": SAVED_NAME,
                   "exit_code": "0", "status": "accepted",
                   "message": f"accepted: {SAVED_NAME}, task {TASK}"}


def test_write_after_a_failure(submit, service, skopeo_tar, tmp_path):
    service.play(fake_service.error(403, "NoPermission"))
    done = submit("--write", f"task_id={tmp_path / 'task'}", "--write",
                  f"message={tmp_path / 'log'}", skopeo_tar)
    done.fails(4)
    assert done.stderr == f"scanreq: {(tmp_path / 'log').read_text()}\n"
    assert not (tmp_path / "task").exists()


def test_write_what_is_not_known(scanreq, skopeo_tar, tmp_path):
    done = scanreq("inspect", "--write", f"task_id={tmp_path / 'task'}", skopeo_tar)
    assert done.status == 3 and "task_id" in done.stderr
    assert not (tmp_path / "task").exists()


def test_write_wants_one_image(scanreq, skopeo_tar, podman_tar):
    scanreq("inspect", "--write", "size=a", skopeo_tar, podman_tar).fails(2, "--write")


def test_a_mounted_file_is_written_in_place(scanreq, binary, skopeo_tar, tmp_path):
    """As Kubernetes mounts /dev/termination-log: it can be written, not replaced."""
    path, over = tmp_path / "termination-log", tmp_path / "over"
    path.touch()
    over.write_text("longer than what is written now" * 10)
    script = (f"mount --bind {shlex.quote(str(over))} {shlex.quote(str(path))} && "
              f"exec {shlex.quote(str(binary))} inspect --write "
              f"exit_code={shlex.quote(str(path))} {shlex.quote(str(skopeo_tar))}")
    done = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", script],
                          cwd=tmp_path, env=scanreq.env, capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert over.read_text() == "0"
    assert sorted(os.listdir(tmp_path)) == ["home", "over", "termination-log"]
