"""The published table of mails, as the log of mails stands at the moment: a night does not know its own mails when its
tables are built, who reads them in the morning wants to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, quoted, sql_text
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.warehouse import dbt, runs
from billing_jobs.settings import Home

TABLE, PARQUET = "deliveries", "deliveries.parquet"
_LOG, _STAGED = "mails_in_the_log", "stg_ledger__sendings"


def fill(home: Home, database: Path) -> None:
    """Put every mail of the log into the table of a copy that nobody reads yet; `jobs.candidate` then says of which
    log it is."""
    with engine.connect(database, read_only=False) as con:
        columns = _columns(con)
        if not columns:
            return
        sending.load(con, home, _LOG)
        con.execute(
            f"begin; delete from {TABLE}; insert into {TABLE} ({columns}) select {columns} from {_query()} "
            f"order by all; update jobs.candidate set mails = {sql_text(_state(home))}; commit"
        )


def are_shown(home: Home, database: Path) -> bool:
    """Whether the copy shows the log as it stands; also where it cannot: a version before this one published it."""
    with engine.connect(database) as con:
        if not _columns(con):
            return True
        return engine.rows(con, "select mails from jobs.candidate") == [{"mails": _state(home)}]


def _state(home: Home) -> str:
    return runs.made_from(home)["mails"]


def _columns(con: Connection) -> str:
    """Of the table; none where the copy does not say of which log it is."""
    says = "select 1 from duckdb_columns() where table_name = 'candidate' and column_name = 'mails'"
    if not con.execute(says).fetchall():
        return ""
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = current_database() and schema_name = 'main' "
        "and table_name = ? order by column_index",
        [TABLE],
    ).fetchall()
    return ", ".join(quoted(name) for (name,) in found)


def _query() -> str:
    """The very models that make the table in a build, over all lines of the log instead of those before the night:
    the rule what a mail's state is stands in them and nowhere else."""
    return _text_of(dbt.project_dir(), TABLE)


@cache
def _text_of(project: Path, model: str) -> str:
    if model == _STAGED:
        return _LOG
    [path] = (project / "models").rglob(f"{model}.sql")
    text = jinja2.Environment(autoescape=False).from_string(path.read_text(encoding="utf-8"))  # noqa: S701 - SQL
    return f"({text.render(ref=lambda name: _text_of(project, name))})"
