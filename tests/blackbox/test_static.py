# SPDX-License-Identifier: MIT
"""packaging/static's file where there is nothing else: no library, no module, no loader.

In a root of its own it has what a test lays down there, as an image FROM scratch would.
"""
import pathlib
import shutil
import subprocess

import pytest

import moved_names
import oci_image
import relays
from conftest import KEYS, SAVED_NAME
from test_command_line import version

pytestmark = pytest.mark.product
MAX_BYTES = 8 << 20
USAGE, UNAVAILABLE = 2, 5
PUBLIC = "/etc/ssl/certs/ca-certificates.crt"  # this machine's
BUNDLES = ["etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt",
           "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "etc/ssl/ca-bundle.pem",
           "var/lib/ca-certificates/ca-bundle.pem", "etc/ssl/cert.pem"]
DIRECTORIES = ["etc/ssl/certs", "etc/pki/tls/certs",
               "etc/pki/ca-trust/extracted/pem/directory-hash", "var/lib/ca-certificates/openssl"]


@pytest.fixture(autouse=True)
def only_static(binary):
    if not moved_names.is_static(binary):
        pytest.skip("for the static program, which ./check --all builds")


@pytest.fixture
def root(binary, tmp_path):
    made = tmp_path / "root"
    (made / "etc").mkdir(parents=True)
    shutil.copy(binary, made / "scanreq")
    (made / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    (made / "etc/hosts").write_text("127.0.0.1 localhost\n")
    return made


@pytest.fixture
def alone(scanreq, root, test_names):
    """The program in a root with nothing but itself, resolv.conf and hosts."""
    inside = scanreq.with_test_names(test_names)
    inside.prefix, inside.path = ["chroot", str(root)], "/scanreq"
    return inside


@pytest.fixture
def registry_over_tls(registry, tmp_path):
    with relays.nginx_tls(tmp_path / "nginx", registry) as (host, ca_file):
        yield host, pathlib.Path(ca_file)


def inspected(program, name, made):
    result = program.json("inspect", name)
    assert result["error"] is None
    assert result["manifest_digest"] == made.digest


def test_version_says_what_is_linked_in(scanreq, binary):
    first, second = scanreq("version").ok().out.splitlines()
    assert first == f"scanreq {version()}"
    linked = (binary.parent / "linked").read_text().split("\n")
    assert second == "linked in: " + ", ".join(line for line in linked if line)
    assert {"curl", "openssl", "libarchive", "zlib", "glibc"} <= {
        line.split()[0] for line in linked if line}


def test_licences_of_all_that_is_linked_in(binary):
    licences = (binary.parent / "licences").read_text()
    for line in (binary.parent / "linked").read_text().splitlines():
        assert f"\n{line}\n" in licences


def test_size(binary):
    assert binary.stat().st_size <= MAX_BYTES


def test_needs_no_library(binary):
    out = subprocess.run(["readelf", "-dW", binary], check=True, capture_output=True,
                         text=True, timeout=60).stdout
    assert "NEEDED" not in out and "PIE" in out


def test_addresses_differ_from_run_to_run(binary):
    """A static program without this would be at known addresses."""
    out = subprocess.run(["readelf", "-hW", binary], check=True, capture_output=True,
                         text=True, timeout=60).stdout
    assert "DYN" in out


@pytest.mark.parametrize("path", BUNDLES)
def test_bundle_of_a_distribution(alone, root, registry_over_tls, sources, path):
    host, ca_file = registry_over_tls
    alone("inspect", f"{host}/ns/oci:1").fails(USAGE, "not trusted", "--ca-file")
    (root / path).parent.mkdir(parents=True)
    shutil.copy(ca_file, root / path)
    inspected(alone, f"{host}/ns/oci:1", sources.made_image)


@pytest.mark.parametrize("path", DIRECTORIES)
def test_hashed_directory_of_a_distribution(alone, root, registry_over_tls, sources, path):
    host, ca_file = registry_over_tls
    (root / path).mkdir(parents=True)
    shutil.copy(ca_file, root / path / "ca.pem")
    subprocess.run(["openssl", "rehash", root / path], check=True, timeout=60)
    inspected(alone, f"{host}/ns/oci:1", sources.made_image)


def test_authorities_of_the_environment(alone, root, registry_over_tls, sources):
    """They win over the system's, which do not know this authority."""
    host, ca_file = registry_over_tls
    (root / "etc/ssl").mkdir()
    shutil.copy(PUBLIC, root / "etc/ssl/ca-bundle.pem")
    alone("inspect", f"{host}/ns/oci:1").fails(USAGE, "not trusted")
    shutil.copy(ca_file, root / "mine.pem")
    inspected(alone.with_env(SSL_CERT_FILE="/mine.pem"), f"{host}/ns/oci:1", sources.made_image)


def test_own_authority_beside_the_system(alone, root, registry_over_tls, sources):
    host, ca_file = registry_over_tls
    (root / "etc/ssl").mkdir()
    shutil.copy(ca_file, root / "etc/ssl/ca-bundle.pem")
    shutil.copy(PUBLIC, root / "public.pem")
    inspected(alone.with_env(SCANREQ_CA_FILE="/public.pem"), f"{host}/ns/oci:1",
              sources.made_image)


def port_of(registry):
    return registry.rpartition(":")[2]



@pytest.mark.parametrize("modules", [None, "files dns", "mymachines resolve [!UNAVAIL=return] "
                                     "files mdns4_minimal [NOTFOUND=return] dns"])
def test_names_from_the_name_server(alone, root, registry, sources, modules):
    if modules:
        (root / "etc/nsswitch.conf").write_text(f"hosts: {modules}\n")
    host = f"some.test:{port_of(registry)}"
    result = alone.json("inspect", "--plain-http", host, f"{host}/ns/oci:1")
    assert result["error"] is None
    assert result["manifest_digest"] == sources.made_image.digest


def test_names_from_hosts(alone, root, registry):
    host = f"box.example.com:{port_of(registry)}"
    alone("inspect", "--plain-http", host, "-q", f"{host}/ns/oci:1").fails(UNAVAILABLE, host)
    (root / "etc/hosts").write_text("127.0.0.1 localhost box.example.com\n")
    assert alone.json("inspect", "--plain-http", host, f"{host}/ns/oci:1")["error"] is None


def test_names_of_the_search_domain(alone, root, registry):
    (root / "etc/resolv.conf").write_text("nameserver 127.0.0.1\nsearch corp.test\n")
    host = f"registry:{port_of(registry)}"
    assert alone.json("inspect", "--plain-http", host, f"{host}/ns/oci:1")["error"] is None


def test_loopback_without_any_file(alone, root, registry):
    shutil.rmtree(root / "etc")
    host = f"localhost:{port_of(registry)}"
    assert alone.json("inspect", f"{host}/ns/oci:1")["error"] is None


@pytest.mark.parametrize("compress", [None, "gzip", "xz", "zstd", "bzip2", "lz4"])
def test_archive_from_a_pipe(alone, compress):
    image = oci_image.make_image()
    saved = oci_image.docker_save([([SAVED_NAME], image)])
    if compress:
        saved = subprocess.run([compress, "-c"], input=saved, check=True, timeout=60,
                               stdout=subprocess.PIPE).stdout
    result = alone.json("inspect", "-", stdin=saved)
    assert result["config_digest"] == oci_image.sha256(image.config)


def test_offline_submit(alone, root):
    image = oci_image.make_image()
    (root / "saved.tar").write_bytes(oci_image.docker_save([([SAVED_NAME], image)]))
    result = alone.with_env(**KEYS).json("submit", "--dry-run", "--offline", "--region",
                                         "cn-hangzhou", "/saved.tar")
    assert result["submission"]["status"] == "dry_run"
    assert result["request"]["RepoName"] == "web"
