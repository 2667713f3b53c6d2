"""Making a home: its folders, an empty file for every stream, and the ledger's first commit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from billing_jobs.adapters import examples, lock
from billing_jobs.adapters.duckdb import Connection, connect, sql_text
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.engine_paths import in_folder
from billing_jobs.intake.engine import write_rows
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home
from billing_jobs.streams import CATALOG, CRM, DECISIONS, INTAKE, PAYMENTS, REJECTS, SENDING, USAGE, WITHDRAWN, Columns

_EMPTY = "_empty.parquet"
_LANDING = ("catalog/sources", "crm", "usage", "payments", "decisions")


def init(home: Home, run: Run, *, example: str = "") -> JobResult:
    """Create what is not there yet; a home that is complete is left as it is.

    `example` names a company to begin with. Raises UsageError where the home has files already.
    """
    with lock.hold(home):
        if not example:
            return _init(home, run)
        examples.refuse_a_home_in_use(home)
        made = _init(home, run)
        lines = examples.move_in(home, example)
        page, numbers = lines[0][0].relative_to(home.root), ", ".join(str(number) for _, number in lines)
        words = f"It begins with the example {example}. Make it yours: lines {numbers} of {page}."
        return replace(made, changed=True, messages=(*made.messages, words))


def _init(home: Home, run: Run) -> JobResult:
    for folder in [home.landing / name for name in _LANDING] + [
        home.ledger,
        home.documents,
        home.published,
        home.reports,
    ]:
        folder.mkdir(parents=True, exist_ok=True)
    with connect() as con:
        missing = {path: columns for path, columns in _empty_files(home).items() if not _knows(con, path, columns)}
        for path, columns in missing.items():
            write_rows(con, path, columns=columns, rows=[])
    create_ledger(home, run)
    message = f"The home {home.root} is ready." if missing else f"The home {home.root} was ready; nothing was changed."
    return JobResult("init", changed=bool(missing), counts={"streams": len(missing)}, messages=(message,))


def _knows(con: Connection, path: Path, columns: Columns) -> bool:
    """Whether the file is there and has every column: a lake of an older version then has the columns of this one,
    as null."""
    if not path.exists() or path.name != _EMPTY:
        return path.exists()
    found = con.execute(f"select * from read_parquet({sql_text(in_folder(path))}) limit 0").description
    return set(columns) <= {column[0] for column in found}


def _empty_files(home: Home) -> dict[Path, Columns]:
    """A file without rows for every stream of the lake: no pattern that dbt reads is ever without a file."""
    files = {
        home.lake / name / _EMPTY: columns
        for name, columns in {
            "intake": INTAKE,
            "rejects": REJECTS,
            "payments": PAYMENTS,
            "decisions": DECISIONS,
            "withdrawn": WITHDRAWN,
        }.items()
    }
    files[home.lake / "usage" / "event_date=1970-01-01" / _EMPTY] = USAGE
    files[home.lake / "sending" / "sending.parquet"] = SENDING
    files |= {home.lake / "crm" / kind / _EMPTY: columns for kind, columns in CRM.items()}
    return files | {home.lake / "catalog" / table / _EMPTY: columns for table, columns in CATALOG.items()}
