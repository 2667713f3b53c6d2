"""What is said to people, in their language: the messages of `messages.toml`, one place for both languages.

Which language: `BILLING_LANG` (`ja` or `en`, or a locale such as `ja_JP.UTF-8`), else the `locale` of the entity, else
English.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("ja", "en")
FILE = Path(__file__).with_name("messages.toml")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every message by its name: language -> text with {places}. It is shared: do not change it."""
    return tomllib.loads(FILE.read_text("utf-8"))


def say(name: str, language: str, /, **values: object) -> str:
    """One message with its places filled. KeyError where there is no such message or a place is not filled."""
    return catalogue()[name][language].format(**values)


def language_of(locale: str | None) -> str:
    """The language of `BILLING_LANG`, else of a locale, else English."""
    return next((found for found in map(_known, (os.environ.get("BILLING_LANG"), locale)) if found), "en")


def in_words(english: str, language: str) -> str:
    """What was expected, as a person reads it: a text that the code says in English, from the catalogue's `expected_`
    messages, whose places match whatever stands there; itself where there is none."""
    if language == "en":
        return english
    for pattern, text in _expected(language):
        found = pattern.fullmatch(english)
        if found:
            return text.format(**found.groupdict())
    return english


def _known(locale: str | None) -> str | None:
    language = re.split("[-_.]", (locale or "").strip().lower())[0]
    return language if language in LANGUAGES else None


@cache
def _expected(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (_pattern(texts["en"]), texts[language]) for name, texts in catalogue().items() if name.startswith("expected_")
    )


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", text)
    return re.compile("".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)))
