# SPDX-License-Identifier: MIT
"""The net below the tests: nothing that they start can leave loopback."""
import os
import socket
import subprocess
import sys

import pytest

import loopback
import registries

TRY = """
import socket
def attempt(family, kind, *address):
    with socket.socket(family, kind) as s:
        try:
            s.settimeout(5)
            s.sendto(b"x", address) if kind == socket.SOCK_DGRAM else s.connect(address)
            if kind == socket.SOCK_DGRAM:
                s.sendmsg([b"x"], [], 0, address)
            return "reached"
        except OSError as e:
            return e.strerror
"""


def attempts(code, **env):
    done = subprocess.run([sys.executable, "-c", TRY + code], check=True, text=True, timeout=60,
                          stdout=subprocess.PIPE, env={**os.environ, **env})
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("family, address", [
    ("AF_INET", "192.0.2.1"), ("AF_INET", "10.0.0.1"), ("AF_INET", "169.254.169.254"),
    ("AF_INET6", "2001:db8::1"), ("AF_INET6", "::ffff:192.0.2.1"), ("AF_INET6", "fe80::1"),
    ("AF_INET6", "64:ff9b::c000:201"), ("AF_INET6", "fd00::1"),
])
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_no_address_is_left_for(tmp_path, family, address, kind):
    """The kernel is not even asked: without a route it would refuse these, too."""
    log = tmp_path / "strace"
    subprocess.run(["strace", "-f", "-e", "trace=connect,sendto,sendmsg", "-o", log,
                    sys.executable, "-c",
                    f"{TRY}print(attempt(socket.{family}, socket.{kind}, '{address}', 9))"],
                   check=True, timeout=60, stdout=subprocess.DEVNULL)
    assert "exited with 0" in log.read_text()
    assert "AF_INET" not in log.read_text()


@pytest.mark.parametrize("family, address", [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1"),
                                             ("AF_INET", "127.9.9.9")])
def test_loopback_is_reached(family, address):
    with socket.create_server((address, 0), family=getattr(socket, family)) as server:
        port = server.getsockname()[1]
        assert attempts(f"print(attempt(socket.{family}, socket.SOCK_STREAM, '{address}', "
                        f"{port}))") == ["reached"]


def test_names(tmp_path):
    """Only what nobody has to be asked for: no packet for a name, and no daemon either."""
    log = tmp_path / "strace"
    code = """
import socket
for name in ("localhost", "a.test", "127.0.0.1", "::1", "example.com", "localhost.", "a.localhost"):
    try:
        print(name, socket.getaddrinfo(name, 80)[0][4][0])
    except OSError as e:
        print(name, "-")
"""
    done = subprocess.run(["strace", "-f", "-e", "trace=connect,sendto,sendmmsg", "-o", log,
                           sys.executable, "-c", code], check=True, text=True, timeout=60,
                          stdout=subprocess.PIPE)
    found = dict(line.split() for line in done.stdout.splitlines())
    assert found["a.test"] == found["127.0.0.1"] == "127.0.0.1"
    assert found["localhost"] in ("127.0.0.1", "::1") and found["::1"] == "::1"
    assert found["example.com"] == found["localhost."] == found["a.localhost"] == "-"
    assert "htons(53)" not in log.read_text()


def test_tools_in_go():
    """They do not ask libc; skopeo is told of a proxy that is not there."""
    done = subprocess.run(["skopeo", "inspect", "docker://192.0.2.1/a/b:1"], check=False, text=True,
                          stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, timeout=60)
    assert done.returncode != 0 and "127.0.0.1:9: connect: connection refused" in done.stderr


def test_tools_in_go_reach_loopback(registry):
    assert b"linux" in registries.skopeo("inspect", "--tls-verify=false",
                                         f"docker://{registry}/ns/oci:1")


def test_a_child_without_the_net_is_not_started():
    with pytest.raises(loopback.Left, match="LD_PRELOAD"):
        subprocess.run(["true"], env={"PATH": os.environ["PATH"]}, check=True)


def test_nor_is_this_process_without_it():
    with pytest.raises(loopback.Left):
        socket.create_connection(("192.0.2.1", 9), timeout=1)
    with pytest.raises(loopback.Left), socket.socket(socket.AF_INET6) as six:
        six.connect(("2001:db8::1", 9))
    with pytest.raises(loopback.Left):
        socket.getaddrinfo("example.com", 443)


def test_the_program_runs_under_it(scanreq):
    done = scanreq("inspect", "registry.example.com/ns/app:1")
    done.fails(5, "cannot resolve the name of registry.example.com")
    for address in ("192.0.2.1:5000", "[2001:db8::1]:5000"):
        scanreq("inspect", "--timeout", "2s", f"{address}/ns/app:1").fails(5)
