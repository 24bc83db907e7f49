# SPDX-License-Identifier: MIT
"""The table as text, and docs/benchmarks.md with its plots."""
import dataclasses
import os
import pathlib
import platform
import re
import subprocess
import time

import common
import plots
import targets
from registry_works import DISTANCES, FAR_KINDS, KINDS

NAMES = {"limit": "limit", "early": "limit, early", "libraries": "libraries alone",
         "dynamic": "scanreq, dynamic", "static": "scanreq, static", "skopeo": "skopeo -n",
         "crane": "crane config"}
ROW = "  {:20}{:>10}{:>10}{:>8}{:>10}{:>10}{:>10}"
PACKAGES = ("libcurl4", "libssl3", "libjson-c5", "libarchive13", "zlib1g", "nginx-light")


def number(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def heading():
    return ROW.format("", "wall ms", "cpu ms", "MiB", "x limit", "x skopeo", "x crane")


def figures(work, name):
    """Texts of a row: medians, and ratios to the limit and the peers."""
    bases = [base if base != name else None for base in ("limit", "skopeo", "crane")]
    return [number(work.median(name, figure)) for figure in ("wall", "cpu", "peak")] + \
        [number(work.ratio(name, base)) if base else "1" for base in bases]


def rows_as_text(work):
    rows = [ROW.format(NAMES[name], *figures(work, name)) for name in work.costs]
    rows += [f"  {NAMES[name]:20}cannot do it" for name in work.failed]
    return "\n".join([f"\n{work.key}: {work.title}", *rows])


def said(*command):
    """The first line that a command says, or ""."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return ""
    return next(iter((done.stdout + done.stderr).splitlines()), "")


def machine():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (f"{model[1] if model else platform.machine()}, {os.cpu_count()} processors, "
            f"{memory:.0f} GiB, Linux {platform.release().split('-')[0]}")


def version_of(bench, program):
    libraries = f"LD_LIBRARY_PATH={bench.build / '.libs'}"
    return said("env", libraries, program, "version").rpartition(" ")[2]


def versions(bench):
    ours = [f"scanreq {version_of(bench, bench.dynamic)}",
            f"its static file {version_of(bench, bench.static)}" if bench.static else
            "no static file (packaging/static makes it)"]
    tools = {"skopeo": said("skopeo", "--version").rpartition(" ")[2],
             "crane": said("crane", "version"),
             "OpenSSL": " ".join(said("openssl", "version").split()[1:2])}
    packages = [said("dpkg-query", "-W", "-f=${Package} ${Version}\n", name)
                for name in PACKAGES]
    return ", ".join(ours + [f"{name} {version}" for name, version in tools.items() if version] +
                     [package for package in packages if package])


@dataclasses.dataclass
class About:
    bench: common.Bench
    load_before: float
    load_after: float
    seconds: float


HEAD = """\
# Benchmarks

`make bench` writes this page. It measures scanreq beside the least that the same work can take
and beside its peers, in turn, in one run. Read the ratios: times differ with the machine and
with what else it does.

- Measured {date} on {machine}.
- Load average {before:.1f} before and {after:.1f} after, {seconds:.0f} s in all.
- Versions: {versions}.

- **limit** is a program that does the work and nothing else: sockets, OpenSSL, zlib and libarchive,
  addresses known beforehand, nothing verified (bench/limit-*.c). For `verify` it is `openssl dgst`
  of the file; for `verify-gzip` and `verify-zstd` it decompresses, and then comes `openssl dgst`.
- **limit, early** knows the token server and the store of blobs, too, and connects to all at once.
- **libraries alone** is an empty program that is linked as scanreq is.
- An nginx plays the registries, on loopback or behind a device that holds each packet back.
- Each image of a batch is of a repository of its own. skopeo runs once in rows where it takes long.
- Ratios are the medians of the rounds' ratios of wall time.

![Ratios to the limit and to skopeo](benchmarks-ratio.svg)

![Time against distance](benchmarks-distance.svg)
"""


def _table(works):
    lines = ["## All rows", "",
             "| work | | wall ms | cpu ms | MiB | x limit | x skopeo | x crane |",
             "|---|---|--:|--:|--:|--:|--:|--:|"]
    for work in works:
        for place, name in enumerate(work.costs):
            title = f"`{work.key}`: {work.title}" if place == 0 else ""
            lines.append("| " + " | ".join([title, NAMES[name], *figures(work, name)]) + " |")
        lines += [f"| | {NAMES[name]} | cannot do it | | | | | |" for name in work.failed]
    return lines


def _why(target, works):
    """Why a target is missed; a machine may be too slow for it whatever the program does."""
    why = targets.CAUSES.get(target.cause, "The reason is not known yet.")
    limit = target.limit(works)
    if limit and limit > target.bound:
        why = f"The limit itself takes {number(limit)} {target.unit} here. {why}"
    return why


def _targets(works):
    by_key = {work.key: work for work in works}
    lines = ["## Targets", "",
             "| target | at most | measured | |", "|---|--:|--:|---|"]
    for target in targets.TARGETS:
        value = target.value(by_key)
        verdict = "not measured" if value is None else \
            "met" if value <= target.bound else f"missed. {_why(target, by_key)}"
        measured = f"{number(value)} {target.unit}" if value is not None else "-"
        lines.append(f"| {target.what} | {target.bound:g} {target.unit} | {measured} | {verdict} |")
    return lines


def _counts():
    lines = ["## On the wire", "",
             "Requests, connections and round trips; `test_counts` asserts them.", "",
             "| run | scanreq | least |", "|---|---|---|"]
    return lines + [f"| {run} | {' / '.join(map(str, now))} | {' / '.join(map(str, least))} |"
                    for run, (now, least) in targets.COUNTS.items()]


def _charts(works):
    by_key = {work.key: work for work in works}
    charts = {}
    for kind in FAR_KINDS:
        curves = {}
        for away in DISTANCES:
            work = by_key.get(f"{kind}-{away}" if away else kind)
            for name in work.costs if work else ():
                curves.setdefault(name, []).append((away, work.median(name)))
        charts[KINDS[kind]] = curves
    return charts


def write(docs, works, about):
    """Writes the page and the plots into the directory `docs`."""
    head = HEAD.format(date=time.strftime("%Y-%m-%d"), machine=machine(),
                       before=about.load_before, after=about.load_after,
                       seconds=about.seconds, versions=versions(about.bench))
    parts = [head, *_targets(works), "", *_counts(), "", *_table(works), ""]
    (docs / "benchmarks.md").write_text("\n".join(parts))
    (docs / "benchmarks-ratio.svg").write_text(plots.ratios(works))
    (docs / "benchmarks-distance.svg").write_text(plots.distances(_charts(works)))
