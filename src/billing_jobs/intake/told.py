"""The first refused rows of a file as sentences, for who watches the night: no value that may be personal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from billing_jobs import seeds
from billing_jobs.engine_paths import in_folder
from billing_jobs.intake.engine import Engine
from billing_jobs.intake.outcome import rejects_path
from billing_jobs.intake.reading.received import Delivery
from billing_jobs.messages import say
from billing_jobs.refused_rows import sentence

SHOWN = 5
_COLUMNS = ("file_name", "line_no", "column_name", "reason_code", "expected", "found", "message")


def first_refused(con: Engine, lake: Path, delivery: Delivery, *, count: int, language: str) -> list[str]:
    """How many rows of the file were refused, the first of them, and how to see the others."""
    rows = con.execute(
        f"select {', '.join(_COLUMNS)} from read_parquet(?) order by line_no limit {SHOWN}",
        [str(in_folder(rejects_path(lake, delivery.file_id)))],
    ).fetchall()
    meanings = {row["reason_code"]: row for row in seeds.rows("refusal_reasons")}
    told = [say("rejects_of_file", language, file=delivery.file_name, count=f"{count:,}")]
    for values in rows:
        row: dict[str, Any] = dict(zip(_COLUMNS, values, strict=True))
        told.append("  " + sentence({**meanings.get(row["reason_code"], {}), **row}, language, is_for_a_log=True))
    if count > len(rows):
        told.append("  " + say("rejects_more", language, count=f"{count - len(rows):,}", file=delivery.file_name))
    return told
