# SPDX-License-Identifier: MIT
"""A dry run shows the exact request, signs it rightly, and touches no network."""
import shutil
import subprocess

import pytest

import acs3
import fake_service
from conftest import KEYS, TOKEN

TIME, NONCE = "2024-06-03T10:00:00Z", "3156853299f313e23d1673dc12e1703d"
EXAMPLE_KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "YourAccessKeyId",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "YourAccessKeySecret"}
FIXED = ("--dry-run", "--offline", "--region", "cn-hangzhou", "--fixed-time", TIME,
         "--fixed-nonce", NONCE)
EXAMPLE = ("--namespace", "lkl-zf-ss-ccss", "--repo-name", "sdk",
           "--tag", "00f597223f-20210831-1",
           "--digest", "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e",
           "--image-id", "b10ef7b245c34a0822055c74fc4a0e8b5baf0279306316b2c517a501ed250b1e",
           "--image-size", "6120340", "--image-create", "1717430400000",
           "--image-update", "1717430498600", "--source-ip", "119.136.0.1",
           "--jenkins-env", "release")


@pytest.fixture
def example(scanreq):
    return scanreq.with_env(**EXAMPLE_KEYS)


def header(request, name):
    (value,) = [h["value"] for h in request["headers"] if h["name"].lower() == name]
    return value


def signature(request):
    return acs3.Authorization.parse(header(request, "authorization")).signature


def http_request(program, *args, **kwargs):
    result = program.json("submit", *FIXED, *args, **kwargs)
    assert result["submission"]["status"] == "dry_run"
    assert result["submission"]["attempts"] == 0
    return result["submission"]["http_request"]


def test_official_signature(example):
    """The value that the official TypeScript core computes for these parameters."""
    token = {"SCANREQ_TOKEN": "c3de8326-273e-11fc-a0e3-d012435c0000"}
    request = http_request(example, "--show-signature", *EXAMPLE, env=token)
    assert request["url"] == ("https://tds.cn-shanghai.aliyuncs.com/"
                              "?JenkinsEnv=release&SourceIp=119.136.0.1")
    assert signature(request) == \
        "afe88c3a0575eb86e2bb09dce889eb68d68f13cca6f47a94ba7cece95935764b"
    assert header(request, "x-acs-content-sha256") == \
        "79908cfd4a6ca3baf2fa1c665ea9b4826e348023a0f87fbac89ac531692231f7"
    assert request["string_to_sign"] == (
        "ACS3-HMAC-SHA256\n"
        "5adf49b314f168d70993656124c51592b4e9665cdde9abe398ec2ad8598ee09c")


def test_shown_request_is_the_signed_one(example, skopeo_tar):
    request = http_request(example, "--show-signature", skopeo_tar)
    headers = [(h["name"], h["value"]) for h in request["headers"]]
    target = request["url"].removeprefix("https://tds.cn-shanghai.aliyuncs.com")
    value = acs3.authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", target, headers,
                               request["body"].encode())
    assert signature(request) == acs3.Authorization.parse(value).signature
    assert request["canonical_request"].startswith("POST\n/\n\n")
    assert acs3.string_to_sign(request["canonical_request"]) == request["string_to_sign"]


def test_same_run_same_bytes(example, skopeo_tar):
    for form in ([], ["-o", "json"], ["--explain"]):
        runs = {example("submit", *FIXED, *form, skopeo_tar).ok().stdout for _ in range(2)}
        assert len(runs) == 1


def test_clock_and_nonce_without_fixing(example, skopeo_tar):
    runs = [example.json("submit", "--dry-run", "--region", "cn-hangzhou", skopeo_tar)
            ["submission"]["http_request"] for _ in range(2)]
    nonces = {header(run, "x-acs-signature-nonce") for run in runs}
    assert len(nonces) == 2
    assert all(len(nonce) >= 32 for nonce in nonces)


def test_signature_and_token_are_redacted(scanreq, skopeo_tar):
    env = {**KEYS, "ALIBABA_CLOUD_SECURITY_TOKEN": fake_service.SECURITY_TOKEN}
    keyed = scanreq.with_env(**env)
    shown = keyed("submit", *FIXED, "--show-signature", "-o", "json", skopeo_tar).ok()
    real = signature(shown.result["submission"]["http_request"])
    for args in ([], ["-o", "json"], ["--explain"], ["-v", "-v"]):
        done = keyed("submit", *FIXED, *args, skopeo_tar).ok()
        text = done.out + done.stderr
        for secret in (real, TOKEN, fake_service.SECURITY_TOKEN, fake_service.KEY_SECRET,
                       fake_service.KEY_ID):
            assert secret not in text
            assert acs3.encode(secret) not in text
        assert fake_service.KEY_ID[:4] in text and fake_service.KEY_ID[-4:] in text


def test_without_keys_the_request_is_unsigned(scanreq, skopeo_tar):
    request = http_request(scanreq, skopeo_tar)
    assert request["string_to_sign"] is None
    assert not any(h["name"].lower() == "authorization" for h in request["headers"])


def test_text_names_what_is_sent(example, skopeo_tar):
    done = example("submit", *FIXED, skopeo_tar).ok()
    for text in ("POST https://tds.cn-shanghai.aliyuncs.com/", "x-acs-action", TIME, NONCE,
                 fake_service.ACTION, "RepoName=web", "nothing was sent"):
        assert text in done.out
    assert TIME in done.out


def test_nothing_is_sent(scanreq, service, skopeo_tar):
    keyed = scanreq.with_env(**KEYS)
    keyed("submit", "--dry-run", "--endpoint", service.url, skopeo_tar).ok()
    assert service.connections == 0


def test_offline_touches_no_network(example, skopeo_tar, tmp_path):
    """Not one socket of the internet is made."""
    strace = shutil.which("strace")
    assert strace, "strace is needed"
    log = tmp_path / "strace"
    subprocess.run([strace, "-f", "-e", "trace=socket,connect", "-o", log, example.path,
                    "submit", *FIXED, skopeo_tar],
                   env={**example.env,
                        "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"},
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
    calls = [line for line in log.read_text().splitlines() if "socket(" in line]
    assert not [line for line in calls if "AF_INET" in line], calls


def test_offline_registry_image(example):
    example("submit", *FIXED, "127.0.0.1:1/ns/app:1").fails(2, "offline")


@pytest.mark.parametrize("option, value", [
    ("--fixed-time", "yesterday"), ("--fixed-time", ""), ("--fixed-nonce", ""),
    ("--fixed-nonce", "a\nb"),
])
def test_fixed_values_are_checked(example, skopeo_tar, option, value):
    done = example("submit", "--dry-run", "--region", "cn-hangzhou", option, value, skopeo_tar)
    done.fails(2)
