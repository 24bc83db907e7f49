# SPDX-License-Identifier: MIT
"""A small HTTP/1.1 server on a free loopback port that keeps the bytes as they came.

http.server hides what these tests are about: the spelling of headers, which connection a
request came over, and answers that end in the middle.
"""
import dataclasses
import http
import itertools
import socket
import threading

HEAD_LIMIT = 1 << 20
BODY_LIMIT = 16 << 20
IDLE_SECONDS = 60
POUR_LIMIT = 64 << 20


@dataclasses.dataclass
class Request:
    connection: int
    method: str
    target: str
    version: str
    headers: list   # (name, value) as they were sent
    body: bytes
    raw_head: bytes
    verdict: str = ""  # what the server made of it: "OK" or an error code

    def values(self, name):
        return [v.strip() for n, v in self.headers if n.lower() == name.lower()]

    def value(self, name, default=None):
        return next(iter(self.values(name)), default)

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return self.target.partition("?")[2]


@dataclasses.dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: tuple = ()
    content_type: str = "application/json; charset=utf-8"
    cut: int = -1       # send that many bytes of the whole answer and close; -1: all of them
    close: bool = False  # close after the answer
    chunked: bool = False  # the length is not announced
    endless: bool = False  # the body is sent again and again (POUR_LIMIT), without a length

    def encode(self, head_only=False):
        try:
            phrase = http.HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Status"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Type: {self.content_type}"]
        body = self.body
        if self.endless:
            lines.append("Connection: close")
        elif self.chunked:
            lines.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        else:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head if head_only else head + body

    def send(self, sock, request, server):
        """Whether the connection stays open. Subclasses play what no server should do."""
        data = self.encode(head_only=request.method == "HEAD")
        if self.cut >= 0:
            sock.sendall(data[:self.cut])
            return False
        sock.sendall(data)
        if self.endless:
            server.pour(sock, self.body)
            return False
        return not self.close


class Server:
    """Calls answer(request) for each request; subclasses say what that is."""

    def __init__(self, tls=None):
        self.tls = tls  # an ssl.SSLContext, or None for http
        self.requests = []
        self.connections = 0
        self.poured = 0  # bytes of endless answers that were taken
        self.lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)  # close() alone does not wake accept()
        self._listener.close()
        with self.lock:
            still_open = list(self._open)
        for sock in still_open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def answer(self, request):
        raise NotImplementedError

    def forget(self):
        with self.lock:
            self.requests.clear()
            self.connections = 0

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(IDLE_SECONDS)
            with self.lock:
                self._open.add(sock)
                self.connections += 1
            threading.Thread(target=self._serve, args=(sock, next(self._numbers)),
                             daemon=True).start()

    def _serve(self, sock, number):
        try:
            if self.tls:
                sock = self._wrap(sock)
            with sock, sock.makefile("rb") as stream:
                while self._serve_one(sock, stream, number):
                    pass
        except OSError:
            pass
        finally:
            with self.lock:
                self._open.discard(sock)

    def _wrap(self, sock):
        wrapped = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        with self.lock:
            self._open.discard(sock)
            self._open.add(wrapped)
        wrapped.do_handshake()
        return wrapped

    def pour(self, sock, body):
        while self.poured < POUR_LIMIT:
            sock.sendall(body)
            self.poured += len(body)

    def _serve_one(self, sock, stream, number):
        request = read_request(stream, number)
        if request is None:
            return False
        with self.lock:
            self.requests.append(request)
            answer = self.answer(request)
        stays = answer.send(sock, request, self)
        return stays and request.value("connection", "").lower() != "close"


def read_request(stream, number):
    """One request, or None at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(HEAD_LIMIT)
        if not line or len(head) > HEAD_LIMIT:
            return None
        head += line
    first, *fields = head.decode("latin-1").split("\r\n")[:-2]
    method, target, version = first.split(" ")
    headers = [tuple(field.split(":", 1)) for field in fields]
    request = Request(number, method, target, version, headers, b"", head)
    length = int(request.value("content-length", "0"))
    if length > BODY_LIMIT or request.values("transfer-encoding"):
        return None
    request.body = stream.read(length)
    return request if len(request.body) == length else None
