# SPDX-License-Identifier: MIT
"""Moves hosts under a static program, which no preload library (resolve-test-names.c) can.

In a network namespace of the tests' own (tests/in-namespace) a name server on loopback
knows the names, each moved origin has an address of its own there, and a relay leads from
its port to where the test listens. Nothing else can be reached from there.
"""
import asyncio
import ipaddress
import os
import socket
import struct
import subprocess
import threading

NAME_ERROR = 3
TYPE_A = 1
NEVER_LINGER = struct.pack("ii", 1, 0)


def is_static(path):
    """Whether a program has no loader that would take a preload library.

    What libtool leaves in a build directory is a script.
    """
    with open(path, "rb") as stream:
        if stream.read(4) != b"\x7fELF":
            return False
    out = subprocess.run(["readelf", "-lW", path], check=True, capture_output=True,
                         timeout=60).stdout
    return b"INTERP" not in out


def in_namespace():
    return "SCANREQ_TEST_NAMESPACE" in os.environ


class _NameServer(asyncio.DatagramProtocol):
    """Answers with the address that `find` has for a name; None: there is no such name."""

    def __init__(self, find):
        self.find = find

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1"))
            at += 1 + data[at]
        (kind,) = struct.unpack_from("!H", data, at + 1)
        address = self.find(".".join(labels).lower())
        answer = b""
        if address and kind == TYPE_A:
            answer = struct.pack("!HHHIH", 0xC00C, TYPE_A, 1, 0, 4) + \
                ipaddress.IPv4Address(address).packed
        head = data[:2] + struct.pack("!HHHHH", 0x8180 | (0 if address else NAME_ERROR), 1,
                                      1 if answer else 0, 0, 0)
        self.transport.sendto(head + data[12:at + 5] + answer, addr)


class _End(asyncio.Protocol):
    """One end of a relay: what it gets goes to the other one, its kind of end, too."""

    def __init__(self, port=None):
        self.port = port         # where the accepting end connects to
        self.peer = None
        self.waiting = []
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        if self.port is not None:
            asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self):
        loop = asyncio.get_running_loop()
        try:
            _, peer = await loop.create_connection(_End, "127.0.0.1", self.port)
        except OSError:
            self.reset()
            return
        self.peer, peer.peer = peer, self
        for write in self.waiting:
            write(peer.transport)

    def _pass(self, write):
        if self.peer:
            write(self.peer.transport)
        else:
            self.waiting.append(write)

    def data_received(self, data):
        self._pass(lambda to: to.write(data))

    def eof_received(self):
        self._pass(lambda to: to.write_eof())
        return True

    def connection_lost(self, exc):
        if exc and self.peer:
            self.peer.reset()
        else:
            self._pass(lambda to: to.close())

    def reset(self):
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, NEVER_LINGER)
        self.transport.abort()


class Names:
    """The name server and the relays. `move` takes what RESOLVE_TEST_NAMES would."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._addresses = {"127.0.0.1": "127.0.0.1"}  # of each name that was ever moved
        self._moved = {}         # "host:port" to the relay's server

    def __enter__(self):
        self._thread.start()
        self._wait(self._loop.create_datagram_endpoint(
            lambda: _NameServer(self._find), local_addr=("127.0.0.1", 53)))
        return self

    def __exit__(self, *_):
        self.move("")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _wait(self, task):
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(timeout=30)

    def _find(self, name):
        if any(origin.rpartition(":")[0] == name for origin in self._moved):
            return self._addresses[name]
        return "127.0.0.1" if name.endswith(".test") else None

    def _address(self, host):
        """Where a host's relays listen: for an address there, itself."""
        if host in ("0.0.0.0", "localhost"):  # whoever connects to these gets there
            return "127.0.0.1"
        if host not in self._addresses:
            try:
                address = str(ipaddress.IPv4Address(host))
                subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"],
                               check=True, timeout=60)
            except ipaddress.AddressValueError:
                address = str(ipaddress.IPv4Address("127.77.0.1") + len(self._addresses))
            self._addresses[host] = address
        return self._addresses[host]

    def move(self, moved):
        """Lets exactly these origins lead to ports of 127.0.0.1: "host:443=40001 ..."."""
        self._wait(self._move(dict(word.split("=") for word in moved.split())))

    async def _move(self, ports):
        for server in self._moved.values():
            server.close()
        self._moved, taken = {}, set()
        for origin, port in ports.items():
            host, _, outside = origin.rpartition(":")
            place = (self._address(host), int(outside))
            if place in taken:  # several names of one place: the first is there
                continue
            taken.add(place)
            self._moved[origin] = await self._loop.create_server(
                lambda port=int(port): _End(port), *place)
