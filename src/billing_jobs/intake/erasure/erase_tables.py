"""A table of customers, contracts … without what is personal of certain customers, in whatever form it came."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from billing_jobs.formats.redaction import PERSONAL, Rule, Said, masked_columns, redact_csv, redact_jsonl
from billing_jobs.intake.crm.kinds import Kind
from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal
from billing_jobs.intake.faults import refusal_of
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.sheets import ENDING, csv_as_sheet, sheet_as_csv
from billing_jobs.intake.reading.written_as import shape_by

Redacted = tuple[bytes, int]


def rule_of(kind: Kind | None) -> Rule | None:
    """Of kinds that are not about a person, but name a customer, only columns go that the format does not know."""
    if kind is None or "customer_id" not in kind.columns:
        return None
    return PERSONAL.get(kind.name, Rule(frozenset(kind.given)))


def redact_table(
    con: Engine, path: Path, customers: set[str], *, kind: Kind, said: Sequence[Profile], scratch: Path
) -> Redacted:
    """The file's bytes without it, and how many rows had some. `said`: every profile by which the file may have been
    read; what any of them finds goes."""
    rule = rule_of(kind) or Rule(frozenset(kind.given))
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _parquet(con, path, customers, rule=rule, scratch=scratch)
    if name.endswith(ENDING):
        return _sheet(path, customers, rule=rule, said=said)
    rows = 0
    for profile in (Profile("", kind.name), *said):
        made, found = _text(path, customers, kind=kind, rule=rule, profile=profile)
        rows += found
        if found:
            path.write_bytes(made)
    return path.read_bytes(), rows


def _text(path: Path, customers: set[str], *, kind: Kind, rule: Rule, profile: Profile) -> Redacted:
    content = path.read_bytes()
    is_packed = path.name.lower().endswith(".gz")
    shape = shape_by(profile, path, kind.file_columns)
    try:
        text = (gzip.decompress(content) if is_packed else content).decode(shape.encoding)
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError):
        return content, 0  # it was refused as a whole; nothing of it is anywhere but in the file itself
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    if ".jsonl" in path.name.lower():
        written, rows = redact_jsonl(text.removeprefix(mark), customers, rule=rule)
    else:
        how = Said(profile.columns, profile.header_line)
        written, rows = redact_csv(text.removeprefix(mark), customers, rule=rule, delimiter=shape.delimiter, said=how)
    made = (mark + written).encode(shape.encoding)
    return (gzip.compress(made, mtime=0) if is_packed else made), rows


def _sheet(path: Path, customers: set[str], *, rule: Rule, said: Sequence[Profile]) -> Redacted:
    """Of a spreadsheet the values are written anew, as text: looks and formulas are gone, rows keep their numbers."""
    try:
        text = sheet_as_csv(path, path.with_suffix(".csv")).read_text("utf-8")
    except FileRefused:
        return path.read_bytes(), 0  # as above
    rows = 0
    for how in (Said({}), *(Said(profile.columns, profile.header_line) for profile in said)):
        text, found = redact_csv(text, customers, rule=rule, said=how)
        rows += found
    return (csv_as_sheet(text) if rows else path.read_bytes()), rows


def _parquet(con: Engine, path: Path, customers: set[str], *, rule: Rule, scratch: Path) -> Redacted:
    try:
        return _redact_parquet(con, path, customers, rule=rule, scratch=scratch)
    except Exception as error:
        if refusal_of(error) is None:
            raise
        return path.read_bytes(), 0  # as above


def _redact_parquet(con: Engine, path: Path, customers: set[str], *, rule: Rule, scratch: Path) -> Redacted:
    con.execute(f"create or replace temp table erasing as select * from read_parquet({literal(path)})")
    names = [name for (name,) in con.execute("select column_name from (describe erasing)").fetchall()]
    masked = masked_columns(names, rule=rule)
    personal = " or ".join(
        f"{identifier(name)}::varchar is distinct from {'null' if value is None else literal(value)}"
        for name, value in masked.items()
    )
    if "customer_id" not in names or not masked:
        return b"", 0
    listed = ", ".join(literal(customer) for customer in sorted(customers))
    values = ", ".join(
        f"{identifier(name)} = {'null' if value is None else literal(value)}" for name, value in masked.items()
    )
    ((rows,),) = con.execute(
        f"update erasing set {values} where customer_id::varchar in ({listed}) and ({personal})"
    ).fetchall()
    temporary = scratch / "erased.parquet"
    con.execute(f"copy erasing to {literal(temporary)} (format parquet)")
    content = temporary.read_bytes()
    temporary.unlink()
    return content, int(rows)
