# SPDX-License-Identifier: MIT
"""Long lists as a fleet works on them: runs that are cut off, and parts of a list."""
import collections
import concurrent.futures
import fcntl
import http.client
import itertools
import json
import pathlib
import random
import signal
import struct
import subprocess
import termios
import time
import zlib

import jsonschema
import pytest

import fake_service
import oci_image
import program
import registries
import token_server
import wire
from conftest import KEYS

UNKNOWN = 11
JOBS = 8
RUN_SECONDS = 60
RESULT = jsonschema.Draft202012Validator(
    {"$ref": "#/$defs/result", "$defs": program.SCHEMA["$defs"]})


class Watched(fake_service.Service):
    """Does what the test wants when it has got the nth request, before it answers."""

    def __init__(self):
        super().__init__()
        self.at, self.act = 0, None

    def answer(self, request):
        answer = super().answer(request)
        if len(self.requests) == self.at:
            self.act()
        return answer

    @property
    def filed(self):
        """How often each tag was filed."""
        return collections.Counter(fake_service.parameters(request)["Tag"]
                                   for request in self.requests if request.verdict == "OK")


def one_in(number, text):
    """Whether to play a fault: the same at every run, in whatever order requests come."""
    return zlib.crc32(text.encode()) % number == 0


class Throttled(fake_service.Service):
    """Refuses one request in twenty, the first time that it comes."""

    def __init__(self):
        super().__init__()
        self.refused = set()

    def answer(self, request):
        answer = super().answer(request)
        digest = fake_service.parameters(request)["Digest"]
        if request.verdict != "OK" or digest in self.refused or not one_in(20, digest):
            return answer
        self.refused.add(digest)
        request.verdict = "refused"
        if one_in(40, digest):
            return fake_service.error(429, "Throttling.User", headers=(
                ("x-acs-retry-after", "20"),))
        return fake_service.error(503, "ServiceUnavailable")


class Busy(wire.Server):
    """Stands before a registry and is too busy for one path in twenty, at first."""

    def __init__(self, target):
        super().__init__()
        self.target = http.client.HTTPConnection(target, timeout=30)
        self.refused = set()

    def answer(self, request):
        if one_in(20, request.path) and request.path not in self.refused:
            self.refused.add(request.path)
            later = (("Retry-After", "1"),) if one_in(400, request.path) else ()
            return wire.Answer(503 if one_in(40, request.path) else 429, b"", later)
        headers = {name: value.strip() for name, value in request.headers}
        self.target.request("GET", request.target, headers=headers)
        with self.target.getresponse() as answer:
            named = [(name, answer.headers[name]) for name in ("WWW-Authenticate",)
                     if name in answer.headers]
            return wire.Answer(answer.status, answer.read(), tuple(named),
                               answer.headers.get("Content-Type", ""))


@pytest.fixture
def watched():
    with Watched() as server:
        yield server


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A saved image without a name; the lines of a list give it one each."""
    image = oci_image.make_image("fleet")
    path = tmp_path_factory.mktemp("fleet") / "image.tar"
    path.write_bytes(oci_image.tar_of({
        "config.json": image.config, "l.tar": image.layers[0],
        "manifest.json": oci_image.to_json([{"Config": "config.json", "RepoTags": None,
                                             "Layers": ["l.tar"] * 3}])}))
    return path


def line(archive, number):
    return json.dumps({"image": str(archive), "repo_name": "web", "tag": f"t{number}"})


@pytest.fixture
def listed(archive, tmp_path):
    """listed(n) writes a list of n different images."""
    def write(count):
        path = tmp_path / "list"
        path.write_text("".join(line(archive, n) + "\n" for n in range(count)))
        return path
    return write


class Run:
    """`scanreq submit` as a process; its standard error is a file."""

    def __init__(self, keyed, errors, *args, stdin=subprocess.DEVNULL):
        self.errors = errors
        self.output = None
        with open(errors, "wb") as stderr:
            self.process = subprocess.Popen(
                [keyed.path, "submit", "-q", "-o", "json", *map(str, args)],
                stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
                env=keyed.env, cwd=keyed.home)

    def tell(self, number):
        """Sends a signal and returns when the program has seen it."""
        self.process.send_signal(number)
        self.wait_until_seen()

    def wait_until_seen(self):
        deadline = time.monotonic() + RUN_SECONDS
        while b"what was sent is waited for" not in self.errors.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def kill(self):
        self.process.kill()
        self.process.wait(RUN_SECONDS)

    def finish(self):
        """(exit status, results) of a run that wrote its document."""
        out, _ = self.process.communicate(timeout=RUN_SECONDS)
        errors = self.errors.read_text()
        for mark in program.SANITIZER_MARKS:
            assert mark not in errors
        document = json.loads(out)
        program.VALIDATOR.validate(document)
        assert document["summary"]["exit_code"] == self.process.returncode
        return self.process.returncode, document["results"]


@pytest.fixture
def start(scanreq, watched, tmp_path):
    """start(args) starts a run towards the watched service."""
    keyed = scanreq.with_env(**KEYS)
    numbers = itertools.count()

    def run(*args, **kwargs):
        return Run(keyed, tmp_path / f"stderr{next(numbers)}", "--region", "cn-hangzhou",
                   "--endpoint", watched.url, *args, **kwargs)
    return run


@pytest.fixture
def cut_off(start, watched):
    """cut_off(n, act, args) starts a run; act(run) is called when the service has its nth
    request and has not answered it."""
    def run(at, act, *args, **kwargs):
        watched.at = at
        with watched.lock:  # no request is answered before `act` is known
            made = start(*args, **kwargs)
            watched.act = lambda: act(made)
        return made
    return run


def by_status(results):
    """{status: tags}"""
    found = collections.defaultdict(set)
    for result in results:
        found[result["submission"]["status"]].add((result["request"] or {}).get("Tag"))
    return found


# --- signals ---------------------------------------------------------------------------

@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("jobs", [1, JOBS])
def test_signal_ends_a_run_in_order(start, cut_off, watched, listed, tmp_path, how, jobs):
    """What was sent is finished, the rest is not attempted, and a second run does that."""
    count, at = 60, 20
    args = ("--images-from", listed(count), "--jobs", jobs, "--journal", tmp_path / "journal")
    run = cut_off(at, lambda run: run.tell(how), *args)
    status, results = run.finish()
    assert status == 128 + how
    assert [r["request"] and r["request"]["Tag"] or f"t{n}" for n, r in enumerate(results)] == \
        [f"t{n}" for n in range(count)]
    assert all(result["error"] is None for result in results)
    found = collections.Counter(result["submission"]["status"] for result in results)
    accepted = found["accepted"]
    assert at <= accepted < at + jobs
    assert found == {"accepted": accepted, "not_attempted": count - accepted}
    assert f"{count} images: {accepted} accepted, {count - accepted} not attempted" in \
        run.errors.read_text()
    assert sum(watched.filed.values()) == accepted
    watched.at = 0
    status, results = start(*args).finish()
    assert status == 0
    again = by_status(results)
    assert len(again["already_accepted"]) == accepted
    assert len(again["accepted"]) == count - accepted
    assert watched.filed == collections.Counter(f"t{n}" for n in range(count))


def twice(run):
    run.tell(signal.SIGTERM)
    run.process.send_signal(signal.SIGTERM)


def once(run):
    """The program itself sends the second one after its time of grace."""
    run.tell(signal.SIGTERM)


@pytest.mark.parametrize("how", [twice, once])
def test_what_is_under_way_is_not_waited_for_for_ever(cut_off, watched, listed, how):
    """A service that does not answer: the outcome is unknown."""
    def act(run):
        how(run)
        run.output = run.process.stdout.read()
    run = cut_off(2, act, "--images-from", listed(9), "--jobs", "1")
    run.process.wait(RUN_SECONDS)
    with watched.lock:  # act() is through
        results = json.loads(run.output)["results"]
    assert run.process.returncode == UNKNOWN
    assert [result["submission"]["status"] for result in results] == \
        ["accepted", "unknown"] + ["not_attempted"] * 7
    assert "cancelled" in results[1]["error"]["message"]


def test_what_was_refused_for_now_is_not_attempted(cut_off, watched, listed):
    """A signal ends the time until the next attempt; nothing has failed, nothing was filed."""
    watched.play(fake_service.error(429, "Throttling.User",
                                    headers=(("x-acs-retry-after", "50000"),)))
    run = cut_off(1, once, "--images-from", listed(2), "--jobs", "1", "--retry", "3")
    status, results = run.finish()
    assert status == 128 + signal.SIGTERM
    assert [result["error"] for result in results] == [None, None]
    assert [result["submission"]["status"] for result in results] == ["not_attempted"] * 2


@pytest.mark.parametrize("stream, options", [("stdout", ["-o", "ndjson"]), ("stderr", ["-vv"])])
def test_last_signal_ends_a_run_whose_reader_does_not_read(scanreq, listed, stream, options):
    """As of a pager: what is said does not get out, and nobody is held up by that."""
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
               stream: subprocess.PIPE}
    run = subprocess.Popen([scanreq.path, "inspect", *options, "--images-from",
                            str(listed(5000))], stdin=subprocess.DEVNULL, env=scanreq.env,
                           cwd=scanreq.home, **streams)
    pipe = getattr(run, stream)
    most = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    deadline = time.monotonic() + RUN_SECONDS
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0] < most * 9 / 10:
        assert time.monotonic() < deadline and run.poll() is None
        time.sleep(0.01)
    time.sleep(0.1)
    while run.poll() is None and time.monotonic() < deadline:
        run.send_signal(signal.SIGINT)
        time.sleep(0.05)
    ended = run.poll()
    run.kill()
    run.wait(RUN_SECONDS)
    pipe.close()
    assert ended == -signal.SIGINT


def test_one_request_is_seen_through(cut_off, watched, archive):
    run = cut_off(1, once, "--name", "shop/web:t0", archive)
    status, (result,) = run.finish()
    assert status == 128 + signal.SIGTERM
    assert result["submission"]["status"] == "accepted"
    assert watched.filed == {"t0": 1}


def test_before_its_request_one_image_is_given_up(start, watched):
    run = start("-", stdin=subprocess.PIPE)
    run.process.terminate()
    run.process.wait(RUN_SECONDS)
    run.process.stdin.close()
    run.process.stdout.close()
    assert run.process.returncode == -signal.SIGTERM
    assert watched.requests == []


def test_signal_ends_a_list_that_is_waited_for(cut_off, archive):
    """Whoever writes the list may never end it; what is known by then is told."""
    run = cut_off(1, once, "--images-from", "-", stdin=subprocess.PIPE)
    run.process.stdin.write(line(archive, 0).encode() + b"\n" + line(archive, 1).encode())
    run.process.stdin.flush()
    run.process.wait(RUN_SECONDS)
    status, (result,) = run.finish()
    assert status == 128 + signal.SIGTERM
    assert result["submission"]["status"] == "accepted"


def works(process):
    """Whether there are threads for several images, which are begun after the watch."""
    return len(list(pathlib.Path(f"/proc/{process.pid}/task").iterdir())) > 4


def test_signal_before_a_list_has_any_image(start, watched):
    run = start("--images-from", "-", "--jobs", "8", stdin=subprocess.PIPE)
    while not works(run.process):
        assert run.process.poll() is None
        time.sleep(0.01)
    run.tell(signal.SIGTERM)
    run.process.wait(RUN_SECONDS)
    assert run.finish() == (128 + signal.SIGTERM, [])
    assert "names no image" not in run.errors.read_text()
    assert watched.requests == []


# --- the journal -----------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(20))
def test_killed_run_is_gone_on_with(start, cut_off, watched, listed, tmp_path, seed):
    """Accepted, unknown (one for each job at most) and the remaining are the list."""
    count, at = 40, random.Random(seed).randint(1, 40)
    args = ("--keep-going", "--images-from", listed(count), "--jobs", JOBS, "--journal",
            tmp_path / "journal")
    killed = cut_off(at, Run.kill, *args)
    killed.process.communicate(timeout=RUN_SECONDS)
    assert killed.process.returncode == -signal.SIGKILL
    watched.at, before = 0, set(watched.filed)
    status, results = start(*args).finish()
    assert status == UNKNOWN
    again = by_status(results)
    assert len(results) == len(set().union(*again.values())) == count
    assert set(again) <= {"already_accepted", "unknown", "accepted"}
    assert 1 <= len(again["unknown"]) <= JOBS
    assert again["already_accepted"] <= before
    assert not again["accepted"] & before
    assert max(watched.filed.values()) == 1
    assert set(watched.filed) | again["unknown"] == {f"t{n}" for n in range(count)}


# --- a thousand images in a real registry ------------------------------------------------

REPOSITORIES, TAGS = 20, 50


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    """(host, token server, names) of a docker-registry with 1,000 images that all differ."""
    root = tmp_path_factory.mktemp("thousand")
    image = oci_image.make_image("fleet")
    made = json.loads(image.manifest)
    repositories = [f"public/team{n}/app" for n in range(REPOSITORIES)]
    tags = [f"1.{n}" for n in range(TAGS)]
    with token_server.TokenServer(root) as server, \
            registries.docker_registry(root, registries.token_auth(server)) as host:
        def push(name):
            manifests = {tag: oci_image.to_json({**made, "mediaType": oci_image.OCI_MANIFEST,
                                                 "annotations": {"ref": f"{name}:{tag}"}})
                         for tag in tags}
            registries.put_tags(host, name, image.blobs, manifests, server.push_token(name))
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            list(pool.map(push, repositories))
        yield host, server, [f"{name}:{tag}" for tag in tags for name in repositories]


def list_of(path, host, names):
    path.write_text("".join(f"{host}/{name}\n" for name in names))
    return path


def results_of(done):
    """The results of `-o ndjson`, which is checked against the schema."""
    results = [json.loads(text) for text in done.out.splitlines()]
    for result in results:
        RESULT.validate(result)
    return results


def filed_digests(server):
    return collections.Counter(fake_service.parameters(request)["Digest"]
                               for request in server.requests if request.verdict == "OK")


def check_each_is_filed_once(results, service, host, names):
    assert [result["input"] for result in results] == [f"{host}/{n}" for n in names]
    assert {result["submission"]["status"] for result in results} == {"accepted"}
    assert filed_digests(service) == collections.Counter(
        oci_image.bare(result["manifest_digest"]) for result in results)
    assert len(filed_digests(service)) == len(names)


def test_thousand_images(submit, service, thousand, relay, tmp_path):
    """In order, over 32 connections, with two requests an image and one token a repository."""
    host, server, names = thousand
    front = relay(host)
    server.forget()
    done = submit("-q", "-o", "ndjson", "--jobs", "32", "--images-from",
                  list_of(tmp_path / "list", front.host, names)).ok()
    results = results_of(done)
    check_each_is_filed_once(results, service, front.host, names)
    assert len({request.connection for request in service.requests}) <= 32
    assert front.connections <= 32
    assert len(server.requests) == REPOSITORIES
    # Beside two for each image: the ones that were told where tokens are.
    challenged = [head for head in front.heads if b"authorization:" not in head.lower()]
    assert len(front.heads) - len(challenged) == 2 * len(names)
    assert len(challenged) <= 32 + REPOSITORIES


def test_busy_servers_lose_nothing(scanreq, thousand, tmp_path):
    """One answer in twenty is 429 or 503: each image is filed all the same, and once."""
    host, _, names = thousand
    with Busy(host) as front, Throttled() as service:
        done = scanreq.with_env(**KEYS)(
            "submit", "-q", "-o", "ndjson", "--region", "cn-hangzhou", "--endpoint",
            service.url, "--jobs", "32", "--retry", "3", "--images-from",
            list_of(tmp_path / "list", front.host, names)).ok()
        results = results_of(done)
        check_each_is_filed_once(results, service, front.host, names)
        assert len(service.refused) > len(names) // 40
        assert len(front.refused) > len(names) // 40
        attempts = collections.Counter(r["submission"]["attempts"] for r in results)
        assert attempts == {1: len(names) - len(service.refused), 2: len(service.refused)}


def test_three_shards_are_the_list(scanreq, service, thousand, tmp_path):
    """Three processes at the same time, which know nothing of each other."""
    host, _, names = thousand
    path, keyed = list_of(tmp_path / "list", host, names[:300]), scanreq.with_env(**KEYS)

    def shard(k):
        return keyed("submit", "-q", "-o", "ndjson", "--region", "cn-hangzhou", "--endpoint",
                     service.url, "--jobs", "8", "--images-from", path, "--shard", f"{k}/3")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        parts = [[result["input"] for result in results_of(done.ok())]
                 for done in pool.map(shard, (1, 2, 3))]
    assert all(parts)
    assert sorted(itertools.chain(*parts)) == sorted(f"{host}/{n}" for n in names[:300])
    assert set(filed_digests(service).values()) == {1}
    assert len(filed_digests(service)) == 300


# --- memory ----------------------------------------------------------------------------

def stream(scanreq, tmp_path, archive, form, count):
    """(lines of output, its end, peak of resident memory in KiB) of a list of images."""
    report = tmp_path / "peak"
    process = subprocess.Popen(
        ["/usr/bin/time", "-f", "%M", "-o", report, scanreq.path, "inspect", "-q", "-o",
         form, "--images-from", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=scanreq.env)

    def feed():
        with process.stdin as out:
            for number in range(count):
                out.write(line(archive, number).encode() + b"\n")
    with process, concurrent.futures.ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(feed)
        lines, end = 0, b""
        while data := process.stdout.read(1 << 20):
            lines, end = lines + data.count(b"\n"), (end + data)[-500:]
        feeding.result()
    assert process.returncode == 0
    return lines, end, int(report.read_text())


@pytest.mark.plain
def test_long_list_takes_no_more_memory(scanreq, tmp_path, archive):
    few, many = 1000, 100_000
    lines, _, least = stream(scanreq, tmp_path, archive, "ndjson", few)
    assert lines == few
    lines, _, peak = stream(scanreq, tmp_path, archive, "ndjson", many)
    assert lines == many
    assert peak < least + (4 << 10), (least, peak)


@pytest.mark.plain
def test_long_document_takes_no_more_memory(scanreq, tmp_path, archive):
    few, many = 1000, 20_000
    _, _, least = stream(scanreq, tmp_path, archive, "json", few)
    _, end, peak = stream(scanreq, tmp_path, archive, "json", many)
    assert f'"total": {many},'.encode() in end
    assert peak < least + (4 << 10), (least, peak)
