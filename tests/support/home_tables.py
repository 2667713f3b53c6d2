"""What a home says, as tables of text: what is published and recorded, what was mailed, exported and printed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb
import pypdf
import yaml

from billing_jobs.settings import DBT_PROJECT_DIR, Home
from tests.scenarios.comparing import plain

NOT_COMPARED = {"commit_sequence", "ledger_head", "ledger_sequence", "check_results", "message_id"}
TABLES_NOT_COMPARED = {"jobs.candidate"}
LEDGER_KEYS = {
    "documents": ["document_id"],
    "document_lines": ["line_id"],
    "document_taxes": ["document_id", "tax_code", "tax_rate"],
    "allocations": ["allocation_id"],
    "journal_entries": ["entry_id", "line_no"],
    "period_closes": ["entity_id", "month"],
    "runs": ["run_id"],
}
Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows of one table as text, and the columns that tell them apart."""

    columns: list[str]
    rows: list[Row]
    key: list[str] = field(default_factory=list)


def tables_of(home: Home) -> dict[str, Table]:
    """Section and name -> rows: published tables, streams of the ledger, mails, journal exports and papers."""
    found = {f"papers {path}": Table(["text", "sha256"], [paper]) for path, paper in _papers(home)}
    found |= {f"journals {path.name}": _read_journal(path) for path in sorted(home.reports.glob("journal_*.csv"))}
    streams = sorted({path.stem for path in home.ledger.glob("[0-9]*/*.parquet")})
    found |= {f"ledger {stream}": _read_stream(home, stream) for stream in streams}
    if home.sending_log.exists():
        mails = [json.loads(line) for line in home.sending_log.read_text(encoding="utf-8").split("\n") if line]
        rows = [{name: plain(value) for name, value in mail.items() if name not in NOT_COMPARED} for mail in mails]
        found["mails sending.jsonl"] = Table(
            sorted({name for row in rows for name in row}), rows, ["mail_key", "phase", "at"]
        )
    return found | (_read_published(home.published_database) if home.published_database.exists() else {})


def _read_published(database: Path) -> dict[str, Table]:
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        names = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by all"
        ).fetchall()
        tables = {
            name: _read(con, name, keys_of_models().get(name.partition(".")[2], []))
            for (name,) in names
            if name not in TABLES_NOT_COMPARED
        }
    return {f"published {name.removeprefix('main.')}": table for name, table in tables.items()}


def _read_stream(home: Home, stream: str) -> Table:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        files = [str(path) for path in sorted(home.ledger.glob(f"[0-9]*/{stream}.parquet"))]
        return _read(con, "read_parquet($files, union_by_name = true)", LEDGER_KEYS.get(stream, []), files=files)


def _read_journal(path: Path) -> Table:
    with duckdb.connect() as con:
        return _read(
            con, "read_csv($file, header = true, all_varchar = true)", LEDGER_KEYS["journal_entries"], file=str(path)
        )


def _read(con: duckdb.DuckDBPyConnection, source: str, key: list[str], **values: object) -> Table:
    answer = con.execute(f"from {source}", values)
    columns = [column[0] for column in answer.description]
    rows = [
        {name: plain(value) for name, value in zip(columns, row, strict=True) if name not in NOT_COMPARED}
        for row in answer.fetchall()
    ]
    return Table([name for name in columns if name not in NOT_COMPARED], rows, key)


def _papers(home: Home) -> Iterator[tuple[str, Row]]:
    """Each paper with its text and hash."""
    for path in sorted(home.documents.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            is_pdf = path.suffix == ".pdf"
            pages = (
                [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
                if is_pdf
                else [content.decode(errors="replace")]
            )
            yield (
                str(path.relative_to(home.documents)),
                {"text": "\n".join(pages), "sha256": hashlib.sha256(content).hexdigest()},
            )


@cache
def keys_of_models() -> dict[str, list[str]]:
    """Name of a model -> the columns of its key, as its yml declares them."""
    models = [
        model
        for path in DBT_PROJECT_DIR.rglob("models/**/*.yml")
        for model in (yaml.safe_load(path.read_text("utf-8")) or {}).get("models", [])
    ]
    return {model["name"]: model.get("config", {}).get("meta", {}).get("key", []) for model in models}
