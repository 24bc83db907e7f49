# SPDX-License-Identifier: MIT
"""`scanreq explain` prints docs/troubleshooting.md, and -v says which entry to read."""
import re

import pytest

import program

USAGE = 2
PAGE = (program.TOP / "docs" / "troubleshooting.md").read_text()
ENTRIES = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))
STATUSES = dict(re.findall(r"^## Exit status (\d+)[^:\n]*: .*\n\n((?:^(?!#).*\n)*)", PAGE, re.M))


def plain(text):
    return text.replace("`", "").strip()


def test_an_entry_is_printed_as_it_is_written(scanreq):
    assert len(ENTRIES) > 80
    for code, entry in ENTRIES.items():
        done = scanreq("explain", code).ok()
        summary, text = plain(entry).split("\n\n", 1)
        assert done.out.startswith(f"{code}: {summary}\n\n{text}\n\nIt ends with exit status ")
        assert done.stderr == ""


def test_an_entry_says_what_to_check_and_to_do():
    for code, entry in ENTRIES.items():
        summary, check, do, *more = entry.strip().split("\n\n")
        assert check.startswith("Check: ") and do.startswith("Do: ") and not more, code
        assert "\n" not in summary and len(summary) <= 70 and summary.endswith("."), code


def test_options_and_variables_of_entries_exist(scanreq):
    helped = "".join(scanreq("help", command).ok().out
                     for command in ("inspect", "submit", "status", "findings", "doctor"))
    known = set(re.findall(r"--[a-z][a-z-]*", helped)) | {"--list"}
    ours = re.sub(r"`(?:docker|podman|aliyun|skopeo|openssl)[^`]*`", "", PAGE)
    named = set(re.findall(r"--[a-z][a-z-]*", ours))
    assert len(named) > 30 and named - known == set()
    assert set(re.findall(r"SCANREQ_[A-Z_]+", PAGE)) - set(re.findall(r"[A-Z_]+", helped)) == set()


@pytest.mark.parametrize("status", STATUSES)
def test_an_exit_status_is_explained_with_its_codes(scanreq, status):
    out = scanreq("explain", status).ok().out
    assert out.startswith(f"Exit status {status}")
    assert plain(STATUSES[status]) in out
    section = PAGE.partition(f"\n## Exit status {status}")[2].partition("\n## ")[0]
    assert re.findall(r"^  ([a-z-]+) ", out, re.M) == re.findall(r"^### (.*)$", section, re.M)


@pytest.mark.parametrize("status", ["129", "130", "141", "143", "255"])
def test_each_signal_has_the_same_entry(scanreq, status):
    assert scanreq("explain", status).ok().out == scanreq("explain", "128").ok().out


def test_the_list_has_every_code_in_one_line(scanreq):
    out = scanreq("explain").ok().out
    assert re.findall(r"^  ([a-z-]+) +\S", out, re.M) == list(ENTRIES)
    assert re.findall(r"^Exit status (\d+)", out, re.M) == list(STATUSES)
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("word, said", [
    ("region-mising", "did you mean region-missing?"),
    ("REGION_MISSING", "did you mean region-missing?"),
    ("14", "'scanreq explain' lists them"), ("256", "lists them"), ("frobnicate", "lists them"),
    ("", "lists them"), ("--frobnicate=x", "explain takes one CODE"),
])
def test_what_is_not_there(scanreq, word, said):
    scanreq("explain", word).fails(USAGE, said)


def test_one_at_a_time(scanreq):
    scanreq("explain", "offline", "internal").fails(USAGE, "explain takes one CODE")
    assert "[CODE|STATUS]" in scanreq("explain", "--help").ok().out


def test_verbose_names_the_entry(scanreq, skopeo_tar):
    quiet = scanreq("submit", skopeo_tar).fails(USAGE)
    verbose = scanreq("submit", "-v", skopeo_tar)
    assert "scanreq explain" not in quiet.stderr
    (line,) = [line for line in verbose.lines if "scanreq explain" in line]
    code = line.rpartition("scanreq explain ")[2]
    assert code == "region-missing" and code in ENTRIES
    assert scanreq("submit", "-v", "-o", "json", skopeo_tar).result["error"]["code"] == code


def test_the_message_itself_is_left_alone(scanreq, skopeo_tar):
    """Only the line on standard error names the entry."""
    result = scanreq("submit", "-v", "-o", "json", skopeo_tar).result
    assert "scanreq explain" not in result["error"]["message"]
