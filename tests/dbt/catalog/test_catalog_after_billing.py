"""Whoever edits the catalog after a bill: no billed charge moves, or the night stops and says what it was,
or it is a price whose difference is billed as such."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from billing_jobs.intake.catalog.schema import schema
from tests.dbt.catalog.billed_book import Value, base, billed_book, complaints, leaves, places
from tests.dbt.catalog.cases import CASES, GONE, LABEL, Case

SCHEMA = schema()


def edit(value: Value, case: Case) -> None:
    keys = case.path.split("/")
    place = list(places(value, keys))[case.place]
    if case.value is GONE:
        del place[keys[-1]]
    else:
        assert place[keys[-1]] != case.value, case
        place[keys[-1]] = case.value


# What no amount hangs on: it says which columns are published.
NOT_BILLED = {"publish/personal"}


def edited(*cases: Case) -> Value:
    value = base()
    for case in cases:
        edit(value, case)
    return value


def of(outcome: str) -> list[Case]:
    return [case for case in CASES if case.outcome == outcome]


def test_every_key_of_the_schema_has_a_case() -> None:
    told = {case.path for case in CASES} | NOT_BILLED
    missing = [path for path in dict.fromkeys(leaves(SCHEMA, SCHEMA["$defs"])) if path not in told]
    assert not missing, f"write into cases.py what becomes of what was billed when these are edited: {missing}"


def test_the_book_is_billed_by_a_catalog_without_mistakes() -> None:
    assert complaints(base()) == ""
    assert len([amount for _, amount in billed_book().billed.values() if amount != 0]) > 100


@pytest.mark.parametrize("case", of("refused"), ids=lambda case: case.path)
def test_the_catalog_check_refuses(case: Case) -> None:
    assert "catalog/all.yml:" in complaints(edited(case))


def rounds() -> list[list[Case]]:
    """Edits that stop the night, as few times as possible: in one round each field is changed by one of them."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in of("stops"):
        found[".".join(case.field.split(".")[:2])].append(case)
    return [
        [cases[number] for cases in found.values() if number < len(cases)]
        for number in range(max(map(len, found.values())))
    ]


@pytest.mark.parametrize("cases", rounds(), ids=lambda cases: cases[0].path)
def test_the_night_stops_and_says_what_it_was(cases: list[Case]) -> None:
    told = [(row["field"], row["was_billed_with"]) for row in billed_book().stopped_by(edited(*cases))]
    missing = [
        case for case in cases if not any(field == case.field and was.startswith(case.was) for field, was in told)
    ]
    assert not missing, told


def added() -> Value:
    """Everything that may come beside what is there."""
    value = edited(*(case for case in of("stays") if case.path != "plans/fees/until" or case.value != GONE))
    codes = [
        ("third", "exempt", {}),
        ("other", "standard", {}),
        ("reversed", "reverse_charge", {"default": {"from": "2026-07-01"}}),
        ("low", "reduced", {}),
    ]
    for name, kind, more in codes:
        value["tax_codes"].insert(
            0, {"tax_code": name, "name": LABEL, "kind": kind, "rates": [{"from": "2019-10-01", "rate": 0}], **more}
        )
    value["entities"][1]["late_usage"] = {"ignore_after_days": 5, "from": "2026-05-01"}
    numbers = {"invoice_number": "E-{seq}", "credit_note_number": "F-{seq}"}
    value["entities"].insert(
        0,
        {"entity": "a_third", "name": LABEL, "time_zone": "UTC", "currency": "USD", "payment_terms": "net", **numbers},
    )
    value["discounts"].insert(0, {"discount": "a_later", "name": LABEL, "percent": 9, "from": "2026-08-01"})
    value["discounts"].insert(0, {"discount": "a_coupon", "name": LABEL, "percent": 9, "coupon": True})
    team = next(plan for plan in value["plans"] if plan["plan"] == "team")
    team["fees"].insert(0, {**team["fees"][0], "fee": "a_new", "versions": [{"from": "2026-08-01", "amount": 5}]})
    team["fees"][1]["versions"].append({"from": "2026-08-01", "amount": 9999})
    next(code for code in value["tax_codes"] if code["tax_code"] == "standard")["rates"].append(
        {"from": "2026-08-01", "rate": 15}
    )
    value["meters"].insert(0, {"meter": "a_meter", "event_type": "call", "aggregation": "count"})
    value["plans"].insert(0, {**team, "plan": "a_plan", "fees": team["fees"][1:2]})
    return value


def test_no_other_edit_moves_a_billed_charge() -> None:
    value = added()
    assert complaints(value) == ""
    assert billed_book().stopped_by(value) == []
    assert billed_book().moved_by(value) == []


def told(value: Value) -> set[tuple[str, str, str, str]]:
    return {
        (row["definition"], row["field"], row["was_billed_with"], row["says_now"])
        for row in billed_book().stopped_by(value)
    }


def test_a_default_that_changes_hands_without_a_day_stops_the_night() -> None:
    value = base()
    del value["tax_codes"][1]["default"]
    value["tax_codes"][2]["default"] = "yes"
    assert ("exempt", "default", "foreign", "embassy") in told(value)


def test_the_first_code_of_a_kind_that_was_billed_without_one_needs_a_day() -> None:
    value = base()
    value["tax_codes"].append(
        {"tax_code": "reversed", "name": LABEL, "kind": "reverse_charge", "rates": [{"from": "2019-10-01", "rate": 0}]}
    )
    assert told(value) == {("reverse_charge", "default", "reverse_charge", "reversed")}


def test_a_discount_for_everybody_that_comes_new_needs_a_first_day() -> None:
    value = base()
    value["discounts"].append({"discount": "new", "name": LABEL, "percent": 9})
    assert told(value) == {("new", "everybody from the beginning", "false", "true")}


def test_windows_that_are_moved_stop_the_night() -> None:
    value = base()
    windows: list[dict[str, Any]] = value["time_bands"][0]["windows"]
    windows[1]["until"] = windows[2]["from"] = "09:00"
    assert complaints(value) == ""
    assert {field for _, field, _, _ in told(value)} == {"meter.time_bands.windows"}


def test_a_corrected_price_is_a_difference_of_what_was_billed() -> None:
    for case in of("corrects"):
        assert complaints(edited(case)) == "", case
    value = edited(*of("corrects"))
    assert billed_book().stopped_by(value) == []
    fees = {charge.split(" ")[2] for charge, _, _ in billed_book().moved_by(value)}
    assert {"base", "support", "api", "api_all", "api_matrix", "desks", "share", "stepped"} <= fees
