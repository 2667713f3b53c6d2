"""A quote's paper says how many seats it is for, and nothing where there is nothing to count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_jobs.documents import quote_paper

SEATS = {"quantities": 1, "one_quantity": Decimal("20.000000000000"), "unit_ja": "席", "unit_en": "seats"}


@pytest.mark.parametrize(
    ("changes", "language", "words"),
    [
        ({}, "ja", "数量 20 席"),
        ({}, "en", "Quantity 20 seats"),
        ({"unit_ja": None, "unit_en": None}, "ja", "数量 20"),
        ({"one_quantity": Decimal(1)}, "ja", ""),
        ({"one_quantity": None}, "ja", ""),
        ({"quantities": 2}, "ja", ""),
    ],
)
def test_the_quantity_of_the_term_is_said_once(changes: dict[str, object], language: str, words: str) -> None:
    assert quote_paper._quantity(SEATS | changes, language) == words
