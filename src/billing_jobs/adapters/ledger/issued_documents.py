"""Issued documents as the ledger holds them, each with its lines, taxes and the earlier documents that its lines refer
to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.chain import PATTERN
from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.settings import Home

Row = dict[str, Any]


def numbers_of(home: Home) -> list[tuple[str, Any]]:
    """(document_number, invoice_date) of every issued document, in the order of issue."""
    with engine.connect() as con:
        found = engine.rows(
            con,
            (
                f"select document_number, invoice_date from {_stream(home, 'documents')} "
                "order by commit_sequence, document_number"
            ),
        )
    return [(row["document_number"], row["invoice_date"]) for row in found]


def given_out_twice(home: Home) -> list[str]:
    """A sentence for each number or id that stands on two documents of the ledger."""
    sql = "select {key} as name from {files} group by {key} having count(*) > 1 order by {key} limit 20"
    with engine.connect() as con:
        return [
            f"{row['name']} was given out twice as a {key.replace('_', ' ')}. Restore the ledger."
            for key in ("document_number", "document_id")
            for row in engine.rows(con, sql.format(key=key, files=_stream(home, "documents")))
        ]


def is_paid_with(home: Home, payment_id: str) -> bool:
    """Whether the ledger has put a deposit of this id to a document."""
    with engine.connect() as con:
        asked = f"select 1 from {_stream(home, 'allocations')} where payment_id = ? limit 1"
        return bool(engine.rows(con, asked, [payment_id]))


def load(home: Home, document_numbers: Iterable[str]) -> list[dict[str, Any]]:
    """One dict per wanted document: document, lines, taxes (rows) and originals (line_id of an earlier document -> its
    document's row)."""
    with engine.connect() as con:
        con.execute("create temp table wanted (document_number varchar)")
        con.executemany("insert into wanted values (?)", [[number] for number in document_numbers] or [[""]])
        con.execute(
            f"create temp table chosen as select documents.* from {_stream(home, 'documents')} as documents "
            "semi join wanted using (document_number)"
        )
        documents = engine.rows(con, "select * from chosen order by commit_sequence, document_number")
        lines = _by_document(engine.rows(con, _LINES.format(lines=_stream(home, "document_lines"))))
        taxes = _by_document(
            engine.rows(
                con,
                f"select taxes.* from {_stream(home, 'document_taxes')} as taxes semi join chosen using (document_id)",
            )
        )
        originals = _originals(
            engine.rows(
                con, _ORIGINALS.format(lines=_stream(home, "document_lines"), documents=_stream(home, "documents"))
            )
        )
    return [
        {
            "document": row,
            "lines": lines[row["document_id"]],
            "taxes": taxes[row["document_id"]],
            "originals": originals[row["document_id"]],
        }
        for row in documents
    ]


_LINES = """
    select lines.* exclude (pricing_trace),
        json_extract_string(pricing_trace, '$.before_discounts') as before_discounts,
        json_extract(pricing_trace, '$.discounts')::varchar as discounts
    from {lines} as lines semi join chosen using (document_id) order by document_id, line_no
"""
_ORIGINALS = """
    select lines.document_id as for_document_id, earlier.line_id as original_line_id, documents.document_id,
        documents.document_number, documents.invoice_date
    from {lines} as lines
    semi join chosen using (document_id)
    inner join {lines} as earlier on earlier.line_id = lines.original_line_id
    inner join {documents} as documents on documents.document_id = earlier.document_id
"""


def _stream(home: Home, stream: str) -> str:
    return f"read_parquet({engine.sql_text(folder_for_engine(home.ledger) / PATTERN / f'{stream}.parquet')})"


def _by_document(rows: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["document_id"]].append(row)
    return grouped


def _originals(rows: list[Row]) -> dict[str, dict[str, Row]]:
    grouped: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        grouped[row["for_document_id"]][row["original_line_id"]] = row
    return grouped
