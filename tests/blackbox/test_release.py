# SPDX-License-Identifier: MIT
"""What packaging/release makes: each part is there and works, the SBOM says what is linked
in, and the checksums are signed by the key that was given (here a throw-away one)."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

import pytest

import program
from test_command_line import version

pytestmark = pytest.mark.product
NAME = f"scanreq-{version()}"


def run(*command, status=0, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=3000,
                          stdin=subprocess.DEVNULL, text=True, check=False, **kwargs)
    assert done.returncode == status, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def release(*args):
    env = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return run(program.TOP / "packaging" / "release", *args, env={**env,
               "DEB_BUILD_OPTIONS": "nocheck"})


@pytest.fixture(scope="module")
def made(work):
    """A release that minisign has signed, and the public key."""
    run("minisign", "-G", "-W", "-p", work / "key.pub", "-s", work / "key")
    release("--minisign", work / "key", work / "release")
    return work / "release", work / "key.pub"


def static_file(directory):
    return directory / f"{NAME}-linux-{run('dpkg', '--print-architecture').strip()}"


def test_holds_everything(made):
    files = {path.name for path in made[0].iterdir()}
    static = static_file(made[0]).name
    assert {f"{NAME}.tar.xz", static, f"{static}.licences",
            f"{NAME}-image.tar", f"{NAME}-completions.tar.xz", f"{NAME}-manuals.tar.xz",
            f"{NAME}.spdx.json", "SHA256SUMS", "SHA256SUMS.minisig"} <= files
    packages = {name.partition("_")[0] for name in files if name.endswith(".deb")}
    assert packages == {"scanreq", "libscanreq1", "libscanreq-dev", "scanreq-doc"}


def test_checksums_are_of_every_file(made):
    lines = (made[0] / "SHA256SUMS").read_text().splitlines()
    sums = {line[66:]: line[:64] for line in lines}
    assert set(sums) == {path.name for path in made[0].iterdir()} - {"SHA256SUMS",
                                                                     "SHA256SUMS.minisig"}
    for name, digest in sums.items():
        assert hashlib.sha256((made[0] / name).read_bytes()).hexdigest() == digest, name


def test_signature_of_minisign(made, tmp_path):
    directory, key = made
    run("minisign", "-V", "-p", key, "-m", directory / "SHA256SUMS")
    for name in ("SHA256SUMS", "SHA256SUMS.minisig"):
        shutil.copy(directory / name, tmp_path)
    with open(tmp_path / "SHA256SUMS", "a", encoding="ascii") as sums:
        sums.write("0" * 64 + "  scanreq\n")
    assert "failed" in run("minisign", "-V", "-p", key, "-m", tmp_path / "SHA256SUMS", status=1)


def test_signature_of_gpg(made, monkeypatch):
    """By a key of this test's own; the same bytes are signed."""
    with tempfile.TemporaryDirectory(prefix="gpg", dir="/tmp") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        pathlib.Path(home).chmod(0o700)
        run("gpg", "--batch", "--passphrase", "", "--quick-generate-key",
            "test@example.invalid", "ed25519", "sign", "never")
        again = pathlib.Path(home) / "release"
        release("--gpg", "test@example.invalid", again)
        assert "Good signature" in run("gpg", "--verify", again / "SHA256SUMS.asc",
                                       again / "SHA256SUMS")
        assert (again / "SHA256SUMS").read_bytes() == (made[0] / "SHA256SUMS").read_bytes()
        run("gpgconf", "--kill", "all")


def test_directory_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    said = run(program.TOP / "packaging" / "release", tmp_path, status=1)
    assert str(tmp_path) in said and (tmp_path / "mine").read_text() == "mine"


def test_static_file_runs(made, tmp_path):
    path = static_file(made[0])
    shutil.copy(path, tmp_path / "scanreq")
    (tmp_path / "scanreq").chmod(0o755)
    assert run(tmp_path / "scanreq", "version", env={}).startswith(f"scanreq {version()}\n")


def test_sources_build(made, tmp_path):
    """Without autotools: they are no part of PATH."""
    with tarfile.open(made[0] / f"{NAME}.tar.xz") as tar:
        tar.extractall(tmp_path)
    source = tmp_path / NAME
    assert (source / "configure").exists() and (source / "debian/control").exists()
    missing = {"AUTOCONF": "false", "AUTOMAKE": "false", "ACLOCAL": "false",
               "AUTOHEADER": "false", "AUTOMAKE_FLAGS": ""}
    run("./configure", cwd=source, env={**os.environ, **missing})
    run("make", "-j2", "scanreq", cwd=source, env={**os.environ, "MAKEFLAGS": ""})
    assert version() in run(source / "scanreq", "version")


def test_completions_and_manuals(made):
    with tarfile.open(made[0] / f"{NAME}-completions.tar.xz") as tar:
        names = {pathlib.PurePath(name).name for name in tar.getnames()}
        assert {"scanreq.bash", "_scanreq", "scanreq.fish"} <= names
        bash = tar.extractfile(f"{NAME}-completions/scanreq.bash").read()
        assert b"--require-tag-match" in bash
    with tarfile.open(made[0] / f"{NAME}-manuals.tar.xz") as tar:
        pages = {pathlib.PurePath(name).name for name in tar.getnames()} - {f"{NAME}-manuals"}
        assert pages == set(run(program.TOP / "man/make-page", "--list").split())
        page = tar.extractfile(f"{NAME}-manuals/scanreq.1").read().decode()
        assert re.search(r'^\.TH "scanreq" "1"', page, re.MULTILINE)


def test_sbom_says_what_is_linked_in(made):
    document = json.loads((made[0] / f"{NAME}.spdx.json").read_text())
    assert (document["spdxVersion"], document["dataLicense"], document["SPDXID"]) == \
        ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT")
    by_id = {package["SPDXID"]: package for package in document["packages"]}
    relations = [tuple(relation[key] for key in
                       ("spdxElementId", "relationshipType", "relatedSpdxElement"))
                 for relation in document["relationships"]]
    known = {*by_id, "SPDXRef-DOCUMENT"}
    assert all({left, right} <= known for left, _, right in relations)
    assert all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", each) for each in by_id)
    path = static_file(made[0])
    said = run(path, "version").splitlines()[1].removeprefix("linked in: ")
    linked = {by_id[right]["name"] + " " + by_id[right]["versionInfo"]
              for left, how, right in relations if how == "STATIC_LINK"}
    assert linked == set(said.split(", "))
    checksums = {by_id[each]["checksums"][0]["checksumValue"]
                 for each in ("SPDXRef-Package-scanreq", "SPDXRef-Package-image")}
    assert checksums == {hashlib.sha256(file.read_bytes()).hexdigest()
                         for file in (path, made[0] / f"{NAME}-image.tar")}
