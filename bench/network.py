# SPDX-License-Identifier: MIT
"""Registries by their names, on this machine or some milliseconds away, in a network of its own.

To be run under tests/in-namespace, where /etc/hosts is a file of the run's own. An nginx plays
all hosts. At a distance of 0 a name is an address of loopback; else it is one that
bench/distance brings back, after that time, to the same nginx.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "blackbox"))
import nginx_registry  # noqa: E402
import oci_image  # noqa: E402
import registries  # noqa: E402
import relays  # noqa: E402
import scripted_registry  # noqa: E402

INTERFACE, OWN, FAR = "bench0", "10.77.0.1", "10.77.0."
HTTP, BASIC = "open.test", "registry.test"
ACR, ACR_TOKENS = "registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"
HUB, HUB_TOKENS, HUB_BLOBS = ("registry-1.docker.io", "auth.docker.io",
                              "production.cloudflare.docker.com")
NAMES = (HTTP, BASIC, ACR, ACR_TOKENS, HUB, HUB_TOKENS, HUB_BLOBS)
HTTP_PORT = 8080
LOGIN = scripted_registry.basic(registries.USER, registries.PASSWORD)
PLATFORMS = ("linux/386", "linux/arm/v5", "linux/arm/v7", "linux/amd64", "linux/arm64/v8",
             "linux/ppc64le", "linux/riscv64", "linux/s390x")
BATCH = 40
FAR_BATCH = 1000


def has_distance():
    """Whether bench/distance can make its device."""
    return os.access("/dev/net/tun", os.R_OK | os.W_OK)


class Network:
    """The servers; `authority` is the file of the authority that signed for their names."""

    def __init__(self, root, distance_program):
        self.root, self.program = pathlib.Path(root), str(distance_program)
        self.authority = str(self.root / "ca.pem")
        self.logins = str(scripted_registry.authfile(
            self.root / "auth.json", **{BASIC: (registries.USER, registries.PASSWORD)}))
        self.docker_config = self.root / "docker"
        self.docker_config.mkdir()
        shutil.copy(self.logins, self.docker_config / "config.json")
        self.milliseconds = 0

    def address(self, name):
        number = NAMES.index(name) + 1
        return f"{FAR}{number + 10}" if self.milliseconds else f"127.0.0.{number}"

    def host(self, name):
        """As limit-registry wants it."""
        return f"{name}@{self.address(name)}:{HTTP_PORT if name == HTTP else 443}"

    @property
    def http(self):
        """The registry that speaks http."""
        return f"{self.address(HTTP)}:{HTTP_PORT}"

    @contextlib.contextmanager
    def away(self, milliseconds):
        """The names lead to where a round trip takes that long."""
        self.milliseconds = milliseconds
        with self._device() if milliseconds else contextlib.nullcontext():
            lines = ["127.0.0.1 localhost"] + [f"{self.address(name)} {name}" for name in NAMES]
            pathlib.Path("/etc/hosts").write_text("\n".join(lines) + "\n")
            yield self

    @contextlib.contextmanager
    def _device(self):
        process = subprocess.Popen([self.program, INTERFACE, str(self.milliseconds)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError("no TUN device")
            for command in (f"address add {OWN}/24 dev {INTERFACE}", f"link set {INTERFACE} up"):
                subprocess.run(["ip", *command.split()], check=True)
            yield
        finally:
            process.stdin.close()
            process.wait(10)


def _servers():
    lines = {
        BASIC: nginx_registry.basic_registry(LOGIN),
        ACR: nginx_registry.token_registry(f"https://{ACR_TOKENS}/auth", "registry.aliyuncs.com"),
        ACR_TOKENS: nginx_registry.token_server(),
        HUB: nginx_registry.token_registry(f"https://{HUB_TOKENS}/token", "registry.docker.io",
                                           f"https://{HUB_BLOBS}"),
        HUB_TOKENS: nginx_registry.token_server(),
        HUB_BLOBS: nginx_registry.store(),
    }
    everywhere = "0.0.0.0"
    return [nginx_registry.Server((f"{everywhere}:443",), text, name=name)
            for name, text in lines.items()] + \
        [nginx_registry.Server((f"{everywhere}:{HTTP_PORT}",), nginx_registry.open_registry(),
                               tls=False)]


def batch_names(count=BATCH):
    return [f"library/app{number}" for number in range(count)]


@contextlib.contextmanager
def network(root, distance_program):
    """Servers with the images ns/app, ns/index, library/app and a batch of library/appN."""
    root = relays.private_authority(root, NAMES)
    for name in ("ns/app", "library/app"):
        nginx_registry.put(root, name, oci_image.make_image())
    nginx_registry.put(root, "ns/index", oci_image.make_index(platforms=PLATFORMS))
    for number, name in enumerate(batch_names(FAR_BATCH)):
        nginx_registry.put(root, name, oci_image.make_image(layers=[b"layer %d" % number]))
    with nginx_registry.nginx(root, _servers()):
        yield Network(root, distance_program)
