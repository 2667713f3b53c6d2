"""A stream's rows on their way into a commit: typed, ordered, hashed and summed,
so that the same rows always give the same bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from billing_jobs import pricing_rules, streams
from billing_jobs.adapters.duckdb import Connection, Relation, sql_text
from billing_jobs.adapters.files import sha256_of
from billing_jobs.adapters.ledger.chain import PATTERN
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.errors import BuildFailed, LedgerConflict
from billing_jobs.records import Run

COMMIT_COLUMNS = ("commit_sequence", "recorded_at")
# What each stream adds up to in its manifest; a debit stands for its equal credit.
MEASURES = {
    "documents": "total_amount",
    "document_lines": "net_amount + tax_amount",
    "document_taxes": "tax_amount",
    "allocations": "amount",
    "journal_entries": "case when side = 'debit' then amount else 0 end",
}
# What may be recorded once only. dbt tests the same before; this is the last door.
KEYS = {"documents": "document_id", "document_lines": "line_id", "allocations": "allocation_id"}


def adoption(con: Connection, run: Run) -> Relation:
    """The row that says from which night on the pricing rules of this software hold."""
    day = sql_text(run.as_of_date.isoformat())
    return con.sql(
        f"select {pricing_rules.CURRENT} as rules_version, {day}::date as adopted_on, '' as charge_id, "
        "0::decimal(20, 4) as difference, '' as currency"
    )


def columns_of(stream: str) -> streams.Columns:
    """A stream's columns as a proposal has them: without those that the commit adds."""
    return {name: kind for name, kind in streams.LEDGER[stream].items() if name not in COMMIT_COLUMNS}


def content_hash(proposed: dict[str, Relation]) -> str:
    """One hash over the rows of all streams, independent of their order and of the commit that records them.

    Raises BuildFailed when a column is missing, or when its declared type cannot hold a value unchanged.
    """
    digest = hashlib.sha256()
    for stream in sorted(proposed):
        _refuse_changed_values(stream, proposed[stream])
        typed = f"select {_casts(stream, proposed[stream])} from proposed"
        text = "string_agg(typed::varchar, chr(10) order by typed::varchar)"
        ((count, row_hash),) = _query(
            proposed[stream], f"select count(*), sha256(coalesce({text}, '')) from ({typed}) as typed"
        ).fetchall()
        if count:
            digest.update(f"{stream} {count} {row_hash}\n".encode())
    return digest.hexdigest()


def write(stream: str, proposed: Relation, path: Path, *, sequence: int, now: datetime) -> dict[str, Any]:
    """Write a stream's file, its rows in a total order, and return its manifest entry: rows,
    sha256 and totals by currency."""
    casts = _casts(stream, proposed)
    commit = f"{sequence}::integer as commit_sequence, {sql_text(now.isoformat())}::timestamptz as recorded_at"
    _query(proposed, f"select {casts}, {commit} from proposed order by all").write_parquet(str(in_folder(path)))
    ((count,),) = _query(proposed, "select count(*) from proposed").fetchall()
    return {"rows": count, "sha256": sha256_of(path), "totals": _totals(stream, proposed)}


def refuse_repeated_keys(proposed: dict[str, Relation], root: Path) -> None:
    """Raises LedgerConflict when a document, a line or an allocation is proposed twice, or is recorded already."""
    for stream, key in KEYS.items():
        if stream not in proposed:
            continue
        files = f"read_parquet({sql_text(folder_for_engine(root) / PATTERN / f'{stream}.parquet')})"
        recorded = f"union all select {key} from {files}" if any(root.glob(f"{PATTERN}/{stream}.parquet")) else ""
        every = f"select {key} from proposed {recorded}"
        repeated = _query(
            proposed[stream],
            f"select {key} from ({every}) as every_row group by {key} having count(*) > 1 order by {key} limit 3",
        )
        found = ", ".join(str(row[0]) for row in repeated.fetchall())
        if found:
            raise LedgerConflict(f"{stream}: {key} {found} would be recorded twice. Nothing was recorded.")


def _casts(stream: str, proposed: Relation) -> str:
    missing = set(columns_of(stream)) - set(proposed.columns)
    if missing:
        raise BuildFailed(f"The proposal for `{stream}` lacks the columns {', '.join(sorted(missing))}.")
    return ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns_of(stream).items())


def _refuse_changed_values(stream: str, proposed: Relation) -> None:
    given = dict(zip(proposed.columns, (str(kind) for kind in proposed.types), strict=True))
    differing = {name: kind for name, kind in columns_of(stream).items() if given.get(name, kind) != kind}
    for name, kind in differing.items():
        changed = (
            f'select count(*) from proposed where try_cast(try_cast("{name}" as {kind}) as {given[name]}) is distinct '
            f'from "{name}"'
        )
        if _query(proposed, changed).fetchall() != [(0,)]:
            raise BuildFailed(
                f"{stream}.{name} is proposed as {given[name]} and holds values that {kind} cannot keep unchanged."
            )


def _totals(stream: str, proposed: Relation) -> dict[str, str]:
    if stream not in MEASURES:
        return {}
    sums = (
        f"select currency, cast(sum({MEASURES[stream]}) as varchar) from proposed group by currency order by currency"
    )
    return {str(currency): str(total) for currency, total in _query(proposed, sums).fetchall()}


def _query(proposed: Relation, sql: str) -> Relation:
    """Run SQL over the proposal under the name `proposed`, on the connection that it came from."""
    answer = proposed.query("proposed", sql)
    assert answer is not None, "a select gives a relation"
    return answer
