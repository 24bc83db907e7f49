# SPDX-License-Identifier: MIT
"""Work on registries: one image, many images, near and far."""
import shutil

import network
from common import Work

NEAR_ROUNDS, FAR_ROUNDS = 15, 7
DISTANCES = (0, 20, 50, 100)
FAR = 20       # the distance of batches
JOBS = "8"
KINDS = {"http": "http", "index": "http, index of 8 platforms", "basic": "TLS and Basic login",
         "token": "TLS and token server", "hub": "TLS, token server and store of blobs"}
FAR_KINDS = ("http", "basic", "token", "hub")


class Registries:
    """The commands for each kind of registry, at the distance that the network has now."""

    def __init__(self, bench, net):
        self.bench, self.net = bench, net
        self.limit = bench.tool("limit-registry-static")
        self.tls = ["-C", net.authority]
        self.peers = {name: path for name in ("skopeo", "crane") if (path := shutil.which(name))}
        bench.env |= {"SCANREQ_CA_FILE": net.authority, "SCANREQ_AUTHFILE": net.logins,
                      "SSL_CERT_FILE": net.authority, "REGISTRY_AUTH_FILE": net.logins,
                      "DOCKER_CONFIG": str(net.docker_config)}

    def _token_hosts(self, tokens, blobs=None):
        more = ["-b", self.net.host(blobs)] if blobs else []
        return [*self.tls, "-t", self.net.host(tokens), *more]

    def _limit_arguments(self, kind):
        """(options, host, repository) for limit-registry."""
        net = self.net
        return {
            "http": ([], net.host(network.HTTP), "ns/app"),
            "index": ([], net.host(network.HTTP), "ns/index"),
            "basic": ([*self.tls, "-l", network.LOGIN], net.host(network.BASIC), "ns/app"),
            "token": (self._token_hosts(network.ACR_TOKENS), net.host(network.ACR), "ns/app"),
            "hub": (self._token_hosts(network.HUB_TOKENS, network.HUB_BLOBS),
                    net.host(network.HUB), "library/app"),
        }[kind]

    def _image(self, kind):
        """The image's name for peers; scanreq knows Docker Hub by the short name, too."""
        return {"http": f"{self.net.http}/ns/app:1", "index": f"{self.net.http}/ns/index:1",
                "basic": f"{network.BASIC}/ns/app:1", "token": f"{network.ACR}/ns/app:1",
                "hub": "docker.io/library/app:1"}[kind]

    def _plain(self):
        """On loopback the program finds out by itself who speaks http."""
        return ["--plain-http", self.net.http] if self.net.milliseconds else []

    def one(self, kind):
        """An image of a registry."""
        options, host, repository = self._limit_arguments(kind)
        image, is_http = self._image(kind), kind in ("http", "index")
        commands = {"limit": [self.limit, *options, host, repository]}
        if kind in ("token", "hub"):
            commands["early"] = [self.limit, "-e", *options, host, repository]
        commands |= self.bench.ours("inspect", *(self._plain() if is_http else []), image)
        if "skopeo" in self.peers:
            commands["skopeo"] = ["skopeo", "inspect", "--no-tags",
                                  *(["--tls-verify=false"] if is_http else []),
                                  f"docker://{image}"]
        if "crane" in self.peers:
            commands["crane"] = ["crane", "config", *(["--insecure"] if is_http else []), image]
        away = self.net.milliseconds
        return Work(f"{kind}-{away}" if away else kind,
                    KINDS[kind] + (f", {away} ms away" if away else ""), commands,
                    rounds=FAR_ROUNDS if away else NEAR_ROUNDS, seconds=14)

    def batch(self, count, key, peers):
        """Many images of Docker Hub, each of a repository of its own."""
        options, host, _ = self._limit_arguments("hub")
        names = network.batch_names(count)
        images = [f"docker.io/{name}:1" for name in names]
        listed = self.net.root / f"{key}.images"
        listed.write_text("".join(f"docker://{image}\n" for image in images))
        commands = {"limit": [self.limit, "-j", JOBS, *options, host, *names]}
        commands |= self.bench.ours("inspect", "--jobs", JOBS, *images)
        tools = {"skopeo": "skopeo inspect --no-tags", "crane": "crane config"}
        for name in [name for name in tools if name in self.peers and peers]:
            strip = "" if name == "skopeo" else " | sed s,docker://,,"
            commands[name] = ["sh", "-c", f"cat {listed}{strip} | xargs -P {JOBS} -n 1 "
                              f"{tools[name]} >/dev/null"]
        away = f", {self.net.milliseconds} ms away" if self.net.milliseconds else ""
        return Work(key, f"{count} images of {KINDS['hub']}, {JOBS} at once{away}", commands,
                    rounds=5, seconds=20, once=("skopeo", "crane") if away else ())


def works(bench, net, wanted):
    """Yields each Work while the network is as it wants it."""
    registries = Registries(bench, net)
    for milliseconds in DISTANCES if network.has_distance() else (0,):
        kinds = FAR_KINDS if milliseconds else KINDS
        keys = [f"{kind}-{milliseconds}" if milliseconds else kind for kind in kinds]
        batches = {0: {"batch": (network.BATCH, True)},
                   FAR: {f"batch-{FAR}": (network.BATCH, True),
                         f"fleet-{FAR}": (network.FAR_BATCH, False)}}.get(milliseconds, {})
        if not any(wanted(key) for key in (*keys, *batches)):
            continue
        with net.away(milliseconds):
            for kind, key in zip(kinds, keys):
                if wanted(key):
                    yield registries.one(kind)
            for key, (count, peers) in batches.items():
                if wanted(key):
                    yield registries.batch(count, key, peers)
