"""One call to the mail service: over TLS, to the host that was named and no other, with a limit for all of it.

Whether the connection stood when the call failed is what tells a mail that surely never left from one in doubt.
"""

from __future__ import annotations

import http.client
import ipaddress
import queue
import socket
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from python_http_client.client import Client
from python_http_client.exceptions import HTTPError

# Of a body: an answer is a few hundred bytes, and nobody reads more of one than this.
LONGEST_ANSWER = 65_536


class NotConnected(Exception):
    """No connection came about, so no byte of the request left."""


class NoAnswer(Exception):
    """The request left, whole or in part, and no whole answer came."""


@dataclass(frozen=True)
class Limits:
    """Seconds: for one silence of the other side, and for the whole call."""

    silence: float = 10
    call: float = 60


@dataclass(frozen=True)
class Answer:
    """What came back, with the methods that SendGrid's client asks of a response."""

    status: int
    reason: str
    headers: Message
    body: bytes

    def getcode(self) -> int:
        return self.status

    def read(self) -> bytes:
        return self.body

    def info(self) -> Message:
        return self.headers


class OneCall(Client):
    """SendGrid's HTTP client with another way to the network.

    Its own follows redirects (and carries the API key to wherever they lead), has no limit for a whole call, and does
    not tell a failed connection from a lost answer.
    """

    def __init__(self, limits: Limits, **given: Any) -> None:
        self.limits = limits
        super().__init__(**given)

    def _build_client(self, name: str | None = None) -> OneCall:
        path = [*self._url_path, name] if name else self._url_path
        return OneCall(
            self.limits, host=self.host, version=self._version, request_headers=self.request_headers, url_path=path
        )

    def _make_request(self, opener: object, request: urllib.request.Request, timeout: object = None) -> Answer:
        """Raises HTTPError for an answer that is no success, NotConnected, NoAnswer."""
        answer = call(request, self.limits)
        if not 200 <= answer.status < 300:
            raise HTTPError(answer.status, answer.reason, answer.body, answer.headers)
        return answer


def fault_of_host(host: str) -> str:
    """Why mails may not be handed to this host; '' if they may: over https, or over http to this very machine."""
    try:
        parts = urlsplit(host)
        place, _ = parts.hostname or "", parts.port
    except ValueError:
        return "it is no URL"
    if not place or parts.username is not None or parts.query or parts.fragment:
        return "it is no URL of a host"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(place)):
        return ""
    return "it is not https, and the API key and the mails would be read on the way"


def call(request: urllib.request.Request, limits: Limits) -> Answer:
    """The answer, whatever its status; a redirect is an answer like any other.

    Raises NotConnected or NoAnswer, after `limits.call` seconds at the latest.
    """
    under_way, outcome = _UnderWay(), queue.SimpleQueue[Answer | BaseException]()
    threading.Thread(target=_exchange, args=(request, limits, under_way, outcome), daemon=True).start()
    try:
        found = outcome.get(timeout=limits.call)
    except queue.Empty:
        found = TimeoutError()
    if isinstance(found, Answer):
        return found
    name = type(getattr(found, "reason", found)).__name__
    raise NoAnswer(name) if under_way.give_up() else NotConnected(name)


@dataclass
class _UnderWay:
    """How far a call came. Once it was given up before its connection stood, nothing of it leaves any more."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _socket: socket.socket | None = None
    _is_given_up: bool = False

    def connected(self, connection: socket.socket) -> None:
        with self._lock:
            if self._is_given_up:
                raise TimeoutError
            self._socket = connection

    def give_up(self) -> bool:
        """End the call; whether its connection stood."""
        with self._lock:
            self._is_given_up = True
            if self._socket is None:
                return False
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)  # a thread that reads of it stops reading
            return True


def _exchange(
    request: urllib.request.Request,
    limits: Limits,
    under_way: _UnderWay,
    outcome: queue.SimpleQueue[Answer | BaseException],
) -> None:
    try:
        with _opener(request, under_way).open(request, timeout=limits.silence) as response:
            body = response.read(LONGEST_ANSWER)
            outcome.put(Answer(response.status, response.reason, response.headers, body))
    except BaseException as error:  # whoever waits has to hear of it
        outcome.put(error)


def _opener(request: urllib.request.Request, under_way: _UnderWay) -> urllib.request.OpenerDirector:
    """Neither redirects nor errors are handled: what comes back is the answer."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            under_way.connected(self.sock)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            under_way.connected(self.sock)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, given: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, given)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, given: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, given)

    opener = urllib.request.OpenerDirector()
    if request.type == "https":
        opener.add_handler(urllib.request.ProxyHandler())
        opener.add_handler(SecureHandler())
    else:
        opener.add_handler(PlainHandler())
    return opener


def _is_this_machine(place: str) -> bool:
    try:
        return ipaddress.ip_address(place).is_loopback
    except ValueError:
        return place == "localhost"
