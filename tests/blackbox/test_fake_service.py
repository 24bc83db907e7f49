# SPDX-License-Identifier: MIT
"""The fake itself: it accepts what is right, and refuses each thing that is wrong."""
import datetime
import http.client
import json

import pytest

import acs3
import fake_service

NONCE = "3156853299f313e23d1673dc12e1703d"
QUERY = "JenkinsEnv=release&SourceIp=119.136.0.1"
BODY = (b"Digest=a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
        b"&ImageCreate=1717430400000"
        b"&ImageId=b10ef7b245c34a0822055c74fc4a0e8b5baf0279306316b2c517a501ed250b1e"
        b"&ImageSize=6120340&ImageUpdate=1717430498600&Namespace=lkl-zf-ss-ccss&RepoName=sdk"
        b"&Tag=00f597223f-20210831-1&Token=c3de8326-273e-11fc-a0e3-d012435c0000")


def common(host, action, version, date, body):
    return [("host", host), ("x-acs-action", action), ("x-acs-version", version),
            ("x-acs-date", date), ("x-acs-signature-nonce", NONCE),
            ("x-acs-content-sha256", acs3.payload_hash(body))]


def test_signature_of_the_published_example():
    """Values of the page "Request syntax and signature method V3"."""
    headers = common("ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26",
                     "2023-10-26T10:22:32Z", b"")
    target = ("/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
              "&RegionId=cn-shanghai")
    value = acs3.authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", target,
                               headers, b"")
    assert value.endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


@pytest.mark.parametrize("more, signature", [
    ([], "afe88c3a0575eb86e2bb09dce889eb68d68f13cca6f47a94ba7cece95935764b"),
    ([("x-acs-accesskey-id", "YourAccessKeyId"),
      ("x-acs-security-token", "CAIS+token/with==chars")],
     "7e2b9ce9bc90ebdcf082bd13c2deda477e17068aa7d296d4b9b25f2f6f777b08"),
])
def test_signature_of_the_operation(more, signature):
    """Values that the official TypeScript core computes."""
    headers = common("tds.cn-shanghai.aliyuncs.com", fake_service.ACTION,
                     fake_service.VERSION, "2024-06-03T10:00:00Z", BODY)
    headers += [("content-type", fake_service.FORM)] + more
    value = acs3.authorization("YourAccessKeyId", "YourAccessKeySecret", "POST",
                               f"/?{QUERY}", headers, BODY)
    assert value.endswith(f"Signature={signature}")


class Client:
    """Builds a right request; a test spoils one thing of it before or after signing."""

    def __init__(self, service):
        self.service = service
        self.method, self.target, self.body = "POST", f"/?{QUERY}", BODY
        self.key, self.secret = fake_service.KEY_ID, fake_service.KEY_SECRET
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.headers = dict(common(service.host, fake_service.ACTION, fake_service.VERSION,
                                   date, BODY))
        self.headers.update({"content-type": fake_service.FORM, "accept": "application/json"})

    def form(self, body):
        self.body = body
        self.headers["x-acs-content-sha256"] = acs3.payload_hash(body)

    def sign(self):
        self.headers["authorization"] = acs3.authorization(
            self.key, self.secret, self.method, self.target, list(self.headers.items()),
            self.body)

    def send(self):
        connection = http.client.HTTPConnection(self.service.host, timeout=10)
        connection.putrequest(self.method, self.target, skip_host=True,
                              skip_accept_encoding=True)
        for name, value in {**self.headers, "content-length": str(len(self.body))}.items():
            connection.putheader(name, value)
        connection.endheaders(self.body)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text)


def test_right_request_is_accepted_once(service):
    client = Client(service)
    client.sign()
    assert client.send() == (200, fake_service.ACCEPTED)
    status, document = client.send()
    assert (status, document["Code"]) == (400, "SignatureNonceUsed")
    assert [r.verdict for r in service.requests] == ["OK", "SignatureNonceUsed"]
    assert fake_service.parameters(service.requests[0])["JenkinsEnv"] == "release"


def test_temporary_keys_with_their_token_are_accepted(service):
    client = Client(service)
    client.key, client.secret = fake_service.TEMPORARY_ID, fake_service.TEMPORARY_SECRET
    client.headers["x-acs-security-token"] = fake_service.SECURITY_TOKEN
    client.sign()
    assert client.send()[0] == 200


def old_date(client):
    client.headers["x-acs-date"] = "2024-06-03T10:00:00Z"


def odd_date(client):
    client.headers["x-acs-date"] = "2024-06-03 10:00:00"


def unknown_key(client):
    client.key = "LTAI5tNobody"


def wrong_secret(client):
    client.secret += "x"


def temporary_without_token(client):
    client.key, client.secret = fake_service.TEMPORARY_ID, fake_service.TEMPORARY_SECRET


def token_of_nobody(client):
    client.headers["x-acs-security-token"] = "CAISother"


def form_in_query(client):
    client.target += "&Tag=1"


def query_in_form(client):
    client.target = "/"
    client.form(BODY + b"&JenkinsEnv=release")


def repeated(client):
    client.form(BODY + b"&Tag=2")


def no_number(client):
    client.form(b"ImageSize=12MB")


def get(client):
    client.method = "GET"


def wrong_action(client):
    client.headers["x-acs-action"] = "DescribeImageInstances"


def wrong_version(client):
    client.headers["x-acs-version"] = "2016-01-01"


def no_nonce(client):
    del client.headers["x-acs-signature-nonce"]


def no_form_type(client):
    client.headers["content-type"] = "text/plain"


def false_hash(client):
    client.headers["x-acs-content-sha256"] = acs3.payload_hash(b"")


@pytest.mark.parametrize("spoil, status, code", [
    (old_date, 400, "InvalidTimeStamp.Expired"),
    (odd_date, 400, "InvalidTimeStamp.Format"),
    (unknown_key, 404, "InvalidAccessKeyId.NotFound"),
    (wrong_secret, 400, "SignatureDoesNotMatch"),
    (temporary_without_token, 400, "InvalidSecurityToken.Malformed"),
    (token_of_nobody, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    (form_in_query, 400, "InvalidParameter"),
    (query_in_form, 400, "InvalidParameter"),
    (repeated, 400, "InvalidParameter"),
    (no_number, 400, "InvalidParameter"),
    (get, 400, "UnsupportedHTTPMethod"),
    (wrong_action, 404, "InvalidAction.NotFound"),
    (wrong_version, 400, "InvalidVersion"),
    (no_nonce, 400, "Missingx-acs-signature-nonce"),
    (no_form_type, 400, "InvalidParameter"),
    (false_hash, 400, "SignatureDoesNotMatch"),
])
def test_wrong_request_is_refused(service, spoil, status, code):
    client = Client(service)
    spoil(client)
    client.sign()
    answer, document = client.send()
    assert (answer, document["Code"]) == (status, code)


def change_body(client):
    client.form(BODY.replace(b"sdk", b"sdl"))


def change_query(client):
    client.target = "/?JenkinsEnv=release&SourceIp=119.136.0.2"


def change_host(client):
    client.headers["host"] = "localhost"


def unsigned_header(client):
    client.headers["x-acs-extra"] = "1"


def unsigned_host(client):
    client.headers["authorization"] = client.headers["authorization"].replace("host;", "")


def malformed(client):
    client.headers["authorization"] = "ACS3-HMAC-SHA256 Credential=x"


@pytest.mark.parametrize("spoil, code", [
    (change_body, "SignatureDoesNotMatch"),
    (change_query, "SignatureDoesNotMatch"),
    (change_host, "SignatureDoesNotMatch"),
    (unsigned_header, "SignatureDoesNotMatch"),
    (unsigned_host, "SignatureDoesNotMatch"),
    (malformed, "IncompleteSignature"),
])
def test_request_changed_after_signing_is_refused(service, spoil, code):
    client = Client(service)
    client.sign()
    spoil(client)
    assert client.send()[1]["Code"] == code
