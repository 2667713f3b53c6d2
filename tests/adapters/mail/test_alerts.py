"""Mails to those who run billing: they leave or stand in the log, and never break what they tell of."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_jobs.adapters.mail import alerts
from examples.demo.sendgrid_loopback import Loopback, running


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with running(tmp_path / "mails") as loopback:
        monkeypatch.setenv("SENDGRID_API_KEY", "SG.key")
        monkeypatch.setenv("BILLING_SENDGRID_HOST", loopback.host)
        monkeypatch.setenv("BILLING_ALERTS_TO", "ops@example.jp, keiri@example.jp")
        yield loopback


def test_an_alert_goes_to_all_who_are_named(server: Loopback) -> None:
    assert alerts.send("[billing] a night failed", ["The check stopped the night.", "<b>1 & 2</b>"])
    [mail] = server.mails
    assert mail["subject"] == "[billing] a night failed"
    assert mail["from"]["email"] == "ops@example.jp"
    [person] = mail["personalizations"]
    assert (person["to"], person["cc"]) == ([{"email": "ops@example.jp"}], [{"email": "keiri@example.jp"}])
    text, html = (content["value"] for content in mail["content"])
    assert text == "The check stopped the night.\n<b>1 & 2</b>\n"
    assert html == "<p>The check stopped the night.</p><p>&lt;b&gt;1 &amp; 2&lt;/b&gt;</p>"


def test_the_sender_may_be_another(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_ALERTS_FROM", "billing@example.jp")
    assert alerts.send("late", ["a line"])
    assert server.mails[0]["from"]["email"] == "billing@example.jp"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BILLING_ALERTS_TO", "", "nobody is told by mail (BILLING_ALERTS_TO is not set): late"),
        ("BILLING_ALERTS_TO", "なし", "1 entries of BILLING_ALERTS_TO are no usable address"),
        ("SENDGRID_API_KEY", "", "nobody is told by mail, since SENDGRID_API_KEY is not set: late"),
        ("BILLING_SENDGRID_HOST", "http://mail.example", "the mail could not be made or sent: UsageError"),
        ("BILLING_SENDGRID_HOST", "http://127.0.0.1:9", "the mail was not accepted: no connection"),
    ],
)
def test_an_alert_that_cannot_leave_stands_in_the_log_and_raises_nothing(
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    with caplog.at_level(logging.WARNING, logger="billing"):
        assert not alerts.send("late", ["a line"])
    assert said in caplog.text
    assert "なし" not in caplog.text
    assert server.mails == []


def test_a_refused_alert_is_said(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    server.behave(401)
    assert not alerts.send("late", ["a line"])
    assert "the mail was not accepted: HTTP 401" in caplog.text
