"""Newer pricing rules move nothing unsaid: what they change of periods billed before is held, new bills go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import Home
from tests.dbt.invoicing import cases
from tests.dbt.invoicing.book import Book, Night, copy_project
from tests.dbt.invoicing.conftest import FIRST, Writer

UPGRADE, APPROVED, LATER, SECOND_UPGRADE = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 5)
WANTED = "intermediate.invoicing draft_invoices path:models/proposals"


@dataclass
class Upgraded:
    before: Night
    upgrade: Night
    again: Night
    view: Night
    approved: Night
    later: Night
    second: Night


def held(night: Night) -> dict[str, Any]:
    """Customer -> (amount, document) of what is held because the rules changed."""
    return {
        row["customer_id"]: (row["total_amount"], row["document_id"])
        for row in night.of("draft_invoices", hold_reason="pricing_rule_changed")
    }


def issued(night: Night) -> dict[str, Any]:
    return {row["customer_id"]: row["total_amount"] for row in night.tables["invoices_to_issue"]}


def adopted(night: Night) -> set[tuple[int, str, int]]:
    return {
        (row["rules_version"], row["charge_id"], int(row["difference"]))
        for row in night.tables["pricing_rules_to_adopt"]
    }


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    folder: Path = tmp_path_factory.mktemp("rules")
    (folder / "home").mkdir()
    book = Book(Home(folder / "home"), copy_project(folder / "project"))
    tell = Writer(book)
    cases.catalog(book)
    for name in ("dearer", "cheaper", "same", "mends", "second"):
        tell.charge(f"{name}-fee", 1000)

    def play(as_of: date) -> Night:
        night = book.run(as_of, select=WANTED, is_checked=False)
        book.issue(night, as_of)
        return night

    before = play(FIRST)
    book.rules_version = 2
    tell.charge("dearer-fee", 1200)
    tell.charge("dearer-new", 500, bill_on=UPGRADE)
    tell.charge("cheaper-fee", 700, kind="usage")
    tell.charge("mends-fee", 1100)
    upgrade = play(UPGRADE)
    again = play(UPGRADE)
    tell.charge("mends-fee", 1000)
    tell.charge("same-fee", 1010)
    (draft,) = again.of("draft_invoices", customer_id="dearer")
    tell.decide("approve", APPROVED, document_id=draft["document_id"], content_hash=draft["content_hash"])
    approved = play(APPROVED)
    view = book.run(date(2026, 11, 1), select=WANTED, is_checked=False)
    tell.charge("dearer-fee", 1250)
    tell.charge("mends-fee", 1050)
    later = play(LATER)
    book.rules_version = 3
    tell.charge("dearer-fee", 1300)
    tell.charge("second-fee", 1500)
    second = play(SECOND_UPGRADE)
    return Upgraded(before, upgrade, again, view, approved, later, second)


def test_before_it_everything_is_billed_and_nothing_is_said_of_rules(nights: Upgraded) -> None:
    assert issued(nights.before) == dict.fromkeys(["dearer", "cheaper", "same", "mends", "second"], 1100)
    assert adopted(nights.before) == set()


def test_in_the_first_night_adjustments_are_held_and_new_bills_go_out(nights: Upgraded) -> None:
    assert {name: amount for name, (amount, _) in held(nights.upgrade).items()} == {
        "dearer": 220,
        "cheaper": -330,
        "mends": 110,
    }
    assert issued(nights.upgrade) == {"dearer": 550}
    assert adopted(nights.upgrade) == {
        (2, "", 0),
        (2, "dearer-fee", 200),
        (2, "cheaper-fee", -300),
        (2, "mends-fee", 100),
    }


def test_the_same_night_again_finds_nothing_to_record_and_holds_the_same_documents(nights: Upgraded) -> None:
    assert (issued(nights.again), adopted(nights.again)) == ({}, set())
    assert held(nights.again) == held(nights.upgrade)


def test_an_approval_lets_its_document_go_and_others_stay_under_their_key(nights: Upgraded) -> None:
    assert issued(nights.approved) == {"dearer": 220, "same": 11}
    assert held(nights.approved) == {"cheaper": held(nights.upgrade)["cheaper"]}
    assert adopted(nights.approved) == {(2, "mends-fee", 0)}


def test_what_is_settled_or_gone_is_adjusted_as_ever_afterwards(nights: Upgraded) -> None:
    assert issued(nights.later) == {"dearer": 55, "mends": 55}
    assert held(nights.later) == {"cheaper": held(nights.upgrade)["cheaper"]}
    assert adopted(nights.later) == set()


def test_a_view_of_the_night_before_the_upgrade_knows_nothing_recorded_of_it(nights: Upgraded) -> None:
    assert held(nights.view).keys() == {"cheaper", "dearer", "same"}


def test_a_second_upgrade_holds_anew_and_leaves_what_is_held_where_it_is(nights: Upgraded) -> None:
    assert {name: amount for name, (amount, _) in held(nights.second).items()} == {
        "dearer": 55,
        "second": 550,
        "cheaper": -330,
    }
    assert held(nights.second)["cheaper"] == held(nights.upgrade)["cheaper"]
    assert adopted(nights.second) == {(3, "", 0), (3, "dearer-fee", 50), (3, "second-fee", 500)}
