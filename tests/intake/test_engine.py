"""Rows that Python made become Parquet, however many."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from billing_jobs.intake.engine import write_rows


def test_rows_keep_their_order_number_and_digits_beyond_one_batch(tmp_path: Path) -> None:
    rows = ({"line_no": number, "amount": Decimal(number) / 8} for number in range(1, 20_002))
    target = tmp_path / "rows.parquet"
    columns = {"line_no": "bigint", "amount": "decimal(20, 4)", "note": "varchar"}
    with duckdb.connect() as con:
        assert write_rows(con, target, columns=columns, rows=rows) == 20_001
        found = con.execute("select line_no, amount, note from read_parquet($path)", {"path": str(target)}).fetchall()
    assert found == [(number, Decimal(number * 1250) / 10_000, None) for number in range(1, 20_002)]
