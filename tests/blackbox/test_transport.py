# SPDX-License-Identifier: MIT
"""TLS with registries, proxies, and what is repeated: the transport with real servers."""
import http.server
import pathlib
import shutil
import socket
import subprocess
import threading

import pytest
from cryptography.hazmat.primitives import serialization

import relays

WANTS_CLIENT = "ssl_client_certificate {root}/ca.pem; ssl_verify_client on;"


class Server(http.server.ThreadingHTTPServer):
    """Answers from a list, and then closes connections; keeps what it was asked."""
    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = list(answers), []
        self.host = f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """Statuses with headers; None breaks the connection instead."""

    def do_GET(self):
        self.server.asked.append(self.path)
        answer = self.server.answers.pop(0) if self.server.answers else None
        self.close_connection = True
        if answer is None:
            return
        status, headers = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_CONNECT(self):
        self.server.asked.append(self.path)
        self.send_error(403)

    def log_message(self, *_):
        pass


@pytest.fixture
def named(scanreq, test_names):
    return scanreq.with_test_names(test_names)


@pytest.fixture
def tls(registry, tmp_path):
    with relays.nginx_tls(tmp_path / "nginx", registry) as (host, ca_file):
        yield host, ca_file


@pytest.fixture
def picky(registry, tmp_path):
    """nginx that asks for a client certificate: (host, CA file, certificate, key)."""
    with relays.nginx_tls(tmp_path / "picky", registry, WANTS_CLIENT) as (host, ca_file):
        root = pathlib.Path(ca_file).parent
        yield host, ca_file, root / "server.pem", root / "server.key"


def certs_d(scanreq, host):
    directory = scanreq.home / ".config" / "containers" / "certs.d" / host
    directory.mkdir(parents=True)
    return directory


# --- connections -----------------------------------------------------------------------

def test_second_image_opens_no_connection(named, tls, relay):
    host, ca_file = tls
    front = relay(f"127.0.0.1:{host.rpartition(':')[2]}")
    at = f"{relays.TLS_NAME}:{front.host.rpartition(':')[2]}"
    named("inspect", "--jobs", "1", "--ca-file", ca_file, f"{at}/ns/oci:1",
          f"{at}/ns/docker:1").ok()
    assert front.connections == 1


@pytest.mark.parametrize("http2, version", [(False, "HTTP/1.1"), (True, "HTTP/2.0")])
def test_version_is_agreed_on(named, registry, tmp_path, sources, http2, version):
    log = "access_log {root}/access.log;"
    with relays.nginx_tls(tmp_path / "nginx", registry, log, http2) as (host, ca_file):
        result = named.json("inspect", "--ca-file", ca_file, f"{host}/ns/index:1")
        missing = named("inspect", "--ca-file", ca_file, f"{host}/ns/absent:1")
    assert result["error"] is None
    missing.fails(3, "absent")
    lines = (tmp_path / "nginx" / "access.log").read_text().splitlines()
    assert [line.split('"')[1].rpartition(" ")[2] for line in lines] == [version] * 4


# --- certificates ----------------------------------------------------------------------

def test_unverified_host(named, tls):
    host, _ = tls
    other = named("inspect", "-q", "--insecure-skip-verify", "other.test", f"{host}/ns/oci:1")
    other.fails(2, host, "--ca-file")
    for name in (host, relays.TLS_NAME):
        result = named("inspect", "--insecure-skip-verify", name, f"{host}/ns/oci:1").ok()
        assert [line for line in result.lines if "insecure-skip-verify" in line]


def test_authority_of_one_host(named, tls):
    host, ca_file = tls
    (certs_d(named, host) / "own.crt").write_bytes(pathlib.Path(ca_file).read_bytes())
    named("inspect", f"{host}/ns/oci:1").ok()
    other = host.replace(relays.TLS_NAME, "other.test")
    named("inspect", f"{other}/ns/oci:1").fails(2, "not trusted")


def test_certificate_of_the_service_is_not_trusted(named, tls, tmp_path):
    """Nothing was sent, and another attempt would fare no better."""
    host, _ = tls
    keyed = named.with_env(ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5tExampleKeyId000000",
                           ALIBABA_CLOUD_ACCESS_KEY_SECRET="secret-of-the-tests",
                           SCANREQ_TOKEN="token-of-the-tests")
    done = keyed("submit", "-v", "--retry", "3", "--endpoint", f"https://{host}",
                 "--repo-name", "web", "--namespace", "shop", "--tag", "1", "-o", "json")
    assert done.status == 2 and done.result["submission"]["status"] == "not_attempted"
    assert "not trusted" in done.result["error"]["message"]
    assert "another attempt" not in done.stderr


def test_client_certificate(named, picky):
    host, ca_file, cert, key = picky
    image = f"{host}/ns/oci:1"
    named("inspect", "--ca-file", ca_file, image).fails(3, "400")
    named("inspect", "--ca-file", ca_file, "--cert", cert, "--key", key, image).ok()
    named.with_env(SCANREQ_CERT=str(cert), SCANREQ_KEY=str(key))(
        "inspect", "--ca-file", ca_file, image).ok()


def test_client_certificate_from_certs_d(named, picky):
    host, ca_file, cert, key = picky
    directory = certs_d(named, host)
    (directory / "ca.crt").write_bytes(pathlib.Path(ca_file).read_bytes())
    (directory / "own.cert").write_bytes(cert.read_bytes())
    named("inspect", f"{host}/ns/oci:1").fails(2, directory / "own.cert", "own.key")
    (directory / "own.key").write_bytes(key.read_bytes())
    named("inspect", f"{host}/ns/oci:1").ok()
    (directory / "own.cert").unlink()
    named("inspect", f"{host}/ns/oci:1").fails(2, directory / "own.key", "own.cert")


def test_client_certificate_is_for_the_registry_alone(named, picky):
    """A redirect leads to a server without it, even where a connection with it stands."""
    host, ca_file, cert, key = picky
    where = f"https://{host}/v2/ns/oci/manifests/1"
    with Server([(307, {"Location": where})]) as registry:
        at = f"{relays.TLS_NAME}:{registry.server_address[1]}"
        run = named("inspect", "--plain-http", at, "--ca-file", ca_file, "--cert", cert,
                    "--key", key, "--keep-going", "-o", "json", f"{host}/ns/oci:1",
                    f"{at}/ns/oci:1")
    first, second = run.document["results"]
    assert first["error"] is None
    assert second["error"]["http_status"] == 400


def test_wrong_client_certificates(named, picky, tmp_path):
    host, ca_file, cert, key = picky
    image = f"{host}/ns/oci:1"
    locked = tmp_path / "locked.key"
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret")))
    absent = tmp_path / "absent"
    inspect = ("inspect", "--ca-file", ca_file)
    named(*inspect, "--cert", cert, image).fails(2, "cert and key")
    named(*inspect, "--key", key, image).fails(2, "cert and key")
    named(*inspect, "--cert", absent, "--key", key, image).fails(2, absent)
    named(*inspect, "--cert", cert, "--key", absent, image).fails(2, absent)
    named(*inspect, "--cert", cert, "--key", locked, image).fails(2, locked, "encrypted")
    named(*inspect, "--cert", key, "--key", key, image).fails(2, key, "no certificate")
    named(*inspect, "--cert", cert, "--key", cert, image).fails(2, cert, "no private key")
    other = relays.private_authority(tmp_path / "other") / "server.key"
    named(*inspect, "--cert", cert, "--key", other, image).fails(2, host, "belong together")


# --- repeating -------------------------------------------------------------------------

def test_repeats_what_may_be_better_later(scanreq):
    """Each kind once, with no wait but the random part of a second."""
    answers = [None, (429, {"Retry-After": "0"}), (404, {})]
    with Server(answers) as server:
        result = scanreq("inspect", "-v", "--retry", "3", f"{server.host}/ns/app:1")
    assert result.status == 3
    assert server.asked == ["/v2/ns/app/manifests/1"] * 3
    assert sum("another attempt in" in line for line in result.lines) == 2


def test_repeats_as_often_as_told(scanreq):
    with Server([(503, {})] * 2) as server:
        scanreq("inspect", "--retry", "1", f"{server.host}/ns/app:1").fails(5, "503")
    assert len(server.asked) == 2
    scanreq("inspect", "--retry", "-1", "127.0.0.1:1/a:1").fails(2, "--retry")
    scanreq("inspect", "--retry", "101", "127.0.0.1:1/a:1").fails(2, "--retry")


def test_does_not_wait_for_hours(scanreq):
    with Server([(429, {"Retry-After": "3600"})]) as server:
        result = scanreq("inspect", "-v", "--retry", "3", f"{server.host}/ns/app:1")
    assert result.status == 5
    assert len(server.asked) == 1
    assert "asks to wait for 3600 s" in result.stderr


# --- proxies ---------------------------------------------------------------------------

def test_proxy_that_refuses(scanreq):
    """Its name is told, the password in its URL is not."""
    with Server([]) as proxy:
        behind = scanreq.with_env(HTTPS_PROXY=f"http://user:s3cr%65t-word@{proxy.host}")
        result = behind("inspect", "-vv", "registry.test/ns/app:1")
    assert result.status == 5
    assert proxy.asked == ["registry.test:443"]
    assert "the proxy refuses a connection to registry.test" in result.stderr
    for secret in ("s3cr%65t-word", "s3cret-word"):
        assert secret not in result.stderr


def test_proxy_that_is_not_there(scanreq):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    behind = scanreq.with_env(HTTPS_PROXY=f"bad://user:s3cret-word@127.0.0.1:{port}")
    result = behind("inspect", "registry.test/ns/app:1")
    assert result.status == 5
    assert "s3cret-word" not in result.stderr
    behind = scanreq.with_env(HTTPS_PROXY=f"http://127.0.0.1:{port}")
    behind("inspect", "registry.test/ns/app:1").fails(5, "127.0.0.1", "proxy")


@pytest.mark.parametrize("variable, scheme", [
    ("HTTPS_PROXY", "https"), ("https_proxy", "https"), ("ALL_PROXY", "https"),
    ("all_proxy", "http"), ("http_proxy", "http")])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "127.0.0.1:{port}",
                                   "http://nobody.test.invalid:{port}"])
def test_dead_proxy_is_named_with_its_variable(scanreq, variable, scheme, proxy):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {variable: proxy.format(port=port), "no_proxy": "other.test"}
    options = ["--plain-http", "registry.test", "-q"] if scheme == "http" else []
    scanreq.with_env(**env)("inspect", *options, "registry.test/ns/app:1").fails(
        5, "proxy refuses a connection to registry.test", f"check {variable},", "no_proxy")


def test_proxy_is_not_blamed_for_what_is_excepted(scanreq):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "NO_PROXY": "127.0.0.0/8,.invalid"}
    done = scanreq.with_env(**env)("inspect", "registry.invalid/ns/app:1")
    done.fails(5, "cannot resolve the name of registry.invalid")
    assert "PROXY" not in done.stderr


def test_proxy_looks_names_up(named, registry):
    """What a name leads to is the proxy's to know: a redirect in http goes by it."""
    with Server([(307, {"Location": "http://cdn.invalid/x"}), (404, {})]) as proxy:
        behind = named.with_env(http_proxy=f"http://{proxy.host}")
        behind("inspect", "-q", "--plain-http", "registry.invalid",
               "registry.invalid/ns/app:1").fails(3, "cdn.invalid")
    assert proxy.asked == ["http://registry.invalid/v2/ns/app/manifests/1",
                           "http://cdn.invalid/x"]


# --- start-up --------------------------------------------------------------------------

def traced(program, calls, log, *args):
    """The system calls of that kind of one run."""
    strace = shutil.which("strace")
    assert strace, "strace is needed"
    subprocess.run([strace, "-f", "-e", f"trace={calls}", "-o", log, program.path, *args],
                   env=program.env, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return log.read_text()


@pytest.mark.plain
def test_bundle_is_not_parsed(named, tls, tmp_path):
    """Of the system's authorities at most what is needed is read."""
    if not list(pathlib.Path("/etc/ssl/certs").glob("????????.0")):
        pytest.skip("this system has no hashed directory of authorities")
    host, ca_file = tls
    calls = traced(named, "openat", tmp_path / "strace", "inspect", "--ca-file", ca_file,
                   f"{host}/ns/oci:1")
    assert ca_file in calls
    assert "ca-certificates.crt" not in calls


@pytest.mark.plain
def test_one_image_starts_no_thread(scanreq, registry, tmp_path):
    calls = traced(scanreq, "clone,clone3,connect", tmp_path / "strace", "inspect",
                   f"{registry}/ns/oci:1")
    assert "connect(" in calls
    assert "CLONE_THREAD" not in calls


@pytest.mark.parametrize("kib", [120, 200, 1000])
def test_header_field_that_libcurl_does_not_take(scanreq, kib):
    """It is told as what it is, not as memory that has run out."""
    with Server([(200, {"X-Long": "x" * (kib << 10)})]) as server:
        scanreq("inspect", f"{server.host}/ns/app:1").fails(3, server.host, "too long")
