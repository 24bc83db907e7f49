# SPDX-License-Identifier: MIT
"""Measuring commands in turn: A B A B ..., and the median of the rounds' ratios.

Times of two runs differ with what else the machine does; a ratio within one round does less.
"""
import os
import pathlib
import statistics
import subprocess

ENVIRONMENT = {**{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR")
                  if name in os.environ},
               "LC_ALL": "C", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}


class Cost:
    """What one run took: wall and processor time in ms, peak of resident memory in MiB."""

    def __init__(self, report):
        wall, processor, peak = map(int, report.split())
        self.wall, self.cpu, self.peak = wall / 1000, processor / 1000, peak / 1024


class Bench:
    """Runs commands under bench/measure of a build directory."""

    def __init__(self, build, work):
        self.build = pathlib.Path(build)
        self.report = pathlib.Path(work) / "report"
        # Not libtool's script around the program, whose start would be measured with it.
        libraries = self.build / ".libs"
        inner = libraries / "scanreq"
        self.scanreq = str(inner if inner.exists() else self.build / "scanreq")
        self.limit = str(self.build / "bench" / "limit")
        self.env = {**ENVIRONMENT, "LD_LIBRARY_PATH": str(libraries)}

    def once(self, command, pipe_from=None):
        """Cost of a run, its input a pipe with the file in it, or nothing. It must succeed."""
        measured = [self.build / "bench" / "measure", self.report, *command]
        if pipe_from is None:
            subprocess.run(measured, env=self.env, stdin=subprocess.DEVNULL, check=True,
                           stdout=subprocess.DEVNULL)
        else:
            with open(pipe_from, "rb") as source, subprocess.Popen(
                    ["cat"], stdin=source, stdout=subprocess.PIPE) as cat:
                subprocess.run(measured, env=self.env, stdin=cat.stdout, check=True,
                               stdout=subprocess.DEVNULL)
                cat.stdout.close()
        return Cost(self.report.read_text())

    def rounds(self, commands, count, pipe_from=None):
        """{name: [Cost, ...]} of commands run in turn, after a round that does not count."""
        costs = {name: [] for name in commands}
        for number in range(count + 1):
            for name, command in commands.items():
                cost = self.once(command, pipe_from)
                if number > 0:
                    costs[name].append(cost)
        return costs


def median(costs, figure):
    return statistics.median(getattr(cost, figure) for cost in costs)


def ratio(costs, base, figure):
    """Median of the ratios of each round."""
    return statistics.median(getattr(a, figure) / max(getattr(b, figure), 0.001)
                             for a, b in zip(costs, base))


def heading(title):
    print(f"\n{title}\n{'':44}{'wall ms':>10}{'cpu ms':>10}{'peak MiB':>10}"
          f"{'wall x':>9}{'cpu x':>9}")


def show(costs, base):
    """A row a command; the ratios are to the command named `base`."""
    for name, runs in costs.items():
        print(f"  {name:42}{median(runs, 'wall'):10.1f}{median(runs, 'cpu'):10.1f}"
              f"{median(runs, 'peak'):10.1f}{ratio(runs, costs[base], 'wall'):9.2f}"
              f"{ratio(runs, costs[base], 'cpu'):9.2f}")
