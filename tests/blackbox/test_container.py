# SPDX-License-Identifier: MIT
"""The image that packaging/image makes, run by podman and crun as a pipeline would."""
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile

import pytest

import oci_image
import program
import registries
import relays
from conftest import KEYS, SAVED_NAME, Podman
from test_command_line import version

pytestmark = pytest.mark.product
BUILT = program.TOP / "build" / "image"
MAX_BYTES = 9_000_000
USER = 65532
NAME = f"localhost/scanreq:{version()}"
# What a machine that lends itself to tests forbids is left out.
RUN = ("run", "--rm", "-i", "--runtime", "crun", "--network", "host", "--cgroups", "disabled",
       "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--read-only",
       "--cap-drop", "all", "--security-opt", "no-new-privileges")


@pytest.fixture(scope="module")
def archive():
    path = BUILT / f"scanreq-{version()}-image.tar"
    assert path.is_file(), f"{path} is not there: run packaging/image"
    return path


@pytest.fixture(scope="module")
def engine(archive, own_names):  # these need the network of the tests' own
    del own_names
    with tempfile.TemporaryDirectory(prefix="podman", dir="/tmp") as root:
        podman = Podman(pathlib.Path(root))
        podman("load", "-i", archive)
        yield podman


@pytest.fixture
def contained(engine, scanreq):
    """contained(ARGUMENT...) runs the image; `options` are podman's, env goes by name."""
    def run(*args, options=(), stdin=b"", **env):
        given = {"SCANREQ_RETRY": "0", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", **env}
        names = [word for name in given for word in ("--env", name)]
        done = subprocess.run([*engine.command, *RUN, *names, *map(str, options), NAME,
                               *map(str, args)], input=stdin, env={**engine.env, **given},
                              capture_output=True, timeout=120, check=False)
        return program.Result(args, done.returncode, done.stdout, done.stderr.decode())
    return run


def layer_files(layout, manifest):
    """Name to bytes of all files of an image of one layer, links as the bytes they lead to."""
    (layer,) = manifest["layers"]
    with tarfile.open(blob(layout, layer["digest"])) as tar:
        return {member.name.removeprefix("./"): tar.extractfile(member).read()
                for member in tar if not member.isdir()}


def blob(layout, digest):
    return layout / "blobs" / digest.replace(":", "/")


def documents(layout):
    """(manifest, config) of a layout of one image."""
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    manifest = json.loads(blob(layout, entry["digest"]).read_text())
    return manifest, json.loads(blob(layout, manifest["config"]["digest"]).read_text())


# --- what is in it ------------------------------------------------------------------------

def test_holds_nothing_else():
    files = layer_files(BUILT / "oci", documents(BUILT / "oci")[0])
    certificates = {name for name in files if name.startswith("etc/ssl/certs/")}
    assert set(files) - certificates == {
        "usr/bin/scanreq", "usr/share/doc/scanreq/licences", "usr/share/doc/scanreq/copyright",
        "etc/passwd", "etc/group"}
    assert files["usr/bin/scanreq"] == (program.TOP / "build/static/scanreq").read_bytes()
    assert sum(map(len, files.values())) <= MAX_BYTES


def test_authorities_are_debians():
    """Not those of the machine that built it, which may trust more."""
    files = layer_files(BUILT / "oci", documents(BUILT / "oci")[0])
    out = subprocess.run(["dpkg", "-L", "ca-certificates"], check=True, capture_output=True,
                         text=True, timeout=60).stdout
    public = {pathlib.Path(line).read_bytes() for line in out.splitlines()
              if "/mozilla/" in line}
    held = {data for name, data in files.items() if name.startswith("etc/ssl/certs/")}
    assert len(public) > 100 and held == public


def test_user_and_labels():
    _, config = documents(BUILT / "oci")
    assert config["config"]["User"] == f"{USER}:{USER}"
    assert config["config"]["Entrypoint"] == ["scanreq"]
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.version"] == version()
    assert labels["org.opencontainers.image.licenses"] == "MIT"
    assert labels["org.opencontainers.image.created"] == config["created"]


def test_containerfile_makes_the_same(tmp_path):
    """buildah, from the same files."""
    command = ["buildah", "--root", tmp_path / "storage", "--runroot", tmp_path / "run",
               "--storage-driver", "vfs"]
    for args in (["build", "--isolation", "chroot", "-f", "contrib/container/Containerfile",
                  "-t", "scanreq", BUILT],
                 ["push", "scanreq", f"oci:{tmp_path / 'oci'}:1"]):
        done = subprocess.run([*command, *args], cwd=program.TOP, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=300, check=False,
                              env={**os.environ, "HOME": str(tmp_path)})
        assert done.returncode == 0, done.stderr.decode()
    ours, by_buildah = documents(BUILT / "oci"), documents(tmp_path / "oci")
    assert layer_files(tmp_path / "oci", by_buildah[0]) == layer_files(BUILT / "oci", ours[0])
    for name in ("User", "Entrypoint", "Env"):
        assert by_buildah[1]["config"][name] == ours[1]["config"][name]
    labels = by_buildah[1]["config"]["Labels"]
    for name in ("title", "description", "licenses"):
        name = f"org.opencontainers.image.{name}"
        assert labels[name] == ours[1]["config"]["Labels"][name]


# --- what it does -------------------------------------------------------------------------

def test_size_in_the_engine(engine):
    out = subprocess.run([*engine.command, "image", "inspect", "--format", "{{.Size}}", NAME],
                         env=engine.env, check=True, capture_output=True, timeout=60).stdout
    assert int(out) <= MAX_BYTES


def test_version(contained):
    assert contained("version").ok().out.startswith(f"scanreq {version()}\n")


def test_dry_run_of_a_pipeline(contained, registry, sources):
    result = contained("submit", "--dry-run", "--region", "cn-hangzhou", "-o", "json",
                       f"{registry}/ns/oci:1", **KEYS).ok().result
    assert result["submission"]["status"] == "dry_run"
    assert result["request"]["Digest"] == oci_image.bare(sources.made_image.digest)


def test_submission(contained, registry, service):
    done = contained("submit", "--region", "cn-hangzhou", f"{registry}/ns/oci:1",
                     SCANREQ_ENDPOINT=service.url, **KEYS).ok()
    (request,) = service.requests
    assert request.verdict == "OK"
    for secret in KEYS.values():
        assert secret not in done.out + done.stderr


def test_registry_over_tls(contained, registry, sources, tmp_path, own_names):
    own_names.move("")
    with relays.nginx_tls(tmp_path / "nginx", registry) as (host, ca_file):
        name = f"{host}/ns/oci:1"
        contained("inspect", name).fails(2, "not trusted")
        found = contained("inspect", "--get", "manifest_digest", name,
                          options=("-v", f"{ca_file}:/ca.pem:ro"), SCANREQ_CA_FILE="/ca.pem")
        assert found.ok().out.strip() == sources.made_image.digest


def test_archive_from_a_pipe(contained):
    image = oci_image.make_image()
    done = contained("inspect", "--get", "config_digest", "-",
                     stdin=oci_image.docker_save([([SAVED_NAME], image)])).ok()
    assert done.out.strip() == oci_image.sha256(image.config)


def test_offline_submit(contained, tmp_path):
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.docker_save([([SAVED_NAME], oci_image.make_image())]))
    result = contained("submit", "--dry-run", "--offline", "--region", "cn-hangzhou", "-o",
                       "json", "/saved.tar", options=("-v", f"{path}:/saved.tar:ro"),
                       **KEYS).ok().result
    assert result["submission"]["status"] == "dry_run"


def test_runs_as_a_user_that_is_not_root(contained, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)
    (tmp_path / "saved.tar").write_bytes(
        oci_image.docker_save([([SAVED_NAME], oci_image.make_image())]))
    contained("inspect", "--write", "config_digest=/out/digest", "-q", "/saved.tar",
              options=("-v", f"{out}:/out", "-v", f"{tmp_path / 'saved.tar'}:/saved.tar:ro")).ok()
    assert (out / "digest").stat().st_uid == USER


def test_inspects_itself(contained, engine, archive, registry):
    """From the engine's pipe and, as it was pushed, from a registry: the same image."""
    manifest, _ = documents(BUILT / "oci")
    config = manifest["config"]["digest"]
    with engine.pipe("save", "--format", "oci-archive", NAME) as saved:
        piped = contained("inspect", "--verify-layers", "-o", "json", "-",
                          stdin=saved.stdout.read()).ok().result
    assert piped["config_digest"] == config and piped["layers_verified"]
    registries.skopeo("copy", "--dest-tls-verify=false", f"oci-archive:{archive}",
                      f"docker://{registry}/tools/scanreq:{version()}")
    pushed = contained("inspect", "-o", "json",
                       f"{registry}/tools/scanreq:{version()}").ok().result
    assert pushed["config_digest"] == config
    assert pushed["labels"]["org.opencontainers.image.version"] == version()
