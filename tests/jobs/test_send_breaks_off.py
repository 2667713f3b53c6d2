"""When the same goes wrong with every mail the rest waits; and room for an outcome is kept before its mail leaves."""

# ruff: noqa: F811
from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from billing_jobs.adapters.mail import sendgrid as mail_adapter
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.mail.transport import Limits
from billing_jobs.errors import BillingError, UsageError
from billing_jobs.jobs.send import send
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback
from tests.jobs.mail_home import RUN, propose
from tests.jobs.test_send import CARD, home, keys, rendered, server  # noqa: F401 - fixtures

NOTICES = [CARD | {"mail_key": f"n{number}"} for number in range(9)]


@pytest.mark.parametrize(
    ("answer", "state", "kind"),
    [
        (401, "failed", "HTTP 401 Unauthorized"),
        (503, "failed", "HTTP 503 Service Unavailable"),
        (504, "in_doubt", "HTTP 504 Gateway Timeout"),
        ("hang", "in_doubt", "no answer: TimeoutError"),
        ("drop", "in_doubt", "no answer: RemoteDisconnected"),
    ],
)
def test_after_three_failures_of_a_kind_the_rest_waits_and_that_is_one_sentence(
    home: Home, server: Loopback, answer: int | str, state: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(mail_adapter, "LIMITS", Limits(silence=0.2))
    server.hang_seconds = 0.5
    propose(home, *NOTICES)
    server.behave(*[answer] * 9)
    result = send(home, RUN)
    assert result.counts == {"accepted": 0, "failed": 0, "in_doubt": 0, "waiting": 6} | {state: 3}
    assert [message for message in result.messages if "were not tried" in message] == [result.messages[-1]]
    assert f"3 mails in a row came to the same end ({kind}): the other 6 were not tried" in result.messages[-1]
    server.behave()
    assert send(home, RUN).counts["accepted"] == 6 + (3 if state == "failed" else 0)
    assert len(keys(server)) == len(set(keys(server))) == 9 if answer != 504 else 6


def test_a_server_that_is_gone_is_asked_three_times(
    home: Home, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_SENDGRID_HOST", "http://127.0.0.1:9")
    propose(home, *NOTICES)
    result = send(home, RUN)
    assert (result.counts["failed"], result.counts["waiting"]) == (3, 6)
    assert "no connection: ConnectionRefusedError" in result.messages[-1]
    monkeypatch.setenv("BILLING_SENDGRID_HOST", server.host)
    assert send(home, RUN).counts["accepted"] == 9


def test_mails_that_are_refused_for_themselves_hold_up_nobody(home: Home, server: Loopback) -> None:
    propose(home, *NOTICES)
    server.behave(400, 400, 400, 400, 413, 202)
    result = send(home, RUN)
    assert (result.counts["accepted"], result.counts["failed"], result.counts["waiting"]) == (4, 5, 0)


def test_mails_on_which_the_server_always_breaks_are_tried_after_the_others(home: Home, server: Loopback) -> None:
    propose(home, *NOTICES)
    server.behave(500, 500, 500)
    assert send(home, RUN).counts["waiting"] == 6
    server.behave(202, 202, 202, 202, 202, 202, 500, 500, 500)
    assert send(home, RUN).counts == {"accepted": 6, "failed": 3, "in_doubt": 0, "waiting": 0}
    assert keys(server) == [f"n{number}" for number in range(3, 9)]


def test_a_host_without_tls_is_refused_before_anything_is_written(
    home: Home,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BILLING_SENDGRID_HOST", "http://mail.example")
    propose(home, CARD)
    with pytest.raises(UsageError, match="it is not https"):
        send(home, RUN)
    assert sending.read(home) == []


def test_a_disk_that_fills_during_a_call_leaves_no_mail_in_doubt(
    home: Home,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Full for every write from the call on; what is given back is the room that was kept for the outcome."""
    propose(home, *NOTICES[:3])
    reserve, write, allocate = home.sending_log.with_name(".sending.reserve"), os.write, os.posix_fallocate
    is_full = [False]

    def full(descriptor: int, content: bytes) -> int:
        if is_full[0] and reserve.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content)

    def no_room(descriptor: int, offset: int, length: int) -> None:
        if is_full[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        allocate(descriptor, offset, length)

    keep = server.keep

    def filling(mail: dict[str, Any]) -> str:
        is_full[0] = True
        return keep(mail)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        patch.setattr(os, "posix_fallocate", no_room)
        patch.setattr(server, "keep", filling)
        with pytest.raises(BillingError, match="it was not sent, nor are those after it"):
            send(home, RUN)
    assert [(record["mail_key"], record.get("state")) for record in sending.read(home)] == [
        ("n0", None),
        ("n0", "accepted"),
    ]
    assert keys(server) == ["n0"]
    assert send(home, RUN).counts == {"accepted": 2, "failed": 0, "in_doubt": 0, "waiting": 0}
    assert keys(server) == ["n0", "n1", "n2"]
    assert not reserve.exists()


def test_without_room_for_its_outcome_a_mail_does_not_leave(
    home: Home,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(*_given: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    propose(home, *NOTICES)
    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", no_room)
        with pytest.raises(BillingError, match="No space left on device"):
            send(home, RUN)
    assert (server.mails, sending.read(home)) == ([], [])
    assert list(home.ledger.glob(".sending*")) == []
    assert send(home, RUN).counts["accepted"] == 9
