"""Erasure in bank files: deposits of an erased customer keep day, amount and reference, and lose who paid.

Whose a deposit is, is known by name while the customer's names are there (before they are erased), and by what the
ledger put it to. An id of a deposit is made of what the bank said, also of the name; so `landing/erasures.jsonl` keeps,
for each line redacted, the id that it had.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.formats.bank_formats import BANK_FORMATS
from billing_jobs.formats.bank_redaction import redact_bank_csv
from billing_jobs.intake.deliveries import Task
from billing_jobs.intake.engine import Engine, FileRefused, literal
from billing_jobs.intake.erasures_log import erased_lines
from billing_jobs.intake.payments.load_payments import IDENTITY, csv_rules_of, deposit_rows, read_deposits, readable
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.sheets import ENDING, csv_as_sheet
from billing_jobs.settings import Home

# A name that a customer shares with one who is not erased says nothing about who paid.
_BY_NAME = """
    with names as (
        select customer_id, unnest([payer_key, name_key]) as payer_key
        from read_parquet({lake}/crm/customers/*.parquet', union_by_name = true)
        union
        select customer_id, payer_key from read_parquet({lake}/crm/payer_aliases/*.parquet')
    )
    select payment_id from read_parquet({lake}/payments/*.parquet')
    where payer_key in (
        select payer_key from names where payer_key <> '' group by payer_key
        having bool_and(list_contains($customers, customer_id))
    )
"""
_BY_LEDGER = """
    select distinct allocations.payment_id
    from read_parquet({ledger}/[0-9][0-9][0-9][0-9][0-9][0-9]/allocations.parquet') as allocations
    inner join read_parquet({ledger}/[0-9][0-9][0-9][0-9][0-9][0-9]/documents.parquet') as documents using (document_id)
    where list_contains($customers, documents.customer_id)
"""


def deposits_of(con: Engine, home: Home, customers: Iterable[str]) -> set[str]:
    """Ids of the deposits that these customers paid, and of those that were redacted before."""
    asked = {"customers": sorted(customers)}
    found = {key for lines in erased_lines(home.erasures_log).values() for key in lines.values()}
    for sql in (_BY_NAME, _BY_LEDGER):
        text = sql.replace("{lake}", literal(folder_for_engine(home.lake))[:-1]).replace(
            "{ledger}", literal(folder_for_engine(home.ledger))[:-1]
        )
        found |= {key for (key,) in con.execute(text, asked).fetchall()}
    return found


def redact_payments(home: Home, task: Task, deposits: set[str], *, path: Path) -> tuple[bytes, dict[int, str]]:
    """The file of a task, which lies at `path`, without the payers of these deposits, and the id of the deposit on each
    line that lost one."""
    content = path.read_bytes()
    for given in task.profiles:
        try:
            plain, profile = _plain(path, content, given)
            read, bad = read_deposits(plain, task.delivery, profile)
        except (gzip.BadGzipFile, zlib.error, EOFError, FileRefused):
            continue
        if any(line.is_whole_file for line in bad):
            continue
        known = erased_lines(home.erasures_log).get(task.delivery.file_name, {})
        rows = list(deposit_rows(read, task.delivery, profile, known=known, was_allocated=deposits.__contains__))
        payers = {_movement(row) for row in rows if row["payment_id"] in deposits and _says_who(row)}
        # Equal movements are told apart by their order, so all of them keep their ids, or none.
        lines = {row["line_no"]: row["payment_id"] for row in rows if _movement(row) in payers}
        if not lines:
            return content, {}
        made = (
            BANK_FORMATS[profile.format].redact(plain, lines)
            if profile.format in BANK_FORMATS
            else redact_bank_csv(plain, lines, rules=csv_rules_of(profile))
        )
        if path.name.endswith(ENDING):
            return csv_as_sheet(made.decode()), lines
        return (gzip.compress(made, mtime=0) if path.name.endswith(".gz") else made), lines
    return content, {}


def _plain(path: Path, content: bytes, profile: Profile) -> tuple[bytes, Profile]:
    if path.name.endswith(ENDING):
        return readable(path, profile)
    return gzip.decompress(content) if path.name.endswith(".gz") else content, profile


def _movement(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["amount"], *(row[name] for name in IDENTITY))


def _says_who(row: dict[str, Any]) -> bool:
    return any(row[name] for name in ("remitter_code", "remitter_name", "remittance_text"))
