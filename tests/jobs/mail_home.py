"""A home with issued documents in its ledger and mails in its candidate, without the pipeline that makes them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import create_ledger, open_ledger
from billing_jobs.adapters.warehouse import runs
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.documents import samples
from tests.support.fixture_home import write_rows

RUN = Run(date(2026, 10, 31), datetime(2026, 10, 31, 17, tzinfo=UTC))
COLUMNS = [
    "mail_key", "purpose", "template", "locale", "recipient", "cc", "document_id", "document_number", "customer_id",
    "policy", "step", "payment_method_id", "payload",
]  # fmt: skip


def home_with(root: Path, *documents: Any) -> Home:
    """The given documents and the earlier one that credit notes and corrections refer to."""
    home = Home(root)
    create_ledger(home, RUN)
    earlier = {**samples.document("8000", "800"), **samples.ORIGINAL}
    issued = [document.document for document in documents]
    lines = [
        row | {"line_id": f"{document.document['document_id']}-{row['line_id']}"}
        for document in documents
        for row in document.lines
    ]
    taxes = [row for document in documents for row in document.taxes]
    streams_of = {
        "documents": [*issued, earlier],
        "document_lines": [*lines, samples.line(1, "8000", line_id="x1", document_id="d0")],
        "document_taxes": [*taxes, samples.tax("standard", "10", "8000", "800") | {"document_id": "d0"}],
    }
    ledger = open_ledger(home)
    with TemporaryDirectory() as folder, engine.connect() as con:
        for stream, rows in streams_of.items():
            write_rows(Path(folder) / f"{stream}.parquet", streams.LEDGER[stream], rows)
        proposed = {
            stream: con.sql(f"select * from read_parquet('{folder}/{stream}.parquet')") for stream in streams_of
        }
        ledger.commit(job="issue", run=RUN, streams=proposed, built_on=ledger.head())
    return home


def mail(key: str, template: str, **changes: Any) -> dict[str, Any]:
    """One row of `mails_to_send`."""
    payload = {"customer_name": "青葉商事株式会社", "seller": samples.SENDER} | changes.pop("payload", {})
    row = dict.fromkeys(COLUMNS) | {
        "mail_key": key,
        "purpose": template,
        "template": template,
        "locale": "ja",
        "recipient": "taro@example.com",
        "cc": "",
    }
    return row | {"customer_id": "C1", "payload": json.dumps(payload, ensure_ascii=False)} | changes


def propose(home: Home, *mails: dict[str, Any], is_complete: bool = True) -> None:
    """Write a candidate that proposes these mails."""
    home.candidate.unlink(missing_ok=True)
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("create schema jobs")
        columns = ", ".join(f"{name} {'integer' if name == 'step' else 'varchar'}" for name in COLUMNS)
        con.execute(f"create table jobs.mails_to_send ({columns})")
        head = open_ledger(home).head()
        con.execute(
            "create table jobs.run as select ? as ledger_sequence, ? as ledger_head, ? as as_of_date, ? as known_until",
            [head.sequence, head.sha256, RUN.as_of_date, RUN.now],
        )
        con.execute(
            "create table jobs.candidate as select ? as facts, ? as is_complete",
            [runs.made_from(home)["facts"], is_complete],
        )
        for row in mails:
            con.execute(
                f"insert into jobs.mails_to_send values ({', '.join('?' * len(COLUMNS))})",
                [row[name] for name in COLUMNS],
            )
