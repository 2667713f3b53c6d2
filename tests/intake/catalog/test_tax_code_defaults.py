"""Of two tax codes of a kind one is taken where only the kind is known; which one is said by the catalog,
and a code that is added takes nothing over."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.catalog.checks.whole import check_catalog
from billing_jobs.intake.catalog.reader import Catalog, read_catalog
from tests.intake.deliveries import CATALOG, deliver, lake, new_home, take_in


def code(name: str, kind: str = "exempt", more: str = "") -> str:
    return (
        f"  - {{tax_code: {name}, name: {{ja: x, en: y}}, kind: {kind}, rates: [{{from: 2019-10-01, "
        f"rate: 0}}]{more}}}\n"
    )


def codes(*lines: str) -> str:
    return "tax_codes:\n" + "".join(lines)


def catalog(text: str) -> Catalog:
    return read_catalog({"catalog/base.yml": CATALOG.encode(), "catalog/taxes.yml": text.encode()})


def complaints(text: str, *earlier: str) -> str:
    try:
        check_catalog(catalog(text), [catalog(before) for before in earlier])
    except CatalogBroken as error:
        return str(error)
    return ""


ONE, TWO = codes(code("foreign")), codes(code("foreign"), code("embassy"))


def test_a_code_that_is_the_only_one_of_its_kind_needs_no_words() -> None:
    assert complaints(ONE) == ""


def test_two_codes_of_a_kind_without_a_default_are_refused_with_their_line_and_what_to_write() -> None:
    said = complaints(TWO)
    assert (
        "catalog/taxes.yml:3: tax code `embassy` is the second one of kind exempt (`foreign` is at catalog/taxes.yml:2)"
        in said
    )
    assert "write `default: yes` at the code that was taken until now" in said


@pytest.mark.parametrize("words", [", default: yes", ", default: true"])
def test_one_of_them_says_that_it_is_the_default(words: str) -> None:
    assert complaints(codes(code("foreign", more=words), code("embassy"))) == ""
    assert complaints(codes(code("foreign", more=words), code("embassy", more=", default: {from: 2026-04-01}"))) == ""


def test_a_day_alone_does_not_say_what_is_taken_before_it() -> None:
    assert "none of them says `default: yes`" in complaints(
        codes(code("foreign"), code("embassy", more=", default: {from: 2026-04-01}"))
    )


@pytest.mark.parametrize("words", ["yes", "{from: 2026-04-01}"])
def test_two_that_are_the_default_from_one_day_on_are_refused(words: str) -> None:
    said = complaints(
        codes(
            code("basis", more=", default: yes"),
            *(code(name, more=f", default: {words}") for name in ("foreign", "embassy")),
        )
    )
    assert "is the default of kind exempt from" in said


def test_kinds_that_nothing_is_chosen_from_may_have_as_many_codes_as_they_like() -> None:
    assert (
        complaints(
            codes(code("a", "out_of_scope"), code("b", "out_of_scope"), code("c", "reduced"), code("d", "reduced"))
        )
        == ""
    )


def test_a_second_code_beside_one_that_was_the_only_one_leaves_it_in_force() -> None:
    assert complaints(TWO, ONE) == ""
    assert complaints(TWO, TWO, ONE) == ""


def test_what_was_said_before_is_not_dropped_silently() -> None:
    said = complaints(TWO, codes(code("foreign", more=", default: yes"), code("embassy")), ONE)
    assert "(until now `foreign` was taken)" in said


def test_a_catalog_of_before_hears_which_code_was_taken_until_now() -> None:
    assert "(until now `embassy` was taken)" in complaints(TWO, TWO)


def test_of_kind_standard_the_code_called_standard_is_taken_where_nothing_is_said() -> None:
    assert complaints(codes(code("a_higher_one", "standard"))) == ""  # beside the code `standard` of the base


def test_the_lake_keeps_from_which_day_a_code_is_the_default(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    deliver(home, "catalog/base.yml", CATALOG)
    deliver(home, "catalog/taxes.yml", ONE)
    take_in(home, 1)
    deliver(
        home,
        "catalog/taxes.yml",
        codes(
            code("foreign", more=", default: yes"), code("embassy", more=", default: {from: 2026-04-01}"), code("third")
        ),
    )
    take_in(home, 2)
    rows = [
        (row["tax_code"], str(row["default_from"]))
        for row in lake(home, "catalog/tax_codes", order="received_at, tax_code")
        if row["kind"] == "exempt"
    ]
    assert rows == [("foreign", "None"), ("embassy", "2026-04-01"), ("foreign", "0001-01-01"), ("third", "None")]
