"""One mail's fault is one mail's; and nothing leaves that is not written down whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.mail import sending
from billing_jobs.errors import BillingError, UsageError
from billing_jobs.jobs import send as send_job
from billing_jobs.jobs.send import send
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback
from tests.jobs.mail_home import RUN, propose
from tests.jobs.test_send import CARD, home, keys, rendered, server  # noqa: F401 - fixtures

NOTICES = [CARD | {"mail_key": f"n{number}"} for number in range(3)]


@pytest.mark.parametrize(
    "address", ["なし", "-", "taro＠example.jp", "Taro <t@y.jp>", "a@b.jp、c@d.jp", "a\udc80@x.jp"], ids=ascii
)
def test_an_address_that_cannot_be_used_fails_its_own_mail(home: Home, server: Loopback, address: str) -> None:  # noqa: F811
    bad = NOTICES[1] | {"recipient": address.encode(errors="ignore").decode()}
    propose(home, NOTICES[0], bad, NOTICES[2])
    result = send(home, RUN)
    assert (result.counts["accepted"], result.counts["failed"], result.counts["in_doubt"]) == (
        2 if fails(bad) else 3,
        fails(bad),
        0,
    )
    assert keys(server) == ["n0", "n2"] if fails(bad) else ["n0", "n1", "n2"]
    if fails(bad):
        assert any("mail address of customer C1 is not usable" in message for message in result.messages)
        assert bad["recipient"] not in "".join(result.messages).replace("card_expiry", "") or bad["recipient"] == "-"
        assert [
            (record["phase"], record.get("state")) for record in sending.read(home) if record["mail_key"] == "n1"
        ] == [("intent", None), ("outcome", "failed")]
        length = home.sending_log.stat().st_size
        send(home, RUN)
        assert home.sending_log.stat().st_size == length
    propose(home, NOTICES[1])
    assert send(home, RUN).counts["accepted"] == fails(bad)


def fails(mail: dict[str, Any]) -> int:
    return int(mail["recipient"] != "a@x.jp")


def test_a_copy_that_cannot_be_used_is_left_out_and_told(home: Home, server: Loopback) -> None:  # noqa: F811
    propose(home, CARD | {"cc": "Taro <t@y.jp>, なし、a@b.jp、c..d@docomo.ne.jp", "recipient": "x..y@docomo.ne.jp"})
    result = send(home, RUN)
    assert result.counts["accepted"] == 1
    (sent,) = server.mails
    assert sent["personalizations"][0] == {
        "to": [{"email": "x..y@docomo.ne.jp"}],
        "cc": [{"email": "a@b.jp"}, {"email": "c..d@docomo.ne.jp"}],
    }
    assert any("2 of the cc addresses of customer C1 not usable" in message for message in result.messages)


def test_a_mail_that_cannot_be_made_stops_nobody(home: Home, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    real = send_job.message_for

    def breaking(row: dict[str, Any], **named: Any) -> Any:
        if row["mail_key"] == "n1":
            raise TypeError("taro@example.com")
        return real(row, **named)

    propose(home, *NOTICES)
    monkeypatch.setattr(send_job, "message_for", breaking)
    result = send(home, RUN)
    assert result.counts == {"accepted": 2, "failed": 0, "in_doubt": 0, "waiting": 1}
    assert "taro" not in "".join(result.messages)
    assert {record["mail_key"] for record in sending.read(home)} == {"n0", "n2"}


def test_a_key_that_is_none_is_told_before_anything_is_written(
    home: Home,  # noqa: F811
    server: Loopback,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    propose(home, CARD)
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.a\nb")
    with pytest.raises(UsageError, match="is no key"):
        send(home, RUN)
    assert sending.read(home) == []


@pytest.mark.parametrize("room", [0, 1, 60, 200])
@pytest.mark.parametrize("at_write", [0, 1, 2])
def test_a_disk_that_fills_within_the_log_never_sends_twice(
    home: Home, server: Loopback, room: int, at_write: int, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    """The n-th line finds room for a part only; afterwards there is room again and everything is run once more,
    twice."""
    write, count = os.write, [0, 0]

    def filling(descriptor: int, content: bytes) -> int:
        if os.fstat(descriptor).st_ino != home.sending_log.stat().st_ino:
            return write(descriptor, content)
        count[0] += 1
        if count[0] > at_write + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return (
            write(descriptor, content[:room])
            if count[0] == at_write + 1 and room
            else write(descriptor, content)
            if count[0] <= at_write
            else full()
        )

    def full() -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    propose(home, *NOTICES)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", filling)
        with pytest.raises(BillingError, match="the log of mails cannot be written"):
            send(home, RUN)
    went_out = list(keys(server))
    assert went_out == ["n0", "n1"][: (at_write + 1) // 2]
    assert home.sending_log.read_bytes().endswith(b"\n") or not home.sending_log.stat().st_size
    send(home, RUN)
    send(home, RUN)
    assert keys(server) == ["n0", "n1", "n2"]
    assert sending.torn_lines(home) == []


def test_nothing_leaves_before_its_intent_is_flushed_to_disk(
    home: Home,  # noqa: F811
    server: Loopback,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fsync, flushed = os.fsync, [0]

    def watching(descriptor: int) -> None:
        fsync(descriptor)
        if os.fstat(descriptor).st_ino == home.sending_log.stat().st_ino:
            flushed[0] = os.fstat(descriptor).st_size

    at_call: list[bytes] = []
    keep = server.keep

    def kept(mail: dict[str, Any]) -> str:
        at_call.append(home.sending_log.read_bytes()[: flushed[0]])
        return keep(mail)

    monkeypatch.setattr(os, "fsync", watching)
    monkeypatch.setattr(server, "keep", kept)
    propose(home, *NOTICES)
    send(home, RUN)
    assert len(at_call) == 3
    assert all(f'"mail_key": "n{number}"'.encode() in log and log.endswith(b"\n") for number, log in enumerate(at_call))
    assert Path(home.sending_log).read_bytes()[: flushed[0]].count(b"outcome") == 3
