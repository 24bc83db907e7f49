# SPDX-License-Identifier: MIT
"""Runs the program in an environment of its own and reads what it says."""
import dataclasses
import json
import os
import pathlib
import subprocess

import jsonschema

import moved_names

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((TOP / "docs" / "scanreq-1.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RUN_SECONDS = 120
SANITIZER_STATUS = 86
SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


@dataclasses.dataclass
class Result:
    args: tuple
    status: int
    stdout: bytes
    stderr: str

    @property
    def out(self):
        return self.stdout.decode()

    @property
    def lines(self):
        return self.stderr.splitlines()

    @property
    def document(self):
        """Standard output as JSON that the schema accepts."""
        document = json.loads(self.out)
        VALIDATOR.validate(document)
        return document

    @property
    def result(self):
        (result,) = self.document["results"]
        return result

    def ok(self):
        assert self.status == 0, f"{self.args}: {self.status}\n{self.stderr}\n{self.out}"
        return self

    def fails(self, status, *words):
        """Failed as the text form must: one clear line, and nothing on stdout."""
        where = f"{self.args}: {self.status}\n{self.stderr}"
        assert self.status == status, where
        assert self.stdout == b"", where
        assert len(self.lines) == 1, where
        assert self.stderr.endswith("\n"), where
        assert self.stderr.startswith("scanreq: "), where
        for word in words:
            assert str(word) in self.stderr, f"no {word!r} in: {where}"
        return self


class Program:
    """The binary with a clean environment; `env` adds to it for every run."""

    def __init__(self, path, home):
        self.path = str(path)
        self.prefix = []  # of the command line: what runs the program
        self.names = None  # moved_names.Names, for a static program
        self.home = pathlib.Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SCANREQ_RETRY": "0",  # faults are told at once, but where a test says so
            "SCANREQ_RETRY_DEADLINE": "10s",
            "SCANREQ_RATE": "0",   # likewise calls of the service: none waits for its turn
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            # What keeps it on loopback (loopback.py), which AddressSanitizer must stand.
            "LD_PRELOAD": os.environ["LD_PRELOAD"],
            "ASAN_OPTIONS": f"exitcode={SANITIZER_STATUS}:abort_on_error=0:"
                            "verify_asan_link_order=0",
            "UBSAN_OPTIONS": f"exitcode={SANITIZER_STATUS}:print_stacktrace=1",
            "LSAN_OPTIONS": f"exitcode={SANITIZER_STATUS}",
        }

    def with_env(self, **env):
        other = Program(self.path, self.home)
        other.env = {**self.env, **env}
        other.prefix, other.names = self.prefix, self.names
        return other

    def with_test_names(self, names):
        """Names below .test are 127.0.0.1 for this one: by the library that it runs under
        (resolve-test-names.c), or by moved_names.Names."""
        if isinstance(names, moved_names.Names):
            other = self.with_env()
            other.names = names
            return other
        return self.with_env(LD_PRELOAD=str(names))

    def __call__(self, *args, stdin=b"", cwd=None, env=None):
        """`stdin` is bytes or an open file. The run is bounded."""
        env = {**self.env, **(env or {})}
        if self.names:
            self.names.move(env.get("RESOLVE_TEST_NAMES", ""))
        feed = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        done = subprocess.run([*self.prefix, self.path, *map(str, args)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=env,
                              cwd=cwd or self.home, timeout=RUN_SECONDS, check=False, **feed)
        result = Result(args, done.returncode, done.stdout, done.stderr.decode())
        for mark in SANITIZER_MARKS:
            assert mark not in result.stderr, f"{args}: {result.stderr}"
        return result

    def json(self, *args, **kwargs):
        """The same with -o json: the one result, whatever the exit status."""
        done = self(*args, "-o", "json", **kwargs)
        document = done.document
        assert document["summary"]["exit_code"] == done.status
        return document["results"][0]
