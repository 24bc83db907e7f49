# SPDX-License-Identifier: MIT
"""Where the keys come from: each provider alone, their order, and what is refused."""
import json
import os
import re
import subprocess

import pytest

import acs3
import fake_identity
import fake_service
import moved_names
from conftest import KEYS
from key_sources import (IMAGE, LONG_LIVED, ROLE, accepted, metadata_env, oidc_env, refused,
                         script, session_fields)

USAGE, DENIED = 2, 4


# --- each provider alone


def test_environment_only(bare, service):
    accepted(bare(**KEYS), service, "from the environment")


def test_oidc_only(bare, service, identity, token_file):
    accepted(bare(**oidc_env(token_file)), service, "from OIDC")
    assert [r.verdict for r in identity.requests] == ["OK"]
    assert service.requests[0].value("x-acs-accesskey-id") == identity.given[0][0]


@pytest.mark.parametrize("imds", [1, 2])
@pytest.mark.parametrize("role", ["", fake_identity.INSTANCE_ROLE])
def test_metadata_only(bare, service, identity, redirect, imds, role):
    identity.imds = imds
    done = bare(**metadata_env(identity, redirect, ALIBABA_CLOUD_ECS_METADATA=role,
                               http_proxy="http://127.0.0.1:9", NO_PROXY="127.0.0.1"))
    accepted(done, service, f"role {fake_identity.INSTANCE_ROLE}")
    assert identity.requests[0].method == "PUT"
    assert len(identity.requests) == (2 if role else 3)


def test_metadata_without_version_1(bare, service, identity, redirect):
    identity.imds = 1
    env = metadata_env(identity, redirect, ALIBABA_CLOUD_IMDSV1_DISABLED="true")
    refused(bare(**env), service, "no token of version 2")
    assert [r.method for r in identity.requests] == ["PUT"]


def test_instance_without_a_role(bare, service, identity, redirect):
    identity.imds = 0
    refused(bare(**metadata_env(identity, redirect)), service, "this instance has no role")


def test_credentials_uri_only(bare, service, identity):
    done = bare(ALIBABA_CLOUD_CREDENTIALS_URI=f"{identity.url}/keys?token=hush")
    accepted(done, service, "from the credentials URI")
    assert "hush" not in done.stderr


@pytest.mark.parametrize("text", [
    f"[default]\ntype = access_key\naccess_key_id = {fake_service.KEY_ID}\n"
    f"access_key_secret = {fake_service.KEY_SECRET}\n",
    f"; mine\n[default]\r\nenable=true\r\ntype: access_key # long-lived\r\n"
    f"access_key_id=\"{fake_service.KEY_ID}\"\r\naccess_key_secret='{fake_service.KEY_SECRET}'",
    f"[default]\ntype = ram_role_arn\naccess_key_id = {fake_service.KEY_ID}\n"
    f"access_key_secret = {fake_service.KEY_SECRET}\nrole_arn = {fake_identity.ROLE_ARN}\n"
    "role_session_name = tests\n",
])
def test_ini_file_only(bare, service, ini, text):
    path = ini(text)
    accepted(bare(), service, f"from profile default of {path}")


# --- modes of the aliyun CLI's profiles


@pytest.mark.parametrize("mode", ["AK", "ak", "StsToken", "RamRoleArn", "OIDC", "External",
                                  "CredentialsURI", "CloudSSO"])
def test_aliyun_profile_only(bare, service, identity, profiles, token_file, tmp_path, mode):
    program = script(tmp_path / "give keys", "printf '%s' \"$1\"\n")
    answer = json.dumps({"mode": "AK", **LONG_LIVED})
    fields = {
        "AK": lambda: LONG_LIVED, "ak": lambda: LONG_LIVED,
        "StsToken": lambda: session_fields(identity),
        "RamRoleArn": lambda: {**LONG_LIVED, **ROLE, "expired_seconds": 900},
        "OIDC": lambda: {**ROLE, "oidc_provider_arn": fake_identity.OIDC_ARN,
                         "oidc_token_file": str(token_file)},
        "External": lambda: {"process_command": f"'{program}' '{answer}'"},
        "CredentialsURI": lambda: {"credentials_uri": f"{identity.url}/keys"},
        "CloudSSO": lambda: {**session_fields(identity), "sts_expiration": 4000000000},
    }[mode]()
    path = profiles({"mode": mode, "region_id": "cn-hangzhou", **fields})
    before = path.read_bytes()
    done = bare()
    named = "credentials URI" if mode == "CredentialsURI" else f"profile default of {path}"
    accepted(done, service, f"from {'the ' if mode == 'CredentialsURI' else ''}{named}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", ["AK", "StsToken", "StsToken before RamRoleArn", "RamRoleArn",
                                  "OIDC", "External"])
def test_aliyun_profile_without_a_mode(bare, service, identity, profiles, token_file, tmp_path,
                                       mode):
    """Recognised as the CLI does: no role and no session token is dropped."""
    program = script(tmp_path / "keys", "printf '%s' \"$1\"\n")
    answer = json.dumps({"mode": "AK", **LONG_LIVED})
    fields = {
        "AK": lambda: LONG_LIVED,
        "StsToken": lambda: session_fields(identity),
        "StsToken before RamRoleArn": lambda: {**session_fields(identity), **ROLE},
        "RamRoleArn": lambda: {**LONG_LIVED, **ROLE},
        "OIDC": lambda: {**ROLE, "oidc_provider_arn": fake_identity.OIDC_ARN,
                         "oidc_token_file": str(token_file)},
        "External": lambda: {"process_command": f"'{program}' '{answer}'"},
    }[mode]()
    path = profiles(fields)
    request = accepted(bare(), service, f"from profile default of {path}")
    temporary = mode not in ("AK", "External")
    signed_by = identity.given[-1][0] if temporary else None
    assert request.value("x-acs-accesskey-id") == signed_by
    assert len(identity.requests) == (mode in ("RamRoleArn", "OIDC"))


@pytest.mark.parametrize("fields, said", [
    ({}, "no mode"), ({"ram_role_arn": fake_identity.ROLE_ARN}, "no mode"),
    ({"private_key": "k", "key_pair_name": "n"}, "RsaKeyPair"),
    ({"cloud_sso_sign_in_url": "https://sso.example.com/"}, "aliyun CLI, which renews it"),
    ({"access_key_id": "LTAIhalf", **ROLE}, "access_key_secret"),
])
def test_profiles_without_a_mode_that_do_not_serve(bare, service, identity, profiles, fields, said):
    profiles(fields)
    refused(bare(), service, said)
    assert not identity.requests


@pytest.mark.parametrize("fields, seconds", [
    ({}, "3600"), ({"expired_seconds": 900}, "900"), ({"duration_seconds": 1200}, "1200"),
    ({"expired_seconds": 900, "duration_seconds": 1200}, "1200"),
])
def test_life_of_an_oidc_session(bare, service, identity, profiles, token_file, fields, seconds):
    profiles({"mode": "OIDC", **ROLE, "oidc_provider_arn": fake_identity.OIDC_ARN,
              "oidc_token_file": str(token_file), **fields})
    accepted(bare(), service, "from profile default")
    form = dict(acs3.split_query(identity.requests[0].body.decode("ascii")))
    assert form["DurationSeconds"] == seconds


def test_aliyun_profile_of_an_instance(bare, service, identity, profiles, redirect):
    profiles({"mode": "EcsRamRole", "ram_role_name": fake_identity.INSTANCE_ROLE})
    env = metadata_env(identity, redirect, ALIBABA_CLOUD_ECS_METADATA_DISABLED="true")
    accepted(bare(**env), service, "role")


def chain_of(*names):
    return [{"name": name, "mode": "ChainableRamRoleArn", "source_profile": source, **ROLE}
            for name, source in zip(names, names[1:])]


def test_aliyun_profile_chain(bare, service, identity, profiles):
    profiles(*chain_of("a", "b", "c"), {"name": "c", "mode": "AK", **LONG_LIVED}, current="a")
    accepted(bare(), service, "from profile a of")
    assert [r.verdict for r in identity.requests] == ["OK", "OK"]
    assert identity.requests[1].value("x-acs-accesskey-id") == identity.given[0][0]


@pytest.mark.parametrize("mode, said", [
    ("RsaKeyPair", "mode AK, RamRoleArn or OIDC"), ("BearerToken", "requires signatures"),
    ("RamRoleArnWithRoleName", "ChainableRamRoleArn"), ("Nonsense", "unknown mode"),
    ("CloudSSO", "aliyun CLI"), ("StsToken", "no sts_token")])
def test_modes_that_do_not_serve(bare, service, profiles, mode, said):
    profiles({"mode": mode, **LONG_LIVED})
    refused(bare(), service, said)


@pytest.mark.parametrize("fields", [
    {"mode": "External", "process_command": "/bin/true"},
    {"mode": "CredentialsURI", "credentials_uri": "http://127.0.0.1:9/"}])
@pytest.mark.parametrize("value", ["1", "true"])
def test_external_can_be_switched_off(bare, service, profiles, fields, value):
    profiles(fields)
    refused(bare(ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS=value), service,
            "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS")


@pytest.mark.parametrize("command, said", [
    ("", "no process_command"), ("''", "process_command is empty"), ("a 'b", "open quote"),
    ("a \\", "backslash"), ("/no/such/program", "/no/such/program"), ("/bin/false", "status 1"),
    ("/bin/echo hunter2", "output of process_command"), ("/bin/cat /dev/zero", "process_command")])
def test_external_that_fails(bare, service, profiles, command, said):
    profiles({"mode": "External", "process_command": command})
    assert "hunter2" not in refused(bare(), service, said)


# --- order and restriction


def test_order(bare, service, identity, profiles, ini, token_file):
    profiles({"mode": "AK", **LONG_LIVED})
    ini("[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret=s\n")
    uri = {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{identity.url}/keys"}
    for env, provider in (({**KEYS, **oidc_env(token_file), **uri}, "from the environment"),
                          ({**oidc_env(token_file), **uri}, "from OIDC"),
                          (uri, "from profile default of")):
        service.forget()
        accepted(bare(**env), service, provider)
    done = bare(**uri, ALIBABA_CLOUD_CLI_PROFILE_DISABLED="true", ALIBABA_CLOUD_PROFILE="x")
    assert "from the credentials URI" in done.stderr


def test_broken_provider_is_passed_over_aloud(bare, service, profiles, tmp_path):
    profiles({"mode": "AK", **LONG_LIVED})
    done = bare(**oidc_env(tmp_path / "absent"))
    accepted(done, service, "from profile default of")
    assert "warning: OIDC gives no access keys" in done.stderr


def test_profile_restricts(bare, service, profiles, ini):
    path = profiles({"name": "other", "mode": "AK", **LONG_LIVED},
                    {"name": "half", "mode": "AK", "access_key_id": "LTAIhalf"})
    ini("[mine]\ntype=access_key\naccess_key_id=%s\naccess_key_secret=%s\n"
        % (fake_service.KEY_ID, fake_service.KEY_SECRET))
    accepted(bare("--profile", "other", **{**KEYS, "ALIBABA_CLOUD_ACCESS_KEY_ID": "x"}),
             service, "from profile other of")
    service.forget()
    accepted(bare(SCANREQ_PROFILE="mine"), service, "from profile mine of")
    service.forget()
    refused(bare("--profile", "absent", **KEYS), service, path, "other", "half")
    refused(bare("--profile", "half", **KEYS), service, "access_key_secret is not")


def test_region_of_the_profile(scanreq, profiles):
    profiles({"mode": "AK", "region_id": "eu-central-1", **LONG_LIVED})
    def url(*args, **env):
        done = scanreq("submit", "--dry-run", *args, *IMAGE, "-v", env=env)
        return re.search(r"https://[a-z0-9.-]+", done.ok().stderr).group()
    assert url() == "https://tds.ap-southeast-1.aliyuncs.com"
    assert url(ALIBABA_CLOUD_REGION_ID="cn-hangzhou") == "https://tds.cn-shanghai.aliyuncs.com"
    assert url("--endpoint-type", "vpc") == "https://tds-intl.vpc-proxy.aliyuncs.com"


# --- bad input


def test_nobody_has_keys(bare, service):
    line = refused(bare(), service, "there are no access keys")
    for word in ("environment", "OIDC", "aliyun profile", "ini file", "ECS metadata",
                 "credentials URI"):
        assert word in line


def test_provider_that_fails_is_the_cause(bare, service, identity, token_file):
    identity.override["oidc"] = fake_service.error(403, "NoPermission", "not for you")
    line = refused(bare(**oidc_env(token_file)), service, "OIDC gives no access keys",
                   "NoPermission", "not for you")
    for word in ("there are no access keys", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ini file",
                 "ECS metadata", "credentials URI"):
        assert word not in line


def test_each_provider_that_fails_is_named(bare, service, profiles, tmp_path):
    profiles({"mode": "Nonsense"})
    line = refused(bare(**oidc_env(tmp_path / "absent")), service, "OIDC gives no access keys",
                   "aliyun profile gives no access keys", "Nonsense")
    assert line.index("OIDC") < line.index("aliyun profile")
    assert "ini file" not in line


def test_pipe_as_a_configuration_file(bare, service, scanreq):
    """A pipe that nobody writes to does not hold up the search for ever."""
    path = scanreq.home / ".aliyun" / "config.json"
    path.parent.mkdir()
    os.mkfifo(path)
    refused(bare(), service, path, "nothing writes to it")


@pytest.mark.parametrize("content", [None, b"", b"\n", b"a b", b"x" * 65537])
def test_oidc_token_files_that_are_refused(bare, service, identity, tmp_path, content):
    path = tmp_path / "bad"
    if content is not None:
        path.write_bytes(content)
    refused(bare(**oidc_env(path)), service, path)
    assert not identity.requests


def test_cycle_of_source_profiles(bare, service, identity, profiles):
    profiles(*chain_of("a", "b", "a"), current="a")
    refused(bare(), service, "circle")
    profiles(*chain_of("a", "gone"), current="a")
    refused(bare(), service, 'no profile "gone"')
    profiles(*chain_of(*"abcdefghijkl"), current="a")
    refused(bare(), service, "more than 7")
    assert not identity.requests


@pytest.mark.parametrize("text", ["{", "[]", '{"profiles": 1}', '{"current": "default"}', "\xff",
                                  '{"current": "d", "profiles": [{"name": "d", "mode": 1}]}',
                                  '{"current": "d", "profiles": [{"name": "d", "Mode": "AK"}]}'])
def test_malformed_config(bare, service, profiles, text):
    path = profiles()
    path.write_text(text)
    refused(bare(), service, path)


@pytest.mark.parametrize("text", ["[default", "x", "a=b", "[default]\ntype=access_key\ntype=b",
                                  "[default]\na='b", "[default]\ntype=nonsense"])
def test_malformed_ini(bare, service, ini, text):
    path = ini(text)
    refused(bare(), service, path)


@pytest.mark.parametrize("args, said", [
    (["--sts-endpoint", "sts.example.com/x"], "STS endpoint"),
    (["--sts-endpoint", "https://u:hunter2@sts.example.com"], "STS endpoint"),
    (["--sts-endpoint", "http://sts.example.com"], "without encryption"),
    (["--endpoint-type", "internal"], "public or vpc")])
def test_malformed_settings(bare, service, args, said):
    done = bare(*args, **KEYS)
    assert done.status == USAGE
    assert said in done.stderr and "hunter2" not in done.stderr
    assert not service.requests


@pytest.mark.parametrize("uri, said", [
    ("http://keys.example.com/", "without encryption"), ("ftp://h/", "neither http"),
    ("https://u:hunter2@h/", "user name"), ("nonsense", "neither http")])
def test_credentials_uris_that_are_refused(bare, service, uri, said):
    assert "hunter2" not in refused(bare(ALIBABA_CLOUD_CREDENTIALS_URI=uri), service, said)


@pytest.mark.parametrize("value", ["x.evil/#", "cn hangzhou", "CN"])
def test_malformed_regions_of_sts(bare, scanreq, service, profiles, token_file, value):
    """Of the environment: a slip of this run. Of a profile: it does not serve."""
    env = {**oidc_env(token_file), "ALIBABA_CLOUD_STS_REGION": value}
    done = bare(**env)
    assert done.status == USAGE
    assert "ALIBABA_CLOUD_STS_REGION is malformed" in done.stderr
    profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE, "sts_region": value})
    done = scanreq("submit", "--endpoint", service.url, *IMAGE)
    assert done.status == DENIED
    assert "the region of STS is malformed" in done.stderr
    assert not service.requests


# --- what the system sees


TRACED = ("trace=execve,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,"
          "link,linkat,symlink,symlinkat,unlink,unlinkat,connect,sendto")


@pytest.fixture
def traced(scanreq, service, identity, tmp_path):
    """The system calls of a submission that is accepted: each as a line."""
    def run(*args, **env):
        trace = tmp_path / "trace"
        asan = env.pop("ASAN_OPTIONS", scanreq.env["ASAN_OPTIONS"]) + ":detect_leaks=0"
        done = subprocess.run(
            ["strace", "-f", "-v", "-s", "65536", "-o", trace, "-e", TRACED, scanreq.path,
             "submit", "--endpoint", service.url, "--sts-endpoint", identity.url, *IMAGE, *args],
            env={**scanreq.env, "SCANREQ_TOKEN": KEYS["SCANREQ_TOKEN"], **env,
                 "ASAN_OPTIONS": asan},
            cwd=scanreq.home, stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
            check=False)
        assert done.returncode == 0, done.stderr
        calls = trace.read_text().splitlines()
        # In a build directory a script of libtool's comes before the program itself.
        starts = [i for i, call in enumerate(calls)
                  if re.search(r' execve\("[^"]*/scanreq", .* = 0$', call)]
        return calls[starts[-1]:]
    return run


def assert_discreet(calls, secrets, places):
    """No secret in an argument or in a child's environment, no file written, no other
    address than the fakes'."""
    programs = [line for line in calls if "execve(" in line]
    programs[0] = programs[0].partition("], [")[0]  # its environment is the test's own
    for line in programs:
        assert not any(secret in line for secret in secrets), line
    for line in calls:
        if re.search(r"open(at2?)?\(.*O_(WRONLY|RDWR|CREAT)", line):
            assert '"/dev/' in line or '"/proc/' in line, line
        assert not re.search(r" (creat|mkdir|rename|link|symlink|unlink)(at2?)?\(", line), line
        if re.search(r"(connect|sendto)\(.*sin_port", line):
            port, address = re.search(r'htons\((\d+)\).*?"([0-9.]+)"', line).groups()
            assert f"{address}:{port}" in places, line
        assert "AF_INET6, sin6_port=htons(53)" not in line


@pytest.mark.parametrize("way", ["environment", "oidc", "aliyun profile", "program", "metadata",
                                 "ini"])
def test_nothing_leaks_to_the_system(traced, service, identity, profiles, ini, redirect,
                                     token_file, tmp_path, way):
    env, opened = {}, None
    if way == "environment":
        env = {name: KEYS[name] for name in KEYS if name.startswith("ALIBABA")}
    elif way == "oidc":
        env, opened = oidc_env(token_file), token_file
    elif way == "metadata":
        env = metadata_env(identity, redirect)
    elif way == "ini":
        opened = ini(f"[default]\ntype = access_key\naccess_key_id = {fake_service.KEY_ID}\n"
                     f"access_key_secret = {fake_service.KEY_SECRET}\n")
    elif way == "aliyun profile":
        opened = profiles({"mode": "RamRoleArn", **LONG_LIVED, **ROLE})
    else:
        program = script(tmp_path / "keys", "cat '%s'\n" % (tmp_path / "answer"))
        (tmp_path / "answer").write_text(json.dumps({"mode": "AK", **LONG_LIVED}))
        opened = profiles({"name": "source", "mode": "External", "process_command": str(program)},
                          *chain_of("default", "source"))
    calls = traced(**env)
    (request,) = service.requests
    assert request.verdict == "OK"
    secrets = [fake_service.KEY_SECRET, fake_identity.OIDC_TOKEN, KEYS["SCANREQ_TOKEN"],
               *(text for given in identity.given for text in given[1:])]
    places = {f"127.0.0.1:{service.port}", f"127.0.0.1:{identity.port}"}
    if way == "metadata" and isinstance(redirect, moved_names.Names):
        places.add("100.100.100.200:80")  # a library would have moved it before strace sees it
    assert_discreet(calls, secrets, places)
    assert sum("execve(" in line for line in calls) == (3 if way == "program" else 1)
    if opened:
        assert sum(f'"{opened}"' in line and "open" in line for line in calls) == 1


def test_profile_is_read_once_a_run(scanreq, profiles, skopeo_tar, tmp_path):
    """For its region and for its keys, however many images there are."""
    path = profiles({"mode": "AK", "region_id": "cn-hangzhou", **LONG_LIVED})
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-o", trace, "-e", TRACED, scanreq.path, "submit", "--dry-run",
         "--jobs", "1", skopeo_tar, skopeo_tar, skopeo_tar, "-o", "json"],
        env={**scanreq.env, "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"},
        check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert trace.read_text().count(f'"{path}"') == 1
