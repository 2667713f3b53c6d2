"""Amounts, quantities, days and labels in the words of a reader.

Pure; every amount comes in as Decimal and leaves as text.
"""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from billing_jobs import currencies

TEMPLATES = Path(__file__).parent / "templates"
MINUS = "\N{MINUS SIGN}"
LANGUAGES = ("ja", "en")
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]  # never strftime: it follows the machine's locale
_COMPANY_WORDS = [
    "会社",
    "法人",
    "組合",
    "銀行",
    "協会",
    "大学",
    "病院",
    "㈱",
    "㈲",
    "財団",
    "学園",
    "役所",
    "機構",
    "Inc",
    "Ltd",
    "LLC",
    "Corp",
    "K.K",
    "GmbH",
    "Co.",
    "Company",
    "Limited",
    "Holdings",
    "Labs",
    "S.A.",
    "B.V.",
    "PLC",
    "Pte",
    "Group",
]


@functools.cache
def currency_signs() -> dict[str, str]:
    """How an amount's currency is written before it, where that is not its code."""
    return tomllib.loads((TEMPLATES / "currency_signs.toml").read_text("utf-8"))


@functools.cache
def labels(language: str) -> dict[str, str]:
    """All printed labels in one language (`ja` or `en`)."""
    table = tomllib.loads((TEMPLATES / "labels.toml").read_text("utf-8"))
    return {name: words[language] for name, words in table.items()}


def language_of(locale: str | None) -> str:
    """`ja` for Japanese and for customers without a locale, `en` for everybody else."""
    return "ja" if (locale or "ja").lower().startswith("ja") else "en"


def minor_digits(currency: str) -> int:
    """Digits after the point that the currency has; two for a text that is no currency,
    as a bank may print one on a deposit."""
    return currencies.minor_digits().get(currency, 2)


def number(value: Decimal, digits: int | None = None) -> str:
    """Grouped in thousands, with a real minus sign; all digits that are there when `digits` is not given.

    Raises ValueError when `digits` would cut off a part of the value: paper never rounds.
    """
    places = max(-int(value.normalize().as_tuple().exponent), 0)
    if digits is not None and places > digits:
        raise ValueError(f"{value} has more than {digits} digits after the point")
    text = f"{abs(value):,.{places if digits is None else digits}f}"
    return MINUS + text if value < 0 else text


def plain_money(amount: Decimal, currency: str) -> str:
    """An amount in the digits of its currency, without its sign."""
    return number(amount, minor_digits(currency))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: ¥1,234, −$1,234.50, KWD 1.234."""
    sign = currency_signs().get(currency, f"{currency} ")
    return (MINUS if amount < 0 else "") + sign + plain_money(abs(amount), currency)


def percent(rate: Decimal) -> str:
    return number(rate) + "%"


def day(value: date, language: str) -> str:
    """2026年10月1日, or 1 Oct 2026: no reader takes the month for the day."""
    if language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def span(period_from: date, period_until: date, language: str) -> str:
    """A half-open period as people write it: the last day is the day before `period_until`."""
    last = max(period_until - timedelta(days=1), period_from)
    form = labels(language)["one_day" if last == period_from else "span"]
    return form.format(first=day(period_from, language), last=day(last, language))


def honorific(name: str, language: str) -> str:
    """御中 for an organisation, 様 for a person.

    An organisation addressed as 様 is not offended, a person addressed as 御中 is.
    """
    if language != "ja":
        return ""
    return "御中" if any(word in name for word in _COMPANY_WORDS) else "様"


def width(text: str) -> int:
    """Width in half-width cells, as a Japanese typesetter counts."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def breakable(text: str, longest: int = 24) -> str:
    """The same text, with invisible break points in words that are too long for a column,
    and without control characters."""
    clean = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")
    words = (
        word if len(word) <= longest or width(word) > len(word) else _broken(word, longest) for word in clean.split(" ")
    )
    return " ".join(words)


def _broken(word: str, longest: int) -> str:
    return "\N{ZERO WIDTH SPACE}".join(word[start : start + longest] for start in range(0, len(word), longest))
