# SPDX-License-Identifier: MIT
"""A token server as distribution's spec/auth/token.md describes it, with a key of its own.

Everybody may pull below `public/`; the one user that it knows may do everything.
"""
import base64
import datetime
import json
import pathlib
import time
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

import acs3
import registries
import wire


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def self_signed(key, name):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime.utcnow() - datetime.timedelta(days=1)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256()))


class TokenServer(wire.Server):
    service = "registry.test"
    issuer = "tests"

    def __init__(self, directory):
        super().__init__()
        self.member = "token"      # or "access_token": where the token stands in the answer
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = self_signed(self.key, self.issuer)
        self.chain = base64.b64encode(
            certificate.public_bytes(serialization.Encoding.DER)).decode()
        self.certificate_file = pathlib.Path(directory) / "token.crt"
        self.certificate_file.parent.mkdir(parents=True, exist_ok=True)
        self.certificate_file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM))

    def answer(self, request):
        if request.method != "GET" or request.path != "/token":
            return wire.Answer(404, b"{}")
        user = self._user(request)
        if user is None:
            return wire.Answer(401, b'{"details":"incorrect username or password"}')
        asked = acs3.split_query(request.query)
        if ("service", self.service) not in asked:
            return wire.Answer(400, b'{"details":"unknown service"}')
        scopes = [value for name, value in asked if name == "scope"]
        access = [grant for scope in scopes for grant in self._grant(user, scope)]
        return wire.Answer(200, json.dumps({self.member: self._token(user, access),
                                            "expires_in": 300}).encode())

    def push_token(self, repository):
        """What a builder would be given."""
        return self._token(registries.USER, [{"type": "repository", "name": repository,
                                              "actions": ["pull", "push"]}])

    @staticmethod
    def _user(request):
        """The user's name, "" for nobody, None for wrong credentials."""
        value = request.value("authorization")
        if value is None:
            return ""
        right = base64.b64encode(f"{registries.USER}:{registries.PASSWORD}".encode()).decode()
        return registries.USER if value == f"Basic {right}" else None

    @staticmethod
    def _grant(user, scope):
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        granted = actions.split(",")
        if not user:
            granted = [a for a in granted if a == "pull" and name.startswith("public/")]
        return [{"type": kind, "name": name, "actions": granted}] if granted else []

    def _token(self, user, access):
        header = {"typ": "JWT", "alg": "RS256", "x5c": [self.chain]}
        moment = int(time.time())
        claims = {"iss": self.issuer, "sub": user, "aud": self.service, "exp": moment + 300,
                  "nbf": moment - 10, "iat": moment, "jti": uuid.uuid4().hex,
                  "access": access}
        signed = ".".join(b64url(json.dumps(part).encode()) for part in (header, claims))
        return signed + "." + b64url(self.key.sign(signed.encode(), padding.PKCS1v15(),
                                                   hashes.SHA256()))
