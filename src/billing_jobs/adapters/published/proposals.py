"""Copying a proposal of the candidate into the ledger, unchanged: the candidate must be this run's, checked,
and built on the ledger's head."""

from __future__ import annotations

from contextlib import AbstractContextManager

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.adapters.ledger.commits import Commit, Head, open_ledger
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import LedgerConflict, UsageError
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def record(home: Home, run: Run, *, job: str, tables: dict[str, list[str]]) -> JobResult:
    """Commit the rows of `tables` (ledger stream -> tables of schema `jobs` that hold its rows) as one commit of `job`.

    Without rows there is no commit. Raises LedgerConflict when the candidate was built for another run or on another
    head, CheckFailed when it was not checked, UsageError for a view of the past and when there is no candidate.
    """
    if runs.is_view(home, run):
        raise UsageError(
            f"{run.as_of_date} lies before the last finished night, so it is a view of the past: nothing of it is "
            "recorded."
        )
    checks.results_of(home, run)
    with connect_candidate(home) as con:
        built_on = head_of(con, run)
        relations = {
            stream: con.sql(" union all by name ".join(f"select * from jobs.{table}" for table in names))
            for stream, names in tables.items()
        }
        counts = {stream: relation.count("*").fetchall()[0][0] for stream, relation in relations.items()}
        if not any(counts.values()):
            return JobResult(job, changed=False, counts=counts, messages=("nothing to record",))
        commit = open_ledger(home).commit(
            job=job, run=run, streams=relations, built_on=built_on, catalog_version=runs.catalog_version(home, run)
        )
    return JobResult(job, changed=commit.is_new, counts=counts, messages=(_said(commit),))


def connect_candidate(home: Home) -> AbstractContextManager[Connection]:
    """Open the candidate for reading. Raises UsageError when nothing was built yet."""
    if not home.candidate.exists():
        raise UsageError("There is no candidate to read. Run `billing build` first.")
    return engine.connect(home.candidate)


def run_of_candidate(home: Home) -> Run:
    """The run that the candidate was built for."""
    with connect_candidate(home) as con:
        (row,) = engine.rows(con, "select as_of_date, known_until from jobs.run")
    return Run(row["as_of_date"], row["known_until"])


def head_of(con: Connection, run: Run) -> Head:
    """The ledger's head that the candidate was built on.

    Raises LedgerConflict when the candidate belongs to another run.
    """
    (row,) = engine.rows(con, "select as_of_date, known_until, ledger_head, ledger_sequence from jobs.run")
    if (row["as_of_date"], row["known_until"]) != (run.as_of_date, run.now):
        raise LedgerConflict(
            f"The candidate is of {row['as_of_date']} (facts until {row['known_until']:%Y-%m-%d %H:%M:%S} UTC), this "
            f"run is of {run.as_of_date} (until {run.now:%Y-%m-%d %H:%M:%S} UTC). Run `billing build` for this run "
            "first. Nothing was recorded."
        )
    return Head(row["ledger_sequence"], row["ledger_head"])


def _said(commit: Commit) -> str:
    return (
        f"recorded as commit {commit.sequence}" if commit.is_new else f"was recorded before as commit {commit.sequence}"
    )
