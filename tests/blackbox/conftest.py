# SPDX-License-Identifier: MIT
"""Fixtures: the program, real registries with real images, saved images, the service."""
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

import fake_identity
import fake_service
import key_sources
import loopback
import moved_names
import oci_image
import program
import registries
import relays
import scripted_registry
import token_server

SAVED_NAME = "registry.example.com/shop/web:1.4.2"
TOKEN = "c3de8326-273e-11fc-a0e3-d012435c0000"
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.KEY_ID,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.KEY_SECRET,
    "SCANREQ_TOKEN": TOKEN,
}


def pytest_configure(config):
    # nohup and shells' background jobs ignore them, which every program below would inherit;
    # a handler is not inherited.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="scanreq-net"))
    directory.chmod(0o755)  # some tests run the program as another user
    config.add_cleanup(lambda: shutil.rmtree(directory))
    loopback.stay(loopback.build(directory))
    config.addinivalue_line("markers", "plain: for the build without sanitizers")
    config.addinivalue_line("markers", "product: for what packaging/ makes (./check --all)")


@pytest.fixture(scope="session")
def binary():
    path = pathlib.Path(os.environ.get("SCANREQ",
                                       program.TOP / "build" / "sanitize" / "scanreq"))
    assert path.is_file(), f"{path} is not built; set SCANREQ to the program's path"
    return path.resolve()


@pytest.fixture
def scanreq(binary, tmp_path):
    """The program without any keys."""
    return program.Program(binary, tmp_path / "home")


@pytest.fixture(scope="session")
def test_names(binary, request):
    """What makes names below .test 127.0.0.1: the library that everything runs under, or a
    server for a static program."""
    if moved_names.is_static(binary):
        yield request.getfixturevalue("own_names")
        return
    yield os.environ["LD_PRELOAD"]


@pytest.fixture(scope="session")
def own_names():
    """The name server of the tests' own network."""
    if not moved_names.in_namespace():
        pytest.skip("moves hosts in a network of its own: run tests/in-namespace pytest-3")
    with moved_names.Names() as names:
        yield names


@pytest.fixture
def service():
    with fake_service.Service() as fake:
        yield fake


@pytest.fixture
def submit(scanreq, service):
    """Calls `scanreq submit` with right keys and a token, towards the fake."""
    keyed = scanreq.with_env(**KEYS)

    def run(*args, **kwargs):
        return keyed("submit", "--region", "cn-hangzhou", "--endpoint", service.url, *args,
                     **kwargs)
    return run


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("session")


@dataclasses.dataclass(frozen=True)
class Sources:
    """What skopeo pushes: its names of an image and of two indexes, and what they hold."""
    image: str
    index: str
    attested: str
    made_image: oci_image.Image
    made_index: oci_image.Index
    made_attested: oci_image.Index


@pytest.fixture(scope="session")
def sources(work):
    made = (oci_image.make_image(), oci_image.make_index(),
            oci_image.make_index(platforms=("linux/amd64",), attestation=True))
    names = [oci_image.write_layout(work / f"layout{i}", image)
             for i, image in enumerate(made)]
    return Sources(*names, *made)


@pytest.fixture(scope="session")
def registry(work, sources):
    """An open docker-registry with an image of each of the four media types."""
    with registries.docker_registry(work / "open") as host:
        for source, name, *args in (
                (sources.image, "ns/oci:1", "--format", "oci"),
                (sources.image, "ns/oci:latest", "--format", "oci"),
                (sources.image, "ns/docker:1", "--format", "v2s2"),
                (sources.image, "a/b/c/deep:1.0-rc_1", "--format", "oci"),
                (sources.image, "single:1", "--format", "oci"),
                (sources.index, "ns/index:1", "--all", "--format", "oci"),
                (sources.index, "ns/list:1", "--all", "--format", "v2s2"),
                (sources.attested, "ns/attested:1", "--all", "--format", "oci")):
            registries.skopeo_push(source, host, name, *args)
        yield host


@pytest.fixture(scope="session")
def htpasswd_registry(work, sources):
    with registries.docker_registry(work / "htpasswd",
                                    registries.htpasswd_auth(work / "htpasswd")) as host:
        registries.skopeo_push(sources.image, host, "ns/app:1", *credentials())
        yield host


@pytest.fixture(scope="session")
def token_registry(work, sources):
    """(host, token server) of a registry with token authentication."""
    with token_server.TokenServer(work / "token") as server, \
            registries.docker_registry(work / "token", registries.token_auth(server)) as host:
        for name in ("ns/app:1", "public/app:1"):
            registries.skopeo_push(sources.image, host, name, *credentials())
        yield host, server


def credentials():
    return "--dest-creds", f"{registries.USER}:{registries.PASSWORD}"


@pytest.fixture
def relay():
    """relay(target) starts a counting relay in front of a server."""
    with contextlib.ExitStack() as stack:
        yield lambda target: stack.enter_context(relays.Relay(target))


@pytest.fixture
def scripted():
    """scripted({path: answer}) starts a registry that says what the test lays down."""
    with contextlib.ExitStack() as stack:
        yield lambda answers: stack.enter_context(registries.Scripted(answers))


@pytest.fixture(scope="session")
def play_certificate(work):
    """(TLS context, CA file) for every name of scripted_registry.NAMES."""
    root = relays.private_authority(work / "play", scripted_registry.NAMES)
    return scripted_registry.server_context(root), str(root / "ca.pem")


@pytest.fixture
def play(scanreq, test_names, play_certificate):
    """Registries by their real names that play a script; nothing else can be reached."""
    named = scanreq.with_test_names(test_names)
    with scripted_registry.Play(named, *play_certificate) as made:
        yield made


@pytest.fixture(scope="session")
def skopeo_tar(work, sources):
    """A docker-archive that skopeo wrote."""
    path = work / "skopeo.tar"
    registries.skopeo("copy", sources.image, f"docker-archive:{path}:{SAVED_NAME}")
    return path


class Podman:
    """podman with a storage of its own that needs neither a daemon nor root."""

    def __init__(self, root):
        self.command = ["podman", "--root", str(root / "storage"),
                        "--runroot", str(root / "run"), "--storage-driver", "vfs",
                        "--storage-opt", "vfs.ignore_chown_errors=true",
                        "--events-backend", "none", "--cgroup-manager", "cgroupfs"]
        runtime = root / "runtime"
        runtime.mkdir(parents=True, mode=0o700)
        self.env = {**os.environ, "HOME": str(root), "XDG_RUNTIME_DIR": str(runtime)}

    def __call__(self, *args):
        subprocess.run([*self.command, *map(str, args)], check=True, env=self.env,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120)

    def pipe(self, *args):
        return subprocess.Popen([*self.command, *map(str, args)], env=self.env,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def podman(skopeo_tar):
    """podman that holds SAVED_NAME. It wants a runroot of at most 50 characters."""
    with tempfile.TemporaryDirectory(prefix="podman", dir="/tmp") as root:
        command = Podman(pathlib.Path(root))
        command("load", "-i", skopeo_tar)
        yield command


@pytest.fixture(scope="session")
def podman_tar(work, podman):
    path = work / "podman.tar"
    podman("save", "-o", path, SAVED_NAME)
    return path


@pytest.fixture
def identity(service):
    with fake_identity.Identity(service) as fake:
        yield fake


@pytest.fixture(scope="session")
def redirect(work, binary, request):
    """What leads to the metadata service: a library, or names for a static program."""
    if moved_names.is_static(binary):
        return request.getfixturevalue("test_names")
    library = work / "redirect-metadata.so"
    source = pathlib.Path(__file__).with_name("redirect-metadata.c")
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror", "-o",
                    library, source], check=True, timeout=60)
    return library


@pytest.fixture
def bare(scanreq, service, identity):
    """`scanreq submit` without any keys."""
    def run(*args, **env):
        return scanreq("submit", "--endpoint", service.url, "--sts-endpoint", identity.url,
                       *key_sources.IMAGE, "-v", *args,
                       env={"SCANREQ_TOKEN": KEYS["SCANREQ_TOKEN"], **env})
    return run


@pytest.fixture
def profiles(scanreq):
    """Writes the aliyun CLI's config.json."""
    def write(*entries, current="default"):
        path = scanreq.home / ".aliyun" / "config.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"current": current, "meta_path": "", "profiles": list(
            {"name": "default", "language": "en", "parent_pid": 0, **e} for e in entries)}))
        return path
    return write


@pytest.fixture
def ini(scanreq):
    def write(text):
        path = scanreq.home / ".alibabacloud" / "credentials"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path
    return write


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(fake_identity.OIDC_TOKEN + "\n")
    return path
