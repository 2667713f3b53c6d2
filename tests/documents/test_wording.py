"""Numbers, days and names as a reader sees them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing_jobs.currencies import minor_digits
from billing_jobs.documents import wording


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("1000000000000", "JPY", "¥1,000,000,000,000"),
        ("-1234.0000", "JPY", "−¥1,234"),
        ("1234.5", "USD", "$1,234.50"),
        ("1.234", "KWD", "KWD 1.234"),
        ("-1234.5", "CLF", "−CLF 1,234.5000"),
        ("0", "JPY", "¥0"),
        ("-0.05", "CAD", "−CA$0.05"),
    ],
)
def test_an_amount_is_written_as_its_currency_writes_it(amount: str, currency: str, printed: str) -> None:
    assert wording.money(Decimal(amount), currency) == printed


def test_paper_never_rounds() -> None:
    with pytest.raises(ValueError, match="more than 0 digits"):
        wording.money(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [("94420.000000000000", "94,420"), ("1E+3", "1,000"), ("-0.500000", "−0.5"), ("0E-12", "0")],
)
def test_a_quantity_shows_the_digits_it_has(quantity: str, printed: str) -> None:
    assert wording.number(Decimal(quantity)) == printed


def test_a_period_ends_on_the_day_before_its_end() -> None:
    assert wording.span(date(2028, 2, 1), date(2028, 3, 1), "ja") == "2028年2月1日 〜 2028年2月29日"
    assert wording.span(date(2026, 12, 31), date(2027, 1, 1), "en") == "31 Dec 2026"


@pytest.mark.parametrize(
    ("name", "honorific"), [("青葉商事株式会社", "御中"), ("山田 太郎", "様"), ("Northwind Robotics Ltd", "御中")]
)
def test_companies_and_people_are_addressed_differently(name: str, honorific: str) -> None:
    assert wording.honorific(name, "ja") == honorific
    assert wording.honorific(name, "en") == ""


def test_every_label_has_both_languages() -> None:
    assert wording.labels("ja").keys() == wording.labels("en").keys()
    assert all(wording.labels("ja").values())
    assert all(wording.labels("en").values())


def test_long_words_can_break_and_control_characters_go() -> None:
    assert "\u200b" in wording.breakable("x" * 60)
    assert wording.breakable("とても長い日本語の名前" * 5) == "とても長い日本語の名前" * 5
    assert wording.breakable("a\x00b") == "ab"


def test_a_sign_is_of_a_currency_of_the_list() -> None:
    assert wording.currency_signs().keys() <= minor_digits().keys()
