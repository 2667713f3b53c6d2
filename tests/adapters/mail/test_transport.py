"""The way to the mail service: to the host that was named, over TLS, and no longer than the limit."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.mail import sendgrid
from billing_jobs.adapters.mail.sendgrid import Mailer
from billing_jobs.adapters.mail.transport import Limits, fault_of_host
from billing_jobs.errors import UsageError
from examples.demo.sendgrid_loopback import Loopback, running
from tests.adapters.mail.test_sendgrid import MESSAGE


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Loopback]:
    with running(tmp_path / "mails") as loopback:
        yield loopback


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(
    server: Loopback, tmp_path: Path, status: int
) -> None:
    with running(tmp_path / "elsewhere") as elsewhere:
        server.location = f"{elsewhere.host}/v3/mail/send"
        server.behave(status)
        outcome = Mailer("SG.key", server.host).send(MESSAGE)
        assert (outcome.state, outcome.is_of_all, elsewhere.mails) == ("failed", True, [])
        assert outcome.error.startswith(f"HTTP {status}")


@pytest.mark.parametrize("status", [200, 201, 204, 502, 504, 520, 524])
def test_accepted_is_202_and_what_is_neither_yes_nor_no_is_in_doubt(server: Loopback, status: int) -> None:
    server.behave(status)
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert (outcome.state, outcome.is_of_all) == ("in_doubt", True)
    assert f"HTTP {status}" in outcome.error


@pytest.mark.parametrize(("status", "is_of_all"), [(400, False), (413, False), (401, True), (403, True), (500, True)])
def test_what_is_said_of_one_mail_is_no_matter_of_the_next(server: Loopback, status: int, is_of_all: bool) -> None:
    server.behave(status)
    assert Mailer("SG.key", server.host).send(MESSAGE).is_of_all is is_of_all


HOSTS = {
    "https://api.sendgrid.com": True, "https://api.eu.sendgrid.com": True, "https://mail.example:8443": True,
    "http://127.0.0.1:8025": True, "http://[::1]:8025": True, "http://localhost:8025": True, "http://127.9.9.9": True,
    "http://api.sendgrid.com": False, "http://10.0.0.1": False, "http://127.0.0.1.example": False,
    "http://localhost.example": False, "ftp://127.0.0.1": False, "file:///etc/passwd": False, "127.0.0.1:8025": False,
    "https://": False, "https://key@api.sendgrid.com": False, "http://127.0.0.1:x": False, "api.sendgrid.com": False,
}  # fmt: skip


@pytest.mark.parametrize(("host", "is_fine"), HOSTS.items())
def test_mails_go_over_https_or_stay_on_this_machine(host: str, is_fine: bool) -> None:
    assert (fault_of_host(host) == "") is is_fine
    if not is_fine:
        with pytest.raises(UsageError, match=r"BILLING_SENDGRID_HOST cannot be used.*nothing was sent"):
            Mailer("SG.key", host)


def test_a_byte_at_a_time_is_not_waited_for_beyond_the_limit_of_the_whole_call(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sendgrid, "LIMITS", Limits(silence=5, call=0.5))
    server.behave("trickle")
    begun = time.monotonic()
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert (outcome.state, outcome.error) == ("in_doubt", "no answer: TimeoutError")
    assert time.monotonic() - begun < 2


def test_a_server_that_nobody_reaches_has_left_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However connecting fails, and however long it takes."""

    def hanging(*_given: Any, **_named: Any) -> socket.socket:
        time.sleep(0.2)
        raise TimeoutError

    resets = [
        (_raising(error), type(error).__name__) for error in (socket.gaierror(), ConnectionResetError(), OSError())
    ]
    for error, name in ((hanging, "TimeoutError"), *resets):
        monkeypatch.setattr(socket, "create_connection", error)
        outcome = Mailer("SG.key", "http://127.0.0.1:9").send(MESSAGE)
        assert (outcome.state, outcome.error, outcome.is_of_all) == ("failed", f"no connection: {name}", True)


def test_a_server_that_cannot_do_tls_has_seen_no_mail_and_no_key() -> None:
    seen: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            seen.append(connection.recv(65_536))
            connection.sendall(b"HTTP/1.1 202 Accepted\r\n\r\n")

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        outcome = Mailer("SG.key", f"https://127.0.0.1:{listening.getsockname()[1]}").send(MESSAGE)
        thread.join()
    assert (outcome.state, outcome.error) == ("failed", "no connection: SSLError")
    assert b"SG.key" not in seen[0] and b"taro" not in seen[0]


def test_a_connection_that_comes_about_too_late_carries_nothing(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit passes while the connection is being made; then it stands after all."""
    connect, may_connect, connected = socket.create_connection, threading.Event(), threading.Event()

    def late(*given: Any, **named: Any) -> socket.socket:
        may_connect.wait(5)
        found = connect(*given, **named)
        connected.set()
        return found

    monkeypatch.setattr(socket, "create_connection", late)
    monkeypatch.setattr(sendgrid, "LIMITS", Limits(silence=5, call=0.2))
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert (outcome.state, outcome.error) == ("failed", "no connection: TimeoutError")
    may_connect.set()
    assert connected.wait(5)
    time.sleep(0.2)
    assert server.mails == []


def _raising(error: OSError) -> Any:
    def fail(*_given: Any, **_named: Any) -> socket.socket:
        raise error

    return fail
