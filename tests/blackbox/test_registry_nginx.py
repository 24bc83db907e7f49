# SPDX-License-Identifier: MIT
"""The real docker-registry behind nginx, set up as it is in companies."""
import pathlib
import socket
import ssl

import pytest

import relays
import registries
import scripted_registry

LOG = "access_log {root}/access.log tls;"
WANTS_CLIENT = "ssl_client_certificate {root}/ca.pem; ssl_verify_client on;"
# Blobs are elsewhere: the config, too.
BLOBS_AWAY = "location ~ ^/v2/(.*)/blobs/(.*)$ {{ return %d https://%s/store/$2?sig=c0ffee; }}"
# A store whose links are signed refuses whoever comes with a login.
STORE = """
    if ($http_authorization) {{ return 400; }}
    if ($arg_sig != "c0ffee") {{ return 403; }}
    rewrite ^/store/(.*)$ /v2/ns/oci/blobs/$1 break;
"""
# OpenSSL's own policy is out of the way: what refuses is the program.
ANY_VERSION = """\
openssl_conf = conf
[conf]
ssl_conf = ssl
[ssl]
system_default = system
[system]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""


@pytest.fixture
def named(scanreq, test_names):
    return scanreq.with_test_names(test_names)


def asked(directory):
    """What nginx says it was asked, a line for each request."""
    return (pathlib.Path(directory) / "access.log").read_text().splitlines()


def test_tls_1_3_and_http_2(named, registry, tmp_path, sources):
    """An index costs its three requests, all of them over one connection."""
    settings = LOG + "ssl_protocols TLSv1.2 TLSv1.3;"
    with relays.nginx_tls(tmp_path / "nginx", registry, settings, True) as (host, ca_file):
        result = named.json("inspect", "--ca-file", ca_file, f"{host}/ns/index:1")
    assert result["error"] is None
    image = sources.made_index.images["linux/amd64"]
    assert asked(tmp_path / "nginx") == [
        f"TLSv1.3 HTTP/2.0 200 GET /v2/ns/index/{rest}" for rest in (
            "manifests/1", f"manifests/{image.digest}", f"blobs/{result['config_digest']}")]


def test_tls_1_2_is_enough(named, registry, tmp_path):
    settings = LOG + "ssl_protocols TLSv1.2;"
    with relays.nginx_tls(tmp_path / "nginx", registry, settings) as (host, ca_file):
        named("inspect", "--ca-file", ca_file, f"{host}/ns/oci:1").ok()
    assert {line.split()[0] for line in asked(tmp_path / "nginx")} == {"TLSv1.2"}


def speaks_tls_1_1(host, ca_file):
    """Whether the server really does, when a client lets it."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    name, _, port = host.rpartition(":")
    with socket.create_connection(("127.0.0.1", int(port)), timeout=30) as plain, \
            context.wrap_socket(plain, server_hostname=name) as secured:
        return secured.version() == "TLSv1.1"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_tls_1_1_is_refused(named, registry, tmp_path):
    policy = tmp_path / "openssl.cnf"
    policy.write_text(ANY_VERSION)
    lenient = named.with_env(OPENSSL_CONF=str(policy))
    old = LOG + "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;"
    with relays.nginx_tls(tmp_path / "nginx", registry, old) as (host, ca_file):
        assert speaks_tls_1_1(host, ca_file)
        options = ("inspect", "--ca-file", ca_file)
        lenient(*options, f"{host}/ns/oci:1").fails(5, "no TLS connection with", host,
                                                        "at least TLS 1.2")
        lenient(*options, "--insecure-skip-verify", host, "-q", f"{host}/ns/oci:1").fails(5, host)
    assert asked(tmp_path / "nginx") == []


@pytest.fixture
def login(tmp_path):
    """login(host) writes a file with the login of that host."""
    return lambda host: ("--authfile", scripted_registry.authfile(
        tmp_path / "auth.json", **{host: (registries.USER, registries.PASSWORD)}))


def naive_status(host, ca_file):
    """What the store answers to a client that brings a login."""
    name, _, port = host.rpartition(":")
    context = ssl.create_default_context(cafile=ca_file)
    with socket.create_connection(("127.0.0.1", int(port)), timeout=30) as plain, \
            context.wrap_socket(plain, server_hostname=name) as secured:
        secured.sendall(f"GET /store/x?sig=c0ffee HTTP/1.1\r\nHost: {name}\r\n"
                        "Authorization: Basic eDp5\r\nConnection: close\r\n\r\n".encode())
        return int(secured.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("http2", [False, True])
def test_blobs_at_another_origin(named, htpasswd_registry, registry, tmp_path, login, sources,
                                 status, http2):
    """The store fails each request that has a login: none may arrive there."""
    store = relays.nginx_tls(tmp_path / "store", registry, LOG + STORE, http2)
    with store as (store_host, _):
        away = LOG + BLOBS_AWAY % (status, store_host)
        front = relays.nginx_tls(tmp_path / "front", htpasswd_registry, away, http2,
                                 tmp_path / "store")
        with front as (host, ca_file):
            result = named.json("inspect", "--ca-file", ca_file,
                                *login(host), f"{host}/ns/app:1")
            naive = naive_status(store_host, ca_file)
    assert result["error"] is None
    assert result["manifest_digest"] == sources.made_image.digest
    assert [line.split()[2] for line in asked(tmp_path / "front")] == ["401", "200", str(status)]
    assert [line.split()[2] for line in asked(tmp_path / "store")] == ["200", "400"]
    assert naive == 400


def test_client_certificate_is_kept_from_the_store(named, registry, tmp_path):
    """The registry demands one; the store, another origin, asks for one and gets none."""
    wanted = LOG.replace("tls;", "client;") + "ssl_verify_client optional_no_ca;"
    store = relays.nginx_tls(tmp_path / "store", registry, wanted + STORE)
    with store as (store_host, _):
        away = LOG + WANTS_CLIENT + BLOBS_AWAY % (307, store_host)
        front = relays.nginx_tls(tmp_path / "front", registry, away,
                                 authority=tmp_path / "store")
        with front as (host, ca_file):
            root = tmp_path / "front"
            options = ("inspect", "--ca-file", ca_file)
            own = ("--cert", root / "server.pem", "--key", root / "server.key")
            named(*options, f"{host}/ns/oci:1").fails(3, "400")
            named(*options, *own, f"{host}/ns/oci:1").ok()
    assert asked(tmp_path / "store") == ["NONE 200"]
    assert [line.split()[2] for line in asked(tmp_path / "front")] == ["400", "200", "307"]
