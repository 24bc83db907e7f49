# SPDX-License-Identifier: MIT
"""Submitting to the strict fake: what is sent, how answers are read, the rule of doubt."""
import json
import os
import threading

import pytest

import acs3
import fake_service
import oci_image
import wire
from conftest import KEYS, SAVED_NAME, TOKEN

PARAMETERS = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2")
DENIED, UNAVAILABLE, REFUSED, SOME_FAILED, UNKNOWN = 4, 5, 6, 8, 11


def as_sent(request):
    """The parameters of a result as they stand on the wire."""
    return {name: str(value) for name, value in request.items() if value is not None}


def test_podman_save_is_accepted(submit, scanreq, service, podman, podman_tar):
    with podman.pipe("save", SAVED_NAME) as writer:
        done = submit("-", stdin=writer.stdout)
    assert writer.returncode == 0
    done.ok()
    assert fake_service.ACCEPTED["Data"]["TaskId"] in done.out
    (request,) = service.requests
    assert request.verdict == "OK"
    expected = scanreq.json("inspect", podman_tar)["request"]
    assert fake_service.parameters(request) == {**as_sent(expected), "Token": TOKEN}


def test_registry_image_is_accepted(submit, service, registry):
    done = submit("-o", "json", f"{registry}/ns/docker:1").ok()
    (request,) = service.requests
    result = done.result
    assert result["request"]["Token"] == "***"
    assert fake_service.parameters(request) == {**as_sent(result["request"]), "Token": TOKEN}
    assert set(fake_service.parameters(request)) == {
        "Token", "Namespace", "RepoName", "Tag", "Digest", "ImageId", "ImageSize",
        "ImageCreate"}
    assert done.document["summary"] == {
        "total": 1, "accepted": 1, "already_accepted": 0, "not_attempted": 0, "unknown": 0,
        "failed": 0, "exit_code": 0}


@pytest.mark.parametrize("answer", [fake_service.ACCEPTED, fake_service.ACCEPTED_2022])
def test_both_generations_of_the_answer(submit, service, skopeo_tar, answer):
    service.play(fake_service.json_answer(200, answer))
    submission = submit("-o", "json", skopeo_tar).ok().result["submission"]
    data = answer["Data"]
    assert submission == {
        "status": "accepted", "task_id": data["TaskId"], "uuid": data["Uuid"],
        "image_scan_capacity": data["ImageScanCapacity"],
        "repo_region_id": data["RepoRegionId"], "repo_instance_id": data["RepoInstanceId"],
        "repo_id": data["RepoId"], "request_id": answer["RequestId"], "attempts": 1,
        "http_request": None}


def test_answer_with_a_task_alone(submit, service, skopeo_tar):
    service.play(fake_service.json_answer(200, {"Data": {"TaskId": "t1"}}))
    submission = submit("-o", "json", skopeo_tar).ok().result["submission"]
    assert (submission["task_id"], submission["uuid"], submission["request_id"]) == \
        ("t1", None, None)


def test_accepted_is_not_called_scanned(submit, skopeo_tar):
    done = submit(skopeo_tar).ok()
    assert "no statement that the image was scanned" in done.out
    assert done.stderr == ""


GIVEN = {
    "--namespace": ("Namespace", "a b*c~d(e)!'f/中+g"), "--repo-name": ("RepoName", "r&=%25"),
    "--tag": ("Tag", ""), "--digest": ("Digest", "a" * 64), "--image-id": ("ImageId", "odd"),
    "--image-size": ("ImageSize", "9223372036854775807"), "--image-create": ("ImageCreate", "0"),
    "--image-update": ("ImageUpdate", "1717430498600"), "--uuid": ("Uuid", "u-1"),
    "--source-ip": ("SourceIp", "::1"), "--jenkins-env": ("JenkinsEnv", "release; x=\t\"1\""),
}


def test_given_parameters_are_sent_as_given(submit, service):
    """Overrides alone need no image; each stands where the service looks for it."""
    done = submit("-o", "json", *(part for flag, (_, value) in GIVEN.items()
                                  for part in (flag, value))).ok()
    (request,) = service.requests
    sent = dict(GIVEN.values())
    assert fake_service.parameters(request) == {**sent, "Token": TOKEN}
    assert [name for name, _ in acs3.split_query(request.query)] == ["JenkinsEnv", "SourceIp"]
    result = done.result
    assert result["input"] is None
    assert {entry["how"] for entry in result["provenance"].values()} == {"given"}
    assert any("Tag" in warning for warning in result["warnings"])


@pytest.mark.parametrize("flag, value, name, sent", [
    ("--digest", "sha256:" + "b" * 64, "Digest", "b" * 64),
    ("--image-id", "sha256:" + "c" * 64, "ImageId", "c" * 64),
    ("--digest", "sha256:short", "Digest", "sha256:short"),
    ("--tag", "other", "Tag", "other"),
])
def test_given_wins_over_the_image(submit, service, skopeo_tar, flag, value, name, sent):
    submit(flag, value, skopeo_tar).ok()
    assert fake_service.parameters(service.requests[0])[name] == sent


def test_wire_form(submit, service, skopeo_tar):
    submit(skopeo_tar).ok()
    (request,) = service.requests
    assert (request.method, request.path, request.version) == ("POST", "/", "HTTP/1.1")
    assert request.value("host") == service.host
    assert request.value("accept") == "application/json"
    assert request.value("user-agent").startswith("scanreq/")
    assert request.value("content-length") == str(len(request.body))
    assert request.value("expect") is None
    assert request.value("x-acs-security-token") is None


def test_temporary_keys(submit, service, skopeo_tar):
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.TEMPORARY_ID,
           "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.TEMPORARY_SECRET}
    submit(skopeo_tar, env=env).fails(DENIED, "InvalidSecurityToken")
    env["ALIBABA_CLOUD_SECURITY_TOKEN"] = fake_service.SECURITY_TOKEN
    submit(skopeo_tar, env=env).ok()
    assert service.requests[-1].value("x-acs-security-token") == fake_service.SECURITY_TOKEN


@pytest.mark.parametrize("env, code", [
    ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "tampered"}, "SignatureDoesNotMatch"),
    ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAInobody"}, "InvalidAccessKeyId.NotFound"),
    ({"ALIBABA_CLOUD_SECURITY_TOKEN": "CAISother"}, "InvalidSecurityToken"),
])
def test_keys_that_are_refused(submit, service, skopeo_tar, env, code):
    done = submit("-o", "json", skopeo_tar, env=env)
    result = done.result
    assert (done.status, result["submission"]["status"]) == (DENIED, "failed")
    assert result["error"]["service_code"].startswith(code)
    assert result["error"]["host"] == service.host
    assert result["submission"]["request_id"]
    assert len(service.requests) == 1


def test_every_request_has_its_own_nonce(submit, service, skopeo_tar):
    for _ in range(3):
        submit(skopeo_tar).ok()
    assert len({r.value("x-acs-signature-nonce") for r in service.requests}) == 3


@pytest.mark.parametrize("status, code, exit_status, word", [
    (400, "NoPermission", DENIED, "edition"),
    (403, "NoPermission", DENIED, "yundun-sas:CreateJenkinsImageScanTask"),
    (403, "Forbidden.RAM", DENIED, "Forbidden.RAM"),
    (400, "InvalidParameter", REFUSED, "InvalidParameter"),
    (400, "MissingParameter", REFUSED, "MissingParameter"),
    (404, "InvalidApi.NotFound", REFUSED, "InvalidApi.NotFound"),
    (400, "Throttling.User", UNAVAILABLE, "Throttling.User"),
    (429, "Throttling", UNAVAILABLE, "Throttling"),
    (503, "ServiceUnavailable", UNAVAILABLE, "ServiceUnavailable"),
    (500, "ServerError", UNKNOWN, "ServerError"),
    (500, "InternalError", UNKNOWN, "InternalError"),
    (400, "SignatureNonceUsed", UNKNOWN, "SignatureNonceUsed"),
])
def test_errors_of_the_service(submit, service, skopeo_tar, status, code, exit_status, word):
    service.play(*[fake_service.error(status, code, "made by\nthe \x1b[31mtest")] * 5)
    done = submit(skopeo_tar)
    done.fails(exit_status, code, word, service.host)
    assert "\x1b" not in done.stderr
    if exit_status != UNAVAILABLE:
        assert len(service.requests) == 1


def test_error_in_json(submit, service, skopeo_tar):
    answer = fake_service.error(403, "NoPermission", "caller has no permission")
    service.play(answer)
    done = submit("-o", "json", skopeo_tar)
    error = done.result["error"]
    assert (done.status, error["exit_code"], error["class"]) == (DENIED, DENIED, "denied")
    assert (error["service_code"], error["http_status"]) == ("NoPermission", 403)
    submission = done.result["submission"]
    assert (submission["status"], submission["attempts"]) == ("failed", 1)
    assert submission["request_id"] == json.loads(answer.body)["RequestId"]


def ok_answer(document):
    return fake_service.json_answer(200, document)


@pytest.mark.parametrize("answer, exit_status", [
    (ok_answer({"Success": False, "Code": "NoPermission", "Message": "no"}), DENIED),
    (ok_answer({"Success": False, "Code": "InvalidParameter", "RequestId": "r"}), REFUSED),
    (ok_answer({"Code": "InvalidParameter", "Message": "no"}), REFUSED),
    (ok_answer({"RequestId": "r"}), UNKNOWN),
    (ok_answer({"Data": {}, "RequestId": "r"}), UNKNOWN),
    (ok_answer({"Data": {"TaskId": ""}}), UNKNOWN),
    (ok_answer({"Data": {"TaskId": None}}), UNKNOWN),
    (ok_answer([]), UNKNOWN),
    (wire.Answer(200, b""), UNKNOWN),
    (wire.Answer(200, b'{"Data":{"TaskId":"t"}} x'), UNKNOWN),
    (wire.Answer(200, b"<html>a proxy's page</html>", (), "text/html"), UNKNOWN),
    (wire.Answer(200, b'{"Data":{"TaskId":"' + b"t" * (2 << 20) + b'"}}'), UNKNOWN),
    (wire.Answer(502, b"<html>bad gateway</html>", (), "text/html"), UNKNOWN),
    (wire.Answer(503, b""), UNKNOWN),
    (wire.Answer(503, b'{"Message":"no code"}'), UNKNOWN),
    (wire.Answer(504, b"{}"), UNKNOWN),
])
def test_answers_that_name_no_task(submit, service, skopeo_tar, answer, exit_status):
    service.play(answer)
    done = submit(skopeo_tar)
    done.fails(exit_status, service.host)
    assert len(service.requests) == 1


def whole_length():
    return len(ok_answer(fake_service.ACCEPTED).encode())


@pytest.mark.parametrize("cut", [0, 9, 40, whole_length() // 2, whole_length() - 1])
def test_answer_cut_in_the_middle(submit, service, skopeo_tar, cut):
    """The task may exist: it is said, and the request is not sent again."""
    answer = ok_answer(fake_service.ACCEPTED)
    answer.cut = cut
    service.play(answer)
    done = submit("-o", "json", skopeo_tar)
    assert done.status == UNKNOWN
    assert done.result["submission"]["status"] == "unknown"
    assert done.result["submission"]["attempts"] == 1
    assert done.document["summary"]["unknown"] == 1
    assert [r.verdict for r in service.requests] == ["OK"]
    service.play(answer)
    submit(skopeo_tar).fails(UNKNOWN, service.host, "may exist")
    assert len(service.requests) == 2


def test_redirect_is_not_followed(submit, service, skopeo_tar, scripted):
    other = scripted({})
    service.play(wire.Answer(307, b"", (("Location", f"{other.url}/"),)))
    done = submit(skopeo_tar)
    assert done.status in (REFUSED, UNKNOWN)
    assert other.requests == []
    assert len(service.requests) == 1


def test_without_token_there_is_a_warning(submit, service, skopeo_tar):
    done = submit(skopeo_tar, env={"SCANREQ_TOKEN": ""}).ok()
    assert len(done.lines) == 1
    assert done.lines[0].startswith("scanreq: warning: ")
    assert "Token is not given" in done.lines[0]
    assert "Token" not in fake_service.parameters(service.requests[0])
    assert submit("-q", skopeo_tar, env={"SCANREQ_TOKEN": ""}).ok().stderr == ""


@pytest.mark.parametrize("content, sent", [
    (b"t-1", "t-1"), (b"t-1\n", "t-1"), (b"t-1\n\n", "t-1\n"), (b" t 1 ", " t 1 "),
])
def test_token_file(submit, service, skopeo_tar, tmp_path, content, sent):
    path = tmp_path / "token"
    path.write_bytes(content)
    submit("--token-file", path, skopeo_tar).ok()
    assert fake_service.parameters(service.requests[0])["Token"] == sent


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * (70 << 10), b"a\0b"])
def test_token_file_that_is_none(submit, service, skopeo_tar, tmp_path, content):
    path = tmp_path / "token"
    path.write_bytes(content)
    submit("--token-file", path, skopeo_tar).fails(2, path)
    assert service.requests == []


def test_token_on_standard_input(submit, service, skopeo_tar):
    """It is read once: a list or an image that is piped in must never be sent as Token."""
    submit("--token-file", "-", skopeo_tar, stdin=b"t-1\n").ok()
    assert fake_service.parameters(service.requests[0])["Token"] == "t-1"
    service.forget()
    for args in (["-"], ["--images-from", "-"], ["--username", "u", "--password-stdin", "a/b"]):
        submit("--token-file", "-", *args, stdin=b"shop/web:1\n").fails(
            2, "standard input can be read once", "--token-file")
    assert service.requests == []


def secrets():
    return [fake_service.TEMPORARY_SECRET, fake_service.SECURITY_TOKEN, TOKEN]


@pytest.mark.parametrize("args", [[], ["-o", "json"], ["--dry-run"], ["--explain"],
                                  ["--dry-run", "-o", "json", "--show-signature"]])
@pytest.mark.parametrize("status", [200, 500])
def test_no_secret_is_shown(submit, service, skopeo_tar, args, status):
    """Even a server that sends the secrets back does not get them printed."""
    text = " ".join(secrets())
    service.play(ok_answer({"Data": {"TaskId": "t", "RepoId": text}, "RequestId": text})
                 if status == 200 else fake_service.error(500, "ServerError", text))
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.TEMPORARY_ID,
           "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.TEMPORARY_SECRET,
           "ALIBABA_CLOUD_SECURITY_TOKEN": fake_service.SECURITY_TOKEN}
    done = submit("-v", "-v", *args, skopeo_tar, env=env)
    assert done.status in (0, UNKNOWN)
    for secret in secrets():
        for form in (secret, acs3.encode(secret)):
            assert form not in done.out
            assert form not in done.stderr


def test_several_images(submit, service, skopeo_tar, registry, tmp_path):
    names = [skopeo_tar, tmp_path / "none.tar", f"{registry}/ns/oci:1"]
    done = submit("-o", "json", "--jobs", "1", "--keep-going", *names)
    assert done.status == SOME_FAILED
    statuses = [r["submission"]["status"] for r in done.document["results"]]
    assert statuses == ["accepted", "not_attempted", "accepted"]
    assert len(service.requests) == 2
    assert len({r.connection for r in service.requests}) == 1
    done = submit("-o", "json", "--jobs", "1", *names)
    statuses = [r["submission"]["status"] for r in done.document["results"]]
    assert statuses == ["accepted", "not_attempted", "not_attempted"]


def test_unknown_wins_over_failed(submit, service, skopeo_tar, tmp_path):
    service.play(wire.Answer(502, b""))
    done = submit("--keep-going", "-o", "json", skopeo_tar, tmp_path / "none.tar")
    assert done.status == UNKNOWN


def test_region_from_the_environment(scanreq, service, skopeo_tar):
    run = scanreq.with_env(**KEYS, SCANREQ_ENDPOINT=service.host)
    run("submit", skopeo_tar).ok()
    for name, host in (("cn-beijing", "tds.cn-shanghai.aliyuncs.com"),
                       ("eu-central-1", "tds.ap-southeast-1.aliyuncs.com")):
        by_env = scanreq.with_env(**KEYS, ALIBABA_CLOUD_REGION_ID=name)
        result = by_env.json("submit", "--dry-run", skopeo_tar)
        url = result["submission"]["http_request"]["url"]
        assert url.startswith(f"https://{host}/")


def test_image_that_cannot_be_read_is_not_submitted(submit, service, registry, tmp_path):
    for name in (tmp_path / "none.tar", f"{registry}/ns/none:1"):
        done = submit("-o", "json", name)
        assert done.result["submission"]["status"] == "not_attempted"
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.tar_of({"a": b"b"}))
    submit(path).fails(3)
    assert service.requests == []


@pytest.mark.parametrize("host", ["localhost", "localhost.", "a.localhost", "LocalHost.",
                                  "127.0.0.1.", "127.1"])
def test_loopback_is_connected_to_as_loopback(scanreq, service, test_names, host):
    """No resolver has a say in it: the one of this test knows nothing but "localhost"."""
    named = scanreq.with_test_names(test_names).with_env(RESOLVE_TEST_NAMES="none:1=1", **KEYS)
    named("submit", "--endpoint", f"http://{host}:{service.port}", *PARAMETERS).ok()
    (request,) = service.requests
    assert request.verdict == "OK"


@pytest.mark.parametrize("host", ["localhost.example.com", "localhost..", "0x7f.example"])
def test_what_is_called_like_loopback_is_none(scanreq, service, host):
    scanreq.with_env(**KEYS)("submit", "--endpoint", f"http://{host}:{service.port}",
                             *PARAMETERS).fails(2, "endpoint")
    assert service.requests == []


@pytest.mark.parametrize("endpoint", ["https:///x", "https:/x", "https:x", "https:////x",
                                      "https://"])
def test_endpoint_without_a_host(scanreq, endpoint):
    scanreq.with_env(**KEYS)("submit", "--endpoint", endpoint,
                             *PARAMETERS).fails(2, "endpoint is malformed")


@pytest.mark.parametrize("content, token", [
    (b"tok", "tok"), (b"tok\n", "tok"), (b"tok\r\n", "tok"), (b"tok\n\n", "tok\n"),
    (b"tok\r", "tok\r"), (b"tok\n\r", "tok\n\r")])
def test_one_newline_of_a_token_file_is_cut(submit, service, tmp_path, content, token):
    """A lone CR is no newline: it is part of the value."""
    path = tmp_path / "token"
    path.write_bytes(content)
    submit("--token-file", path, *PARAMETERS).ok()
    assert fake_service.parameters(service.requests[0])["Token"] == token


def test_token_from_a_pipe(submit, service, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"tok\n",))
    writer.start()
    submit("--token-file", path, *PARAMETERS).ok()
    writer.join()
    assert fake_service.parameters(service.requests[0])["Token"] == "tok"


def test_pipe_that_nobody_writes_to(submit, service, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    submit("--token-file", tmp_path / "pipe", *PARAMETERS).fails(2, "nothing writes to it")
    assert service.requests == []
