# SPDX-License-Identifier: MIT
"""ACS3-HMAC-SHA256 from the bytes of a request on the wire.

Written from "Request syntax and signature method V3" alone, so that it shares no mistake
with the program under test.
"""
import dataclasses
import hashlib
import hmac
import urllib.parse

ALGORITHM = "ACS3-HMAC-SHA256"


class Malformed(Exception):
    """The Authorization header is not of the form that the gateway reads."""


@dataclasses.dataclass(frozen=True)
class Authorization:
    key_id: str
    signed_headers: tuple
    signature: str

    @classmethod
    def parse(cls, value):
        algorithm, _, rest = value.partition(" ")
        parts = dict(part.partition("=")[::2] for part in rest.split(","))
        if algorithm != ALGORITHM or set(parts) != {"Credential", "SignedHeaders", "Signature"}:
            raise Malformed(value)
        return cls(parts["Credential"], tuple(parts["SignedHeaders"].split(";")),
                   parts["Signature"])


def encode(text):
    """RFC 3986: all but the unreserved characters as %XX of UTF-8."""
    return urllib.parse.quote(text, safe="-_.~")


def split_query(raw):
    """The (name, value) pairs of a query or form, decoded as a server does."""
    pairs = []
    for part in raw.split("&") if raw else []:
        name, _, value = part.partition("=")
        pairs.append((urllib.parse.unquote_plus(name, errors="strict"),
                      urllib.parse.unquote_plus(value, errors="strict")))
    return pairs


def canonical_query(raw):
    return "&".join(f"{encode(n)}={encode(v)}" for n, v in sorted(split_query(raw)))


def counts(name):
    """Whether a header must be part of the signature when it is sent."""
    return name.startswith("x-acs-") or name in ("host", "content-type")


def header_values(headers, name):
    return [value.strip() for n, value in headers if n.lower() == name]


def payload_hash(body):
    return hashlib.sha256(body).hexdigest()


def canonical_request(method, target, headers, signed_headers, body):
    path, _, query = target.partition("?")
    lines = "".join(f"{name}:{','.join(sorted(header_values(headers, name)))}\n"
                    for name in signed_headers)
    return "\n".join([method, path, canonical_query(query), lines, ";".join(signed_headers),
                      payload_hash(body)])


def string_to_sign(canonical):
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature(secret, canonical):
    return hmac.new(secret.encode(), string_to_sign(canonical).encode(),
                    hashlib.sha256).hexdigest()


def authorization(key_id, secret, method, target, headers, body):
    """The Authorization value for a request that is about to be sent."""
    names = sorted({n.lower() for n, _ in headers if counts(n.lower())})
    canonical = canonical_request(method, target, headers, names, body)
    return (f"{ALGORITHM} Credential={key_id},SignedHeaders={';'.join(names)},"
            f"Signature={signature(secret, canonical)}")
