"""One list of currencies, as ISO 4217 publishes it: the models, the catalog's checks and the paper read the same
file."""

from __future__ import annotations

import re

import iso4217

from billing_jobs.currencies import minor_digits
from billing_jobs.seeds import FOLDER
from billing_jobs.settings import PROJECT_DIR
from billing_jobs.year.oracle.money import digits_of
from ops.currencies import PUBLISHED, current, written

# Codes that ISO withdrew after this list was begun (2026-01-01), with the day: what was billed in them is still owed.
WITHDRAWN: dict[str, str] = {}
MANY = 20
LIST = FOLDER / "currencies.csv"
ORACLES = PROJECT_DIR / "src" / "billing_jobs" / "year" / "oracle" / "money.py"


def test_the_list_holds_every_code_in_force_that_has_a_minor_unit() -> None:
    """178 codes are in force; 13 (metals, SDR, tests) have no minor unit.

    A newer list of the package asks for `python -m ops.currencies`.
    """
    without = {str(entry.code) for entry in iso4217.Currency if entry.exponent is None}
    assert len(current()) + len(without) == 178
    assert {code: digits for code, digits in minor_digits().items() if code not in WITHDRAWN} == current()
    assert WITHDRAWN.keys() <= minor_digits().keys() - current().keys()
    assert {"XAU", "XDR", "XTS", "XXX"} <= without


def test_it_has_currencies_of_no_two_three_and_four_digits() -> None:
    assert {code: minor_digits()[code] for code in ("JPY", "USD", "KWD", "CLF")} == {
        "JPY": 0,
        "USD": 2,
        "KWD": 3,
        "CLF": 4,
    }
    assert set(minor_digits().values()) == {0, 2, 3, 4}


def test_the_file_is_what_the_generator_writes_and_says_of_which_day_it_is() -> None:
    assert LIST.read_text(encoding="utf-8") == written(dict(minor_digits()))
    assert f"published on {PUBLISHED}" in " ".join(LIST.with_suffix(".yml").read_text(encoding="utf-8").split())


def test_there_is_no_second_list() -> None:
    """No other file of code or data names a score of currencies; signs on paper are eleven. The oracle of a
    company-year has its own, as it has its own of everything."""
    folders = [PROJECT_DIR / name for name in ("src", "dbt_project", "expectations", "dags", "conformance")]
    texts = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".pyc", ".json"} and path not in (LIST, ORACLES)
    ]
    assert len(texts) > 500
    known = re.compile(rf"\b(?:{'|'.join(minor_digits())})\b")
    named = {
        path.relative_to(PROJECT_DIR): len(set(known.findall(path.read_text(encoding="utf-8", errors="ignore"))))
        for path in texts
    }
    assert not {str(path): count for path, count in named.items() if count >= MANY}


def test_the_oracle_counts_with_the_same_digits() -> None:
    assert {code: digits_of(code) for code in minor_digits()} == dict(minor_digits())
