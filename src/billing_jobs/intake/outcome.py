"""What became of a file: its rejects and its line in the intake table, which is also the mark that it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billing_jobs import seeds
from billing_jobs.engine_paths import in_folder
from billing_jobs.intake.engine import Engine, FileRefused, copy_to_parquet, run_template, write_rows
from billing_jobs.intake.reading.received import Delivery
from billing_jobs.messages import in_words, say
from billing_jobs.refused_rows import sentence
from billing_jobs.streams import INTAKE, REJECTS

_SHOWN = 5
_COLUMNS = ("file_name", "line_no", "column_name", "reason_code", "expected", "found", "message")
LOADED, REFUSED, WAITING, WITHDRAWN = "loaded", "refused", "waiting", "withdrawn"


@dataclass(frozen=True)
class Outcome:
    """Rows counted; received = accepted + rejected + duplicate."""

    state: str
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    message: str = ""


def intake_path(lake: Path, file_id: str) -> Path:
    return lake / "intake" / f"{file_id}.parquet"


def rejects_path(lake: Path, file_id: str) -> Path:
    return lake / "rejects" / f"{file_id}.parquet"


def has_taken_rows(con: Engine, lake: Path, file_id: str) -> bool:
    """Whether rows of a file were taken, or were there before."""
    path = intake_path(lake, file_id)
    if not path.exists():
        return False
    found = con.execute(
        "select coalesce(sum(rows_accepted + rows_duplicate), 0) > 0 from read_parquet(?) where state = ?",
        [str(in_folder(path)), LOADED],
    ).fetchone()
    return bool(found and found[0])


def write_rejects(con: Engine, lake: Path, delivery: Delivery) -> None:
    """The rows of the table `refused` (line_no, problem, raw, event_date) as reject rows;
    no file when there are none."""
    path = rejects_path(lake, delivery.file_id)
    if con.execute("select 1 from refused limit 1").fetchone() is None:
        path.unlink(missing_ok=True)
        return
    run_template(con, "explain_rejects", delivery.origin)
    copy_to_parquet(con, "select * from explained order by line_no", path)


def write_intake(con: Engine, lake: Path, delivery: Delivery, *, state: str, counts: Sequence[dict[str, Any]]) -> None:
    """One row per event_date of `counts` (event_date, rows_accepted, rows_rejected, rows_duplicate):
    the file is done from here on."""
    row = {
        name: getattr(delivery, name)
        for name in ("file_id", "file_name", "sha256", "stream", "source", "received_at", "rows_received_at")
    }
    rows = []
    for count in counts or [{}]:
        numbers = {name: count.get(name, 0) for name in ("rows_accepted", "rows_rejected", "rows_duplicate")}
        rows.append(
            row
            | numbers
            | {"state": state, "event_date": count.get("event_date"), "rows_received": sum(numbers.values())}
        )
    write_rows(con, intake_path(lake, delivery.file_id), columns=INTAKE, rows=rows)


def refuse_file(
    con: Engine, lake: Path, delivery: Delivery, reason: FileRefused, *, state: str = REFUSED, language: str = "en"
) -> Outcome:
    """A file that could not be read at all, or that a person took back: one reject row that says why, and nothing of it
    in the lake. `language`: in which its message is."""
    found = f"found {reason.found}; " if reason.found else ""
    reject = {
        "file_name": delivery.file_name,
        "source": delivery.source,
        "line_no": reason.line_no,
        "reason_code": reason.reason_code,
        "expected": reason.expected,
        "found": reason.found or None,
        "message": reason.sentence or f"The whole file is refused: {found}expected {reason.expected}.",
        "received_at": delivery.rows_received_at,
    }
    write_rows(con, rejects_path(lake, delivery.file_id), columns=REJECTS, rows=[reject])
    write_intake(con, lake, delivery, state=state, counts=[{"rows_rejected": 1}])
    told = {
        "file": delivery.file_name,
        "reason": reason.reason_code,
        "found": reason.found,
        "expected": in_words(reason.expected, language),
    }
    message = reason.sentence or say("file_refused_found" if reason.found else "file_refused", language, **told)
    return Outcome(state, rejected=1, message=message)


def first_refused(con: Engine, lake: Path, delivery: Delivery, *, count: int, language: str) -> list[str]:
    """How many rows of the file were refused, the first of them, and how to see the others."""
    rows = con.execute(
        f"select {', '.join(_COLUMNS)} from read_parquet(?) order by line_no limit {_SHOWN}",
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
