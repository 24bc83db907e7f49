# SPDX-License-Identifier: MIT
"""What the tests of credentials share: an image, profiles' members, and how a run ends."""
import os
import stat

import fake_identity
import fake_service
import moved_names

DENIED = 4
IMAGE = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2")
LONG_LIVED = {"access_key_id": fake_service.KEY_ID, "access_key_secret": fake_service.KEY_SECRET}
ROLE = {"ram_role_arn": fake_identity.ROLE_ARN, "ram_session_name": "tests"}


def accepted(done, service, provider):
    done.ok()
    (request,) = service.requests
    assert request.verdict == "OK"
    assert provider in done.stderr
    return request


def refused(done, service, *words, status=DENIED):
    assert done.status == status, done.stderr
    assert not service.requests
    (line,) = [l for l in done.lines if "endpoint: " not in l and "region " not in l]
    for word in words:
        assert str(word) in line, line
    for secret in (fake_service.KEY_SECRET, fake_identity.OIDC_TOKEN):
        assert secret not in done.stderr
    return line


def refused_after(done, service, *words, status):
    """The same, after requests that are told one by one."""
    assert done.status == status, done.stderr
    assert not service.requests
    for word in words:
        assert str(word) in done.lines[-1], done.stderr


def oidc_env(path):
    return {"ALIBABA_CLOUD_ROLE_ARN": fake_identity.ROLE_ARN,
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": fake_identity.OIDC_ARN,
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(path)}


def metadata_env(identity, redirect, **more):
    used = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "", **more}
    if isinstance(redirect, moved_names.Names):
        redirect.move(f"100.100.100.200:80={identity.port}")
        return used
    return {"LD_PRELOAD": f"{redirect}:{os.environ['LD_PRELOAD']}",
            "METADATA_PORT": str(identity.port),
            "ASAN_OPTIONS": "exitcode=86:verify_asan_link_order=0", **used}


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def session_fields(identity):
    session = identity.session()
    return {"access_key_id": session["AccessKeyId"],
            "access_key_secret": session["AccessKeySecret"],
            "sts_token": session["SecurityToken"]}
