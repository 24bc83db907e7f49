# SPDX-License-Identifier: MIT
"""Strict fakes of what gives out session keys: STS, an ECS instance's metadata service
(versions 1 and 2) and a credentials URI. All of them are one server on loopback.
"""
import datetime
import re
import secrets

import acs3
import fake_service
import wire

STS_VERSION = "2015-04-01"
ROLE_ARN = "acs:ram::1000000000000001:role/scanner"
OIDC_ARN = "acs:ram::1000000000000001:oidc-provider/ack"
OIDC_TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLW9mLXRlc3Rz"
INSTANCE_ROLE = "scan-instance.role-1"
OFF = wire.Answer(404, b"", content_type="text/plain")


def until(seconds):
    end = fake_service.now() + datetime.timedelta(seconds=seconds)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


class Identity(fake_service.Service):
    """`imds` is 2 (a token is needed), 1 (there are no tokens) or 0 (no role). Keys that
    it gives out are known to `service`. `override` answers in its place, `first` before it."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        self.imds = 2
        self.life = 3600
        self.override = {}
        self.first = {}
        self.no_token_taken = False
        self.oidc_token = OIDC_TOKEN
        self.given = []
        self._issued = secrets.token_urlsafe(40)

    def session(self):
        """New session keys, good for the service and for STS."""
        key_id = "STS." + secrets.token_hex(12)
        secret, token = secrets.token_urlsafe(30), "CAIS" + secrets.token_urlsafe(900)
        for server in (self.service, self):
            server.keys[key_id] = (secret, token)
        self.given.append((key_id, secret, token))
        return {"AccessKeyId": key_id, "AccessKeySecret": secret, "SecurityToken": token,
                "Expiration": until(self.life)}

    def answer(self, request):
        request.verdict = "OK"
        query = dict(acs3.split_query(request.query))
        kind = ("token" if request.path == "/latest/api/token" else
                "metadata" if request.path.startswith("/latest/") else
                "uri" if request.path == "/keys" else
                "oidc" if query.get("Action") == "AssumeRoleWithOIDC" else "assume")
        if self.first.get(kind):
            return self.first[kind].pop(0)
        if kind in self.override:
            return self.override[kind]
        try:
            return getattr(self, f"_{kind}")(request, query)
        except fake_service.Refusal as no:
            request.verdict = no.code
            date = (("Date", self.clock().strftime("%a, %d %b %Y %H:%M:%S GMT")),)
            return fake_service.error(no.status, no.code, no.message, date)

    # --- STS

    def _credentials(self):
        return fake_service.json_answer(200, {
            "RequestId": "6894B13B-6D71-4EF5-88FA-F32781734A7F",
            "AssumedRoleUser": {"Arn": ROLE_ARN, "AssumedRoleId": "3:s"},
            "Credentials": self.session()})

    @staticmethod
    def _check_role(pairs):
        if pairs.get("RoleArn") != ROLE_ARN:
            raise fake_service.Refusal(404, "EntityNotExist.Role", "no such role")
        if not re.fullmatch(r"[A-Za-z0-9.@_-]{2,64}", pairs.get("RoleSessionName", "")):
            raise fake_service.Refusal(400, "InvalidParameter.RoleSessionName", "malformed")
        if not 900 <= int(pairs.get("DurationSeconds", "3600")) <= 43200:
            raise fake_service.Refusal(400, "InvalidParameter.DurationSeconds", "range")

    def _assume(self, request, query):
        self._check(request)
        self._check_role(query)
        return self._credentials()

    @staticmethod
    def _check_operation(request):
        if (request.method, request.path) != ("POST", "/") or (
                request.value("x-acs-action"), request.value("x-acs-version")) != (
                    "AssumeRole", STS_VERSION):
            raise fake_service.Refusal(404, "InvalidAction.NotFound", "no such action")

    @staticmethod
    def _check_parameters(request):
        if request.body:
            raise fake_service.Refusal(400, "InvalidParameter", "AssumeRole has no body")

    def _oidc(self, request, query):
        form = dict(acs3.split_query(request.body.decode("ascii")))
        signed = request.values("authorization") or request.values("x-acs-security-token")
        if request.method != "POST" or request.path != "/" or signed or (
                request.value("content-type") != fake_service.FORM):
            raise fake_service.Refusal(400, "InvalidParameter", "not an unsigned form")
        if query.get("Version") != STS_VERSION or query.get("Format") != "JSON" or not (
                re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", query.get("Timestamp", ""))):
            raise fake_service.Refusal(400, "InvalidVersion", "malformed query")
        self._check_role(form)
        if form.get("OIDCProviderArn") != OIDC_ARN:
            raise fake_service.Refusal(404, "EntityNotExist.OIDCProvider", "no such provider")
        if form.get("OIDCToken") != self.oidc_token:
            raise fake_service.Refusal(400, "AuthenticationFail.OIDCToken.Invalid",
                                       f"not valid: {form.get('OIDCToken')}")
        return self._credentials()

    # --- the metadata service

    def _metadata(self, request, _query):
        if request.value("host") != "100.100.100.200":
            return wire.Answer(400, b"", content_type="text/plain")
        if self.no_token_taken and request.value("x-aliyun-ecs-metadata-token"):
            return wire.Answer(403, b"", content_type="text/plain")
        if request.method != "GET" or (
                self.imds == 2 and request.value("x-aliyun-ecs-metadata-token") != self._issued):
            return wire.Answer(403, b"", content_type="text/plain")
        role = request.path.removeprefix("/latest/meta-data/ram/security-credentials/")
        if not self.imds or role not in ("", INSTANCE_ROLE):
            return OFF
        if not role:
            return wire.Answer(200, INSTANCE_ROLE.encode(), content_type="text/plain")
        return fake_service.json_answer(200, {
            **self.session(), "Code": "Success", "LastUpdated": until(-60)})

    def _token(self, request, _query):
        if request.value("host") != "100.100.100.200":
            return wire.Answer(400, b"", content_type="text/plain")
        life = request.value("x-aliyun-ecs-metadata-token-ttl-seconds", "")
        if self.imds != 2:
            return OFF
        if request.method != "PUT" or not life.isdigit() or not 1 <= int(life) <= 21600:
            return wire.Answer(400, b"", content_type="text/plain")
        return wire.Answer(200, self._issued.encode(), content_type="text/plain")

    # --- the credentials URI

    def _uri(self, request, _query):
        if request.method != "GET":
            return OFF
        return fake_service.json_answer(200, {**self.session(), "Code": "Success"})
