"""A home filled by hand: rows written straight into lake and ledger, for tests of models that do not need the
intake."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from billing_jobs import streams
from billing_jobs.intake.catalog.defaults import defaults_of
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.settings import Home

Rows = list[dict[str, Any]]

FOLDERS: dict[str, tuple[str, streams.Columns]] = {
    "run": ("lake/run/run.parquet", streams.RUN),
    "intake": ("lake/intake/{part}.parquet", streams.INTAKE),
    "rejects": ("lake/rejects/{part}.parquet", streams.REJECTS),
    "withdrawn": ("lake/withdrawn/{part}.parquet", streams.WITHDRAWN),
    "payments": ("lake/payments/{part}.parquet", streams.PAYMENTS),
    "decisions": ("lake/decisions/{part}.parquet", streams.DECISIONS),
    "sending": ("lake/sending/sending.parquet", streams.SENDING),
    **{f"crm_{kind}": (f"lake/crm/{kind}/{{part}}.parquet", columns) for kind, columns in streams.CRM.items()},
    **{
        f"catalog_{table}": (f"lake/catalog/{table}/{{part}}.parquet", columns)
        for table, columns in streams.CATALOG.items()
    },
    **{
        f"ledger_{stream}": (f"ledger/{{part}}/{stream}.parquet", columns) for stream, columns in streams.LEDGER.items()
    },
    "ledger_pricing_rules": ("lake/pricing_rules/pricing_rules.parquet", streams.LEDGER["pricing_rules"]),
}


_SAID = defaults_of("entity")
# What the intake fills in where a seller says nothing.
SELLER: dict[str, Any] = {
    name: _SAID[name] for name in ("rounding", "tax_rounding", "rebill_horizon_months", "closing_lag_days")
} | {f"{name}_pattern": _SAID[name] for name in ("invoice_number", "credit_note_number")}


def fill(home: Home, rows: dict[str, Rows], *, part: str = "000001") -> None:
    """Write `rows` (stream name -> rows as dicts; missing columns are null) and an empty file for every stream not
    named."""
    for name, (pattern, columns) in FOLDERS.items():
        found = rows.get(name, [])
        write_rows(
            home.root / pattern.format(part=part),
            columns,
            [SELLER | row for row in found] if name == "catalog_entities" else found,
        )
    write_rows(home.lake / "usage" / "event_date=1970-01-01" / f"{part}.parquet", streams.USAGE, [])
    fill_usage(home, rows.get("usage", []))


def utc_day(event_at: object) -> str:
    """The UTC day of a printed moment, by which the lake is laid out; without an offset it is UTC."""
    moment = datetime.fromisoformat(str(event_at))
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()


def fill_usage(home: Home, events: Rows) -> None:
    """One file for each received file and UTC day, as the intake writes them."""
    files: dict[tuple[str, str], Rows] = defaultdict(list)
    for event in events:
        files[utc_day(event["event_at"]), event["file_name"]].append(event)
    for (day, name), found in files.items():
        write_rows(home.lake / "usage" / f"event_date={day}" / f"{file_id_of(name)}.parquet", streams.USAGE, found)


def write_rows(path: Path, columns: streams.Columns, rows: Rows) -> None:
    """One Parquet file with exactly these columns; values are cast from their text, so pass '1.5' or Decimal,
    never a float."""
    path.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{path.name}: no such column {unknown}"
    texts = pd.DataFrame(
        [{name: None if row.get(name) is None else str(row[name]) for name in columns} for row in rows],
        columns=list(columns),
        dtype="string",
    )
    con.register("texts", texts)
    casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
    con.execute(f"create table filled as select {casts} from texts")
    con.execute(f"copy filled to '{path}' (format parquet)")
