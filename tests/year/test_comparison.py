"""A drift that is planted is found, whatever it is planted in, and the command ends with 1."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.cli import cli
from billing_jobs.jobs import year as years
from billing_jobs.year.comparison import compare
from billing_jobs.year.oracle.facts import Change, Deposit, Facts
from billing_jobs.year.oracle.year import Expected
from tests.year.worlds import CATALOG, catalog, facts, told


def year_of_facts() -> Facts:
    known = facts("small", date(2026, 1, 10))
    known.changes.append(Change("X1", "K1", date(2026, 3, 20), "change_plan", 2, plan_id="large"))
    known.deposits.append(Deposit("D1", "C1", "main", date(2026, 2, 5), Decimal(40), "USD", 1))
    return known


def rows_of(expected: Expected) -> dict[str, list[dict[str, Any]]]:
    """The published tables as they would be where the platform agrees."""

    def told_of(key: Any) -> dict[str, Any]:
        names = {"payer": "customer_id", "begins": "period_from", "ends": "period_until", "rate": "tax_rate"}
        return {names.get(name, name): value for name, value in vars(key).items()} | {"price_basis": key.basis}

    charges = [
        {**told_of(key), "owed_amount": owed, "billed_amount": billed}
        for key, (owed, billed) in expected.charges.items()
    ]
    revenue = [
        {**told_of(key), "month": month, "recognised_amount": amount}
        for (key, month), amount in expected.revenue.items()
    ]
    return {
        "charges": charges,
        "invoices": [
            {
                "customer_id": one.payer, "entity_id": one.entity_id, "currency": one.currency,
                "invoice_date": one.invoice_date, "total_amount": one.total, "tax_amount": one.tax,
            }
            for one in expected.documents
        ],
        "receivables_aging": [
            {"customer_id": customer, "currency": currency, "total": opened - unused, "unapplied": unused}
            for (customer, currency), (opened, unused) in expected.balances.items()
        ],
        "revenue_schedule": revenue,
    }  # fmt: skip


def test_what_agrees_has_no_drift_and_is_counted() -> None:
    expected = told(year_of_facts())
    found = compare(rows_of(expected), expected)
    assert found.drifts == []
    assert found.compared["charges"] == len(expected.charges)
    assert found.compared["documents"] == len(expected.documents)
    assert all(found.compared.values())


@pytest.mark.parametrize(
    ("table", "column", "subject"),
    [
        ("charges", "owed_amount", "charges"),
        ("charges", "billed_amount", "charges"),
        ("invoices", "total_amount", "documents"),
        ("invoices", "tax_amount", "documents"),
        ("receivables_aging", "total", "balances"),
        ("receivables_aging", "unapplied", "balances"),
        ("revenue_schedule", "recognised_amount", "revenue"),
    ],
)
def test_one_smallest_unit_more_in_one_row_is_found(table: str, column: str, subject: str) -> None:
    expected = told(year_of_facts())
    rows = rows_of(expected)
    rows[table][0][column] += Decimal("0.01")
    assert {drift.subject for drift in compare(rows, expected).drifts} == {subject}
    assert compare(rows, expected).drift(subject, "USD") == Decimal("0.01")


@pytest.mark.parametrize("table", ["charges", "invoices", "receivables_aging", "revenue_schedule"])
def test_a_row_that_is_missing_is_found(table: str) -> None:
    expected = told(year_of_facts())
    rows = rows_of(expected)
    del rows[table][0]
    assert compare(rows, expected).drifts


def test_a_fact_that_only_the_oracle_is_told_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = year_of_facts()
    rows, other = rows_of(told(known)), deepcopy(known)
    other.changes[0] = replace(other.changes[0], effective_on=date(2026, 3, 21))
    landing = tmp_path / "landing" / "catalog"
    landing.mkdir(parents=True)
    (landing / "catalog.yml").write_text(CATALOG, encoding="utf-8")

    def code_of(told_facts: Facts) -> int:
        monkeypatch.setattr(years, "play", lambda *_args, **_options: years.Played(1, catalog(), told_facts, rows))
        code: int = cli.main(
            ["--home", str(tmp_path), "year", "--seed", "1"], prog_name="billing", standalone_mode=False
        )
        return code or 0

    assert code_of(known) == 0
    assert "drift 0" in capsys.readouterr().out
    assert code_of(other) == 1
    said = capsys.readouterr().out
    assert "drift in USD" in said
    assert "expected" in said
    assert "left out: " in said


def test_a_catalog_that_cannot_be_used_is_told_before_anything_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    landing = tmp_path / "landing" / "catalog"
    landing.mkdir(parents=True)

    def said(text: str) -> tuple[int, str]:
        (landing / "catalog.yml").write_text(text, encoding="utf-8")
        code = cli.main(["--home", str(tmp_path), "year", "--seed", "1"], prog_name="billing", standalone_mode=False)
        return code, capsys.readouterr().err

    code, words = said("plans: [{plan: a, curency: JPY}]")
    assert (code, "curency" in words) == (2, True)
    broad = (Path(__file__).parent / "catalog" / "broad.yml").read_text(encoding="utf-8")
    code, words = said(broad + "discounts: [{discount: all, name: *name, percent: 5, from: 2026-01-01}]\n")
    assert (code, "discounts for everybody" in words) == (2, True)
