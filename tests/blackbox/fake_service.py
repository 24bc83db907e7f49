# SPDX-License-Identifier: MIT
"""A strict fake of Security Center's CreateJenkinsImageScanTask behind its API gateway.

It recomputes the signature from the bytes on the wire, refuses what the real service
would refuse, and plays the answers that a test asks for. Nothing is written to a file.
"""
import collections
import datetime
import hmac
import json
import re
import uuid

import acs3
import wire

ACTION = "CreateJenkinsImageScanTask"
VERSION = "2018-12-03"
IN_QUERY = {"JenkinsEnv", "SourceIp"}
IN_FORM = {"Digest", "ImageCreate", "ImageId", "ImageSize", "ImageUpdate", "Namespace",
           "RepoName", "Tag", "Token", "Uuid"}
NUMBERS = {"ImageCreate", "ImageSize", "ImageUpdate"}
FORM = "application/x-www-form-urlencoded"
MAX_SKEW = datetime.timedelta(minutes=15)

KEY_ID = "LTAI5tBlackboxTests0001"
KEY_SECRET = "9fQ2+blackbox/secret=Zx81"
TEMPORARY_ID = "STS.NUblackboxTests0002"
TEMPORARY_SECRET = "7hTtemporary+secret/0002=="
SECURITY_TOKEN = "CAISblackbox+security/token==0002"

ACCEPTED = {
    "Data": {
        "TaskId": "fc98d58eb56f699d49bf7ebbd6d70000",
        "Uuid": "6690a46c-0edb-4663-a641-3629d1a90000",
        "ImageScanCapacity": 100,
        "RepoRegionId": "cn-hangzhou",
        "RepoInstanceId": "cri-0gkaatghnmnt0000",
        "RepoId": "crr-upze3gcopm9c0000",
    },
    "RequestId": "52870893-48A7-5A9E-9E05-6253E5B60000",
}
ACCEPTED_2022 = dict(ACCEPTED, Code="200", Message="success", Success=True,
                     HttpStatusCode=200, TimeCost=12)


class Refusal(Exception):
    def __init__(self, status, code, message):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def json_answer(status, document, headers=()):
    return wire.Answer(status, json.dumps(document).encode(), headers)


def error(status, code, message="made by the test", headers=(), **more):
    """An error as the gateway or the service writes it."""
    return json_answer(status, {"Code": code, "Message": message, "HostId": "127.0.0.1",
                                "RequestId": str(uuid.uuid4()).upper(), **more}, headers)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Service(wire.Server):
    """`keys` maps a key id to (secret, security token or None)."""

    def __init__(self):
        super().__init__()
        self.keys = {KEY_ID: (KEY_SECRET, None),
                     TEMPORARY_ID: (TEMPORARY_SECRET, SECURITY_TOKEN)}
        self.clock = now
        self._nonces = set()
        self._script = collections.deque()

    def play(self, *answers):
        """Answers for the next requests that pass every check, in this order."""
        self._script.extend(answers)

    def reset(self):
        self.forget()
        self._script.clear()
        self.clock = now

    def answer(self, request):
        try:
            self._check(request)
        except Refusal as no:
            request.verdict = no.code
            return self._refuse(request, no)
        request.verdict = "OK"
        return self._script.popleft() if self._script else json_answer(200, ACCEPTED)

    def _refuse(self, request, no):
        date = (("Date", self.clock().strftime("%a, %d %b %Y %H:%M:%S GMT")),)
        if "application/json" in request.value("accept", ""):
            return error(no.status, no.code, no.message, date)
        text = f"<Error><Code>{no.code}</Code><Message>{no.message}</Message></Error>"
        return wire.Answer(no.status, text.encode(), date, "text/xml;charset=utf-8")

    def _check(self, request):
        self._check_operation(request)
        authorization = self._check_headers(request)
        self._check_date(request)
        secret = self._check_key(request, authorization)
        self._check_signature(request, authorization, secret)
        self._check_nonce(request)
        self._check_parameters(request)

    @staticmethod
    def _check_operation(request):
        if request.method != "POST":
            raise Refusal(400, "UnsupportedHTTPMethod", "this operation takes POST")
        if request.path != "/":
            raise Refusal(404, "InvalidApi.NotFound", "no such path")
        if request.value("x-acs-action") != ACTION:
            raise Refusal(404, "InvalidAction.NotFound", "no such action")
        if request.value("x-acs-version") != VERSION:
            raise Refusal(400, "InvalidVersion", "no such version")

    @staticmethod
    def _check_headers(request):
        names = [name.lower() for name, _ in request.headers]
        for name in ("host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256",
                     "authorization"):
            if names.count(name) != 1:
                raise Refusal(400, f"Missing{name}", f"header {name} must be there once")
        try:
            authorization = acs3.Authorization.parse(request.value("authorization"))
        except acs3.Malformed:
            raise Refusal(400, "IncompleteSignature", "Authorization is malformed") from None
        missing = {n for n in names if acs3.counts(n)} - set(authorization.signed_headers)
        unsent = set(authorization.signed_headers) - set(names)
        unsorted = list(authorization.signed_headers) != sorted(authorization.signed_headers)
        if missing or unsent or unsorted:
            raise Refusal(400, "SignatureDoesNotMatch", f"SignedHeaders: {missing | unsent}")
        return authorization

    def _check_date(self, request):
        text = request.value("x-acs-date")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
            raise Refusal(400, "InvalidTimeStamp.Format", "x-acs-date is malformed")
        date = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
        if abs(self.clock() - date.replace(tzinfo=datetime.timezone.utc)) > MAX_SKEW:
            raise Refusal(400, "InvalidTimeStamp.Expired", "x-acs-date is out of range")

    def _check_key(self, request, authorization):
        if authorization.key_id not in self.keys:
            raise Refusal(404, "InvalidAccessKeyId.NotFound",
                          "Specified access key is not found.")
        if request.value("x-acs-accesskey-id", authorization.key_id) != authorization.key_id:
            raise Refusal(400, "SignatureDoesNotMatch", "x-acs-accesskey-id differs")
        secret, token = self.keys[authorization.key_id]
        sent = request.value("x-acs-security-token")
        if token and not sent:
            raise Refusal(400, "InvalidSecurityToken.Malformed",
                          "x-acs-security-token is missing")
        if sent != token:
            raise Refusal(400, "InvalidSecurityToken.MismatchWithAccessKey",
                          "Specified SecurityToken mismatch with the AccessKey.")
        return secret

    @staticmethod
    def _check_signature(request, authorization, secret):
        if request.value("x-acs-content-sha256") != acs3.payload_hash(request.body):
            raise Refusal(400, "SignatureDoesNotMatch",
                          "x-acs-content-sha256 is not that of the body")
        canonical = acs3.canonical_request(request.method, request.target, request.headers,
                                           authorization.signed_headers, request.body)
        if not hmac.compare_digest(acs3.signature(secret, canonical), authorization.signature):
            raise Refusal(400, "SignatureDoesNotMatch",
                          "Specified signature does not match our calculation. server string "
                          f"to sign is:{acs3.string_to_sign(canonical)}\nserver canonical "
                          f"request is:{canonical}")

    def _check_nonce(self, request):
        nonce = request.value("x-acs-signature-nonce")
        if not nonce or nonce in self._nonces:
            raise Refusal(400, "SignatureNonceUsed", "the nonce was used before")
        self._nonces.add(nonce)

    @staticmethod
    def _check_parameters(request):
        if request.body and request.value("content-type") != FORM:
            raise Refusal(400, "InvalidParameter", f"the body is not {FORM}")
        query = acs3.split_query(request.query)
        form = acs3.split_query(request.body.decode("ascii"))
        for pairs, allowed in ((query, IN_QUERY), (form, IN_FORM)):
            names = [name for name, _ in pairs]
            if not set(names) <= allowed or len(set(names)) != len(names):
                raise Refusal(400, "InvalidParameter", f"misplaced or repeated: {names}")
            for name, value in pairs:
                if name in NUMBERS and not re.fullmatch(r"-?[0-9]{1,19}", value):
                    raise Refusal(400, "InvalidParameter", f"{name} is no number")


def parameters(request):
    """All parameters of a recorded request, wherever they stand."""
    return dict(acs3.split_query(request.query) +
                acs3.split_query(request.body.decode("ascii")))
