"""A rule of matching is added with the files that docs/adding.md says and no other: to a copy of the project."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR, Home
from tests.dbt.contracts.shop import Tables, build
from tests.dbt.receivables.by_hand import Books
from tests.support.fixture_home import fill

ADDED = Path(__file__).parent / "matching_rule"
MEANING = '支払者が判明、源泉所得税を差し引いた額,"payer known, less the income tax that it withholds"'
ROW = f"withheld,95,0.87,,false,{MEANING}"
RUN = {
    "as_of_date": "2026-03-31",
    "known_until": "2026-04-01 00:00:00+00",
    "night_ends_on": "2026-04-01",
    "is_view": False,
    "ledger_head": "",
    "ledger_sequence": 1,
}
SHORT = {
    "payment_id": "SHORT-p",
    "amount": Decimal(80000),
    "rule": "only_invoice",
    "confidence": Decimal("0.85"),
    "reason": "payer known, the only open invoice, another amount",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with the row, the query with its page and the name in the order: before that of the only invoice."""
    copy = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    seed = copy / "seeds" / "matching_rules.csv"
    seed.write_text(seed.read_text("utf-8") + ROW + "\n", "utf-8")
    for path in ADDED.iterdir():
        shutil.copy(path, copy / "models" / "intermediate" / "receivables" / "matching")
    order = copy / "macros" / "matches_of_rules.sql"
    said = order.read_text("utf-8")
    assert said.count("'only_invoice'") == 1
    order.write_text(said.replace("'only_invoice'", "'withheld', 'only_invoice'"), "utf-8")
    return copy


def proposed(home: Home) -> list[dict[str, Any]]:
    """What two payers bring: one withheld the tax, the other paid its only invoice in part."""
    books = Books(home.root)
    for name, amount in (("WITHHOLDS", "89790"), ("SHORT", "80000")):
        books.customer(name, payer_key=name)
        books.invoice(f"{name}-1", name, "100000", due="2026-04-20")
        books.deposit(f"{name}-p", amount, "2026-03-25", payer_key=name)
    home.root.mkdir()
    fill(home, {**books.rows, "run": [RUN]})
    assert build(home, "path:seeds +allocations_to_record") == []
    return Tables(home).rows(
        "select payment_id, amount, rule, confidence, reason from jobs.allocations_to_record order by all"
    )


def test_it_acts_in_its_place_and_gives_the_words_of_its_row(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weaker rule, which would take the deposit for a part of the only open invoice, leaves it alone."""
    monkeypatch.setenv("BILLING_DBT_PROJECT", str(project))
    withheld = {
        "payment_id": "WITHHOLDS-p",
        "amount": Decimal(89790),
        "rule": "withheld",
        "confidence": Decimal("0.87"),
        "reason": "payer known, less the income tax that it withholds",
    }
    assert proposed(Home(tmp_path / "home")) == [SHORT, withheld]
