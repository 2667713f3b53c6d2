"""The data-quality page for finance, from the results of the run's check and of the nights that the ledger records."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.ledger import chain
from billing_jobs.adapters.published import refusals
from billing_jobs.documents.quality_page import Night, in_order, page
from billing_jobs.documents.quality_trend import as_csv, findings
from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.messages import say
from billing_jobs.records import JobResult, Run
from billing_jobs.refused_rows import sentence
from billing_jobs.settings import Home

ROWS_SHOWN = 5


def quality_report(home: Home, run: Run, results: list[dict[str, Any]]) -> JobResult:
    """Write `reports/data_quality.html`, and `reports/data_quality.csv`: what each rule found in each night, for
    analysts.

    `results` are those of both borders; the earlier nights are read from the ledger each time.
    """
    tonight, history = Night(run.as_of_date, results), _history(home)
    home.reports.mkdir(parents=True, exist_ok=True)
    replace_bytes(home.reports / "data_quality.html", page(tonight, history, refused=_refused(home)).encode())
    nights = in_order(tonight, history)
    replace_bytes(
        home.reports / "data_quality.csv", as_csv(findings((night.as_of_date, night.results) for night in nights))
    )
    failed = sum(not result["success"] for result in results)
    return JobResult(
        "quality_report",
        changed=True,
        counts={"rules": len(results), "failed": failed},
        messages=("reports/data_quality.html",),
    )


def _refused(home: Home) -> list[str]:
    """What has not come again, a sentence a row and of each file the first ones; no value that may be personal."""
    language = language_of(home)
    standing = [row for row in refusals.refused(home) if not row["is_settled"]]
    told = []
    for name, rows in groupby(standing, key=lambda row: str(row["file_name"])):
        listed = list(rows)
        told += [sentence(row, language, is_for_a_log=True) for row in listed[:ROWS_SHOWN]]
        if len(listed) > ROWS_SHOWN:
            told.append(say("rejects_more", language, count=f"{len(listed) - ROWS_SHOWN:,}", file=name))
    return told


def _history(home: Home) -> list[Night]:
    """One night per business day: the last run recorded for it."""
    pattern = str(folder_for_engine(home.ledger) / chain.PATTERN / "runs.parquet")
    if not list(home.ledger.glob(f"{chain.PATTERN}/runs.parquet")):
        return []
    with engine.connect() as con:
        rows = engine.rows(
            con,
            """
            select as_of_date, check_results from read_parquet(?)
            qualify row_number() over (partition by as_of_date order by commit_sequence desc) = 1
            order by as_of_date
            """,
            [pattern],
        )
    return [Night(row["as_of_date"], json.loads(row["check_results"] or "[]")) for row in rows]
