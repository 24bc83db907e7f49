# SPDX-License-Identifier: MIT
"""What stands between the program and a server: a counting relay, and nginx for TLS."""
import contextlib
import datetime
import ipaddress
import pathlib
import shutil
import socket
import subprocess
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import registries

TLS_NAME = "registry.test"  # resolve-test-names.c makes it 127.0.0.1
START_ATTEMPTS = 5
START_SECONDS = 15


class Relay:
    """Passes bytes to `target` (host:port), counting connections and requests.

    It counts requests without a body, which is all that reading a registry takes.
    """

    def __init__(self, target, address="127.0.0.1"):
        host, _, port = target.rpartition(":")
        self.target = (host, int(port))
        self.connections = 0
        self.heads = []  # each request's bytes up to the blank line
        self.lock = threading.Lock()
        six = ":" in address
        self._listener = socket.create_server(
            (address, 0), backlog=16, family=socket.AF_INET6 if six else socket.AF_INET)
        port = self._listener.getsockname()[1]
        self.host = f"[{address}]:{port}" if six else f"{address}:{port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def lines(self):
        """The request lines without their version: "GET /v2/..."."""
        with self.lock:
            return [head.split(b"\r\n")[0].decode().rpartition(" ")[0]
                    for head in self.heads]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
            server = socket.create_connection(self.target, timeout=30)
            threading.Thread(target=self._pump, args=(client, server, True),
                             daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False),
                             daemon=True).start()

    def _pump(self, source, sink, watch):
        pending = b""
        try:
            while data := source.recv(65536):
                if watch:
                    pending = self._note(pending + data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _note(self, pending):
        *heads, rest = pending.split(b"\r\n\r\n")
        with self.lock:
            self.heads += heads
        return rest


def _certificate(name, key, issuer_name, issuer_key, extensions, age=1):
    start = datetime.datetime.utcnow() - datetime.timedelta(days=age)
    builder = (x509.CertificateBuilder().subject_name(name).issuer_name(issuer_name)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(start)
               .not_valid_after(start + datetime.timedelta(days=30)))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _common_name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(name):
    with contextlib.suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def private_authority(directory, names=(TLS_NAME,), age=1,
                      called="Private authority of the tests"):
    """Writes ca.pem, and server.pem and server.key for `names`, into `directory`.

    The server's certificate is `age` days old, and holds for 30.
    """
    root = pathlib.Path(directory)
    root.mkdir(parents=True, exist_ok=True)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = _common_name(called)
    ca = _certificate(ca_name, ca_key, ca_name, ca_key,
                      [(x509.BasicConstraints(ca=True, path_length=0), True)])
    names = x509.SubjectAlternativeName([_general_name(name) for name in names])
    server = _certificate(_common_name("server"), key, ca_name, ca_key, [(names, False)], age)
    pem = serialization.Encoding.PEM
    (root / "ca.pem").write_bytes(ca.public_bytes(pem))
    (root / "server.pem").write_bytes(server.public_bytes(pem))
    (root / "server.key").write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return root


NGINX_CONF = """\
daemon off;
pid "{root}/nginx.pid";
error_log "{root}/error.log";
worker_processes 1;
events {{}}
http {{
  access_log off;
  log_format tls '$ssl_protocol $server_protocol $status $request_method $request_uri';
  log_format client '$ssl_client_verify $status';
  client_body_temp_path "{root}/body";
  proxy_temp_path "{root}/proxy";
  fastcgi_temp_path "{root}/fastcgi";
  uwsgi_temp_path "{root}/uwsgi";
  scgi_temp_path "{root}/scgi";
  server {{
    listen 127.0.0.1:{port} ssl{http2};
    ssl_certificate "{root}/server.pem";
    ssl_certificate_key "{root}/server.key";
    {settings}
    location / {{
      proxy_pass http://{target};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def listens(process, port, address="127.0.0.1"):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((address, port), timeout=5).close()
            return True
        time.sleep(0.02)
    return False


@contextlib.contextmanager
def nginx_tls(directory, target, settings="", http2=False, authority=None, age=1):
    """Runs nginx with a certificate of a private authority; yields (host:port, CA file).

    `settings` are lines of the server's own; `{root}` in them is the directory.
    `authority` is the directory of another one, whose certificate is shared.
    """
    root = private_authority(directory, age=age) if not authority else pathlib.Path(directory)
    if authority:
        shutil.copytree(authority, root, ignore=shutil.ignore_patterns("*.log", "nginx.*"))
    config, log = root / "nginx.conf", root / "error.log"
    for _ in range(START_ATTEMPTS):  # another process may take the port between
        port = free_port()
        config.write_text(NGINX_CONF.format(root=root, port=port, target=target,
                                            settings=settings.format(root=root),
                                            http2=" http2" if http2 else ""))
        process = subprocess.Popen(
            ["/usr/sbin/nginx", "-e", str(log), "-p", str(root), "-c", str(config)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if listens(process, port):
                yield f"{TLS_NAME}:{port}", str(root / "ca.pem")
                return
        finally:
            registries.end(process)
    raise RuntimeError(f"nginx did not start: {log.read_text()[-2000:]}")
