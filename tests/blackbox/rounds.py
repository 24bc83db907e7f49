# SPDX-License-Identifier: MIT
"""Counts the round trips of a run on the wire.

Relays in front of servers hold all bytes until nothing has come for a while (QUIET_SECONDS).
Then everything that the servers said is passed on, or, if there is nothing of that kind,
everything that the client said. Each passing of the client's bytes, over all connections at
once, is one round trip: what a client sends without waiting costs no further one, and neither
does what it does on two connections at the same time.

The kernel completes a connection to a relay at once. A connect takes one round trip all the
same: the first bytes of a new connection wait for the next passing.

A client that is slower than QUIET_SECONDS between two writes can be counted one round trip too
much, never too few: repeat a run whose count is too high.
"""
import os
import selectors
import socket
import threading

QUIET_SECONDS = 0.05
READ_BYTES = 1 << 16


class _Connection:
    """A client's connection and the one to the server; bytes of each that are held."""

    def __init__(self, client, target):
        self.client, self.target = client, target
        self.server = None
        self.fresh = True   # the connect itself is not counted yet
        self.up = bytearray()
        self.down = bytearray()
        self.server_ended = self.client_ended = False


class Rounds:
    """Relays for several servers with one count. `hosts` are the relays' host:port."""

    def __init__(self, targets):
        self.connections = 0
        self.rounds = 0
        self._open = set()
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._listeners, self.hosts = [], []
        for target in targets:
            listener = socket.create_server(("127.0.0.1", 0), backlog=64)
            self._listeners.append(listener)
            self.hosts.append("127.0.0.1:%d" % listener.getsockname()[1])
            self._selector.register(listener, selectors.EVENT_READ, target)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        os.write(self._waker, b"x")
        self._thread.join()
        for connection in list(self._open):
            self._close(connection)
        for listener in self._listeners:
            listener.close()
        self._selector.close()
        os.close(self._wake)
        os.close(self._waker)

    def forget(self):
        self.connections = self.rounds = 0

    def _run(self):
        while True:
            events = self._selector.select(QUIET_SECONDS)
            for key, _ in events:
                if key.fd == self._wake:
                    return
                if isinstance(key.data, str):
                    self._accept(key.fileobj, key.data)
                else:
                    self._read(key.fileobj, key.data)
            if not events:
                self._pass_on()

    def _accept(self, listener, target):
        client, _ = listener.accept()
        connection = _Connection(client, target)
        self.connections += 1
        self._open.add(connection)
        self._selector.register(client, selectors.EVENT_READ, connection)

    def _read(self, sock, connection):
        from_client = sock is connection.client
        try:
            data = sock.recv(READ_BYTES)
        except OSError:
            data = b""
        if data:
            (connection.up if from_client else connection.down).extend(data)
        elif from_client:
            self._close(connection)
        else:
            connection.server_ended = True
            self._selector.unregister(sock)

    def _pass_on(self):
        """Something for the clients first: they may have more to say then."""
        down = [c for c in self._open if c.down or c.server_ended]
        up = [c for c in self._open if c.up or c.fresh]
        if down:
            for connection in down:
                self._pass_down(connection)
        elif up:
            self.rounds += 1
            for connection in up:
                self._pass_up(connection)

    def _pass_down(self, connection):
        try:
            connection.client.sendall(connection.down)
        except OSError:
            connection.server_ended = True
        connection.down.clear()
        if connection.server_ended:
            self._close(connection)

    def _pass_up(self, connection):
        if connection.fresh:
            connection.fresh = False
            host, _, port = connection.target.rpartition(":")
            connection.server = socket.create_connection((host, int(port)), timeout=30)
            self._selector.register(connection.server, selectors.EVENT_READ, connection)
            return
        try:
            connection.server.sendall(connection.up)
        except OSError:
            pass  # reading from it says so, too
        connection.up.clear()

    def _close(self, connection):
        self._open.discard(connection)
        for sock in (connection.client, connection.server):
            if sock:
                if sock.fileno() in self._selector.get_map():
                    self._selector.unregister(sock)
                sock.close()
