"""Minimum terms, notice periods and the price of a renewed term."""

from __future__ import annotations

import pytest

from tests.dbt.contracts.test_lives import amounts, owed
from tests.dbt.pricing.cases import built


def leaving(contract_id: str) -> list[int]:
    return amounts(contract_id, fee_id="early", until="2028-01-01")


@pytest.mark.parametrize(
    ("contract_id", "charged"),
    [
        ("left_early", [30000]),
        ("left_early_half", [58065]),  # (21/31 of March + 9 months) of 12,000, half of it: 58,064.5…
        ("left_early_unrefunded", [54000]),  # March stays paid, nine months remain
        ("left_early_refunded", [58065]),
        ("left_early_year", [30082]),  # 183 of the 365 days of 120,000, half of it: 30,082.19…
        (
            "left_with_extras",
            [12600],
        ),  # November and December of 12,000 and 2 x 300, half of it; what was removed is not counted
        ("left_discounted", [46452]),  # a fifth less of each: 46,451.6…
        (
            "left_discounted_twice",
            [42426],
        ),  # the half is for four billing periods, March and April the last two: 4,800; then 9,600
        ("left_discounted_amount", [42581]),  # 12,000 less a tenth, less 2,000: 8,800
        ("left_discounted_until", [56052]),  # March and April at 9,600
        ("left_discounted_contract", [1452]),  # 12,300 off 12,000 and 2 x 300
        ("left_later", []),
        ("left_at_the_minimum", []),
        ("left_in_trial", []),
        ("left_at_once", []),
        ("left_and_back", []),
        ("left_again", [30000]),
    ],
)
def test_leaving_within_the_minimum_term_costs_what_was_agreed(contract_id: str, charged: list[int]) -> None:
    assert leaving(contract_id) == charged


@pytest.mark.parametrize(
    ("contract_id", "charged"),
    [
        ("left_free_plan", []),
        ("left_free_plan_on_its_last_day", []),
        ("left_plan_moved_back_to", [30000]),
        ("left_plan_moved_to", [30000]),
        ("left_for_a_share", [58065]),
        ("left_before_the_move", [30000]),  # what would act on the day after the last one is refused
        ("left_in_a_pause", [30000]),
        ("left_free_plan_in_a_pause", []),
    ],
)
def test_leaving_costs_what_the_plan_of_the_last_day_asks_for(contract_id: str, charged: list[int]) -> None:
    assert leaving(contract_id) == charged


def test_a_trial_is_part_of_a_committed_term() -> None:
    """Three months from January, of which January is free: February and March are owed, and no fourth."""
    assert [row[:1] + row[3:] for row in owed("trial_in_term", until="2027-01-01")] == [
        ("2026-02-01", 9000),
        ("2026-03-01", 9000),
    ]


def test_who_leaves_or_moves_on_the_last_day_owes_that_day_as_agreed() -> None:
    """30 of 31 days of 9,000; and one of 31 of 12,000 of the other plan."""
    assert owed("gone_on_the_last_day", until="2027-01-01") == [("2026-01-01", "2026-02-01", "small", 8710)]
    assert [row[2:] for row in owed("moved_on_the_last_day", until="2027-01-01")] == [("small", 8710), ("big", 387)]


def test_the_charge_stands_for_the_rest_of_the_term_and_is_due_on_the_last_day() -> None:
    (row,) = built().rows("select * from int_charges_priced where contract_id = 'left_early' and fee_id = 'early'")
    assert [str(row[name]) for name in ("period_from", "period_until", "served_from", "served_until", "bill_on", "kind",
            "tax_code", "due_at")] == [
        "2026-04-01", "2027-01-01", "2026-03-31", "2026-04-01", "2026-03-31", "termination", "none", (
            "2026-03-31 "
            "15:00:00+00:00"
        ),
    ]  # fmt: skip
    (segment,) = built().rows("select * from int_charge_segments_rated where charge_id = ?", row["charge_id"])
    assert (str(segment["month"]), int(segment["unrounded_amount"])) == ("2026-03-01", 30000)


def test_a_reinstated_contract_goes_on_and_a_later_cancellation_ends_it() -> None:
    assert len(amounts("left_and_back", until="2026-07-01")) == 6
    assert len(amounts("left_again", until="2027-01-01")) == 5


def test_what_was_taken_back_is_no_refusal_and_a_reinstatement_of_nothing_is_one() -> None:
    refused = built().rows(
        "select contract_id, reason_code from int_contract_rows_refused "
        "where contract_id in ('left_and_back', 'left_again', 'reinstated_for_nothing')"
    )
    assert [(row["contract_id"], row["reason_code"]) for row in refused] == [
        ("reinstated_for_nothing", "not_cancelled")
    ]


def test_only_a_cancellation_that_acts_reaches_back_behind_the_horizon() -> None:
    """Not one that was refused, and not one that a reinstatement took back."""
    rows = built().rows(
        "select contract_id, cancelled_on from int_contract_service_dates where cancelled_on is not null and "
        "contract_id in ('left_early', 'left_and_back', 'left_again', 'cancelled_too_early', 'never_was') order by all"
    )
    assert [(row["contract_id"], str(row["cancelled_on"])) for row in rows] == [
        ("left_again", "2026-06-01"), ("left_early", "2026-04-01"), ("never_was", "2026-10-01"),
    ]  # fmt: skip


def test_a_cancellation_after_the_last_day_of_notice_acts_a_term_later() -> None:
    acts = built().rows(
        "select contract_id, acts_on from int_contract_amendments_sequenced "
        "where contract_id in ('in_notice', 'too_late') and step_no = 1 order by all"
    )
    assert [(row["contract_id"], str(row["acts_on"])) for row in acts] == [
        ("in_notice", "2026-05-01"),
        ("too_late", "2026-08-01"),
    ]


@pytest.mark.parametrize(
    ("contract_id", "months"),
    [
        ("price_listed", [9999, 11000, 11000, 12000, 12000, 12000]),
        ("price_kept", [9999] * 6),
        ("price_current", [9999, 9999, 11000, 11000, 12000, 12000]),
        ("price_current_new", [9999, 9999, 11000, 11000, 11000, 11000]),
        (
            "price_uplift",
            [9999, 9999, 10299, 10299, 10608, 10608],
        ),  # 10,298.97 and 10,607.9391: compounded unrounded, each charge rounded
        ("price_uplift_own", [5000] * 6),
    ],
)
def test_a_renewed_term_has_its_price(contract_id: str, months: list[int]) -> None:
    assert amounts(contract_id) == months


def test_an_uplift_counts_from_the_day_its_plan_was_agreed() -> None:
    assert [row[2:] for row in owed("price_uplift_moved")] == [
        ("raised", 9999), ("raised", 9999), ("raised", 10999), ("small", 9000), ("small", 9900), ("small", 9900),
    ]  # fmt: skip


def test_an_uplift_raises_every_tier() -> None:
    """20 calls: 100 + 10 x 1 + 10 x 0.5 = 115; a tenth more is 126.5."""
    assert amounts("price_uplift_tiers", fee_id="usage", until="2026-04-01") == [115, 0, 127]


def test_terms_that_cannot_be_kept_are_refused() -> None:
    refused = built().rows(
        "select contract_id, reason_code from int_contract_rows_refused "
        "where contract_id in ('price_without_term', 'uplift_without_percent') order by all"
    )
    assert [row["reason_code"] for row in refused] == ["no_term", "uplift_unclear"]
