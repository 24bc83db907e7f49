# SPDX-License-Identifier: MIT
"""Registries on this machine, with TLS and without: what is spoken is found out."""
import contextlib
import socket
import subprocess
import threading

import pytest

import registries
import relays
from scripted_registry import authfile

ADDRESSES = ("127.0.0.1", "localhost")
NAMES = (*ADDRESSES, "registry.test")


@pytest.fixture(scope="session")
def authority(work):
    return relays.private_authority(work / "loopback", NAMES)


@pytest.fixture(scope="session")
def secure(work, authority, sources):
    """A docker-registry of its own TLS that asks for a login."""
    tls = f"  tls: {{certificate: '{authority}/server.pem', key: '{authority}/server.key'}}\n"
    with registries.docker_registry(work / "secure",
                                    tls + registries.htpasswd_auth(work / "secure")) as host:
        for name in ("ns/app:1", "ns/other:1"):
            registries.skopeo_push(
                sources.image, host, name, "--dest-creds",
                f"{registries.USER}:{registries.PASSWORD}")
        yield host


@pytest.fixture
def login(tmp_path):
    """Options with the login at a host."""
    return lambda host: ("--authfile", authfile(
        tmp_path / "auth.json", **{host: (registries.USER, registries.PASSWORD)}))


def clear_heads(front):
    """The heads of requests that came in clear text."""
    return [head for head in front.heads if head.startswith(b"GET ")]


@pytest.mark.parametrize("name", ADDRESSES)
def test_registry_with_tls_on_loopback(scanreq, secure, authority, relay, login, name):
    """One request in clear text, without the login, and then TLS alone."""
    front = relay(secure)
    host = f"{name}:{front.host.rpartition(':')[2]}"
    scanreq("inspect", "--jobs", "1", "--ca-file", authority / "ca.pem", *login(host),
            f"{host}/ns/app:1", f"{host}/ns/other:1").ok()
    (head,) = clear_heads(front)
    assert b"authorization" not in head.lower()
    assert front.connections == 2


def test_it_is_told_what_is_spoken(scanreq, secure, authority, login):
    done = scanreq("inspect", "-v", "--ca-file", authority / "ca.pem", *login(secure),
                   f"{secure}/ns/app:1").ok()
    assert f"{secure} speaks TLS" in done.stderr


def test_certificate_of_loopback_is_checked(scanreq, secure, authority, login, relay):
    """It is the certificate that is told, and the login is sent nowhere."""
    front = relay(secure)
    image = f"{front.host}/ns/app:1"
    scanreq("inspect", "--retry", "3", *login(front.host), image).fails(
        2, front.host, "not trusted", "--ca-file")
    (head,) = clear_heads(front)
    assert b"authorization" not in head.lower()
    scanreq("inspect", "-q", "--insecure-skip-verify", front.host, *login(front.host),
            image).ok()


@pytest.mark.parametrize("settings", [
    "", "error_page 497 https://$http_host$request_uri;", "error_page 497 = @hangup;"
    " location @hangup {{ return 444; }}"])
def test_nginx_with_tls_on_loopback(scanreq, registry, authority, tmp_path, settings):
    """A 400, a redirect to https, and a connection that is closed without a word."""
    with relays.nginx_tls(tmp_path / "nginx", registry, settings,
                          authority=authority) as (host, ca_file):
        host = host.replace(relays.TLS_NAME, "127.0.0.1")
        scanreq("inspect", "--ca-file", ca_file, f"{host}/ns/oci:1").ok()


@contextlib.contextmanager
def openssl_server(authority):
    """A server that answers http with a TLS alert or a closed connection."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-www", "-cert",
         authority / "server.pem", "-key", authority / "server.key"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert relays.listens(process, port)
        yield f"127.0.0.1:{port}"
    finally:
        registries.end(process)


def test_server_that_closes_or_alerts(scanreq, authority):
    """openssl's own: its page is no manifest, but it came over TLS."""
    with openssl_server(authority) as host:
        done = scanreq("inspect", "-v", "--ca-file", authority / "ca.pem", f"{host}/ns/app:1")
    assert "speaks TLS" in done.stderr and "no TLS connection" not in done.stderr


def test_plain_registry_on_loopback_costs_nothing_more(scanreq, registry, relay):
    front = relay(registry)
    done = scanreq("inspect", "--jobs", "1", "-v", f"{front.host}/ns/oci:1",
                   f"{front.host}/ns/docker:1").ok()
    assert front.connections == 1 and len(front.lines) == 4
    assert "TLS" not in done.stderr


def test_login_of_a_plain_registry_on_loopback(scanreq, htpasswd_registry, login):
    """As ever: without an option, and in http."""
    scanreq("inspect", *login(htpasswd_registry), f"{htpasswd_registry}/ns/app:1").ok()


def test_named_for_http_is_http(scanreq, secure, relay):
    """Who says --plain-http gets it: no second request."""
    front = relay(secure)
    done = scanreq("inspect", "-q", "--plain-http", front.host, f"{front.host}/ns/app:1")
    assert done.status == 3 and "HTTPS server" in done.stderr
    assert front.connections == 1


class Mute:
    """Closes each connection without a word, or sends `data` before.

    `hang`: keeps each connection open that does not begin as HTTP.
    """

    def __init__(self, data=b"", hang=False):
        self.data, self.hang, self.connections = data, hang, 0
        self.kept = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for client in self.kept:
            client.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            first = client.recv(65536)
            if self.hang and not first.startswith(b"GET"):
                self.kept.append(client)
                continue
            client.sendall(self.data)
            client.close()


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 400 Bad Request\r\n"
                                  b"Content-Length: 9\r\n\r\nno https!"])
def test_what_speaks_neither(scanreq, data):
    """The first answer is told, and TLS is tried once, however often the request is."""
    with Mute(data) as server:
        done = scanreq("inspect", "--retry", "1", f"{server.host}/ns/app:1")
        assert done.status == (3 if b"400" in data else 5), done.stderr
        assert "TLS" not in done.stderr and server.host in done.stderr
        assert server.connections == (2 if data else 3)


def test_what_hangs_in_tls(scanreq):
    """A server that waits for the end of a line in what is no HTTP: the first answer is told."""
    with Mute(hang=True) as server:
        done = scanreq("inspect", "--retry", "0", "--connect-timeout", "1s",
                       f"{server.host}/ns/app:1")
    assert done.status == 5 and "waiting for the answer of" in done.stderr
    assert "TLS" not in done.stderr


def test_two_images_at_the_same_time(scanreq, secure, authority, login):
    done = scanreq("inspect", "--jobs", "4", "-o", "json", "--ca-file", authority / "ca.pem",
                   *login(secure), *[f"{secure}/ns/app:1", f"{secure}/ns/other:1"] * 4)
    assert [r["error"] for r in done.ok().document["results"]] == [None] * 8

