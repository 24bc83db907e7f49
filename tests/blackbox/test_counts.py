# SPDX-License-Identifier: MIT
"""What a run costs on the wire: requests, connections and round trips, exactly.

Times differ from machine to machine, these do not. Whoever saves something lowers the numbers
in the same commit. Beside them stands the least when nothing is known beforehand and one thing
follows the other, as bench/limit-registry.c does it.
"""
import dataclasses
import pathlib

import pytest

import nginx_registry
import oci_image
import program
import registries
import relays
import rounds
from scripted_registry import authfile, basic

pytestmark = pytest.mark.plain

# run: (requests, connections, round trips) of the program, and the least
COUNTS = {
    "http": ((2, 1, 3), (2, 1, 3)),
    "http-by-digest": ((2, 1, 3), (2, 1, 3)),
    "http-index": ((3, 1, 4), (3, 1, 4)),
    "http-two-images": ((4, 1, 5), (4, 1, 5)),
    "http-submit": ((2, 2, 5), (2, 2, 5)),
    "basic": ((3, 1, 5), (2, 1, 4)),
    "basic-named": ((3, 1, 5), (2, 1, 4)),
    "basic-two-images": ((6, 1, 8), (4, 1, 6)),
    "token": ((4, 2, 8), (4, 2, 8)),
    "token-login": ((4, 2, 8), (4, 2, 8)),
    "token-two-images": ((8, 2, 12), (7, 2, 11)),
    "hub": ((5, 3, 11), (5, 3, 11)),
    "hub-index": ((6, 3, 12), (6, 3, 12)),
    "hub-two-images": ((10, 3, 16), (9, 3, 15)),
    "hub-two-at-once": ((10, 3, 11), (9, 3, 11)),
}

ATTEMPTS = 5   # see rounds.py: a count can be too high on a busy machine, never too low
HUB, HUB_TOKENS, HUB_BLOBS = ("registry-1.docker.io", "auth.docker.io",
                              "production.cloudflare.docker.com")
ACR, ACR_TOKENS = "registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"
BASIC = "registry.test"
LOGIN = (registries.USER, registries.PASSWORD)
SERVERS = {
    HUB: nginx_registry.token_registry(f"https://{HUB_TOKENS}/token", "registry.docker.io",
                                       blobs_at=f"https://{HUB_BLOBS}"),
    HUB_TOKENS: nginx_registry.token_server(),
    HUB_BLOBS: nginx_registry.store(),
    ACR: nginx_registry.token_registry(f"https://{ACR_TOKENS}/auth", "registry.aliyuncs.com"),
    ACR_TOKENS: nginx_registry.token_server(),
    BASIC: nginx_registry.basic_registry(basic(*LOGIN)),
}
IMAGE = oci_image.make_image()


@dataclasses.dataclass
class Wire:
    """All servers, relays that count in front of them, and nginx's log of requests."""
    log: pathlib.Path
    relayed: rounds.Rounds
    http: str       # host:port of the registry that speaks http
    ports: dict     # of each name's relay
    authority: str

    def forget(self):
        self.log.write_bytes(b"")
        self.relayed.forget()

    def counts(self):
        return (len(self.log.read_text().splitlines()), self.relayed.connections,
                self.relayed.rounds)


@pytest.fixture(scope="module")
def wire(work):
    root = relays.private_authority(work / "counts", SERVERS)
    for repository in ("ns/app", "ns/other", "library/app", "library/other"):
        nginx_registry.put(root, repository, IMAGE)
    for repository in ("ns/index", "library/index"):
        nginx_registry.put(root, repository, oci_image.make_index())
    at = {name: f"127.0.0.1:{relays.free_port()}" for name in (*SERVERS, "http")}
    servers = [nginx_registry.Server((at[name],), lines) for name, lines in SERVERS.items()]
    servers.append(nginx_registry.Server((at["http"],), nginx_registry.open_registry(), tls=False))
    log = root / "requests.log"
    with nginx_registry.nginx(root, servers, log), rounds.Rounds(at.values()) as relayed:
        hosts = dict(zip(at, relayed.hosts))
        ports = {name: hosts[name].rpartition(":")[2] for name in SERVERS}
        yield Wire(log, relayed, hosts["http"], ports, str(root / "ca.pem"))


@pytest.fixture
def named(scanreq, test_names, wire):
    """The program that knows the names and the authority."""
    moved = " ".join(f"{name}:443={port}" for name, port in wire.ports.items())
    return scanreq.with_test_names(test_names).with_env(
        RESOLVE_TEST_NAMES=moved, SCANREQ_CA_FILE=wire.authority)


@pytest.fixture
def runs(named, wire, tmp_path):
    """{run: (arguments, standard input)}"""
    login = ["--authfile", authfile(tmp_path / "auth.json", **{BASIC: LOGIN, ACR: LOGIN})]
    asked = ["--username", LOGIN[0], "--password-stdin"], LOGIN[1].encode()

    def inspect(*names, options=(), stdin=b""):
        return ["inspect", *options, *names], stdin
    return {
        "http": inspect(f"{wire.http}/ns/app:1"),
        "http-by-digest": inspect(f"{wire.http}/ns/app@{IMAGE.digest}"),
        "http-index": inspect(f"{wire.http}/ns/index:1"),
        "http-two-images": inspect(f"{wire.http}/ns/app:1", f"{wire.http}/ns/other:1",
                                   options=["--jobs=1"]),
        "basic": inspect(f"{BASIC}/ns/app:1", options=login),
        "basic-named": inspect(f"{BASIC}/ns/app:1", options=asked[0], stdin=asked[1]),
        "basic-two-images": inspect(f"{BASIC}/ns/app:1", f"{BASIC}/ns/other:1",
                                    options=[*login, "--jobs=1"]),
        "token": inspect(f"{ACR}/ns/app:1"),
        "token-login": inspect(f"{ACR}/ns/app:1", options=login),
        "token-two-images": inspect(f"{ACR}/ns/app:1", f"{ACR}/ns/other:1",
                                    options=["--jobs=1"]),
        "hub": inspect("app:1"),
        "hub-index": inspect("index:1"),
        "hub-two-images": inspect("app:1", "other:1", options=["--jobs=1"]),
        "hub-two-at-once": inspect("app:1", "other:1", options=["--jobs=8"]),
    }


def counted(wire, expected, run):
    """The counts of a run, which is repeated while there are more round trips than expected."""
    for _ in range(ATTEMPTS):
        wire.forget()
        run().ok()
        counts = wire.counts()
        if counts[2] <= expected[2]:
            break
    return counts


@pytest.mark.parametrize("name", [name for name in COUNTS if name != "http-submit"])
def test_counts(named, wire, runs, name):
    args, stdin = runs[name]
    counts = counted(wire, COUNTS[name][0], lambda: named(*args, stdin=stdin))
    assert counts == COUNTS[name][0], f"{name}: {wire.log.read_text()}"


def test_counts_of_submit(submit, service, wire):
    """The one request of the service is not in nginx's log."""
    with rounds.Rounds([service.host, wire.http]) as relayed:
        counting = dataclasses.replace(wire, relayed=relayed)
        endpoint, registry = relayed.hosts
        counts = counted(counting, COUNTS["http-submit"][0], lambda: submit(
            "--endpoint", f"http://{endpoint}", f"{registry}/ns/app:1"))
    assert counts == COUNTS["http-submit"][0], f"http-submit: {wire.log.read_text()}"


def least_runs(wire):
    """{run: arguments of bench/limit-registry}"""
    def at(name):
        return f"{name}@127.0.0.1:{wire.ports[name]}"
    tls, http = ["-C", wire.authority], f"registry@{wire.http}"
    login = [*tls, "-l", basic(*LOGIN), at(BASIC)]
    token = [*tls, "-t", at(ACR_TOKENS), at(ACR)]
    hub = [*tls, "-t", at(HUB_TOKENS), "-b", at(HUB_BLOBS), at(HUB)]
    return {
        "http": [http, "ns/app"],
        "http-index": [http, "ns/index"],
        "http-two-images": [http, "ns/app", "ns/other"],
        "basic": [*login, "ns/app"],
        "basic-two-images": [*login, "ns/app", "ns/other"],
        "token": [*token, "ns/app"],
        "token-two-images": [*token, "ns/app", "ns/other"],
        "hub": [*hub, "library/app"],
        "hub-index": [*hub, "library/index"],
        "hub-two-images": [*hub, "library/app", "library/other"],
    }


def test_least(binary, wire, scanreq):
    """The least is what a program that does nothing else needs; it reads the same images."""
    limit = binary.parent / "bench" / "limit-registry"
    if not limit.is_file():
        pytest.skip(f"{limit} is not built: make check builds it")
    bare = program.Program(limit, scanreq.home)
    for name, args in least_runs(wire).items():
        least = COUNTS[name][1]
        assert counted(wire, least, lambda: bare(*args)) == least, name
