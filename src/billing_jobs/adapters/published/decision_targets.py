"""What a decision names, looked up in what was built and published last: a mistyped number is told at entry,
not a night later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.settings import Home

ISSUED = "select 1 from invoices where $1 in (document_id, document_number)"
DRAFT = "select 1 from draft_invoices where document_id = $1"
# What a kind cannot do without: each entry is a choice of columns of which one must be given.
DOCUMENT, CHARGE = (("document_id",),), (("charge_id", "contract_id"),)
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(["void", "hold", "write_off", "dispute", "promise"], DOCUMENT),
    "approve": (("document_id",), ("content_hash",)),
    "apply": (("payment_id",), ("document_id",)),
    **dict.fromkeys(["waive", "correction", "goodwill"], CHARGE),
    "release": (("document_id", "charge_id", "contract_id"),),
}
OF_DRAFTS = ("hold", "approve", "release")
TABLES = {
    "document_id": "is no document that was issued or drafted",
    "payment_id": "is no deposit that came in",
    "charge_id": "is no charge",
    "contract_id": "is no contract",
}


def faults(home: Home, given: Mapping[str, str]) -> list[str]:
    """Why a decision could not act by now, in sentences; empty when it could,
    or when nothing was built yet that could tell."""
    missing = [
        " or ".join(choice) for choice in NEEDED.get(given["kind"], ()) if not any(given.get(name) for name in choice)
    ]
    if missing:
        return [f"{name}: expected a value, as `{given['kind']}` acts on what it names" for name in missing]
    answers = [
        list(_unknown_in(database, given))
        for database in (home.candidate, home.published_database)
        if database.exists()
    ]
    return min(
        answers, key=len, default=[]
    )  # the night before `issue` knows drafts that are not published, and what it took away is published still


def _unknown_in(database: Path, given: Mapping[str, str]) -> Iterator[str]:
    with engine.connect(database) as con:
        for name, sentence in TABLES.items():
            if given.get(name) and not _is_known(con, name, given):
                yield f"{name}: {given[name]} {sentence} by now"
        if given["kind"] == "approve" and _is_changed(con, given):
            yield (
                f"content_hash: the draft {given['document_id']} does not have this content (any more); look at "
                "draft_invoices"
            )


def _is_known(con: Connection, name: str, given: Mapping[str, str]) -> bool:
    queries = {
        "document_id": [ISSUED, *([DRAFT] if given["kind"] in OF_DRAFTS else [])],
        "payment_id": ["select 1 from payments where payment_id = $1"],
        "charge_id": ["select 1 from charges where charge_id = $1 or (fee_id = 'one_off' and instance = $1)"],
        "contract_id": ["select 1 from contracts where contract_id = $1"],
    }[name]
    return any(con.execute(f"{query} limit 1", [given[name]]).fetchall() for query in queries)


def _is_changed(con: Connection, given: Mapping[str, str]) -> bool:
    found = con.execute(
        "select content_hash from draft_invoices where document_id = ?", [given["document_id"]]
    ).fetchall()
    return bool(found) and (given["content_hash"],) not in found
