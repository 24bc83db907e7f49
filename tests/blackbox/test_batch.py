# SPDX-License-Identifier: MIT
"""Many images in one run: lists, jobs, parts of a list, and the journal."""
import fcntl
import hashlib
import itertools
import json
import os

import pytest

import acs3
import fake_service
import oci_image
import registries
import wire
from conftest import KEYS

USAGE, NOT_FOUND, SOME_FAILED, UNSEEN, UNKNOWN = 2, 3, 8, 9, 11


def listed(path, *lines):
    path.write_text("".join(line + "\n" for line in lines))
    return path


def inputs(done):
    return [result["input"] for result in done.document["results"]]


def statuses(done):
    return [result["submission"]["status"] for result in done.document["results"]]


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """Paths of twelve archives, each of another image."""
    root = tmp_path_factory.mktemp("batch")
    paths = []
    for number in range(12):
        image = oci_image.make_image(f"image{number}")
        config = oci_image.bare(oci_image.sha256(image.config)) + ".json"
        paths.append(str(root / f"{number}.tar"))
        with open(paths[-1], "wb") as out:
            out.write(oci_image.tar_of({config: image.config, "l.tar": image.layers[0],
                                        "manifest.json": oci_image.to_json([{
                                            "Config": config, "Layers": ["l.tar"] * 3,
                                            "RepoTags": [f"shop/image{number}:1"]}])}))
    return paths


# --- lists -----------------------------------------------------------------------------

def test_list(scanreq, archives, tmp_path):
    path = listed(tmp_path / "list", "\ufeff# what was built", "", f"  {archives[0]}\r",
                  json.dumps({"image": archives[1], "tag": "other", "image_size": 7}),
                  archives[2])
    done = scanreq("inspect", "-o", "json", "--images-from", path).ok()
    assert inputs(done) == archives[:3]
    requests = [result["request"] for result in done.document["results"]]
    assert [r["Tag"] for r in requests] == ["1", "other", "1"]
    assert requests[1]["ImageSize"] == 7


def test_list_after_arguments(scanreq, archives):
    done = scanreq("inspect", "-o", "json", archives[3], "--images-from", "-",
                   stdin="\n".join(archives[:2]).encode()).ok()
    assert inputs(done) == [archives[3], *archives[:2]]


def test_text_of_a_list(scanreq, archives, tmp_path):
    done = scanreq("inspect", "--images-from", listed(tmp_path / "list", *archives)).ok()
    assert done.stderr == f"scanreq: {len(archives)} images: {len(archives)} read\n"
    blocks = done.out.split("\n\n")
    assert [block.split()[1] for block in blocks] == [
        f"docker.io/shop/image{n}:1" for n in range(len(archives))]


@pytest.mark.parametrize("line, word", [
    ("-v", 'begins with "-"'), ('{"image":', "JSON"), ('{"tag":"1"}', 'no "image"'),
    ('{"image":"./x.tar","region":"cn-hangzhou"}', '"region" is no option of one image'),
    ('{"image":"./x.tar","platform":"a/b/c/d"}', "is no platform"),
    ('{"image":"./x.tar","tag":["1"]}', "a string or a number"),
    ("docker-archive:-", "standard input"), ("oci-archive:-:@0", "standard input"),
])
def test_bad_line_is_one_failure(scanreq, archives, tmp_path, line, word):
    path = listed(tmp_path / "list", archives[0], line, archives[1])
    done = scanreq("inspect", "-o", "json", "--keep-going", "--images-from", path)
    assert done.status == SOME_FAILED
    results = done.document["results"]
    assert [r["error"] and r["error"]["exit_code"] for r in results] == [None, USAGE, None]
    assert word in results[1]["error"]["message"]
    assert done.document["summary"]["total"] == 3


@pytest.mark.parametrize("text", ["", "# nothing\n\n"])
def test_empty_list(scanreq, tmp_path, text):
    path = tmp_path / "list"
    path.write_text(text)
    scanreq("inspect", "--images-from", path).fails(USAGE, "names no image")


@pytest.mark.parametrize("args, word", [
    (("--tag", "1"), "one image"), (("--select", "@0"), "one image"),
    (("--get", "size"), "--get"), (("--raw", "config"), "--raw"),
])
def test_options_of_one_image(scanreq, archives, tmp_path, args, word):
    path = listed(tmp_path / "list", archives[0])
    scanreq("inspect", "--images-from", path, *args).fails(USAGE, word)


def test_list_that_cannot_be_read(scanreq, tmp_path):
    scanreq("inspect", "--images-from", tmp_path / "none").fails(USAGE, "none")
    scanreq("inspect", "--images-from", tmp_path).fails(USAGE, tmp_path)


def test_standard_input_has_one_reader(scanreq):
    scanreq("inspect", "--images-from", "-", "-").fails(USAGE, "standard input")
    scanreq("inspect", "--images-from", "-", "--username", "u",
            "--password-stdin").fails(USAGE, "standard input")


@pytest.mark.parametrize("image", ["-", "docker-archive:-", "docker-archive:-:@0",
                                   "oci-archive:-:shop/web:1"])
@pytest.mark.parametrize("other", [["-"], ["docker-archive:-:@0"], ["--images-from", "-"],
                                   ["--username", "u", "--password-stdin"]])
def test_standard_input_has_one_reader(scanreq, archives, image, other):
    with open(archives[0], "rb") as stdin:
        scanreq("inspect", image, *other, stdin=stdin).fails(USAGE, "can be read once")


# --- jobs ------------------------------------------------------------------------------

@pytest.mark.parametrize("jobs", [1, 4])
def test_jobs_are_connections(scanreq, scripted, jobs):
    """The order is that of the input, whoever comes first."""
    image = oci_image.make_image()
    answers = {}
    for number in range(8):
        answers[f"/v2/ns/image{number}/manifests/1"] = registries.manifest_answer(
            image.manifest, oci_image.OCI_MANIFEST)
        answers[f"/v2/ns/image{number}/blobs/{oci_image.sha256(image.config)}"] = \
            registries.blob_answer(image.config)
    server = scripted(answers)
    names = [f"{server.host}/ns/image{n}:1" for n in range(8)]
    done = scanreq("inspect", "-o", "json", "--jobs", jobs, *names).ok()
    assert inputs(done) == names
    assert 1 <= server.connections <= jobs
    assert len(server.requests) == 16


@pytest.mark.parametrize("jobs", ["0", "65", "-1", "x", ""])
def test_bad_number_of_jobs(scanreq, archives, jobs):
    scanreq("inspect", "--jobs", jobs, archives[0]).fails(USAGE, "--jobs")


def test_without_keep_going_the_rest_is_not_attempted(submit, service, archives, tmp_path):
    names = [archives[0], str(tmp_path / "none.tar"), *archives[1:]]
    done = submit("-o", "json", "--jobs", "1", *names)
    assert done.status == SOME_FAILED
    assert inputs(done) == names
    assert statuses(done) == ["accepted"] + ["not_attempted"] * 12
    assert len(service.requests) == 1
    assert done.document["summary"] == {
        "total": 13, "accepted": 1, "already_accepted": 0, "not_attempted": 11, "unknown": 0,
        "failed": 1, "exit_code": SOME_FAILED}


def test_keep_going(submit, service, archives, tmp_path):
    names = [archives[0], str(tmp_path / "none.tar"), *archives[1:]]
    done = submit("-o", "json", "--keep-going", *names)
    assert done.status == SOME_FAILED
    assert statuses(done) == ["accepted", "not_attempted"] + ["accepted"] * 11
    assert done.document["summary"]["accepted"] == len(service.requests) == 12


# --- listed twice ----------------------------------------------------------------------

TWICE = "it is listed twice"


@pytest.mark.parametrize("jobs", [1, 4])
def test_listed_twice_is_filed_once(submit, service, archives, tmp_path, jobs):
    """Without a journal: the second is a result like the first, and says what it is."""
    path = listed(tmp_path / "list", archives[0], archives[1], f"{archives[0]} \u3000",
                  json.dumps({"image": archives[0]}),
                  json.dumps({"image": archives[0], "tag": "other"}))
    done = submit("-o", "json", "--jobs", jobs, "--images-from", path).ok()
    assert inputs(done) == [archives[n] for n in (0, 1, 0, 0, 0)]
    assert sorted(statuses(done)) == ["accepted"] * 3 + ["already_accepted"] * 2
    assert statuses(done)[1] == statuses(done)[4] == "accepted"
    results = done.document["results"]
    assert {r["submission"]["task_id"] for r in results} == {
        fake_service.ACCEPTED["Data"]["TaskId"]}
    for result in results:
        assert any(TWICE in text for text in result["warnings"]) == (
            result["submission"]["status"] == "already_accepted")
    summary = done.document["summary"]
    assert (summary["total"], summary["accepted"], summary["already_accepted"]) == (5, 3, 2)
    assert done.stderr.count(TWICE) == 2
    assert len(service.requests) == 3


def test_named_twice_on_the_command_line(submit, service, archives, journal):
    for args in ([], ["--journal", journal]):
        service.forget()
        done = submit(*args, "--jobs", "1", archives[0], archives[0]).ok()
        assert f"warning: {archives[0]}: {TWICE}" in done.stderr
        assert "filed before" in done.out and "nothing was sent" in done.out
        assert "earlier run" not in done.out
        assert len(service.requests) == 1
    done = submit("--journal", journal, archives[0]).ok()
    assert "earlier run" in done.out and TWICE not in done.stderr


def test_spellings_of_a_registrys_image(submit, service, registry):
    names = [f"{registry}/ns/oci", f"docker://{registry}/ns/oci:latest"]
    done = submit("-o", "json", "--jobs", "1", *names).ok()
    assert statuses(done) == ["accepted", "already_accepted"]
    assert len(service.requests) == 1


def test_dry_run_tells_of_what_is_listed_twice(submit, service, archives):
    done = submit("-o", "json", "--dry-run", "--jobs", "1", archives[0], archives[0]).ok()
    assert statuses(done) == ["dry_run"] * 2
    assert [any(TWICE in text for text in r["warnings"])
            for r in done.document["results"]] == [False, True]
    assert service.requests == []


def test_listed_twice_is_not_sent_again_on_doubt(submit, service, archives):
    service.play(wire.Answer(200, b"{}", cut=0))
    done = submit("-o", "json", "--keep-going", "--jobs", "1", archives[0], archives[0])
    assert done.status == UNKNOWN
    assert statuses(done) == ["unknown"] * 2
    assert "before it in this run" in done.document["results"][1]["error"]["message"]
    assert len(service.requests) == 1


def test_listed_twice_is_tried_again_when_it_was_refused(submit, service, archives):
    service.play(fake_service.error(400, "NoPermission"))
    done = submit("-o", "json", "--keep-going", "--jobs", "1", archives[0], archives[0])
    assert done.status == SOME_FAILED
    assert statuses(done) == ["failed", "accepted"]


# --- shards ----------------------------------------------------------------------------

def test_shards_are_the_list(scanreq, archives, tmp_path):
    path = listed(tmp_path / "list", *archives)
    parts = [inputs(scanreq("inspect", "-o", "json", "--images-from", path, "--shard",
                            f"{k}/3").ok()) for k in (1, 2, 3)]
    assert sorted(itertools.chain(*parts)) == sorted(archives)
    assert all(part == [name for name in archives if name in part] for part in parts)


def test_empty_shard(submit, service, archives, tmp_path):
    path = listed(tmp_path / "list", archives[0])
    done = [submit("-o", "json", "--images-from", path, "--shard", f"{k}/2").ok()
            for k in (1, 2)]
    assert sorted(len(inputs(d)) for d in done) == [0, 1]
    assert len(service.requests) == 1


def test_shard_of_a_fleet(scanreq, archives, tmp_path):
    path = listed(tmp_path / "list", *archives)
    by_hand = scanreq("inspect", "-o", "json", "--images-from", path, "--shard", "2/3").ok()
    for env, shard in (({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, "auto"),
                       ({"JOB_COMPLETION_INDEX": "1"}, "auto/3")):
        done = scanreq("inspect", "-o", "json", "--images-from", path, "--shard", shard,
                       env=env).ok()
        assert inputs(done) == inputs(by_hand)


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "auto", "x/y", "1/0"])
def test_bad_shard(scanreq, archives, tmp_path, shard):
    path = listed(tmp_path / "list", *archives)
    scanreq("inspect", "--images-from", path, "--shard", shard).fails(USAGE)
    scanreq("inspect", "--shard", "1/2", archives[0]).fails(USAGE, "--images-from")


# --- the journal -----------------------------------------------------------------------

@pytest.fixture
def journal(tmp_path):
    return tmp_path / "filed.jsonl"


def test_second_run_files_nothing(submit, service, archives, journal):
    first = submit("-o", "json", "--journal", journal, *archives).ok()
    assert statuses(first) == ["accepted"] * 12
    service.forget()
    second = submit("-o", "json", "--journal", journal, *archives).ok()
    assert statuses(second) == ["already_accepted"] * 12
    assert second.document["summary"]["already_accepted"] == 12
    assert service.requests == []
    assert {r["submission"]["task_id"] for r in second.document["results"]} == {
        fake_service.ACCEPTED["Data"]["TaskId"]}
    text = submit("--journal", journal, archives[0]).ok()
    assert "filed before" in text.out
    assert "\naccepted" not in text.out


def test_journal_goes_on_where_a_run_stopped(submit, service, archives, journal, tmp_path):
    names = [*archives[:4], str(tmp_path / "none.tar"), *archives[4:]]
    submit("--jobs", "1", "--journal", journal, *names)
    assert len(service.requests) == 4
    done = submit("-o", "json", "--journal", journal, *archives).ok()
    assert statuses(done) == ["already_accepted"] * 4 + ["accepted"] * 8
    assert len(service.requests) == 12


def test_what_was_refused_is_filed_later(submit, service, archives, journal):
    service.play(fake_service.error(400, "NoPermission"))
    assert submit("--journal", journal, archives[0]).status == 4
    done = submit("-o", "json", "--journal", journal, archives[0]).ok()
    assert statuses(done) == ["accepted"]


def test_unknown_stays_unknown(submit, service, archives, journal):
    service.play(wire.Answer(200, b"{}", cut=0))
    assert submit("--journal", journal, archives[0]).status == UNKNOWN
    service.forget()
    done = submit("-o", "json", "--journal", journal, archives[0])
    assert done.status == UNKNOWN
    assert statuses(done) == ["unknown"]
    assert service.requests == []
    done = submit("--journal", journal, archives[0])
    done.fails(UNKNOWN, "a task may exist")


def test_other_facts_are_another_request(submit, service, archives, journal, tmp_path):
    """A tag that was pushed again, other parameters, another region: none is skipped."""
    path = tmp_path / "image.tar"
    runs = [(archives[0], ()), (archives[1], ()), (archives[1], ("--tag", "2")),
            (archives[1], ("--region", "ap-southeast-1"))]
    for source, args in runs:
        path.unlink(missing_ok=True)
        os.link(source, path)
        done = submit("-o", "json", "--journal", journal, *args, path).ok()
        assert statuses(done) == ["accepted"]
    assert len(service.requests) == len(runs)


def test_token_is_in_no_journal(submit, archives, journal):
    submit("--journal", journal, *archives).ok()
    text = journal.read_text()
    assert len(text.splitlines()) == 1 + 24
    for secret in ("c3de8326-273e-11fc-a0e3-d012435c0000", fake_service.KEY_SECRET,
                   acs3.encode(fake_service.KEY_SECRET), fake_service.KEY_ID):
        assert secret not in text


def test_dry_run_notes_nothing(submit, service, archives, journal):
    submit("--dry-run", "--journal", journal, archives[0]).ok()
    assert not journal.exists()
    assert service.requests == []


@pytest.mark.parametrize("text", [
    "this is no journal\n", "a token, without a newline", "{", '{"state":"',
    '{"state":"on","lamps":[1,2]}\n{"state":"off"', "\n", '{"journal":"scanreq"'])
def test_journal_of_something_else(submit, service, archives, journal, text):
    journal.write_text(text)
    submit("--journal", journal, archives[0]).fails(USAGE, journal)
    assert journal.read_text() == text
    submit("--journal", journal.parent, archives[0]).fails(USAGE)
    assert service.requests == []


def test_each_line_has_its_check(submit, archives, journal):
    """As the manual says: 16 digits of the SHA-256 of what is before it."""
    submit("--journal", journal, *archives[:2]).ok()
    header, *lines = journal.read_text().splitlines()
    assert json.loads(header) == {"journal": "scanreq", "format": 1}
    assert [json.loads(line)["state"] for line in lines].count("accepted") == 2
    for line in lines:
        before, check = line.split(',"check":')
        assert json.loads(line)["check"] == json.loads(check[:-1])
        assert hashlib.sha256(before.encode()).hexdigest().startswith(json.loads(line)["check"])


@pytest.mark.parametrize("change", [
    lambda lines: [lines[0], lines[1].replace('"sending"', '"accepted"'), *lines[2:]],
    lambda lines: [lines[0], *lines[1:2], lines[2].replace("accepted", r"accepte\u0064"),
                   *lines[3:]],
    lambda lines: [*lines[:2], lines[2][:-9] + "\n", *lines[3:]],
    lambda lines: [*lines[:2], "\0" * len(lines[2]) + "\n", *lines[3:]],
    lambda lines: [*lines, *lines],
    lambda lines: [*lines[:2], "\n", *lines[2:]],
])
def test_damaged_journal(submit, service, archives, journal, change):
    """Nothing is filed by it, nothing is taken for filed, and the file stays as it is."""
    submit("--journal", journal, "--jobs", "1", *archives[:2]).ok()
    service.forget()
    damaged = "".join(change(journal.read_text().splitlines(keepends=True))).encode()
    journal.write_bytes(damaged)
    submit("--journal", journal, *archives[:3]).fails(USAGE, journal, "line ", "as it was written")
    assert journal.read_bytes() == damaged
    assert service.requests == []


def test_journal_cut_off_in_a_line(submit, service, archives, journal):
    submit("--journal", journal, archives[0]).ok()
    whole = journal.read_text()
    journal.write_text(whole + '{"state":"sending","key":"12')
    done = submit("-o", "json", "--journal", journal, *archives[:2]).ok()
    assert statuses(done) == ["already_accepted", "accepted"]
    assert journal.read_text().startswith(whole + '{"state":"sending","key":')
    # An editor that takes the last newline away takes no record away.
    journal.write_text(whole.rstrip("\n"))
    done = submit("-o", "json", "--journal", journal, *archives[:2]).ok()
    assert statuses(done) == ["already_accepted", "accepted"]
    assert journal.read_text().startswith(whole)


def test_journal_in_use(submit, service, archives, journal):
    submit("--journal", journal, archives[0]).ok()
    before = journal.read_bytes()
    service.forget()
    with journal.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        submit("--journal", journal, archives[1]).fails(USAGE, journal, "in use")
    assert journal.read_bytes() == before
    assert service.requests == []


def test_empty_file_becomes_a_journal(submit, archives, journal):
    journal.touch()
    submit("--journal", journal, archives[0]).ok()
    done = submit("-o", "json", "--journal", journal, archives[0]).ok()
    assert statuses(done) == ["already_accepted"]


def test_disk_that_is_full_after_the_answer(scanreq, submit, service, archives, journal):
    """The task is told all the same, and the next run does not file the image again."""
    task = fake_service.ACCEPTED["Data"]["TaskId"]
    submit("--journal", journal, archives[0]).ok()
    before = journal.read_bytes()
    sending = before.splitlines(keepends=True)[1]
    cramped = scanreq.with_env(**KEYS)
    cramped.prefix = ["sh", "-c", 'trap "" XFSZ; exec prlimit "$@"', "sh",
                      f"--fsize={len(before) + len(sending) + 10}"]
    done = cramped("submit", "--region", "cn-hangzhou", "--endpoint", service.url, "--journal",
                   journal, archives[1])
    done.fails(UNSEEN, task, "do not file", journal)
    assert len(journal.read_bytes()) == len(before) + len(sending)
    service.forget()
    assert submit("--journal", journal, archives[1]).status == UNKNOWN
    assert service.requests == []
