# SPDX-License-Identifier: MIT
"""Debian's packages: what lintian says, the same bytes twice, and their use and removal in a
system that has nothing else (packaging/debian-root)."""
import os
import re
import shutil
import subprocess

import pytest

import oci_image
import program
import relays
from conftest import KEYS, SAVED_NAME
from test_command_line import version

pytestmark = pytest.mark.product
BUILT = program.TOP / "build" / "deb"
ROOT = BUILT / "root"
PACKAGES = ("scanreq", "libscanreq1", "libscanreq-dev", "scanreq-doc")


@pytest.fixture(scope="module")
def packages():
    """Name to file."""
    found = {path.name.partition("_")[0]: path for path in BUILT.glob("*.deb")}
    assert set(PACKAGES) <= set(found), "run packaging/deb"
    return found


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800,
                          **kwargs)
    assert done.returncode == 0, f"{command}: {done.stdout.decode(errors='replace')[-4000:]}"
    return done.stdout.decode()


def contents(package):
    return {line.split(None, 5)[5].removeprefix("./")
            for line in run("dpkg-deb", "-c", package).splitlines() if line[0] != "d"}


def test_lintian_finds_no_error(packages):
    (changes,) = BUILT.glob("*.changes")
    said = run("lintian", "--allow-root", "--fail-on", "error", changes)
    assert not re.search(r"^E:", said, re.MULTILINE)


def test_each_file_is_in_its_package(packages):
    files = {name: contents(packages[name]) for name in PACKAGES}
    assert {"usr/bin/scanreq", "usr/share/man/man1/scanreq.1.gz",
            "usr/share/man/man1/scanreq-submit.1.gz", "usr/share/man/man5/scanreq-output.5.gz",
            "usr/share/bash-completion/completions/scanreq",
            "usr/share/zsh/vendor-completions/_scanreq",
            "usr/share/fish/vendor_completions.d/scanreq.fish",
            "usr/share/scanreq/scanreq-1.schema.json"} <= files["scanreq"]
    assert any("libscanreq.so.1 " in name for name in files["libscanreq1"])
    headers = {f"usr/include/scanreq/{path.name}"
               for path in (program.TOP / "include/scanreq").glob("*.h")}
    assert headers | {"usr/share/man/man3/libscanreq.3.gz"} <= files["libscanreq-dev"]
    assert "usr/share/doc/scanreq/README.md.gz" in files["scanreq-doc"]
    contributed = {path.name for path in (program.TOP / "contrib").iterdir() if path.is_dir()}
    assert contributed == {name.split("/")[5] for name in files["scanreq-doc"]
                           if "/examples/" in name}


def test_two_builds_have_the_same_bytes(packages, tmp_path):
    """Elsewhere, in another time zone, with other permissions for new files."""
    elsewhere = tmp_path / "another directory with blanks"
    run("sh", "-c", 'umask 077; exec "$@"', "sh", program.TOP / "packaging/deb", elsewhere,
        env={**os.environ, "TZ": "Asia/Shanghai", "LANG": "C.UTF-8",
             "DEB_BUILD_OPTIONS": "nocheck parallel=1"})
    again = {path.name.partition("_")[0]: path for path in elsewhere.glob("*.deb")}
    assert set(again) == set(packages)
    for name, path in packages.items():
        assert path.read_bytes() == again[name].read_bytes(), name


# --- in a system with nothing else --------------------------------------------------------

@pytest.fixture
def installed(scanreq):
    if not (ROOT / "usr/bin/scanreq").exists():
        pytest.fail(f"{ROOT} has no scanreq: run packaging/debian-root")
    there = scanreq.with_env(PATH="/usr/bin:/bin")
    there.prefix, there.path = ["/usr/sbin/chroot", str(ROOT)], "/usr/bin/scanreq"
    return there


def test_version(installed):
    assert installed("version").ok().out.split()[1] == version()


def test_registry_over_tls(installed, registry, sources, tmp_path, own_names):
    """The authority is added as an administrator would, for the whole system."""
    own_names.move("")
    servers = (ROOT / "etc/resolv.conf").read_text()
    (ROOT / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    local = ROOT / "usr/local/share/ca-certificates/tests.crt"
    with relays.nginx_tls(tmp_path / "nginx", registry) as (host, ca_file):
        try:
            installed("inspect", f"{host}/ns/oci:1").fails(2, "not trusted")
            shutil.copy(ca_file, local)
            run("/usr/sbin/chroot", ROOT, "update-ca-certificates")
            result = installed.json("inspect", f"{host}/ns/oci:1")
        finally:
            (ROOT / "etc/resolv.conf").write_text(servers)
            local.unlink(missing_ok=True)
            run("/usr/sbin/chroot", ROOT, "update-ca-certificates")
    assert result["manifest_digest"] == sources.made_image.digest


def test_archive_from_a_pipe(installed):
    image = oci_image.make_image()
    result = installed.json("inspect", "-", stdin=oci_image.docker_save([([SAVED_NAME], image)]))
    assert result["config_digest"] == oci_image.sha256(image.config)


def test_offline_submit(installed):
    (ROOT / "saved.tar").write_bytes(
        oci_image.docker_save([([SAVED_NAME], oci_image.make_image())]))
    result = installed.with_env(**KEYS).json("submit", "--dry-run", "--offline", "--region",
                                             "cn-hangzhou", "/saved.tar")
    assert result["submission"]["status"] == "dry_run"


def test_removal_leaves_nothing(installed):
    before = (ROOT / "packages/before").read_text().split()
    assert "scanreq" not in before
    run("/usr/sbin/chroot", ROOT, "dpkg", "--purge", "scanreq", "libscanreq1")
    left = [path for path in ROOT.rglob("*scanreq*")
            if ROOT / "packages" not in path.parents and ROOT / "proc" not in path.parents]
    assert left == []
    run("/usr/sbin/chroot", ROOT, "sh", "-c", "dpkg --install /packages/*.deb")
