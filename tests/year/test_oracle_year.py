"""Whole small years of the oracle, beside numbers worked by hand and those of tests/support/golden.json."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing_jobs.year.oracle.facts import Change, Customer, Decision, Deposit, Event
from tests.support.golden import worked
from tests.year.worlds import CATALOG, documents, facts, revenue, told

APRIL = [date(2026, 4, 5), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_year_is_earned_by_its_days() -> None:
    earned = revenue(told(facts("yearly", date(2026, 1, 1))), "yearly")
    in_cents = {month: int(amount * 100) for month, amount in earned.items()}
    of_2023 = worked("rev_365_year")
    assert in_cents == {f"2026-{month:02}": of_2023[f"2023-{month:02}"] for month in range(1, 7)}


def test_an_upgrade_credits_the_old_plan_by_days_and_bills_the_new_one() -> None:
    known = facts("small", date(2026, 4, 6), days=APRIL)
    known.changes.append(Change("X1", "K1", date(2026, 4, 21), "change_plan", 1, plan_id="large"))
    expected = told(known)
    assert documents(expected) == [
        ("2026-04-06", "90.00", "9.00"),
        ("2026-05-01", "15.00", "1.50"),
        ("2026-06-01", "120.00", "12.00"),
    ]
    assert sum(amount for amount in revenue(expected, "small").values()) == Decimal(45)


def test_the_half_of_a_month_is_given_back_when_it_is_cancelled() -> None:
    known = facts("small", date(2026, 4, 1), days=APRIL)
    known.changes.append(Change("X1", "K1", date(2026, 4, 16), "cancel", 1))
    assert documents(told(known)) == [("2026-04-06", "90.00", "9.00"), ("2026-05-01", "-45.00", "-4.50")]


def test_what_is_not_refunded_stays_owed_and_is_earned_on_the_last_day() -> None:
    known = facts("small", date(2026, 4, 1), days=APRIL)
    known.changes.append(Change("X1", "K1", date(2026, 4, 16), "cancel", 1, refund="none"))
    expected = told(known)
    assert documents(expected) == [("2026-04-06", "90.00", "9.00")]
    assert revenue(expected, "small") == {"2026-04": Decimal(90)}


def test_late_usage_moves_the_tier_of_its_own_month() -> None:
    known = facts("metered", date(2026, 4, 1), days=APRIL[1:])
    known.events += [
        Event("E1", "api.request", "K1", date(2026, 4, 10), 0, date(2026, 5, 1), Decimal(90)),
        Event("E2", "api.request", "K1", date(2026, 4, 11), 1, date(2026, 6, 1), Decimal(50)),
    ]
    expected = told(known)
    amounts = {str(key.begins): amount for key, (amount, _billed) in expected.charges.items()}
    assert amounts == {"2026-04-01": Decimal(20), "2026-05-01": Decimal(10)}
    assert [f"{one.total:f}" for one in expected.documents] == ["10.00", "20.00"]


def test_a_retracted_event_and_what_amends_it_count_nothing() -> None:
    known = facts("metered", date(2026, 4, 1), days=APRIL[1:2])
    event = Event("E1", "api.request", "K1", date(2026, 4, 10), 0, date(2026, 5, 1), Decimal(900))
    known.events += [event, Event("E2", "api.request", "K1", event.day, 0, event.received_on, retracts="E1")]
    known.events.append(Event("E3", "api.request", "K1", event.day, 0, event.received_on, Decimal(700), amends="E1"))
    assert [amount for amount, _billed in told(known).charges.values()] == [Decimal(10)]


def test_a_correction_then_a_goodwill_then_a_waive() -> None:
    known = facts("small", date(2026, 4, 1), days=APRIL[:2])
    april = "K1", "small", "base", date(2026, 4, 1)
    known.decisions += [
        Decision("B1", "correction", *april, 1, Decimal(50)),
        Decision("B2", "goodwill", *april, 1, Decimal(7)),
    ]
    owed = {str(key.begins): amount for key, (amount, _billed) in told(known).charges.items()}
    assert owed["2026-04-01"] == Decimal(43)
    known.decisions.append(Decision("B3", "waive", *april, 1))
    assert {str(key.begins): amount for key, (amount, _) in told(known).charges.items()}["2026-04-01"] == 0


def test_money_pays_the_only_invoice_and_waits_beside_two() -> None:
    known = facts("small", date(2026, 4, 1), days=[date(2026, 4, 5), date(2026, 4, 20), date(2026, 4, 30)])
    known.deposits.append(Deposit("D1", "C1", "main", date(2026, 4, 20), Decimal(60), "USD", 1))
    assert told(known).balances == {("C1", "USD"): (Decimal("138.00"), Decimal(0))}
    known.deposits.append(Deposit("D2", "C1", "main", date(2026, 4, 30), Decimal(5000), "USD", 2))
    assert told(known).balances == {("C1", "USD"): (Decimal("138.00"), Decimal(5000))}


def test_a_credit_note_that_leaves_nothing_returns_all_tax_that_stands() -> None:
    """60.30 has a tax of 6.03; its half returned takes 3.01, rounded down, and the other half the 3.02 that stand."""
    known = facts("small", date(2026, 4, 1), days=APRIL)
    known.changes += [
        Change("X1", "K1", date(2026, 4, 1), "discount", 0, percent=Decimal(33)),
        Change("X2", "K1", date(2026, 4, 16), "cancel", 1),
    ]
    known.decisions.append(Decision("B1", "waive", "K1", "small", "base", date(2026, 4, 1), 2))
    assert documents(told(known)) == [
        ("2026-04-06", "60.30", "6.03"),
        ("2026-05-01", "-30.15", "-3.01"),
        ("2026-06-01", "-30.15", "-3.02"),
    ]


def test_a_discount_counts_the_periods_of_whichever_plan_the_contract_has() -> None:
    """May is the one discounted period, of the small plan; the year that begins in it is the second."""
    known = facts("small", date(2026, 4, 1), days=[*APRIL, date(2026, 6, 30)])
    known.changes += [
        Change("X1", "K1", date(2026, 4, 2), "discount", 0, percent=Decimal(50), periods=1),
        Change("X2", "K1", date(2026, 5, 11), "change_plan", 1, plan_id="yearly"),
    ]
    owed = {(key.plan_id, str(key.begins)): f"{amount:.2f}" for key, (amount, _billed) in told(known).charges.items()}
    assert owed == {
        ("small", "2026-04-01"): "90.00",
        ("small", "2026-05-01"): "14.52",
        ("yearly", "2026-05-11"): "365.00",
    }


def test_the_status_of_who_pays_is_the_tax_of_what_is_used() -> None:
    known = facts("small", date(2026, 4, 1), days=APRIL[:1])
    known.customers["C2"] = Customer("C2", "main", tax_status="exempt")
    known.customers["C1"] = Customer("C1", "main", payer="C2")
    expected = told(known)
    assert documents(expected) == [("2026-04-06", "90.00", "0.00")]
    assert {key.tax_code for key in expected.charges} == {"exempt"}


def test_a_price_for_new_contracts_goes_by_the_day_of_signing_also_after_a_change_of_plan() -> None:
    text = CATALOG.replace(
        "{from: 2024-01-01, amount: 120}",
        "{from: 2024-01-01, amount: 120}, {from: 2026-04-10, amount: 150, applies_to: new}",
    )
    known = facts("small", date(2026, 4, 1), days=APRIL)
    known.changes.append(Change("X1", "K1", date(2026, 5, 1), "change_plan", 1, plan_id="large"))
    assert [f"{one.net:f}" for one in told(known, text).documents] == ["90.00", "120.00", "120.00"]


def test_what_is_not_prorated_is_owed_whole_and_shared_by_days_between_two_prices() -> None:
    """31 served days of May: ten at 90 and 21 at 31 are (900 + 651) / 31."""
    text = CATALOG.replace(
        "interval: {every: 1, unit: month}", "interval: {every: 1, unit: month}\n    proration: none"
    )
    known = facts("small", date(2026, 5, 1), days=[date(2026, 5, 31)])
    price = Decimal(31)
    known.changes.append(
        Change(
            "X1",
            "K1",
            date(2026, 5, 11),
            "override_price",
            0,
            plan_id="small",
            fee_id="base",
            price=price,
            is_flat=True,
        )
    )
    owed = {str(key.begins): f"{amount:.2f}" for key, (amount, _billed) in told(known, text).charges.items()}
    assert owed["2026-05-01"] == "50.03"


def test_free_units_come_off_before_the_tier_of_the_whole_is_found() -> None:
    text = CATALOG.replace("model: graduated", "allowance: 30, model: volume")
    known = facts("metered", date(2026, 4, 1), days=[date(2026, 4, 30)])
    received = date(2026, 5, 1)
    known.events.append(Event("E1", "api.request", "K1", date(2026, 4, 10), 0, received, Decimal(120)))
    known.events.append(Event("E2", "api.request", "K1", date(2026, 4, 11), 0, received, Decimal(20)))
    assert [f"{amount:.2f}" for amount, _billed in told(known, text).charges.values()] == ["55.00"]


def test_what_was_billed_with_a_decision_keeps_it_and_no_other_key_gets_it() -> None:
    """A year billed at the rate of its last day, then cut to its 66 days at the rate of before."""
    text = CATALOG.replace("{from: 2019-10-01, rate: 10}", "{from: 2019-10-01, rate: 10}, {from: 2026-08-01, rate: 12}")
    known = facts("yearly", date(2026, 1, 1))
    known.decisions.append(Decision("B1", "goodwill", "K1", "yearly", "seats", date(2026, 1, 1), 0, Decimal(40)))
    known.changes.append(Change("X1", "K1", date(2026, 3, 8), "change_plan", 2, plan_id="small"))
    of_year = {int(key.rate): both for key, both in told(known, text).charges.items() if key.plan_id == "yearly"}
    assert of_year == {12: (0, 0), 10: (66, 66)}
