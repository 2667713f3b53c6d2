"""Books filled by hand: facts and ledger rows of one company, models of the project built over them,
tables read back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from billing_jobs import seeds, streams
from billing_jobs.adapters import collector
from billing_jobs.adapters.patches import patched
from billing_jobs.adapters.warehouse import dbt_manifest, dbt_speed
from billing_jobs.settings import DBT_PROJECT_DIR, Home
from tests.support.fixture_home import Rows, fill, write_rows

BANK = '[{{"bank": "みなと銀行(0000)", "branch": "虎ノ門支店(001)", "number": "{number}", "currency": "JPY"}}]'
ALLOCATED = "allocations_to_record"


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def catalog(**more: Rows) -> dict[str, Rows]:
    """One entity (JPY, Tokyo, fees of 440 and 660 borne up to 880), two reminder steps, the accounts of the journal."""
    version = {"catalog_version": "v1", "received_at": "2020-01-01 00:00:00+00"}
    accounts = {
        "bank": "1110", "receivable": "1150", "unbilled_revenue": "1160", "unapplied_receipts": "2150",
        "deferred_revenue": "2160",
        "tax_payable": "2170", "revenue": "4100", "bank_fees": "6100", "bad_debt": "6200",
    }  # fmt: skip
    entity = {
        "entity_id": "main",
        "name_ja": "会社",
        "time_zone": "Asia/Tokyo",
        "currency": "JPY",
        "bank_fee_limit": "880",
        "dunning_policy_id": "standard",
    }
    tables: dict[str, Rows] = {
        "entities": [{**entity, "bank_accounts": BANK.format(number="1000001")}],
        "bank_fee_amounts": [{"entity_id": "main", "amount": amount} for amount in ("440", "660", "990")],
        "dunning_policies": [{"policy_id": "standard", "minimum_open_amount": "1000", "days_between": 3}],
        "dunning_steps": [
            {"policy_id": "standard", "step": 1, "days_after_due": 3, "action": "mail", "template": "reminder_1"},
            {"policy_id": "standard", "step": 2, "days_after_due": 10, "action": "mail", "template": "reminder_2"},
        ],
        "accounts": [{"role": role, "account": account} for role, account in accounts.items()],
    }
    return {f"catalog_{name}": [{**row, **version} for row in rows] for name, rows in {**tables, **more}.items()}


@dataclass
class Books:
    """Rows by stream; `night` builds the models that are named and gives a reader of their tables."""

    root: Path
    rows: dict[str, Rows] = field(default_factory=catalog)

    def add(self, stream: str, **row: Any) -> None:
        lines = self.rows.setdefault(stream, [])
        lines.append({"file_name": stream, "line_no": len(lines) + 1, "received_at": "2020-01-02 00:00:00+00", **row})

    def ledger(self, stream: str, **row: Any) -> None:
        self.rows.setdefault(f"ledger_{stream}", []).append(
            {"commit_sequence": 2, "recorded_at": "2020-01-02 00:00:00+00", **row}
        )

    def customer(self, customer_id: str, **more: Any) -> None:
        self.add(
            "crm_customers",
            **{"customer_id": customer_id, "name": customer_id, "email": f"{customer_id}@example.jp", **more},
        )

    def invoice(self, document_id: str, customer_id: str, total: str, *, due: str, tax: str = "0", **more: Any) -> None:
        """An issued document; a negative total is a credit note. Dated 30 days before it is due, unless told."""
        row = {
            "document_id": document_id, "document_number": f"INV-{document_id}",
            "document_type": "credit_note" if total.startswith("-") else "invoice",
            "entity_id": "main", "customer_id": customer_id, "currency": "JPY",
            "invoice_date": date.fromisoformat(due) - timedelta(days=30), "due_date": due,
            "net_amount": str(int(total) - int(tax)), "tax_amount": tax, "total_amount": total,
        }  # fmt: skip
        self.ledger("documents", **{**row, **more})

    def deposit(self, payment_id: str, amount: str, on: str, **more: Any) -> None:
        row = {
            "payment_id": payment_id,
            "source": "bank",
            "account": "0000-001-1000001",
            "booked_on": on,
            "value_on": on,
            "amount": amount,
        }
        self.add(
            "payments",
            **{
                **row,
                "currency": "JPY",
                "direction": "in",
                "is_reversal": False,
                "payer_key": "",
                "remitter_code": "",
                **more,
            },
        )

    def decide(self, decision_id: str, kind: str, **more: Any) -> None:
        self.add(
            "decisions",
            **{
                "decision_id": decision_id,
                "kind": kind,
                "decided_by": "keiri",
                "decided_at": "2020-01-02 00:00:00+00",
                **more,
            },
        )

    def sent(self, mail_key: str, at: str, *, state: str | None = "accepted", **more: Any) -> None:
        """A mail in the log: its intent, and its outcome unless `state` is None."""
        lines = self.rows.setdefault("sending", [])
        lines.append({"mail_key": mail_key, "phase": "intent", "at": at, **more})
        if state:
            lines.append({"mail_key": mail_key, "phase": "outcome", "at": at, "state": state, **more})

    def night(self, as_of: str, *select: str, tables: dict[str, tuple[streams.Columns, Rows]] | None = None) -> Night:
        """Build the selected models as of a day; `tables` are input tables of other areas,
        written into the warehouse by hand."""
        home = Home(self.root)
        day = date.fromisoformat(as_of)
        run = {
            "as_of_date": day,
            "known_until": f"{day + timedelta(days=1)} 00:00:00+00",
            "night_ends_on": day + timedelta(days=1),
        }
        fill(home, {**self.rows, "run": [{**run, "is_view": False, "ledger_head": "", "ledger_sequence": 1}]})
        with duckdb.connect(str(home.warehouse)) as con:
            for seed in sorted(seeds.FOLDER.glob("*.csv")):
                con.execute(f"create or replace table main.{seed.stem} as from '{seed}'")
            for name, (columns, rows) in (tables or {}).items():
                path = home.root / "by_hand" / f"{name}.parquet"
                write_rows(path, columns, rows)
                con.execute(f"create or replace table main.{name} as from '{path}'")
        built = _dbt(home, "run", select)
        return Night(home, built)

    def record_rows(self, proposed: Rows) -> None:
        """Copy proposed allocations into the ledger, as the job does."""
        for row in proposed:
            self.ledger("allocations", **row)


@dataclass
class Night:
    home: Home
    built: list[str]

    def read(self, table: str, where: str = "true") -> Rows:
        with duckdb.connect(str(self.home.warehouse)) as con:
            schema = "jobs" if table in {ALLOCATED, "mails_to_send", "entries_to_post", "closes_to_record"} else "main"
            found = con.execute(f"select * from {schema}.{table} where {where} order by all")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def failures(self, *select: str) -> list[str]:
        """The names of dbt tests that fail on this night's tables."""
        return _dbt(self.home, "test", select)


def _dbt(home: Home, command: str, select: tuple[str, ...]) -> list[str]:
    from dbt.cli.main import dbtRunner

    scratch = home.root.parent / "dbt"
    where = [
        "--project-dir",
        str(DBT_PROJECT_DIR),
        "--profiles-dir",
        str(DBT_PROJECT_DIR),
        "--target-path",
        str(scratch),
        "--log-path",
        str(scratch),
    ]
    with _working_in(home.root), collector.unhurried_collector(), patched(dbt_speed.PATCHES):
        manifest = dbt_manifest.load(DBT_PROJECT_DIR, [*where, "--log-level", "none", "--log-level-file", "none"])
        done = dbtRunner(manifest=manifest).invoke(
            ["--quiet", command, "--select", *select, "--indirect-selection", "cautious", *where]
        )
    _release_warehouse()
    results = done.result.results if done.result else []
    broken = [f"{result.node.name}: {result.message}" for result in results if result.status in ("error", "skipped")]
    assert not done.exception and not broken, done.exception or "\n".join(broken)
    return [
        result.node.name
        for result in results
        if result.status in ("success", "fail") and (command == "run" or result.status == "fail")
    ]


def _release_warehouse() -> None:
    """dbt keeps its connection for the next build of the process; another company's books lie in another file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()
