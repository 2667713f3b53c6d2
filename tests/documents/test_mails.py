"""Each mail in each language: nothing missing, nothing evaluated, amounts right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import jinja2
import pytest

from billing_jobs.documents import mails
from billing_jobs.documents.mail_words import Notice, words_for
from tests.documents import samples

REMINDER = {
    "currency": "JPY", "open_amount": "128000.0000",
    "invoices": [
        {"document_number": "INV-2026-000123", "due_date": "2026-11-30", "open_amount": "63823.0000"},
        {"document_number": "INV-2026-000098", "due_date": "2026-10-31", "open_amount": "64177.0000"},
    ],
}  # fmt: skip
CARD = {"card_brand": "Visa", "card_last4": "4242", "card_exp_month": 3, "card_exp_year": 2027}
USAGE = {
    "contract_id": "K-1001", "happens_on": "2027-01-01", "share": 80, "used": "8123.500000000000",
    "allowance": "10000.000000000000", "fee_ja": (
        "チームプラン "
        "API利用料"
    ),
    "fee_en": "Team plan API calls", "unit_ja": "回", "unit_en": "calls",
}  # fmt: skip
CREDITS = {
    "contract_id": "K-1001", "happens_on": "2027-01-01", "share": 80, "granted_on": "2026-01-01",
    "granted": "10000.0000", "used": "8500.0000", "left": "1500.0000",
    "currency": "JPY",
}  # fmt: skip
NOTICE = Notice("invoice", "ja", "青葉商事株式会社", date(2026, 12, 3), seller=samples.SENDER)
NOTICES = {
    "invoice": replace(NOTICE, issued=samples.invoice()),
    "credit_note": replace(NOTICE, template="credit_note", issued=samples.credit_note()),
    "reminder_1": replace(NOTICE, template="reminder_1", issued=samples.invoice(), payload=REMINDER),
    "reminder_2": replace(NOTICE, template="reminder_2", issued=samples.invoice(), payload=REMINDER),
    **{
        name: replace(
            NOTICE,
            template=name,
            payload={"contract_id": "K-1001", "happens_on": "2027-01-01", "respond_by": "2026-12-02"},
        )
        for name in ("trial_ending", "renewal_coming", "contract_ending", "price_change")
    },
    "card_expiry": replace(NOTICE, template="card_expiry", payload=CARD),
    "usage_reached": replace(NOTICE, template="usage_reached", payload=USAGE),
    "credits_reached": replace(NOTICE, template="credits_reached", payload=CREDITS),
}


def composed(template: str, language: str, **changes: Any) -> mails.Composed:
    return mails.compose(template, language, words_for(replace(NOTICES[template], language=language, **changes)))


def test_every_mail_is_tested_here() -> None:
    assert mails.templates() == sorted(NOTICES)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("template", sorted(NOTICES))
def test_a_mail_has_subject_and_both_bodies_without_leftovers(template: str, language: str) -> None:
    mail = composed(template, language)
    assert mail.subject
    for body in (mail.subject, mail.text, mail.html):
        assert "{{" not in body
        assert "{%" not in body
        assert "<mj-" not in body
    assert "<" not in mail.text


def test_an_invoice_mail_says_how_much_until_when_and_where_to() -> None:
    mail = composed("invoice", "ja")
    for word in ("¥63,823", "2026年11月30日", "INV-2026-000123", "みなと銀行(0000)", "青葉商事株式会社 御中"):
        assert word in mail.text
        assert word in mail.html
    assert mail.subject == "【みなと計量サービス株式会社】2026年10月分 ご請求のお知らせ(INV-2026-000123)"


def test_dollars_have_cents() -> None:
    assert "$1,234.50" in composed("invoice", "en", issued=samples.dollar_invoice()).text


def test_a_reminder_lists_the_open_invoices_oldest_first() -> None:
    text = composed("reminder_2", "en").text
    assert text.index("INV-2026-000098") < text.index("INV-2026-000123")
    assert "Oldest due date: 31 Oct 2026" in text
    assert "¥128,000" in text


def test_a_reminder_says_what_was_received_and_is_not_asked_for_again() -> None:
    text = composed("reminder_1", "ja", payload=REMINDER | {"received_amount": "6600.0000"}).text
    assert "お預かり済みのご入金: ¥6,600" in text
    assert "お預かり済み" not in composed("reminder_1", "ja", payload=REMINDER | {"received_amount": "0.0000"}).text


def test_a_card_mail_shows_only_the_last_digits() -> None:
    assert "Visa 末尾 4242" in composed("card_expiry", "ja").text
    assert "03/2027" in composed("card_expiry", "ja").text


def test_what_ends_is_said_with_its_last_day_and_what_begins_with_its_first() -> None:
    assert "Last day of the trial: 31 Dec 2026" in composed("trial_ending", "en").text
    assert "更新日: 2027年1月1日" in composed("renewal_coming", "ja").text
    assert "please tell us by 2 Dec 2026" in composed("renewal_coming", "en").text
    assert "K-1001" in composed("contract_ending", "ja").html


def test_usage_that_reaches_a_share_says_how_much_of_what() -> None:
    mail = composed("usage_reached", "en")
    assert mail.subject.startswith("80% of your allowance is used")
    assert "Used: 8,123.5 calls" in mail.text
    assert "Allowance: 10,000 calls" in mail.text
    assert "Last day of the period: 31 Dec 2026" in mail.text
    assert "無料枠: 10,000 回" in composed("usage_reached", "ja").text


def test_credits_that_reach_a_share_say_what_is_left_and_until_when_if_they_expire() -> None:
    mail = composed("credits_reached", "en")
    assert mail.subject.startswith("80% of your prepaid credits are used")
    for words in ("Bought or given: ¥10,000", "Left: ¥1,500", "Good until: 31 Dec 2026"):
        assert words in mail.text
    assert "残高: ¥1,500" in composed("credits_reached", "ja").text
    assert "ご利用期限" not in composed("credits_reached", "ja", payload={**CREDITS, "happens_on": None}).text


def test_a_reminder_of_nothing_but_opening_documents_names_the_sellers_bank() -> None:
    bank = (
        '[{"bank": "みなと銀行", "branch": "虎ノ門", "type": "普通", "number": "1000001", "holder": "ミナト", '
        '"currency": "JPY"}]'
    )
    assert "1000001" in composed("reminder_1", "ja", issued=None, seller=samples.SENDER | {"bank_accounts": bank}).text


def test_a_name_cannot_bring_markup_or_headers() -> None:
    mail = composed(
        "card_expiry",
        "en",
        customer_name="<script>x</script>\r\nBcc: a@example.com",
        seller=samples.SENDER | {"name_en": "A\r\nBcc: b@example.com"},
    )
    assert "<script>" not in mail.html
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_a_word_that_is_missing_is_an_error_and_not_a_hole() -> None:
    words = words_for(NOTICES["invoice"])
    del words["due_date"]
    with pytest.raises(jinja2.UndefinedError, match="due_date"):
        mails.compose("invoice", "ja", words)


def test_an_unknown_mail_names_those_that_exist() -> None:
    with pytest.raises(mails.MailUnknown, match="reminder_1, reminder_2"):
        mails.compose("reminder_9", "ja", {})
