# SPDX-License-Identifier: MIT
"""What `make install` lays down works from there, for the program and for a C user."""
import os
import re
import subprocess

import pytest

import fake_findings
import fake_service
import oci_image
import program
from conftest import SAVED_NAME
from test_command_line import version

pytestmark = pytest.mark.plain
PREFIX = "/usr/local"  # what configure takes by default


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False, **kwargs)
    assert done.returncode == 0, f"{command}: {done.stdout.decode(errors='replace')}"
    return done.stdout.decode()


@pytest.fixture(scope="module")
def root(binary, tmp_path_factory):
    """The DESTDIR of an installation of the build that is tested."""
    root = tmp_path_factory.mktemp("root")
    env = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    run("make", "-C", binary.parent, "install", f"DESTDIR={root}", env=env)
    return root


@pytest.fixture(scope="module")
def build_env(root):
    """pkg-config and the loader look below the DESTDIR."""
    library = root / PREFIX.lstrip("/") / "lib"
    return {"PATH": os.environ["PATH"], "LD_PRELOAD": os.environ["LD_PRELOAD"],
            "PKG_CONFIG_PATH": str(library / "pkgconfig"),
            "PKG_CONFIG_SYSROOT_DIR": str(root), "LD_LIBRARY_PATH": str(library),
            "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1", "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}


def files(root):
    base = root / PREFIX.lstrip("/")
    return {str(path.relative_to(base)) for path in base.rglob("*") if not path.is_dir()}


def test_files(root):
    found = files(root)
    headers = {f"include/scanreq/{path.name}"
               for path in (program.TOP / "include" / "scanreq").glob("*.h")}
    assert headers <= found
    for name in ("bin/scanreq", "lib/libscanreq.so", "lib/libscanreq.so.1",
                 "lib/pkgconfig/scanreq.pc",
                 "share/bash-completion/completions/scanreq",
                 "share/zsh/site-functions/_scanreq",
                 "share/fish/vendor_completions.d/scanreq.fish",
                 "share/scanreq/scanreq-1.schema.json"):
        assert name in found
    private = [name for name in found if name.endswith((".h", ".a")) and name not in headers]
    assert private == []


def test_program(root, build_env):
    out = run(root / PREFIX.lstrip("/") / "bin/scanreq", "version", env=build_env)
    assert out.split()[1] == version()


def test_no_path_of_the_build_is_left(root, build_env, binary):
    for name in ("bin/scanreq", "lib/libscanreq.so"):
        out = run("readelf", "-d", root / PREFIX.lstrip("/") / name, env=build_env)
        assert str(binary.parent) not in out and str(root) not in out


@pytest.fixture(scope="module")
def example(build_env, tmp_path_factory):
    """Compiles one of examples/ against the installed library."""
    directory = tmp_path_factory.mktemp("examples")
    flags = run("pkg-config", "--cflags", "--libs", "scanreq", env=build_env).split()

    def compile_it(name):
        run("cc", "-std=c11", "-pthread", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o",
            directory / name, program.TOP / "examples" / f"{name}.c", *flags, env=build_env)
        return directory / name

    return compile_it


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    image = oci_image.make_image()
    path = tmp_path_factory.mktemp("saved") / "saved.tar"
    path.write_bytes(oci_image.docker_save([([SAVED_NAME], image)]))
    return path, oci_image.sha256(image.config)


def test_version_of_pkg_config(build_env):
    assert run("pkg-config", "--modversion", "scanreq", env=build_env).strip() == version()


def test_example_inspect(example, build_env, saved):
    path, config = saved
    lines = run(example("inspect"), path, env=build_env).splitlines()
    assert dict(line.split(None, 1) for line in lines)["config"] == config


def test_example_findings(example, build_env):
    """It passes with nothing reported, and fails on a malicious file."""
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": fake_service.KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fake_service.KEY_SECRET}
    with fake_findings.Service() as service:
        args = (example("findings"), service.url, fake_findings.DIGEST, fake_findings.TASK_ID,
                fake_findings.UUID)
        out = run(*args, env={**build_env, **keys})
        assert [line.split() for line in out.splitlines()][3] == ["malicious", "0"]
        service.malicious.append({"MaliciousName": "miner", "Level": "serious", "Status": 0})
        done = subprocess.run([str(arg) for arg in args], env={**build_env, **keys},
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1 and "reported by the task" in done.stderr


def test_example_preview(example, build_env, saved):
    path, config = saved
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "example", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret-1"}
    out = run(example("preview"), path, env={**build_env, **keys})
    assert f"ImageId      verified  {config[len('sha256:'):]}" in out or \
        f"ImageId      computed  {config[len('sha256:'):]}" in out
    assert "x-acs-action: CreateJenkinsImageScanTask" in out and "secret-1" not in out


def test_example_batch(example, build_env, saved, tmp_path):
    path, config = saved
    many = [path] * 9
    out = run(example("batch"), *many, env=build_env)
    assert out.splitlines() == [f"{path}: {config}"] * 9
    done = subprocess.run([example("batch"), tmp_path / "none.tar", path], env=build_env,
                          stdout=subprocess.PIPE, timeout=60, check=False)
    first, second = done.stdout.decode().splitlines()
    assert done.returncode == 1 and second == f"{path}: {config}"
    assert "No such file" in first


def test_dependencies_are_private(build_env):
    """A user of the shared library links nothing of ours but the library."""
    libs = run("pkg-config", "--libs", "scanreq", env=build_env)
    for name in ("curl", "crypto", "json-c", "archive"):
        assert f"-l{name}" not in libs


# As `sudo make install` on a machine that has never seen it; nothing of this one changes.
FRESH = """\
set -e
mount -t tmpfs none /usr/local
cp -a /etc "$work/etc" 2>/dev/null || :
mount --bind "$work/etc" /etc
PATH=$PATH:/usr/sbin:/sbin ldconfig
! ldconfig -p | grep libscanreq
make -C "$build" install
"""


def in_fresh_prefix(binary, tmp_path, script):
    env = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return run("unshare", "--map-root-user", "--mount", "sh", "-c", FRESH + script,
               env={**env, "work": str(tmp_path), "build": str(binary.parent),
                    "PATH": f"{env['PATH']}:/usr/sbin:/sbin"})


def test_it_starts_after_installation(binary, tmp_path):
    """From a directory that the loader searches, whose cache has to be told."""
    out = in_fresh_prefix(binary, tmp_path, "cd / && scanreq version && scanreq inspect "
                          f"{program.TOP}/testdata/images/demo.tar")
    assert f"scanreq {version()}\n" in out and "config" in out
    assert "does not start" not in out


def test_installcheck(root, binary):
    assert version() in run("make", "-C", binary.parent, "installcheck", f"DESTDIR={root}")


def manual_pages():
    return run(program.TOP / "man/make-page", "--list").split()


def test_every_manual_page_is_installed(root):
    installed = {name for name in files(root) if name.startswith("share/man/")}
    assert installed == {f"share/man/man{page[-1]}/{page}" for page in manual_pages()}
    assert len(installed) > 15


@pytest.mark.parametrize("columns", [40, 80])
def test_the_manuals_cut_no_name(root, columns):
    """Every word of a page's source that has a "-" or a "_" in it is one word on the page."""
    for page in manual_pages():
        path = root / PREFIX.lstrip("/") / f"share/man/man{page[-1]}/{page}"
        text = run("nroff", "-man", "-Tascii", f"-rLL={columns}n", path)
        text = re.sub(r".\x08|\x1b\[[0-9;]*m", "", text)
        shown = set(re.findall(r"[\w-]+", text))
        source = run(program.TOP / "man/make-page", "--source", page)
        names = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b|--[a-z]+-[a-z-]+|\bscanreq-[a-z0-9][a-z0-9-]*",
                               source))
        assert names, page
        assert names - shown == set(), page


def test_the_manuals_have_no_fault(root):
    for page in manual_pages():
        path = root / PREFIX.lstrip("/") / f"share/man/man{page[-1]}/{page}"
        said = subprocess.run(["nroff", "-ww", "-man", "-Tascii", "-rLL=200n", path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                              check=True)
        assert said.stderr == b"", page


@pytest.mark.parametrize("shell, name", [("bash", "bash-completion/completions/scanreq"),
                                         ("zsh", "zsh/site-functions/_scanreq"),
                                         ("fish", "fish/vendor_completions.d/scanreq.fish")])
def test_completion_scripts_are_what_the_program_writes(root, build_env, shell, name):
    prefix = root / PREFIX.lstrip("/")
    assert (prefix / "share" / name).read_text() == \
        run(prefix / "bin/scanreq", "completion", shell, env=build_env)


def test_no_package_runs_the_loader_s_cache(binary, tmp_path):
    """With DESTDIR the root of another system is filled: this one's cache is not touched."""
    out = in_fresh_prefix(binary, tmp_path, f"""
before=$(stat -c %Y.%i /etc/ld.so.cache)
make -C "$build" install DESTDIR={tmp_path}/package
test "$before" = "$(stat -c %Y.%i /etc/ld.so.cache)" && echo same""")
    assert out.endswith("same\n")


def test_uninstall_leaves_nothing(root, binary):
    run("make", "-C", binary.parent, "uninstall", f"DESTDIR={root}")
    assert files(root) == set()
