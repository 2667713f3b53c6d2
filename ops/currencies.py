"""Writes the one list of currencies, `dbt_project/seeds/currencies.csv`: `python -m ops.currencies`.

The source is list one of ISO 4217 as the maintenance agency (SIX) publishes it, carried by the package `iso4217`
(public domain). Every code with a minor unit is taken, funds codes too (a Chilean contract may stand in CLF, which has
four digits). Metals, SDR and test codes have
none: an amount in them could not be rounded. A code that ISO withdrew stays once it was here, as what was billed in it
is still owed.
"""

from __future__ import annotations

import csv
import io

import iso4217

from billing_jobs.currencies import minor_digits
from billing_jobs.seeds import FOLDER

LIST = FOLDER / "currencies.csv"
PUBLISHED = iso4217.__published__


def current() -> dict[str, int]:
    """The minor digits of every code in force that has a minor unit."""
    return {str(entry.code): int(entry.exponent) for entry in iso4217.Currency if entry.exponent is not None}


def written(known: dict[str, int]) -> str:
    """The file's text: what is in force, and of `known` what no longer is."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerows([("currency", "minor_digits"), *sorted((known | current()).items())])
    return text.getvalue()


if __name__ == "__main__":
    LIST.write_text(written(dict(minor_digits())), encoding="utf-8")
    print(
        f"{LIST}: {len(minor_digits())} were there, {len(current())} are in force as of {PUBLISHED}; write that day "
        "into currencies.yml"
    )
