# SPDX-License-Identifier: MIT
"""Keeps the tests on loopback: this process, and every process that it starts.

Programs that are linked with libc run under resolve-test-names.c. Those in Go make their system
calls themselves; they find a proxy that nobody serves, which Go does not use for loopback.
"""
import ipaddress
import os
import pathlib
import subprocess
import sys

# The port is "discard". What is not Go needs to be told that loopback has no proxy.
PROXIES = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
           "NO_PROXY": "localhost,127.0.0.1,::1"}
# It installs what a test needs, from a registry of packages; it is no test.
INSTALLERS = {"npm"}


class Left(AssertionError):
    """A test tried to leave loopback."""


def build(directory):
    library = directory / "resolve-test-names.so"
    source = pathlib.Path(__file__).with_name("resolve-test-names.c")
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror", "-o",
                    library, source], check=True, timeout=60)
    return library


def is_here(host):
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_address(address):
    if isinstance(address, tuple) and not is_here(address[0]):
        raise Left(f"{address[0]} is not on loopback")


def _check_child(library, args, env):
    command = args[0] if isinstance(args, (list, tuple)) else args
    preload = (os.environ if env is None else env).get("LD_PRELOAD", "")
    if os.path.basename(str(command)) not in INSTALLERS and str(library) not in preload:
        raise Left(f"{args} could leave loopback: its environment has no LD_PRELOAD of "
                   "resolve-test-names.so")


def stay(library):
    """From now on, for good: there is no way to take an audit hook away."""
    for name, value in PROXIES.items():
        os.environ[name] = os.environ[name.lower()] = value
    os.environ["LD_PRELOAD"] = str(library)

    def hook(event, args):
        if event == "socket.connect":
            _check_address(args[1])
        elif event == "socket.getaddrinfo" and not is_here(args[0]):
            raise Left(f"{args[0]} would be looked up")
        elif event == "subprocess.Popen":
            _check_child(library, args[1], args[3])
    sys.addaudithook(hook)


def installer_environment():
    """That of the tests, without the net."""
    return {name: value for name, value in os.environ.items()
            if name.upper() not in {*PROXIES, "LD_PRELOAD"}}
