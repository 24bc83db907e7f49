# SPDX-License-Identifier: MIT
"""What can go wrong between the program and the service, as answers that the fake plays.

FAULTS has a row for each fault with what the program must make of it; docs/faults.md says
the same to people, and tests/check-docs compares the two.
"""
import contextlib
import dataclasses
import datetime
import gzip
import json
import socket
import struct
import time

import fake_service
import wire

ACCEPTED_BODY = json.dumps(fake_service.ACCEPTED).encode()
FLOOD_BYTES = 200 << 20
DRIP_SECONDS = 0.02
USAGE, DENIED, UNAVAILABLE, REFUSED, UNKNOWN = 2, 4, 5, 6, 11


class Reset(wire.Answer):
    """Sends `part` of an answer that accepts (0 to 1), then resets the connection."""

    def __init__(self, part):
        super().__init__(200, ACCEPTED_BODY)
        self.part = part

    def send(self, sock, request, server):
        data = self.encode()
        sock.sendall(data[:int(len(data) * self.part)])
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


class Hang(wire.Answer):
    """Says nothing until the program goes away."""

    def send(self, sock, request, server):
        sock.recv(1)
        return False


class Endless(wire.Answer):
    """A head, and then a body that never comes to its end: in large pieces or in drips."""

    def __init__(self, piece, pause):
        super().__init__(200, b'{"Data":{"TaskId":"')
        self.piece, self.pause = piece, pause

    def send(self, sock, request, server):
        head = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % FLOOD_BYTES)
        with contextlib.suppress(OSError):
            sock.sendall(head + self.body)
            while server.poured < FLOOD_BYTES - len(self.body):
                sock.sendall(self.piece)
                server.poured += len(self.piece)
                time.sleep(self.pause)
        return False


def throttled(*headers):
    return fake_service.error(400, "Throttling.User", "Request was denied due to user flow "
                              "control.", headers)


def accepted(*headers, content_type="application/json; charset=utf-8", body=ACCEPTED_BODY):
    return wire.Answer(200, body, headers, content_type)


def html(status):
    return wire.Answer(status, b"<html><body>a proxy's page</body></html>", (), "text/html")


def xml(status, code, more=""):
    return wire.Answer(status, (f"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>{code}"
                                f"</Code><Message>made by the test</Message>{more}</Error>"
                                ).encode(), (), "text/xml;charset=utf-8")


SHOUT = ("\x1b[31m\r\n::error::forged\n##vso[task.setvariable variable=x]forged\n\x07\u202eforged "
         f"{fake_service.TEMPORARY_SECRET} {fake_service.SECURITY_TOKEN}")


@dataclasses.dataclass(frozen=True)
class Fault:
    exit: int
    status: str                # of the submission
    answers: tuple             # to the requests, in their order
    retry: int = 0             # of --retry
    requests: int = 1          # that come
    args: tuple = ()
    clock: int = 0             # seconds that the service's clock is ahead

    def play(self, service):
        service.reset()
        service.poured = 0
        service.play(*self.answers)
        service.clock = lambda: fake_service.now() + datetime.timedelta(seconds=self.clock)


FAULTS = {
    # --- nothing was done
    "throttled": Fault(0, "accepted", (throttled(),), retry=1, requests=2),
    "throttled-hint": Fault(0, "accepted", (throttled(("x-acs-retry-after", "20")),
                                            throttled(("Retry-After", "0"))), retry=2, requests=3),
    "throttled-long": Fault(UNAVAILABLE, "failed", (throttled(("x-acs-retry-after", "600001")),),
                            retry=3),
    "throttled-always": Fault(UNAVAILABLE, "failed", (throttled(), throttled()), retry=1,
                              requests=2),
    "http-429": Fault(0, "accepted", (html(429),), retry=1, requests=2),
    "503-named": Fault(0, "accepted", (fake_service.error(503, "ServiceUnavailable"),), retry=1,
                       requests=2),
    "503-xml": Fault(0, "accepted", (xml(503, "ServiceUnavailable", "<RequestId>r</RequestId>"),),
                     retry=1, requests=2),
    # --- a task may exist
    "500": Fault(UNKNOWN, "unknown", (fake_service.error(500, "ServerError"),), retry=3),
    "500-xml": Fault(UNKNOWN, "unknown", (wire.Answer(500, (
        b"<Error><!-- <Code>Throttling</Code> --><Cause><Code>Throttling</Code></Cause>"
        b"<Code>ServerError</Code><RequestId>r</RequestId></Error>"), (), "text/xml"),), retry=3),
    "503-bare": Fault(UNKNOWN, "unknown", (wire.Answer(503, b'{"Message":"busy"}'),), retry=3),
    "502-html": Fault(UNKNOWN, "unknown", (html(502),), retry=3),
    "reset-before": Fault(UNKNOWN, "unknown", (Reset(0),), retry=3),
    "reset-within": Fault(UNKNOWN, "unknown", (Reset(0.6),), retry=3),
    "closed-within": Fault(UNKNOWN, "unknown", (wire.Answer(200, ACCEPTED_BODY, cut=150),),
                           retry=3),
    "hang": Fault(UNKNOWN, "unknown", (Hang(),), retry=3, args=("--timeout", "1s")),
    "drip": Fault(UNKNOWN, "unknown", (Endless(b"x", DRIP_SECONDS),), retry=3,
                  args=("--timeout", "1s")),
    "flood": Fault(UNKNOWN, "unknown", (Endless(b"x" * (1 << 20), 0),), retry=3),
    "long-field": Fault(UNKNOWN, "unknown", (accepted(("X-Long", "x" * (120 << 10))),), retry=3),
    "long-head": Fault(UNKNOWN, "unknown", (accepted(*(("X-Long", "x" * (60 << 10)),) * 6),),
                       retry=3),
    "cut-json": Fault(UNKNOWN, "unknown", (accepted(body=ACCEPTED_BODY[:-2]),), retry=3),
    "html": Fault(UNKNOWN, "unknown", (html(200),), retry=3),
    "gzip": Fault(UNKNOWN, "unknown", (accepted(("Content-Encoding", "gzip"),
                                                body=gzip.compress(ACCEPTED_BODY)),), retry=3),
    "deep-json": Fault(UNKNOWN, "unknown", (accepted(body=b"[" * 100000),), retry=3),
    "many-values": Fault(UNKNOWN, "unknown", (accepted(
        body=b'{"Data":{"TaskId":"t"},"x":[' + b"{}," * 100000 + b"1]}"),), retry=3),
    "wrong-types": Fault(UNKNOWN, "unknown", (accepted(
        body=b'{"Data":{"TaskId":["t"]},"RequestId":{}}'),), retry=3),
    "no-task": Fault(UNKNOWN, "unknown", (accepted(body=b'{"Data":{},"RequestId":"r"}'),),
                     retry=3),
    "reused-nonce": Fault(UNKNOWN, "unknown", (fake_service.error(400, "SignatureNonceUsed"),),
                          retry=3),
    # --- refused
    "xml": Fault(DENIED, "failed", (xml(403, "NoPermission"),), retry=3),
    "redirect": Fault(REFUSED, "failed", (), retry=3),  # to where, only the test knows
    "failure-in-200": Fault(REFUSED, "failed", (accepted(
        body=b'{"Success":false,"Code":"InvalidParameter","Message":"no","RequestId":"r"}'),),
                            retry=3),
    "expired-token": Fault(DENIED, "failed", (fake_service.error(
        400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),), retry=3),
    "shout": Fault(REFUSED, "failed", (fake_service.error(400, "Invalid\n::error::x", SHOUT),),
                   retry=3),
    # --- the clock
    "clock-behind": Fault(0, "accepted", (), requests=2, clock=3600),
    "clock-ahead": Fault(0, "accepted", (), requests=2, clock=-3600),
    "clock-days": Fault(USAGE, "failed", (), retry=3, clock=2 * 86400),
    "expired-date": Fault(USAGE, "failed", (fake_service.error(400, "InvalidTimeStamp.Expired"),),
                          retry=3),
    # --- no fault of the service
    "reset-after": Fault(0, "accepted", (Reset(1),), retry=3),
    "wrong-content-type": Fault(0, "accepted", (accepted(content_type="text/html"),), retry=3),
}
