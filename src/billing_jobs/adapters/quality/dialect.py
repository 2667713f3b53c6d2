"""SQLAlchemy's way into a DuckDB file that is only read, with the views of border control in every connection.

Great Expectations fetches rows after it has closed the connection; closing rolls back, and duckdb-engine then drops the
rows that were not fetched yet. In a read-only session a rollback has nothing to undo, so this dialect leaves it out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy import URL
from sqlalchemy.dialects import registry

from billing_jobs.adapters.quality import views
from billing_jobs.settings import Home

NAME = "duckdbro"
_read_by: dict[str, str] = {}
_opened: list[duckdb.DuckDBPyConnection] = []


class ReadOnlyDuckDB(duckdb_engine.Dialect):
    """duckdb-engine without transactions."""

    supports_statement_cache = False

    def connect(self, *cargs: Any, **cparams: Any) -> Any:
        home = cparams["url_config"]["home"]
        con = duckdb.connect(
            cparams["database"], read_only=True
        )  # the settings of every other reader: DuckDB refuses a second set of them
        _opened.append(con)
        views.prepare(con, Home(Path(home)), read_by=_read_by[home])
        return duckdb_engine.ConnectionWrapper(con)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to undo; a rollback would drop the pending result."""


def connection_string(home: Home, database: Path, *, read_by: str) -> str:
    """The URL under which the database is read, with the views that the SQL in `read_by` names."""
    registry.register(NAME, "billing_jobs.adapters.quality.dialect", "ReadOnlyDuckDB")
    _read_by[str(home.root)] = read_by
    return URL.create(NAME, database=str(database), query={"home": str(home.root)}).render_as_string(
        hide_password=False
    )


def close_all() -> None:
    """Close every connection that was opened here. Great Expectations keeps some, and while one is open this process
    would go on seeing the old file after the candidate is replaced."""
    while _opened:
        _opened.pop().close()
