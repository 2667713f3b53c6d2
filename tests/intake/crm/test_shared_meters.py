"""A quote whose acceptance leaves a customer with two contracts on one meter is known before it is accepted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.published import quotes
from billing_jobs.intake.crm.quoting import Quote, quote_of
from billing_jobs.jobs.shared_meters import told_of_shared_meters
from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, deliver, new_home, take_in

METERED = """
meters:
  - {meter: calls, event_type: api.request, aggregation: sum, dimensions: [region]}
plans:
  - plan: team
    name: {ja: チーム, en: Team}
    entity: main
    currency: JPY
    interval: {every: 1, unit: month}
    fees:
      - {fee: base, kind: usage, meter: calls, in: arrears, model: per_unit, tax_code: standard,
         versions: [{from: 2026-01-01, unit_price: 2}]}
"""


def quoted(*plans: str, customer: str = "C1") -> Quote:
    row: dict[str, Any] = {"quote_id": "Q1", "status": "sent", "quoted_on": date(2026, 10, 1), "valid_until": None,
                           "service_from": date(2026, 11, 1), "term_months": 12}  # fmt: skip
    fees = [{"plan_id": "team", "fee_id": "base", "kind": "usage", "meter": "calls"},
            {"plan_id": "flat", "fee_id": "f", "kind": "recurring", "meter": None}]  # fmt: skip
    lines = [{"line_no": number, "plan_id": plan} for number, plan in enumerate(plans, start=1)]
    return quote_of(row, customer={"customer_id": customer}, lines=lines, usage=[], fees=fees, band_times=[])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Customer C1 has a contract on the meter until 2027, another one that ends before, and one without a meter."""
    made = new_home(tmp_path)
    deliver(made, "catalog/base.yml", CATALOG.split("meters:")[0] + METERED)
    take_in(made)
    made.published.mkdir(exist_ok=True)
    with engine.connect(made.published_database, read_only=False) as con:
        con.execute(
            "create table contracts as select * from (values "
            "('K1', 'C1', 'team', date '2026-01-01', date '2027-01-01'), "
            "('K2', 'C1', 'team', date '2026-01-01', date '2026-11-01'), "
            "('K3', 'C1', 'flat', date '2026-01-01', null), ('K4', 'C2', 'team', date '2027-11-01', null)) "
            "as rows(contract_id, customer_id, plan_id, service_from, ends_on)"
        )
    return made


def test_a_second_contract_on_a_meter_is_told_with_both(home: Home) -> None:
    (said,) = told_of_shared_meters(home, quoted("team"))
    assert "Usage of meter calls must name its contract" in said
    assert "K1, Q1-1 on it" in said and "no_single_contract" in said


def test_two_lines_of_one_quote_on_a_meter_are_two_contracts(home: Home) -> None:
    (said,) = told_of_shared_meters(home, quoted("team", "flat", "team", customer="C9"))
    assert "Q1-1, Q1-3 on it" in said


@pytest.mark.parametrize(("plans", "customer"), [(("flat",), "C1"), (("team",), "C9"), (("team",), "C2")])
def test_nothing_is_said_where_one_contract_counts(home: Home, plans: tuple[str, ...], customer: str) -> None:
    assert told_of_shared_meters(home, quoted(*plans, customer=customer)) == []


def test_a_contract_of_the_quote_that_is_known_already_is_not_counted_twice(home: Home) -> None:
    known = quotes.metered_contracts(home, "C1", begins=date(2026, 11, 1), ends=date(2027, 11, 1))
    assert known == {"calls": ["K1"]}
    assert quoted("team").shared_meters({"calls": ["Q1-1"]}) == {}
