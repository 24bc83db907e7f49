# SPDX-License-Identifier: MIT
"""The manuals' examples run, and what they say of fields and files is so."""
import json
import os
import re
import shutil
import subprocess

import pytest

import builder_files
import fake_tasks
import program
from conftest import KEYS, SAVED_NAME

MAKE_PAGE = program.TOP / "man" / "make-page"
TASK = fake_tasks.TASK_ID


def make_page(*args):
    return subprocess.run([MAKE_PAGE, *args], capture_output=True, text=True, check=True,
                          timeout=60).stdout


def examples(page):
    """The commands of a page's EXAMPLES."""
    section = make_page("--source", page).partition("\n# EXAMPLES\n")[2].partition("\n# ")[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.M | re.S)


PAGES = [page for page in make_page("--list").split() if page[-1] in "15"]
EXAMPLES = [(page, line) for page in PAGES for block in examples(page)
            for line in block.splitlines()]


def test_every_page_has_examples():
    # test_findings.py runs what findings can do, with the service that it takes.
    assert {page for page, _ in EXAMPLES} == set(PAGES) - {"scanreq-findings.1"}


@pytest.fixture
def tasks():
    with fake_tasks.Service() as fake:
        fake.looks = ["SUCCESS"]
        yield fake


@pytest.fixture
def desk(scanreq, tasks, registry, sources, binary, skopeo_tar, tmp_path):
    """A directory with the files that the examples name, and an environment to run them in."""
    work = tmp_path / "work"
    work.mkdir()
    image = f"{registry}/ns/oci:1"
    digest = scanreq("inspect", "--get", "manifest_digest", image).ok().out.strip()
    shutil.copy(skopeo_tar, work / "web.tar")
    (work / "metadata.json").write_text(builder_files.buildx(f"{registry}/ns/oci", "1", digest))
    (work / "list.txt").write_text(f"{image}\n./web.tar\n")
    env = {**scanreq.env, **KEYS, "SCANREQ_ENDPOINT": tasks.url, "task": TASK,
           "digest": digest, "PATH": f"{binary.parent}:{os.environ['PATH']}"}

    def run(line):
        shell = "fish" if line.endswith("| source") else "bash"
        line = line.replace(SAVED_NAME, image)
        return subprocess.run([shell, "-c", line], cwd=work, env=env, capture_output=True,
                              text=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
    run.work = work
    return run


@pytest.mark.parametrize("page, line", EXAMPLES)
def test_example(desk, page, line):
    if page.startswith("scanreq-journal"):
        filed = desk("scanreq submit --region cn-hangzhou --journal filed.jsonl ./web.tar")
        assert filed.returncode == 0, filed.stderr
    done = desk(line)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout or "source" in line or "-o json=" in line or "-o dotenv=" in line


def test_a_journal_is_as_the_manual_says(desk):
    done = desk("scanreq submit --region cn-hangzhou --journal filed.jsonl ./web.tar")
    assert done.returncode == 0, done.stderr
    first, *lines = (desk.work / "filed.jsonl").read_text().splitlines()
    page = make_page("--source", "scanreq-journal.5")
    assert first in page
    members = re.findall(r"^_(\w+)_$", page, re.M)
    sending, accepted = map(json.loads, lines)
    assert list(sending) == [name for name in members if name != "task_id"]
    assert list(accepted) == [name for name in members if name != "input"]
    assert (sending["state"], accepted["state"]) == ("sending", "accepted")
    assert sending["input"] == "./web.tar" and accepted["task_id"] == TASK


def test_jq_joins_the_lines_of_a_request(desk):
    desk("scanreq submit --region cn-hangzhou --journal filed.jsonl ./web.tar")
    (line,) = [line for page, line in EXAMPLES if page == "scanreq-journal.5" and "-s" in line]
    assert json.loads(desk(line).stdout) == ["./web.tar", "accepted", TASK]


def test_every_field_is_in_the_manual(scanreq, skopeo_tar):
    said = scanreq("inspect", "--get", "colour", skopeo_tar).fails(2).stderr
    fields = set(said.partition("the fields are ")[2].strip().split(", "))
    section = make_page("--source", "scanreq-output.5").partition("\n# FIELDS\n")[2]
    section = re.sub(r"\([^)]*\)", "", section.partition("\n# ")[0])
    listed = {word for line in re.findall(r"^\t(.*)$", section, re.M)
              for word in re.findall(r"\w+", line)}
    assert len(fields) > 30 and fields - listed == set()
    assert listed - fields <= {"the", "image"}


def test_every_pair_is_in_the_manual(desk):
    done = desk("scanreq submit --region cn-hangzhou --wait -o dotenv ./web.tar "
                "registry.example.com/shop/web:1.4.2")
    names = set(re.findall(r"^(\w+)=", done.stdout, re.M))
    page = make_page("--source", "scanreq-output.5")
    assert len(names) > 5 and names - set(re.findall(r"SCANREQ_RESULT_\w+", page)) == set()


def test_members_of_a_document_are_in_the_manual():
    page = make_page("--source", "scanreq-output.5")
    for name in program.SCHEMA["properties"]:
        assert f"\n_{name}_\n" in page
    for name in program.SCHEMA["$defs"]["error"]["properties"]:
        assert f"_{name}_" in page
