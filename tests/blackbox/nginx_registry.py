# SPDX-License-Identifier: MIT
"""nginx plays registries, token servers and stores of blobs out of files.

It takes little time for an answer, speaks HTTP/1.1, HTTP/2, TLS 1.2 and TLS 1.3, and logs each
request. What it serves is written once, by put(); what it asks for is in the server's lines.
It is one process, which stays who started it: a worker of root's would be somebody else who could
not read these files, and in a user namespace it could not change its groups.
"""
import contextlib
import dataclasses
import json
import pathlib
import subprocess

import oci_image
import registries
import relays

TOKEN = "anonymous-token"

CONF = """\
user root;
daemon off;
master_process off;
pid "{root}/nginx.pid";
error_log "{root}/error.log";
events {{ worker_connections 2048; }}
http {{
  log_format requests '$host $server_protocol $status $request_method $request_uri';
  access_log off;
  client_body_temp_path "{root}/body";
  proxy_temp_path "{root}/proxy";
  fastcgi_temp_path "{root}/fastcgi";
  uwsgi_temp_path "{root}/uwsgi";
  scgi_temp_path "{root}/scgi";
  tcp_nopush on;
  keepalive_requests 1000000;
  types {{ }}
  default_type application/octet-stream;
  ssl_certificate "{root}/server.pem";
  ssl_certificate_key "{root}/server.key";
  ssl_protocols TLSv1.2 TLSv1.3;
  map $uri $repository {{ ~^/v2/(.+)/(?:manifests|blobs)/ $1; }}
{servers}}}
"""

SERVER = """\
  server {{
    {listen}
    {name}
    root "{root}/files";
    {log}
    {lines}
  }}
"""

MANIFESTS = """\
location ~ /index[^/]*/manifests/[^:]*$ {{ default_type {index}; }}
    location ~ /manifests/ {{ default_type {manifest}; }}
    location = /v2/ {{ default_type application/json; return 200 '{{}}'; }}
""".format(manifest=oci_image.OCI_MANIFEST, index=oci_image.OCI_INDEX)


@dataclasses.dataclass(frozen=True)
class Server:
    """One server: where it listens (several "address:port"), and its lines of nginx's."""
    listens: tuple
    lines: str
    tls: bool = True
    http2: bool = True
    name: str = ""      # of the host, where several servers listen at one address


def open_registry():
    return MANIFESTS


def _closed(authorization, challenge):
    """A registry that wants exactly this Authorization field."""
    return (f'if ($http_authorization != "{authorization}") {{ return 401; }}\n'
            "    error_page 401 @challenge;\n"
            f"    location @challenge {{ add_header WWW-Authenticate '{challenge}' always; "
            "default_type application/json; return 401 '{}'; }\n    " + MANIFESTS)


def basic_registry(authorization):
    return _closed(authorization, 'Basic realm="registry"')


def token_registry(realm, service, blobs_at=None):
    """`blobs_at`: the origin that blobs are redirected to."""
    moved = f"    location ~ /blobs/ {{ return 307 {blobs_at}$request_uri; }}\n" if blobs_at else ""
    return _closed(f"Bearer {TOKEN}", f'Bearer realm="{realm}",service="{service}",'
                   'scope="repository:$repository:pull"') + moved


def token_server():
    answer = json.dumps({"token": TOKEN, "expires_in": 300})
    return f"location / {{ default_type application/json; return 200 '{answer}'; }}"


def store():
    """Hands out files as they are."""
    return ""


def put(root, repository, made, tag="1"):
    """Writes an oci_image.Image or Index where nginx serves it from."""
    base = pathlib.Path(root) / "files" / "v2" / repository
    index = isinstance(made, oci_image.Index)
    images = list(made.images.values()) if index else [made]
    for directory in ("manifests", "blobs"):
        (base / directory).mkdir(parents=True, exist_ok=True)
    top = made.index if index else made.manifest
    documents = {tag: top, made.digest: top, **{image.digest: image.manifest for image in images}}
    for reference, data in documents.items():
        (base / "manifests" / reference).write_bytes(data)
    for image in images:
        for digest, data in image.blobs.items():
            (base / "blobs" / digest).write_bytes(data)


def _server_text(root, server, log):
    kind = (" ssl" if server.tls else "") + (" http2" if server.tls and server.http2 else "")
    return SERVER.format(
        root=root, lines=server.lines, name=f"server_name {server.name};" if server.name else "",
        log=f'access_log "{log}" requests;' if log else "",
        listen=" ".join(f"listen {address}{kind};" for address in server.listens))


@contextlib.contextmanager
def nginx(root, servers, log=None):
    """Runs nginx over `root`, which has private_authority()'s files and those of put()."""
    root = pathlib.Path(root)
    config, errors = root / "nginx.conf", root / "error.log"
    config.write_text(CONF.format(root=root, servers="".join(
        _server_text(root, server, log) for server in servers)))
    process = subprocess.Popen(
        ["/usr/sbin/nginx", "-e", str(errors), "-p", str(root), "-c", str(config)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for server in servers:
            for address in server.listens:
                if not relays.listens(process, int(address.rpartition(":")[2]),
                                      address.rpartition(":")[0]):
                    raise RuntimeError(f"nginx did not start: {errors.read_text()[-2000:]}")
        yield
    finally:
        registries.end(process)
