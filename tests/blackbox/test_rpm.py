# SPDX-License-Identifier: MIT
"""The RPM packages of packaging/rpm: what rpm reads in them, and that what they hold runs."""
import os
import subprocess

import pytest

import program
from test_command_line import version

pytestmark = pytest.mark.product
BUILT = program.TOP / "build" / "rpm"
DEMO = program.TOP / "testdata/images/demo.tar"


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=600,
                          stdin=subprocess.DEVNULL, check=False, **kwargs)
    assert done.returncode == 0, f"{command}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def packages():
    """Name to file."""
    found = {}
    for path in (BUILT / "RPMS").rglob("*.rpm"):
        found[run("rpm", "-qp", "--qf", "%{NAME}", path).decode()] = path
    assert set(found) == {"scanreq", "scanreq-libs", "scanreq-devel"}, "run packaging/rpm"
    return found


def names(path):
    return set(run("rpm", "-qlp", path).decode().splitlines())


def test_each_file_is_in_its_package():
    files = {name: names(path) for name, path in packages().items()}
    assert {"/usr/bin/scanreq", "/usr/share/scanreq/scanreq-1.schema.json",
            "/usr/share/bash-completion/completions/scanreq",
            "/usr/share/fish/vendor_completions.d/scanreq.fish",
            "/usr/share/zsh/site-functions/_scanreq"} <= files["scanreq"]
    assert any(name.endswith("/libscanreq.so.1") for name in files["scanreq-libs"])
    headers = {f"/usr/include/scanreq/{path.name}"
               for path in (program.TOP / "include/scanreq").glob("*.h")}
    assert headers <= files["scanreq-devel"]
    shared = files["scanreq"] & files["scanreq-libs"]
    assert all(name.startswith("/usr/lib/.build-id") for name in shared)


def test_what_they_want_and_say():
    found = packages()
    wants = run("rpm", "-qp", "--requires", found["scanreq"]).decode()
    assert "scanreq-libs(" in wants or "scanreq-libs = " in wants
    assert "ca-certificates" in wants
    provides = run("rpm", "-qp", "--provides", found["scanreq-libs"]).decode()
    assert "libscanreq.so.1()" in provides
    about = run("rpm", "-qp", "--qf", "%{VERSION} %{LICENSE}", found["scanreq"]).decode()
    assert about == f"{version()} MIT"
    run("rpm", "-K", "--nosignature", *found.values())


def test_what_they_hold_runs(tmp_path):
    for path in packages().values():
        archive = tmp_path / (path.stem + ".cpio")
        archive.write_bytes(run("rpm2cpio", path))
        with open(archive, "rb") as stream:
            subprocess.run(["cpio", "-idm", "--quiet"], cwd=tmp_path, stdin=stream, check=True,
                           timeout=60, capture_output=True)
    (library,) = tmp_path.glob("usr/lib*/**/libscanreq.so.1")
    env = {"LD_LIBRARY_PATH": str(library.parent), "PATH": os.environ["PATH"]}
    said = run(tmp_path / "usr/bin/scanreq", "inspect", "--get", "repo_name", DEMO, env=env)
    assert said == b"web\n"
