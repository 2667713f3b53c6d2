"""What of a finished night waits for a person, in sentences that name no customer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from billing_jobs import seeds
from billing_jobs.adapters import duckdb as engine
from billing_jobs.jobs.attention import attention
from billing_jobs.records import Run

from .harness import Played


@pytest.mark.parametrize("home", ["year"])
def test_what_waits_is_counted_and_names_nobody(
    home: str, played: Callable[[str], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    year = played(home).home
    lines = attention(year, Run(date(2026, 4, 30), datetime(2026, 4, 30, 20, tzinfo=UTC)))
    with engine.connect(year.published_database) as con:
        held = engine.rows(
            con,
            "select hold_reason, currency, count(*) as drafts, sum(total_amount) as amount from draft_invoices "
            "where hold_reason <> '' group by all order by all",
        )
        refused = engine.rows(con, "select count(*) as n from decisions where state like 'refused%'")[0]["n"]
        names = [row["customer_id"] for row in engine.rows(con, "select customer_id from customers")]
    assert held
    assert refused
    meanings = {row["hold_reason"]: row["meaning_en"] for row in seeds.rows("hold_reasons")}
    assert [line for line in lines if " drafts are held, " in line] == [
        f"{row['drafts']} drafts are held, {meanings[row['hold_reason']]} ({row['hold_reason']}): {row['amount']:,} "
        f"{row['currency']}"
        for row in held
    ]
    assert f"{refused} decisions were refused: `billing decide` again and name the charge or document" in lines
    monkeypatch.setenv("BILLING_LANG", "ja")
    japanese = attention(year, Run(date(2026, 4, 30), datetime(2026, 4, 30, 20, tzinfo=UTC)))
    assert len(japanese) == len(lines)
    assert (
        f"判断 {refused} 件が受け付けられていません: 料金か書類を指定して `billing decide` をやり直してください"
        in japanese
    )
    assert [name for name in names for line in lines if re.search(rf"\b{re.escape(name)}\b", line)] == []
