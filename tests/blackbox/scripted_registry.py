# SPDX-License-Identifier: MIT
"""Registries, token servers and stores that play a script: which request comes next, with
which login, and what it gets.

A request that the script does not expect fails the test, and so does an expected one that
never comes. What a script does not say may not be sent: a login that is not named in a
step is one that must not arrive there.
"""
import base64
import dataclasses
import ssl
import threading
import urllib.parse

import acs3
import oci_image
import wire

# Names that the certificate holds; what else is asked has no server.
NAMES = ("registry.test", "other.test", "auth.test", "cdn.test",
         "registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com",
         "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "prod-starport.s3.amazonaws.com",
         "public.ecr.aws", "gcr.io", "europe-docker.pkg.dev", "ghcr.io", "team.azurecr.io",
         "registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com",
         "registry-vpc.cn-hangzhou.aliyuncs.com", "registry.cn-hangzhou.aliyuncs.com.evil.test",
         "registry.oss-cn-hangzhou.aliyuncs.com", "team-registry.cn-hangzhou.cr.aliyuncs.com",
         "crpi-0a1b2c.cn-hangzhou.personal.cr.aliyuncs.com", "cr.cn-hangzhou.aliyuncs.com",
         "cr-vpc.cn-hangzhou.aliyuncs.com",
         "quay.io", "cdn01.quay.io", "harbor.test", "artifactory.test", "gitlab.test",
         "nexus.test", "registry.redhat.io", "sso.redhat.com", "swr.cn-north-4.myhuaweicloud.com")

DEFAULT_PORTS = {"https": 443, "http": 80}


class Origin(wire.Server):
    """One scheme, host and port. Its requests are judged by the play."""

    def __init__(self, play, url, tls):
        parts = urllib.parse.urlsplit(url)
        super().__init__(tls if parts.scheme == "https" else None)
        self.play = play
        self.outside = f"{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"
        self.url = url
        self.host = parts.netloc

    def answer(self, request):
        return self.play.answer(self, request)


@dataclasses.dataclass(frozen=True)
class Step:
    """A request that must come next, and what it gets."""
    origin: Origin
    target: str              # path and query; of the query the order does not matter
    answer: wire.Answer
    login: str = None        # the Authorization field; None: there must be none
    method: str = "GET"
    form: tuple = ()         # (name, value) pairs of a form body, in any order

    def differs(self, origin, request):
        """What is wrong with a request, or None."""
        path, _, query = self.target.partition("?")
        want = (self.origin.url, self.method, path, _pairs(query), sorted(self.form),
                [self.login] if self.login else [])
        got = (origin.url, request.method, request.path, _pairs(request.query),
               _pairs(request.body.decode("latin-1")), request.values("authorization"))
        return None if want == got else f"expected {want}, and there came {got}"


def _pairs(query):
    return sorted(acs3.split_query(query)) if query else []


class Play:
    """The origins of a test, and the one order of everything that they are asked."""

    def __init__(self, program, tls, authorities):
        self.program = program
        self.tls = tls
        self.authorities = authorities
        self.origins = []
        self.beside = []     # servers with an `outside` that judge their requests themselves
        self.steps = []
        self.wrong = []
        self.requests = []   # (origin, request), all of them
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for origin in self.origins:
            origin.__exit__()

    def origin(self, url):
        made = Origin(self, url, self.tls)
        self.origins.append(made)
        return made.__enter__()

    def answer(self, origin, request):
        with self._lock:
            self.requests.append((origin, request))
            step = self.steps.pop(0) if self.steps and not self.wrong else None
            wrong = step.differs(origin, request) if step else \
                f"not expected: {request.method} {origin.url}{request.target}"
            if wrong:
                self.wrong.append(wrong)
                return wire.Answer(400, b"{}")
            return step.answer

    def run(self, *args, steps, reached=False, **kwargs):
        """Runs the program against the steps, all of which must be used.

        `reached`: an origin without a step may be connected to, but not be asked.
        """
        self.steps, self.wrong, self.requests = list(steps), [], []
        for origin in self.origins:
            origin.forget()
        moved = " ".join(f"{o.outside}={o.port}" for o in self.origins + self.beside)
        env = {"RESOLVE_TEST_NAMES": moved, "SCANREQ_CA_FILE": self.authorities,
               "SCANREQ_JOBS": "1"}  # one image after the other, as the steps are
        asked = {step.origin.url for step in steps}
        result = self.program(*args, env={**env, **kwargs.pop("env", {})}, **kwargs)
        where = f"{args}: {result.status}\n{result.stderr}"
        assert not self.wrong, f"{self.wrong[0]}\n{where}"
        assert not self.steps, f"never came: {self.steps[0]}\n{where}"
        for origin in self.origins:
            assert reached or origin.url in asked or not origin.connections, origin.url
        return result

    def inspect(self, *args, steps, **kwargs):
        return self.run("inspect", *args, steps=steps, **kwargs)


def server_context(directory):
    """For servers with the certificate that private_authority() wrote."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem", directory / "server.key")
    return context


# --- what is asked, and what is said ------------------------------------------------------

def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def refuse(*challenges, body=b'{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}', **fields):
    return wire.Answer(401, body, tuple(("WWW-Authenticate", text) for text in challenges) +
                       _fields(fields))


def say(status, body=b"{}", content_type="application/json", **fields):
    return wire.Answer(status, body, _fields(fields), content_type)


def move(url, status=307):
    return wire.Answer(status, b"", (("Location", url),))


def token(value, member="token", **more):
    return wire.Answer(200, oci_image.to_json({member: value, "expires_in": 300, **more}))


def manifest(image, media_type=oci_image.OCI_MANIFEST, **fields):
    data = image.index if isinstance(image, oci_image.Index) else \
        image if isinstance(image, bytes) else image.manifest
    return wire.Answer(200, data, _fields(fields), media_type)


def blob(data, **fields):
    return wire.Answer(200, data, _fields(fields), "application/octet-stream")


def _fields(fields):
    return tuple((name.replace("_", "-"), value) for name, value in fields.items())


def manifest_path(image, repository="ns/app", reference="1"):
    return f"/v2/{repository}/manifests/{reference or image.digest}"


def config_path(image, repository="ns/app"):
    return f"/v2/{repository}/blobs/{oci_image.sha256(image.config)}"


def scope(repository="ns/app"):
    return f"scope=repository%3A{repository.replace('/', '%2F')}%3Apull"


def authfile(path, **auths):
    """Writes an auth.json; of each host the entry, or a (user, password) pair."""
    entries = {host: entry if isinstance(entry, dict) else
               {"auth": basic(*entry).removeprefix("Basic ")}
               for host, entry in auths.items()}
    path.write_bytes(oci_image.to_json({"auths": entries}))
    return path
