"""SendGrid's client against a real server on loopback: what is surely sent, surely not sent, and in doubt."""

from __future__ import annotations

import base64
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_jobs.adapters.mail import sendgrid
from billing_jobs.adapters.mail.sendgrid import Mailer, Message
from billing_jobs.adapters.mail.transport import Limits
from examples.demo.sendgrid_loopback import Loopback, running

MESSAGE = Message(
    mail_key="k1",
    category="invoice",
    sender=("billing@example.jp", "みなと計量サービス"),
    recipient="taro@example.com",
    subject="ご請求のお知らせ",
    text="本文",
    html="<p>本文</p>",
    cc=("hanako@example.com",),
    reply_to="reply@example.jp",
    attachment=("INV-2026-000001.pdf", b"%PDF-1.7"),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Loopback]:
    with running(tmp_path / "mails") as loopback:
        yield loopback


def test_a_mail_arrives_whole(server: Loopback) -> None:
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert (outcome.state, outcome.message_id) == ("accepted", "loopback-000001")
    (taken,) = server.mails
    assert taken["subject"] == "ご請求のお知らせ"
    assert [content["type"] for content in taken["content"]] == ["text/plain", "text/html"]
    assert base64.b64decode(taken["attachments"][0]["content"]) == b"%PDF-1.7"
    assert taken["custom_args"] == {"mail_key": "k1"}
    assert taken["personalizations"][0]["cc"] == [{"email": "hanako@example.com"}]
    assert taken["reply_to"]["email"] == "reply@example.jp"
    tracking = taken["tracking_settings"]
    assert not tracking["click_tracking"]["enable"]
    assert not tracking["open_tracking"]["enable"]


@pytest.mark.parametrize("status", [400, 401, 403, 413, 500, 503])
def test_a_refusal_is_a_failure_without_personal_data(server: Loopback, status: int) -> None:
    server.behave(status)
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert outcome.state == "failed"
    assert f"HTTP {status}" in outcome.error
    assert "taro" not in outcome.error
    assert outcome.retry_after is None


def test_the_limit_of_mails_says_how_long_to_wait(server: Loopback) -> None:
    server.behave(429)
    server.retry_after = 17
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert (outcome.state, outcome.retry_after) == ("failed", 17)


def test_no_server_means_surely_not_sent(server: Loopback) -> None:
    host = server.host
    server.stop()
    assert Mailer("SG.key", host).send(MESSAGE).state == "failed"


@pytest.mark.parametrize("answer", ["hang", "drop"])
def test_an_answer_that_never_comes_leaves_the_mail_in_doubt(
    server: Loopback, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sendgrid, "LIMITS", Limits(silence=0.3))
    server.hang_seconds = 1.0
    server.behave(answer)
    outcome = Mailer("SG.key", server.host).send(MESSAGE)
    assert outcome.state == "in_doubt"
    assert len(server.mails) == 1


def test_the_client_never_writes_mails_or_the_key_into_the_log(
    server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Mailer("SG.secret", server.host).send(MESSAGE)
    assert "taro" not in caplog.text
    assert "SG.secret" not in caplog.text


def test_the_server_on_loopback_refuses_what_the_real_one_refuses(server: Loopback) -> None:
    twice = Message(**(vars(MESSAGE) | {"cc": ("TARO@example.com",)}))
    assert "HTTP 400" in Mailer("SG.key", server.host).send(twice).error
    assert server.mails == []


def test_the_server_on_loopback_wants_a_key(server: Loopback) -> None:
    request = urllib.request.Request(f"{server.host}/v3/mail/send", data=b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, timeout=5)
