"""Erasure on request: what is personal of a customer leaves every file of landing/ that has it, and the lake with it.

`landing/erasures.jsonl` says what was taken out: a line a file, written before the file changes, so that a crash between is repeated.
Issued documents, the ledger and what the bank said are kept, as the law on books asks.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from billing_jobs.formats.redaction import KEPT, masked_columns, redact_csv, redact_jsonl
from billing_jobs.intake.claim import FILE_CHANGED, Found, find_files
from billing_jobs.intake.engine import Engine, identifier, literal
from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.intake.kinds import Kind, kind_of_file
from billing_jobs.intake.load_table import table_path
from billing_jobs.intake.outcome import file_id_of, intake_path, rejects_path
from billing_jobs.records import Run
from billing_jobs.settings import Home

_CHECKED = ".erasures_checked.json"  # beside the lake and rebuildable: spares reading files that are known to have nothing


@dataclass(frozen=True)
class _Redacted:
    content: bytes
    rows: int


def erase_customers(con: Engine, home: Home, run: Run) -> list[str]:
    """Redact every file that still has personal data of a customer whose erasure was asked for; the paths that changed, no longer in the lake."""
    customers = {customer for (customer,) in con.execute(f"select distinct customer_id from read_parquet({literal(home.lake / 'crm/erasures/*.parquet')})").fetchall()}
    if not customers:
        return []
    asked = hashlib.sha256("\n".join(sorted(customers)).encode()).hexdigest()
    checked = _read_checked(home)
    changed = []
    for file in find_files(home):
        kind = kind_of_file(file.path)
        if kind is None or kind.name not in KEPT or checked.get(file.path) == file.sha256 + asked:
            continue
        redacted = _redact(con, home.landing / file.path, customers, kind=kind)
        checked[file.path] = file.sha256 + asked
        if redacted.rows:
            checked[file.path] = _put(home, run, file, kind=kind, redacted=redacted) + asked
            changed.append(file.path)
    _write_checked(home, checked)
    return changed


def _redact(con: Engine, path: Path, customers: set[str], *, kind: Kind) -> _Redacted:
    content = path.read_bytes()
    if path.name.endswith(".parquet"):
        return _redact_parquet(con, path, customers, kind=kind)
    is_packed = path.name.endswith(".gz")
    try:
        text = (gzip.decompress(content) if is_packed else content).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError):
        return _Redacted(content, 0)  # it was refused as a whole; nothing of it is anywhere but in the file itself
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    redact = redact_jsonl if ".jsonl" in path.name else redact_csv
    written, rows = redact(text.removeprefix(mark), customers, kind=kind.name)
    made = (mark + written).encode("utf-8")
    return _Redacted(gzip.compress(made, mtime=0) if is_packed else made, rows)


def _redact_parquet(con: Engine, path: Path, customers: set[str], *, kind: Kind) -> _Redacted:
    con.execute(f"create or replace temp table erasing as select * from read_parquet({literal(path)})")
    names = [name for (name,) in con.execute("select column_name from (describe erasing)").fetchall()]
    masked = masked_columns(names, kind=kind.name)
    personal = " or ".join(f"{identifier(name)}::varchar is distinct from {'null' if value is None else literal(value)}" for name, value in masked.items())
    if "customer_id" not in names or not masked:
        return _Redacted(b"", 0)
    listed = ", ".join(literal(customer) for customer in sorted(customers))
    values = ", ".join(f"{identifier(name)} = {'null' if value is None else literal(value)}" for name, value in masked.items())
    ((rows,),) = con.execute(f"update erasing set {values} where customer_id::varchar in ({listed}) and ({personal})").fetchall()
    temporary = path.with_name(f".{path.name}.part")
    con.execute(f"copy erasing to {literal(temporary)} (format parquet)")
    content = temporary.read_bytes()
    temporary.unlink()
    return _Redacted(content, int(rows))


def _put(home: Home, run: Run, file: Found, *, kind: Kind, redacted: _Redacted) -> str:
    """Log, replace the file, tell the intake log its new content, and take it out of the lake; the new sha256."""
    sha256 = hashlib.sha256(redacted.content).hexdigest()
    _append(home.landing / "erasures.jsonl", {"at": run.now.isoformat(), "path": file.path, "rows": redacted.rows, "sha256_before": file.sha256, "sha256": sha256})
    receipts = [receipt for receipt in read_receipts(home.intake_log) if receipt.path == file.path]
    accepted = next((receipt for receipt in reversed(receipts) if not receipt.refused), None)
    stood_before = accepted is not None and file.sha256 not in {receipt.sha256 for receipt in receipts if not receipt.refused}
    origin = receipts[-1] if stood_before else accepted or receipts[-1]
    made = Receipt(file.path, sha256, len(redacted.content), origin.received_at, redacted=True)
    append_receipts(home.intake_log, [replace(made, refused=FILE_CHANGED) if stood_before else made])
    _replace(home.landing / file.path, redacted.content)
    for version in ("", *(receipt.sha256 for receipt in receipts if receipt.refused)):
        file_id = file_id_of(file.path, version)
        for path in (table_path(home, kind, file_id), rejects_path(home, file_id), intake_path(home, file_id)):
            path.unlink(missing_ok=True)
    return sha256


def _append(log: Path, record: dict[str, object]) -> None:
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _read_checked(home: Home) -> dict[str, str]:
    try:
        return dict(json.loads((home.lake / _CHECKED).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _write_checked(home: Home, checked: dict[str, str]) -> None:
    (home.lake / _CHECKED).write_text(json.dumps(checked, ensure_ascii=False), encoding="utf-8")
