# SPDX-License-Identifier: MIT
"""What is aimed at, and why an aim is missed. Nothing fails over it: times are not asserted.

A cause stands in docs/benchmarks.md as long as its target is missed: whoever removes one rewrites
its text, or takes it out.
"""
import dataclasses
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "blackbox"))
from test_counts import COUNTS  # noqa: E402

RATIO, MILLISECONDS, MEBIBYTES = "times", "ms", "MiB"


@dataclasses.dataclass(frozen=True)
class Target:
    what: str
    bound: float
    unit: str
    of: object     # function of {key: Work}: the value, or None where it was not measured
    cause: str     # key of CAUSES
    key: str = ""  # of the work whose limit has a figure of this unit, too
    figure: str = "wall"

    def value(self, works):
        try:
            return self.of(works)
        except KeyError:
            return None

    def limit(self, works):
        """What the limit takes of what has an absolute bound, or None."""
        return works[self.key].median("limit", self.figure) if self.key in works else None


def ratio(key, contender, bound, cause):
    return Target(f"{key}: {contender} to the limit", bound, RATIO,
                  lambda works: works[key].ratio(contender, "limit"), cause)


def wall(key, contender, bound, cause):
    return Target(f"{key}: {contender}, wall time", bound, MILLISECONDS,
                  lambda works: works[key].median(contender), cause, key)


def peak(key, contender, bound, cause):
    return Target(f"{key}: {contender}, peak memory", bound, MEBIBYTES,
                  lambda works: works[key].median(contender, "peak"), cause, key, "peak")


def round_trips(run, cause):
    (_, _, now), (_, _, least) = COUNTS[run]
    return Target(f"{run}: round trips to the least ({now} to {least})", 1.03, RATIO,
                  lambda works: now / least, cause)


TARGETS = [
    wall("start", "static", 1, "start"),
    ratio("http", "static", 1.15, "http"),
    ratio("index", "static", 1.15, "http"),
    ratio("basic", "static", 1.1, "basic"),
    ratio("token", "static", 1.1, "tls"),
    ratio("hub", "static", 1.1, "tls"),
    wall("docker", "static", 2, "digest"),
    wall("oci", "static", 2, "digest"),
    peak("http", "static", 4, "memory"),
    peak("basic", "static", 6, "memory"),
    peak("docker", "static", 3, "memory"),
    round_trips("http", ""),
    round_trips("basic", "basic"),
    round_trips("token", ""),
    round_trips("hub", ""),
    round_trips("token-two-images", "batch"),
    round_trips("hub-two-images", "batch"),
    wall("token-20", "static", 130, "sequential"),
    wall("hub-20", "static", 190, "sequential"),
    ratio("fleet-20", "static", 1.1, "batch"),
    ratio("gzip", "static", 0.55, "gzip"),
    ratio("verify-gzip", "static", 0.6, "verify"),
    ratio("verify-zstd", "static", 0.6, "verify"),
]

CAUSES = {
    "start": "Of its 0.31 million instructions, 0.29 relocate the file, which is "
             "position-independent.",
    "http": "Of the 7.4 million instructions of `http`, 3.0 start OpenSSL's providers for the "
            "first digest, and 2.8 are libcurl's and OpenSSL's for the first request; the limit "
            "hashes nothing. Requests and round trips are the same.",
    "tls": "OpenSSL's providers and libcurl start, as for `http`; requests and round trips are the "
           "same.",
    "basic": "A login is shown only after the registry has asked for one in this run, so the "
             "first request is answered with 401: one request and one round trip more.",
    "digest": "Of 6.8 million instructions for a small archive, 5.1 start OpenSSL's providers "
              "for the first digest.",
    "memory": "`scanreq version` alone has 4.8 MiB: pages of the file itself, relocated or mapped "
              "around those in use. The rest is OpenSSL's providers and libcurl.",
    "sequential": "Connections to the token server and to the store of blobs are opened when "
                  "they are needed, not while an earlier answer is awaited.",
    "batch": "Each repository is asked once without a token, though the host's first answer "
             "has said already that it wants one.",
    "gzip": "zlib decompresses; ISA-L is not used.",
    "verify": "Decompressing and hashing take turns on one thread.",
}
