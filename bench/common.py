# SPDX-License-Identifier: MIT
"""Measuring commands in turn: A B A B ..., and the median of the rounds' ratios.

Times of two runs differ with what else the machine does; a ratio within one round does less.
"""
import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import time

ENVIRONMENT = {**{name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ},
               "LC_ALL": "C", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
OURS = ("dynamic", "static")
LIMITS = ("limit", "early", "libraries")
LEAST_ROUNDS = 3


class Cost:
    """What one run took: wall and processor time in ms, peak of resident memory in MiB."""

    def __init__(self, report):
        wall, processor, peak = map(int, report.split())
        self.wall, self.cpu, self.peak = wall / 1000, processor / 1000, peak / 1024


@dataclasses.dataclass
class Work:
    """One piece of work and who does it: {contender: command}."""
    key: str
    title: str
    commands: dict
    rounds: int = 11
    seconds: float = 12       # no further round after that, when there were LEAST_ROUNDS
    pipe_from: object = None  # file that the commands get through a pipe
    once: tuple = ()          # contenders that run in the first round alone, for they take long
    costs: dict = dataclasses.field(default_factory=dict)
    failed: list = dataclasses.field(default_factory=list)  # peers that cannot do it

    def median(self, contender, figure="wall"):
        """Median of a figure, or None for a contender who is not there."""
        costs = self.costs.get(contender)
        return statistics.median(getattr(c, figure) for c in costs) if costs else None

    def ratio(self, contender, base, figure="wall"):
        """Median of the ratios of each round, or None."""
        pairs = list(zip(self.costs.get(contender, ()), self.costs.get(base, ())))
        return statistics.median(getattr(a, figure) / max(getattr(b, figure), 0.001)
                                 for a, b in pairs) if pairs else None


class Bench:
    """Runs commands under bench/measure of a build directory."""

    def __init__(self, build, work, static):
        self.build, self.work = pathlib.Path(build), pathlib.Path(work)
        self.report = self.work / "report"
        # Not libtool's script around the program, whose start would be measured with it.
        libraries = self.build / ".libs"
        inner = libraries / "scanreq"
        self.dynamic = str(inner if inner.exists() else self.build / "scanreq")
        self.static = str(static) if static else None
        self.env = {**ENVIRONMENT, "LD_LIBRARY_PATH": str(libraries), "HOME": str(self.work)}

    def tool(self, name):
        """A program of bench/."""
        return str(self.build / "bench" / name)

    def ours(self, *args):
        """{contender: command} of the programs that are there."""
        programs = {"dynamic": self.dynamic, "static": self.static}
        return {name: [path, *args] for name, path in programs.items() if path}

    def once(self, command, pipe_from=None):
        """Cost of a run, its input a pipe with the file in it, or nothing; None if it fails."""
        measured = [self.tool("measure"), self.report, *command]
        if pipe_from is None:
            done = subprocess.run(measured, env=self.env, stdin=subprocess.DEVNULL, check=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        else:
            with open(pipe_from, "rb") as source, subprocess.Popen(
                    ["cat"], stdin=source, stdout=subprocess.PIPE) as cat:
                done = subprocess.run(measured, env=self.env, stdin=cat.stdout, check=False,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                cat.stdout.close()
        if done.returncode:
            self.error = done.stderr.decode(errors="replace")[-500:]
            return None
        return Cost(self.report.read_text())

    def run(self, work):
        """Fills in the costs: a round that does not count, and then the rounds.

        A peer that fails in the first one takes no part; what is ours must not fail.
        """
        end = time.monotonic() + work.seconds
        work.costs = {}
        for name, command in work.commands.items():
            if name not in OURS + LIMITS and not shutil.which(command[0]):
                continue
            cost = self.once(command, work.pipe_from)
            if cost is None and name in OURS + LIMITS:
                raise RuntimeError(f"{work.key}: {name} failed: {command}: {self.error}")
            if cost is None:
                work.failed.append(name)
            else:
                work.costs[name] = [cost] if name in work.once else []
        for number in range(work.rounds):
            if number >= LEAST_ROUNDS and time.monotonic() > end:
                break
            for name, costs in work.costs.items():
                if name in work.once:
                    continue
                cost = self.once(work.commands[name], work.pipe_from)
                if cost is None:
                    raise RuntimeError(f"{work.key}: {name} failed: {self.error}")
                costs.append(cost)
        return work
