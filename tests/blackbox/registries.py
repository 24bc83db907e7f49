# SPDX-License-Identifier: MIT
"""The real docker-registry on a free loopback port, and other servers of its kind."""
import contextlib
import http.client
import json
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request

import wire

START_SECONDS = 30
USER, PASSWORD = "builder", "pa:ss wörd/9+="

CONFIG = """\
version: 0.1
log: {{level: info, formatter: text}}
storage:
  filesystem: {{rootdirectory: '{root}'}}
  delete: {{enabled: true}}
http:
  addr: 127.0.0.1:0
  secret: blackbox
{auth}"""


def end(process):
    """Ends a process that we started, by its id."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@contextlib.contextmanager
def docker_registry(directory, auth=""):
    """Runs docker-registry over `directory` and yields its host:port."""
    root = pathlib.Path(directory)
    root.mkdir(parents=True, exist_ok=True)
    config, log = root / "config.yml", root / "registry.log"
    config.write_text(CONFIG.format(root=root / "data", auth=auth))
    with open(log, "wb") as out:
        process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=out,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        yield f"127.0.0.1:{_port_in(log, process)}"
    finally:
        end(process)


def _port_in(log, process):
    """The port that the registry says it listens on: it chose a free one itself."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(rb"listening on 127\.0\.0\.1:(\d+)", log.read_bytes())
        if found:
            return int(found[1])
        time.sleep(0.02)
    raise RuntimeError(f"docker-registry did not start: {log.read_text()[-2000:]}")


def htpasswd_auth(directory):
    path = pathlib.Path(directory) / "htpasswd"
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["htpasswd", "-Bin", USER], input=PASSWORD.encode(),
                          stdout=subprocess.PIPE, check=True)
    path.write_bytes(done.stdout)
    return f"auth: {{htpasswd: {{realm: tests, path: '{path}'}}}}\n"


def token_auth(server):
    return ("auth: {token: {"
            f"realm: '{server.url}/token', service: '{server.service}', "
            f"issuer: '{server.issuer}', rootcertbundle: '{server.certificate_file}'}}}}\n")


def skopeo(*args, **kwargs):
    command = ["skopeo", "--insecure-policy", *args]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=120, check=False, **kwargs)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def skopeo_push(source, host, name, *args):
    skopeo("copy", "--dest-tls-verify=false", *args, source, f"docker://{host}/{name}")


def skopeo_raw(host, name, *args):
    """The manifest or index as the registry holds it, or with --config the config."""
    return skopeo("inspect", "--tls-verify=false", "--raw", *args, f"docker://{host}/{name}")


def put_manifest(host, repository, reference, media_type, data):
    request = urllib.request.Request(
        f"http://{host}/v2/{repository}/manifests/{reference}", data=data, method="PUT",
        headers={"Content-Type": media_type})
    with urllib.request.urlopen(request, timeout=30):
        pass


def put_blob(host, repository, digest, data):
    start = urllib.request.Request(f"http://{host}/v2/{repository}/blobs/uploads/",
                                   data=b"", method="POST")
    with urllib.request.urlopen(start, timeout=30) as answer:
        location = answer.headers["Location"]
    url = location + ("&" if "?" in location else "?") + "digest=" + digest
    request = urllib.request.Request(url, data=data, method="PUT",
                                     headers={"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(request, timeout=30):
        pass


def put_image(host, repository, image, media_type, reference=None):
    """Pushes one image as it is, without a tool that would rewrite it."""
    for digest, data in image.blobs.items():
        put_blob(host, repository, digest, data)
    put_manifest(host, repository, reference or image.digest, media_type, image.manifest)


def put_tags(host, repository, blobs, manifests, token=None):
    """Pushes {digest: bytes} and then {tag: manifest}, over one connection."""
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(method, path, body, **more):
        connection.request(method, path, body, {**headers, **more})
        with connection.getresponse() as answer:
            answer.read()
            if answer.status not in (201, 202):
                raise RuntimeError(f"{method} {path}: {answer.status}")
            return answer.headers.get("Location")
    with contextlib.closing(connection):
        for digest, data in blobs.items():
            place = send("POST", f"/v2/{repository}/blobs/uploads/", b"").split(host, 1)[-1]
            mark = "&" if "?" in place else "?"
            send("PUT", f"{place}{mark}digest={digest}", data,
                 **{"Content-Type": "application/octet-stream"})
        for tag, manifest in manifests.items():
            send("PUT", f"/v2/{repository}/manifests/{tag}", manifest,
                 **{"Content-Type": json.loads(manifest)["mediaType"]})


class Scripted(wire.Server):
    """A registry whose answers a test lays down: {path: Answer or list of Answers}."""

    def __init__(self, answers=None):
        super().__init__()
        self.answers = dict(answers or {})

    def answer(self, request):
        found = self.answers.get(request.path)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if found is None:
            return wire.Answer(404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"no"}]}')
        return found


def manifest_answer(data, media_type, **headers):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return wire.Answer(200, data, named, media_type)


def blob_answer(data):
    return wire.Answer(200, data, (), "application/octet-stream")
