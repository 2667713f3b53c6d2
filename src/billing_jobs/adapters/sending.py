"""The log of mails: `ledger/sending.jsonl`, one line for the intent before a call and one for its outcome after it.

Lines are only ever added, and each is on disk before the function returns. A crash may tear the last line; the torn piece stays
where it is, is skipped by readers and reported, because an append-only file is never repaired.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.files import fsync_folder, replace_parquet
from billing_jobs.settings import Home


def append(home: Home, record: dict[str, Any]) -> None:
    """Add one record and wait until it is on disk. Raises ValueError for a field that the stream does not have."""
    unknown = set(record) - set(streams.SENDING)
    if unknown:
        raise ValueError(f"sending.jsonl has no such fields: {', '.join(sorted(unknown))}")
    line = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"
    is_new = not home.sending_log.exists()
    home.sending_log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.sending_log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if is_torn else line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        fsync_folder(home.sending_log.parent)


def read(home: Home) -> list[dict[str, Any]]:
    """Every whole record, in the order written."""
    return [record for _, record in _numbered(home) if record is not None]


def torn_lines(home: Home) -> list[int]:
    """The line numbers (from 1) of pieces that a crash left behind: a mail whose line was torn has no record of its own."""
    return [number for number, record in _numbered(home) if record is None]


def state(home: Home, length: int | None = None) -> dict[str, Any]:
    """Length and sha256 of the first `length` bytes (of all of them by default), as a manifest records them."""
    content = home.sending_log.read_bytes() if home.sending_log.exists() else b""
    kept = content if length is None else content[:length]
    return {"length": len(kept), "sha256": hashlib.sha256(kept).hexdigest()}


def write_table(home: Home, target: Path) -> None:
    """The log as the typed Parquet file that dbt reads; a record's missing fields are null."""
    names = list(streams.SENDING)
    records = [[None if record.get(name) is None else str(record[name]) for name in names] for record in read(home)]
    with engine.connect() as con:
        con.execute(f"create table sent as {streams.empty_select(streams.SENDING)}")
        if records:
            con.executemany(f"insert into sent values ({', '.join('?' * len(names))})", records)
        replace_parquet(con.table("sent"), target)


def _numbered(home: Home) -> list[tuple[int, dict[str, Any] | None]]:
    if not home.sending_log.exists():
        return []
    lines = home.sending_log.read_bytes().split(b"\n")
    return [(number, _record(line)) for number, line in enumerate(lines, start=1) if line]


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
