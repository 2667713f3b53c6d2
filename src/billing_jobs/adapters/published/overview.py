"""What is in a home at a glance: from its files, the ledger and the published tables."""

from __future__ import annotations

import json
from typing import Any

from billing_jobs import line_logs
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.warehouse import runs
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home

Row = dict[str, Any]

MOVED = """
    select currency, count(distinct charge_id) as charges, count(distinct document_id) as drafts,
        sum(greatest(line_amount, 0)) as more, sum(least(line_amount, 0)) as less
    from draft_invoice_lines where hold_reason = 'pricing_rule_changed' group by all order by all
"""
PUBLISHED = {
    "drafts_held": (
        "select hold_reason, currency, count(*) as drafts, sum(total_amount) as amount from draft_invoices "
        "where hold_reason <> '' group by all order by all"
    ),
    "in_doubt": "select claim, customer_id, contract_id, document_id, amount, currency from claims_broken order by all",
    "moved_by_rules": MOVED,
    "open_invoices": (
        "select currency, count(*) as documents, sum(open_amount) as amount from invoices where open_amount > 0 "
        "group by all order by all"
    ),
    "unapplied_money": (
        "select currency, count(*) as deposits, sum(unapplied_amount) as amount from payments "
        "where unapplied_amount > 0 group by all order by all"
    ),
    "refused_decisions": (
        "select decision_id, kind, state, decided_by, decided_at from decisions where state like 'refused%' "
        "order by all"
    ),
    "mails_in_doubt": (
        "select purpose, count(*) as mails from deliveries where state = 'in_doubt' group by all order by all"
    ),
}


def overview(home: Home) -> Row:
    """Last night, head of the ledger, files that wait, what is held, open, unapplied and refused."""
    ledger = open_ledger(home)
    last, head = runs.last_run(home), ledger.head()
    facts: Row = {
        "kind": "status", "home": str(home.root),
        "last_night": {"as_of_date": last.as_of_date, "known_until": last.now} if last else None,
        "ledger": {"commits": head.sequence, "head": head.sha256}, "torn_lines": sending.torn_lines(home),
        "files_new": _new_files(home), "files_waiting": _waiting_files(home),
        "is_published": home.published_database.exists(),
    }  # fmt: skip
    if facts["is_published"]:
        with engine.connect(home.published_database) as con:
            facts |= {
                name: engine.rows(con, sql) for name, sql in PUBLISHED.items() if name != "in_doubt" or _has_claims(con)
            }
            facts["mails_unsent"] = _unsent(
                home, [row["mail_key"] for row in engine.rows(con, "select mail_key from jobs.mails_to_send")]
            )
    return facts


def _has_claims(con: Connection) -> bool:
    """A home that an older version published has no such table until its next night."""
    return bool(engine.rows(con, "select 1 from information_schema.tables where table_name = 'claims_broken'"))


def _unsent(home: Home, due: list[str]) -> int:
    """Mails of the last night that were never tried, or failed."""
    tried = {record["mail_key"]: record.get("state", "in_doubt") for record in sending.read(home)}
    return sum(1 for key in due if tried.get(key, "failed") == "failed")


def _new_files(home: Home) -> int:
    """Files in landing/ that no ingest has seen; names that begin with a point or end in .part are still being
    written."""
    known = {json.loads(line)["path"] for line in line_logs.whole_lines(home.intake_log)}
    ours = (home.intake_log, home.erasures_log)
    relative = (
        path.relative_to(home.landing) for path in home.landing.rglob("*") if path.is_file() and path not in ours
    )
    visible = (
        path for path in relative if path.suffix != ".part" and not any(part.startswith(".") for part in path.parts)
    )
    return sum(1 for path in visible if str(path) not in known)


def _waiting_files(home: Home) -> list[str]:
    with engine.connect() as con:
        sql = "select distinct file_name from read_parquet(?) where state = 'waiting' order by file_name"
        return [row["file_name"] for row in engine.rows(con, sql, [str(in_folder(home.lake / "intake" / "*.parquet"))])]
