# SPDX-License-Identifier: MIT
"""Images in a container engine: podman's real service on a unix socket."""
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import pytest

import registries
from conftest import KEYS, SAVED_NAME, Podman

USAGE, IMAGE, CREDENTIALS, UNREACHABLE = 2, 3, 4, 5
ABSENT = "registry.example.com/shop/nothing:1"
START_SECONDS = 30


def wait_for(path, process):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            return
        time.sleep(0.02)
    raise RuntimeError(f"podman's service does not listen at {path}")


@contextlib.contextmanager
def service(podman):
    """Runs podman's service and yields its socket. Paths of sockets are short."""
    with tempfile.TemporaryDirectory(prefix="engine", dir="/tmp") as root:
        path = pathlib.Path(root) / "e.sock"
        with open(pathlib.Path(root) / "log", "wb") as log:
            process = subprocess.Popen(
                [*podman.command, "system", "service", "--time", "0", f"unix://{path}"],
                env=podman.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(path, process)
            yield path
        finally:
            registries.end(process)


@pytest.fixture(scope="module")
def engine(podman):
    """The socket of an engine that holds SAVED_NAME."""
    with service(podman) as path:
        yield path


@pytest.fixture
def inspect(scanreq, engine):
    def run(name, *args):
        return scanreq.json("inspect", "--socket", engine, *args, f"docker-daemon:{name}")
    return run


def inspected(podman, name):
    """What podman itself says of an image."""
    done = subprocess.run([*podman.command, "image", "inspect", name], env=podman.env,
                          stdout=subprocess.PIPE, check=True, timeout=60)
    (image,) = json.loads(done.stdout)
    return image


def milliseconds(text):
    """RFC 3339, cut below the millisecond."""
    day, fraction, zone = re.fullmatch(r"(.*?)(?:\.(\d+))?(Z|[+-]..:..)", text).groups()
    whole = datetime.datetime.fromisoformat(day + zone.replace("Z", "+00:00"))
    return int(whole.timestamp()) * 1000 + int(((fraction or "") + "000")[:3])


def test_podman_agrees(inspect, podman):
    expected = inspected(podman, SAVED_NAME)
    result = inspect(SAVED_NAME)
    assert result["error"] is None
    assert result["source"] == "docker-daemon"
    assert result["reference"] == SAVED_NAME
    assert result["names"] == expected["RepoTags"]
    assert result["platform"] == f"{expected['Os']}/{expected['Architecture']}"
    assert result["labels"] == (expected["Labels"] or {})
    assert result["config_digest"] == "sha256:" + expected["Id"]
    assert result["size"] == {"bytes": expected["Size"], "basis": "engine", "config": None,
                              "layers": None, "unique": None}
    request = result["request"]
    assert request["ImageId"] == expected["Id"]
    assert request["Digest"] == expected["Digest"].removeprefix("sha256:")
    assert request["ImageSize"] == expected["Size"]
    assert request["ImageCreate"] == milliseconds(expected["Created"])
    assert (request["Namespace"], request["RepoName"], request["Tag"]) == ("shop", "web",
                                                                           "1.4.2")


def test_every_value_is_reported_by_the_engine(inspect, engine):
    result = inspect(SAVED_NAME)
    provenance = result["provenance"]
    for name in ("Digest", "ImageId", "ImageSize", "ImageCreate"):
        assert provenance[name]["how"] == "reported", name
        assert f"the engine at {engine}" in provenance[name]["from"], name
    assert "or of an index" in provenance["Digest"]["from"]
    assert provenance["Tag"]["how"] == "given"
    # podman writes the year 1 where it does not know.
    assert "ImageUpdate" in result["omitted"]
    for name in ("index_digest", "manifest_digest", "archive_manifest_digest", "media_type"):
        assert result[name] is None, name


def test_skopeo_agrees(inspect, engine):
    """skopeo has the engine save the image and hashes the config's bytes."""
    config = registries.skopeo("inspect", "--daemon-host", f"unix://{engine}", "--config", "--raw",
                               f"docker-daemon:{SAVED_NAME}")
    assert inspect(SAVED_NAME)["request"]["ImageId"] == hashlib.sha256(config).hexdigest()


@pytest.fixture
def inspect_pulled(scanreq):
    """Pulls into an empty podman: it gives each of an image's names all of its digests."""
    with tempfile.TemporaryDirectory(prefix="podman", dir="/tmp") as root:
        command = Podman(pathlib.Path(root))
        with service(command) as path:
            def run(name, asked=None):
                command("pull", "--quiet", "--tls-verify=false", name)
                return scanreq.json("inspect", "--socket", path, f"docker-daemon:{asked or name}")
            yield run


def test_pulled_by_its_manifest(inspect_pulled, registry, sources):
    result = inspect_pulled(f"{registry}/ns/oci:1")
    image = sources.made_image
    assert result["request"]["Digest"] == hashlib.sha256(image.manifest).hexdigest()
    assert result["request"]["ImageId"] == hashlib.sha256(image.config).hexdigest()


def test_pulled_by_its_index(inspect_pulled, registry, sources):
    """podman has two digests then; one that is asked for is the image's all the same."""
    name = f"{registry}/ns/index:1"
    result = inspect_pulled(name)
    assert "Digest" not in result["provenance"]
    assert "several digests" in result["omitted"]["Digest"]
    digest = hashlib.sha256(sources.made_index.index).hexdigest()
    asked = inspect_pulled(name, f"{registry}/ns/index@sha256:{digest}")
    assert asked["request"]["Digest"] == digest
    assert asked["provenance"]["Digest"]["how"] == "reported"


def test_pipe_of_the_same_image_agrees(scanreq, inspect, podman):
    with podman.pipe("save", SAVED_NAME) as writer:
        saved = scanreq.json("inspect", "-", stdin=writer.stdout)
    reported = inspect(SAVED_NAME)
    for name in ("names", "platform", "config_digest", "created", "labels", "reference"):
        assert saved[name] == reported[name], name


@pytest.mark.parametrize("form", ["id", "short", "sha256", "digest", "untagged"])
def test_forms_of_a_name(inspect, podman, form):
    image = inspected(podman, SAVED_NAME)
    repository = SAVED_NAME.rpartition(":")[0]
    podman("tag", SAVED_NAME, f"{repository}:latest")
    try:
        name = {"id": image["Id"], "short": image["Id"][:12], "sha256": "sha256:" + image["Id"],
                "digest": f"{repository}@{image['Digest']}", "untagged": repository}[form]
        result = inspect(name)
    finally:
        podman("untag", SAVED_NAME, f"{repository}:latest")
    assert result["config_digest"] == "sha256:" + image["Id"]
    expected = {"digest": f"{repository}@{image['Digest']}", "untagged": f"{repository}:latest"}
    # By an id the image has two names, of which none is guessed.
    assert result["reference"] == expected.get(form)
    assert ("Digest" in result["omitted"]) == (form not in expected)
    assert any("2 names" in warning for warning in result["warnings"]) == (form not in expected)


def test_several_names_are_for_name_to_settle(scanreq, engine, podman, service):
    """--select, the other means elsewhere, is refused for an engine's image."""
    image = inspected(podman, SAVED_NAME)
    other = SAVED_NAME.rpartition(":")[0] + ":latest"
    podman("tag", SAVED_NAME, other)
    try:
        scanreq.with_env(**KEYS)(
            "submit", "--endpoint", service.url, "--socket", engine,
            f"docker-daemon:{image['Id']}").fails(USAGE, "2 names",
                                                    "set name to choose one (--name)")
    finally:
        podman("untag", SAVED_NAME, other)


def test_name_that_the_engine_completes(inspect, podman):
    """podman keeps app:1 as localhost/app:1; docker does not."""
    podman("tag", SAVED_NAME, "localhost/short-name:1")
    try:
        result = inspect("short-name:1")
    finally:
        podman("untag", SAVED_NAME, "localhost/short-name:1")
    assert result["reference"] == "localhost/short-name:1"
    assert result["provenance"]["RepoName"]["how"] == "reported"


def test_name_in_place_of_its_own(inspect):
    result = inspect(SAVED_NAME, "--name", "registry.example.com/other/app:2")
    assert result["request"]["RepoName"] == "app"
    assert result["request"]["Tag"] == "2"


def test_platform_is_checked(scanreq, inspect, engine):
    assert inspect(SAVED_NAME, "--platform", "linux/amd64")["error"] is None
    scanreq("inspect", "--socket", engine, "--platform", "linux/arm64",
            f"docker-daemon:{SAVED_NAME}").fails(IMAGE, "linux/amd64", "linux/arm64")


@pytest.mark.parametrize("document", ["manifest", "index", "config"])
def test_raw_is_refused(scanreq, engine, document):
    scanreq("inspect", "--socket", engine, "--raw", document,
            f"docker-daemon:{SAVED_NAME}").fails(IMAGE, "docker save", document)


def test_select_is_refused(scanreq, engine):
    scanreq("inspect", "--socket", engine, "--select", "@0",
            f"docker-daemon:{SAVED_NAME}").fails(USAGE, "--select")


def test_image_that_is_not_there(scanreq, engine):
    scanreq("inspect", "--socket", engine, f"docker-daemon:{ABSENT}").fails(IMAGE, ABSENT, engine)


def test_submit(submit, engine, podman):
    expected = inspected(podman, SAVED_NAME)
    result = submit("--socket", engine, "-o", "json", f"docker-daemon:{SAVED_NAME}").result
    assert result["submission"]["status"] == "accepted"
    assert result["request"]["ImageId"] == expected["Id"]


def test_text_form(scanreq, engine):
    out = scanreq("inspect", "--socket", engine, f"docker-daemon:{SAVED_NAME}").ok().out
    assert re.search(r"^source +docker-daemon ", out, re.M)
    assert re.search(r"^size .* bytes, as the engine counts$", out, re.M)


# --- which engine -----------------------------------------------------------------------

@pytest.mark.parametrize("variable", ["SCANREQ_SOCKET", "DOCKER_HOST"])
def test_socket_in_the_environment(scanreq, engine, variable):
    value = f"unix://{engine}" if variable == "DOCKER_HOST" else str(engine)
    scanreq.with_env(**{variable: value})("inspect", f"docker-daemon:{SAVED_NAME}").ok()


def test_flag_wins_over_the_environment(scanreq, engine):
    scanreq.with_env(DOCKER_HOST="tcp://127.0.0.1:1", SCANREQ_SOCKET="/nonexistent")(
        "inspect", "--socket", engine, f"docker-daemon:{SAVED_NAME}").ok()


@pytest.mark.skipif(os.path.exists("/var/run/docker.sock"), reason="docker runs here")
def test_socket_of_rootless_podman(scanreq, engine):
    with tempfile.TemporaryDirectory(prefix="runtime", dir="/tmp") as runtime:
        (pathlib.Path(runtime) / "podman").mkdir()
        (pathlib.Path(runtime) / "podman" / "podman.sock").symlink_to(engine)
        scanreq.with_env(XDG_RUNTIME_DIR=runtime)("inspect", f"docker-daemon:{SAVED_NAME}").ok()


@pytest.mark.parametrize("host", ["tcp://127.0.0.1:2375", "ssh://me:hunter2@build.example.com",
                                  "npipe:////./pipe/docker_engine", "unix://", "/run/x.sock"])
def test_engine_that_is_not_here(scanreq, host):
    done = scanreq.with_env(DOCKER_HOST=host)("inspect", "docker-daemon:app:1")
    done.fails(USAGE, "DOCKER_HOST", "--socket", "docker save")
    assert "hunter2" not in done.stderr


def test_no_engine(scanreq, tmp_path):
    scanreq("inspect", "--socket", tmp_path / "none.sock", "docker-daemon:app:1").fails(
        UNREACHABLE, tmp_path / "none.sock", "--socket")
    (tmp_path / "file").write_bytes(b"")
    scanreq("inspect", "--socket", tmp_path / "file", "docker-daemon:app:1").fails(
        UNREACHABLE, "no socket")
    scanreq("inspect", "--socket", "/" + "x" * 200, "docker-daemon:app:1").fails(
        USAGE, "too long")


@pytest.mark.skipif(any(os.path.exists(path) for path in
                        ("/var/run/docker.sock", "/run/podman/podman.sock")),
                    reason="an engine runs here")
def test_no_engine_anywhere(scanreq):
    scanreq("inspect", "docker-daemon:app:1").fails(UNREACHABLE, "/var/run/docker.sock",
                                                    "/run/podman/podman.sock", "--socket")


def test_engine_that_died(scanreq):
    with tempfile.TemporaryDirectory(prefix="dead", dir="/tmp") as root:
        path = pathlib.Path(root) / "e.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
        scanreq("inspect", "--socket", path, "docker-daemon:app:1").fails(UNREACHABLE, path)


def test_engine_that_is_silent(scanreq):
    with tempfile.TemporaryDirectory(prefix="silent", dir="/tmp") as root, \
            socket.socket(socket.AF_UNIX) as listener:
        path = pathlib.Path(root) / "e.sock"
        listener.bind(str(path))
        listener.listen()
        scanreq("inspect", "--timeout", "500ms", "--socket", path, "docker-daemon:app:1").fails(
            UNREACHABLE, path)


def test_permission_denied(scanreq, tmp_path):
    """Root may do anything, so the program runs as nobody there."""
    command = scanreq
    if os.geteuid() == 0:
        command = scanreq.with_env()
        command.prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with tempfile.TemporaryDirectory(prefix="deny", dir="/tmp") as root, \
            socket.socket(socket.AF_UNIX) as listener:
        os.chmod(root, 0o755)
        path = pathlib.Path(root) / "e.sock"
        listener.bind(str(path))
        os.chmod(path, 0)
        command("inspect", "--socket", path, "docker-daemon:app:1", cwd="/").fails(
            CREDENTIALS, path, "docker save")


def test_offline_asks_no_engine(scanreq, engine):
    scanreq("inspect", "--offline", "--socket", engine, f"docker-daemon:{SAVED_NAME}").fails(
        USAGE, "--offline")
