"""Messages: both languages, the same places, none that nobody says; which language is spoken."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from billing_jobs.messages import LANGUAGES, catalogue, in_words, language_of, say
from billing_jobs.settings import PROJECT_DIR

JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", catalogue())
def test_a_message_has_both_languages_with_the_same_places(name: str) -> None:
    texts = catalogue()[name]
    assert set(texts) == set(LANGUAGES)
    assert all(texts.values())
    assert places(texts["ja"]) == places(texts["en"])


@pytest.mark.parametrize("name", catalogue())
def test_english_is_english_and_japanese_is_japanese(name: str) -> None:
    texts = catalogue()[name]
    assert not JAPANESE.search(texts["en"])
    assert JAPANESE.search(texts["ja"])


def test_every_message_is_said_somewhere() -> None:
    code = "\n".join(path.read_text("utf-8") for path in sorted((PROJECT_DIR / "src").rglob("*.py")))
    begins = tuple(re.findall(r'say\(\s*f"(\w+_)\{', code))
    unsaid = [
        name for name in catalogue() if f'"{name}"' not in code and not name.startswith((*begins, "expected_", "next_"))
    ]
    assert not unsaid, unsaid


@pytest.mark.parametrize("name", [name for name in catalogue() if name.startswith("expected_")])
def test_what_is_expected_is_written_so_in_the_code(name: str) -> None:
    """A text that the code no longer says would never be put into the other language again."""
    folders = (PROJECT_DIR / "src", PROJECT_DIR / "dbt_project" / "seeds")
    code = "\n".join(
        path.read_text("utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".sql", ".csv")
    )
    joined = re.sub(r'"\s*\n\s*f?"|\'\s*\n?\s*\|\| *\'', "", code)
    longest = max(re.split(r"{\w+}", catalogue()[name]["en"]), key=len).strip()
    assert longest in joined, longest


@pytest.mark.parametrize(
    ("variable", "locale", "language"),
    [
        ("", None, "en"),
        ("", "ja", "ja"),
        ("en", "ja", "en"),
        ("ja_JP.UTF-8", "en", "ja"),
        ("de", "ja", "ja"),
        ("JA", None, "ja"),
        ("", "fr", "en"),
    ],
)
def test_the_environment_goes_before_the_seller(
    monkeypatch: pytest.MonkeyPatch, variable: str, locale: str | None, language: str
) -> None:
    monkeypatch.setenv("BILLING_LANG", variable)
    assert language_of(locale) == language


def test_what_was_expected_keeps_what_stands_in_its_places() -> None:
    assert in_words("a decimal number with at most 15 digits before the point", "ja") == "小数点の前が 15 桁までの数"
    assert in_words("one of ja, en", "ja") == "次のいずれか: ja, en"
    assert in_words("one of ja, en", "en") == "one of ja, en"
    assert in_words("something that nobody wrote down", "ja") == "something that nobody wrote down"


def test_a_place_that_is_not_filled_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("status_home", "en")
