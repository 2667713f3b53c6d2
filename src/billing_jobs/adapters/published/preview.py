"""What the next night would do, read out of its candidate: the tables of `published/preview.duckdb`, and the rows that
its papers are made of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, quoted, sql_text
from billing_jobs.adapters.ledger import chain
from billing_jobs.adapters.published import meanings, personal
from billing_jobs.adapters.spreadsheets import write_csv
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.settings import Home

Row = dict[str, Any]
_QUERIES = Path(__file__).with_name("preview.sql")
TABLES = (
    "preview", "drafts", "draft_lines", "drafts_beside_last_month", "usage_so_far", "sales_so_far", "mails_due",
)  # fmt: skip
AS_FILES = ("drafts_beside_last_month", "mails_due")
# Columns that are taken as they stand mean what they mean where they come from.
_TAKEN_FROM = {"drafts": "draft_invoices", "draft_lines": "draft_invoice_lines", "usage_so_far": "charges"}
_RUN = """
    create table preview as select as_of_date, known_until, {is_forecast} as is_forecast,
        cast({stopped} as varchar) as stopped_by from candidate.jobs.run;
    comment on table preview is 'One row: which night this is a preview of, and of which moment.';
    comment on column preview.as_of_date is 'Business day of the night.';
    comment on column preview.known_until is 'What was known until this moment counts; UTC.';
    comment on column preview.is_forecast is
        'Whether nights before it have not run yet: then it shows what all of them would issue until this day.';
    comment on column preview.stopped_by is 'What the check would stop the night with. Null: it would pass.';
"""
_LINES = """
    select lines.* exclude (pricing_trace),
        json_extract_string(pricing_trace, '$.before_discounts') as before_discounts,
        json_extract(pricing_trace, '$.discounts')::varchar as discounts
    from jobs.invoice_lines_to_issue as lines order by document_id, line_no
"""
_ORIGINALS = """
    select lines.document_id as for_document_id, earlier.line_id as original_line_id, documents.document_id,
        documents.document_number, documents.invoice_date
    from jobs.invoice_lines_to_issue as lines
    inner join invoice_lines as earlier on lines.original_line_id = earlier.line_id
    inner join invoices as documents on earlier.document_id = documents.document_id
"""


@dataclass(frozen=True)
class Preview:
    """Tables that people look at, by name, with their rows."""

    drafts: list[Row]
    beside_last_month: list[Row]
    sales: list[Row]
    mails: list[Row]


def write(room: Home, target: Path, *, stopped: str, is_forecast: bool, with_personal: bool) -> Preview:
    """Make the database of the preview at `target`, out of the candidate of a room; what people look at is given back.

    `stopped`: why the check would stop the night, '' if it would not. Without personal columns none is in the file.
    """
    target.unlink(missing_ok=True)
    with engine.connect() as con:
        _compute(con, room, stopped=stopped, is_forecast=is_forecast)
        said = meanings.in_database(con)
        con.execute(f"attach {sql_text(in_folder(target))} as target")
        for table in TABLES:
            left_out = [] if with_personal else personal.in_table(con, "main", table)
            columns = f"* exclude ({', '.join(map(quoted, left_out))})" if left_out else "*"
            con.execute(f"create table target.{table} as select {columns} from {table} order by all")
        rows = {table: engine.rows(con, f"select * from target.{table} order by all") for table in TABLES}
        con.execute("detach target")
    with engine.connect(target, read_only=False) as con:
        meanings.comment(con, said)
    return Preview(
        *(rows[name] for name in ("drafts", "drafts_beside_last_month", "sales_so_far", "mails_due")),
    )


def write_files(database: Path, folder: Path) -> None:
    """The tables that people open with a spreadsheet."""
    with engine.connect(database) as con:
        for table in AS_FILES:
            write_csv(con, f"select * from {table} order by all", folder / f"{table}.csv", with_mark=True)


def documents_to_issue(room: Home) -> list[Row]:
    """What the papers of the drafts are made of, as `issued_documents.load` gives it of the ledger: document, lines,
    taxes, originals. They have no number."""
    with engine.connect(room.candidate) as con:
        documents = engine.rows(con, "select * from jobs.invoices_to_issue order by customer_id, document_id")
        lines = _by_document(engine.rows(con, _LINES))
        taxes = _by_document(engine.rows(con, "select * from jobs.invoice_taxes_to_issue order by all"))
        originals: dict[str, Row] = defaultdict(dict)
        for row in engine.rows(con, _ORIGINALS):
            originals[row["for_document_id"]][row["original_line_id"]] = row
    return [
        {
            "document": row | {"document_number": row["document_id"]},
            "lines": lines[row["document_id"]],
            "taxes": taxes[row["document_id"]],
            "originals": originals[row["document_id"]],
        }
        for row in documents
    ]


def _compute(con: Connection, room: Home, *, stopped: str, is_forecast: bool) -> None:
    con.execute(f"attach {sql_text(in_folder(room.candidate))} as candidate (read_only)")
    closes = folder_for_engine(room.ledger) / chain.PATTERN / "period_closes.parquet"
    con.execute(f"set variable closes = {sql_text(closes)}")
    con.execute(_QUERIES.read_text(encoding="utf-8"))
    con.execute(_RUN.format(is_forecast=is_forecast, stopped=sql_text(stopped) if stopped else "null"))
    known = meanings.in_database(con, "candidate")
    own = meanings.in_database(con)
    for table, source in _TAKEN_FROM.items():
        own["main", table].columns = known["main", source].columns | own["main", table].columns
    meanings.comment(con, own)


def _by_document(rows: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["document_id"]].append(row)
    return grouped
