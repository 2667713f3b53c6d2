"""A book of charges written by hand: nights run over it, and what a night proposes is recorded like the job `issue`
would.

The tables that pricing hands to invoicing are given here row by row; everything below them is the project's own SQL.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner

from billing_jobs import streams
from billing_jobs.adapters import collector
from billing_jobs.settings import DBT_PROJECT_DIR, Home
from tests.support import fixture_home

Row = dict[str, Any]
EXACT, AMOUNT, RATE = streams.EXACT, streams.AMOUNT, streams.RATE

GIVEN: dict[str, streams.Columns] = {
    "int_charges_priced": {
        **dict.fromkeys(
            [
                "charge_id",
                "customer_id",
                "user_customer_id",
                "entity_id",
                "contract_id",
                "plan_id",
                "fee_id",
                "instance",
                "kind",
            ],
            "VARCHAR",
        ),
        **dict.fromkeys(["period_from", "period_until", "served_from", "served_until"], "DATE"),
        **{
            "currency": "VARCHAR",
            "minor_digits": "INTEGER",
            "rounding": "VARCHAR",
            "tax_code": "VARCHAR",
            "tax_rate": RATE,
            "price_basis": "VARCHAR",
        },
        **{
            "quantity": EXACT,
            "unit_ja": "VARCHAR",
            "unit_en": "VARCHAR",
            "unrounded_amount": EXACT,
            "computed_amount": AMOUNT,
        },
        **{
            "due_at": streams.INSTANT,
            "is_due": "BOOLEAN",
            "bill_on": "DATE",
            "product": "VARCHAR",
            "department": "VARCHAR",
        },
        **{
            "description_ja": "VARCHAR",
            "description_en": "VARCHAR",
            "group_key": "VARCHAR",
            "billing_period_served_from": "DATE",
            "billing_starts_on": "DATE",
            "rebill_from": "DATE",
        },
    },
    "int_charge_segments_rated": {
        **{
            "charge_id": "VARCHAR",
            "segment_from": "DATE",
            "segment_until": "DATE",
            "month": "DATE",
            "version_from": "DATE",
        },
        **{
            "quantity": EXACT,
            "unrounded_amount": EXACT,
            "share_days": "INTEGER",
            "part_days": "INTEGER",
            "is_served_by_days": "BOOLEAN",
        },
    },
    "int_price_components": {
        **{"charge_id": "VARCHAR", "segment_from": "DATE", "tier_no": "INTEGER", "dimension_value": "VARCHAR"},
        **{"quantity": EXACT, "unit_price": EXACT, "amount": EXACT},
    },
    "int_charges_unpriced": {"charge_id": "VARCHAR", "dimensions": "VARCHAR", "quantity": EXACT, "reason": "VARCHAR"},
    "int_charge_claims_broken": dict.fromkeys(["claim", "contract_id", "plan_id", "fee_id", "charge_id"], "VARCHAR"),
    "int_charge_doubts_spread": {"claim": "VARCHAR", "charge_id": "VARCHAR", "is_dependent": "BOOLEAN"},
    "planted_faults": {"customer_id": "VARCHAR"},
    "int_discount_amounts": {
        "charge_id": "VARCHAR",
        "discount_id": "VARCHAR",
        "discount_no": "BIGINT",
        "amount": EXACT,
    },
    "int_fee_charges_rated": {"charge_id": "VARCHAR", "minimum_amount": EXACT, "maximum_amount": EXACT},
    "int_contracts_of_broken_feeds": {"contract_id": "VARCHAR", "source": "VARCHAR"},
    "int_true_ups": {"charge_id": "VARCHAR", "required_amount": AMOUNT, "covered_amount": AMOUNT},
    "int_credit_grants": {
        **dict.fromkeys(
            ["block_id", "contract_id", "currency", "plan_id", "fee_id", "purchase_id", "department", "tax_code"],
            "VARCHAR",
        ),
        **{
            "granted_amount": AMOUNT,
            "paid_amount": AMOUNT,
            "granted_on": "DATE",
            "expires_on": "DATE",
            "priority": "INTEGER",
            "block_no": "BIGINT",
        },
        **{"is_bought": "BOOLEAN", "tax_rate": RATE},
    },
    "int_billing_periods_served": {
        **{
            "contract_id": "VARCHAR",
            "interval_every": "INTEGER",
            "interval_unit": "VARCHAR",
            "period_from": "DATE",
            "period_until": "DATE",
        },
        **{"is_trial": "BOOLEAN", "advance_bill_on": "DATE", "arrears_bill_on": "DATE"},
    },
    "int_contract_phases": {
        "contract_id": "VARCHAR",
        "phase_no": "INTEGER",
        "phase_from": "DATE",
        "phase_until": "DATE",
        "plan_id": "VARCHAR",
    },
    "int_contracts_resolved": dict.fromkeys(["contract_id", "user_customer_id", "entity_id", "zone"], "VARCHAR"),
    "int_payment_decisions_judged": dict.fromkeys(["decision_id", "document_id", "state"], "VARCHAR"),
    "int_contract_service_dates": {"contract_id": "VARCHAR", "cancelled_on": "DATE"},
    "int_discounts_granted": dict.fromkeys(["discount_id", "name_ja", "name_en"], "VARCHAR"),
    "int_customer_merges_followed": {
        "customer_id": "VARCHAR",
        "survivor_id": "VARCHAR",
        "valid_from": "DATE",
        "valid_until": "DATE",
    },
    "int_fees_resolved": {"plan_id": "VARCHAR", "fee_id": "VARCHAR", "first_version_from": "DATE"},
    "int_one_off_charges_judged": dict.fromkeys(["charge_id", "entity_id", "refusal_reason"], "VARCHAR"),
    "int_openings_judged": {
        **dict.fromkeys(["source", "opening_id", "entity_id", "customer_id", "currency", "refusal_reason"], "VARCHAR"),
        **{
            "first_day": "DATE",
            "last_day": "DATE",
            "starts_on": "DATE",
            "amount": EXACT,
            "tax_amount": EXACT,
            "received_at": streams.INSTANT,
        },
    },
    "int_customers_resolved": dict.fromkeys(
        [
            "customer_id",
            "name",
            "postal_code",
            "address",
            "country",
            "locale",
            "email",
            "tax_registration_number",
            "payment_terms_id",
            "entity_id",
            "invoice_per",
        ],
        "VARCHAR",
    ),
}
LEDGER_OF_PROPOSAL = {
    "documents": "invoices_to_issue",
    "document_lines": "invoice_lines_to_issue",
    "document_taxes": "invoice_taxes_to_issue",
    "allocations": "issue_allocations_to_record",
    "pricing_rules": "pricing_rules_to_adopt",
}
READS_OTHER_AREAS = (
    "customer_history",
    "invoice_addressees",
    "notices_to_send",
    "price_versions",
    "quoted_and_billed",
    "usage_unpriced",
)
SELECTED = "intermediate.invoicing int_credit_threshold_notices marts.invoicing path:models/proposals"


def copy_project(target: Path) -> Path:
    """The project with the staging and invoicing models only; what pricing and contracts hand over is read from
    `given/`."""
    shutil.copytree(DBT_PROJECT_DIR, target, ignore=shutil.ignore_patterns("target", "logs"))
    (target / "models" / "__exposures.yml").unlink()
    for layer in ("intermediate", "marts"):
        for area in (target / "models" / layer).iterdir():
            if area.name == "notices":
                for path in area.iterdir():
                    if not path.name.startswith("int_credit_"):
                        path.unlink()
            elif area.is_dir() and area.name not in ("invoicing", "columns"):
                shutil.rmtree(area)
    for mart in READS_OTHER_AREAS:
        for path in (target / "models" / "marts" / "invoicing").rglob(f"{mart}.*"):
            path.unlink()
    for area in (target / "tests").iterdir():
        if area.name not in ("invoicing", "generic"):
            shutil.rmtree(area)
    for path in (target / "models" / "proposals").iterdir():
        if not path.name.startswith(("approvals_", "charges_held", "invoice", "issue_", "pricing_rules_", "run")):
            path.unlink()
    for name in GIVEN:
        for path in (target / "models" / "intermediate" / "invoicing").rglob(f"{name}.*"):
            path.unlink()
        (target / "models" / "intermediate" / f"{name}.sql").write_text(
            "{{ config(materialized='view') }} " + f"select * from read_parquet('given/{name}.parquet')"
        )
    _plant_faults(target / "models" / "intermediate" / "invoicing" / "lines" / "int_invoice_lines_taxed.sql")
    return target


def _plant_faults(model: Path) -> None:
    """Whoever is named in `planted_faults` has 100 of tax too much taken back on a draft,
    or of a void one unit more than stands of the line."""
    faulty = """
    select * exclude (is_broken) replace (
        cast(tax_amount - if(reason <> 'void' and is_broken, 100, 0) as decimal(20, 4)) as tax_amount,
        cast(line_amount - if(reason = 'void' and is_broken, 1, 0) as decimal(20, 4)) as line_amount
    )
    from (select *, customer_id in (select customer_id from {{ ref('planted_faults') }}) as is_broken from taxed)
    """
    whole = model.read_text()
    assert whole.rstrip().endswith("select * from taxed")
    model.write_text(whole.rstrip().removesuffix("select * from taxed") + faulty)


@dataclass
class Night:
    """What one night's build left in the warehouse, table by table. `failures` names the checks that stopped it."""

    tables: dict[str, list[Row]]
    failures: list[str]

    def of(self, table: str, **wanted: object) -> list[Row]:
        return [row for row in self.tables[table] if all(row[name] == value for name, value in wanted.items())]


@dataclass
class Book:
    home: Home
    project: Path
    given: dict[str, dict[Any, Row]] = field(default_factory=lambda: {name: {} for name in GIVEN})
    lake: dict[str, list[Row]] = field(default_factory=dict)
    commits: int = 1
    manifest: Any = None
    rules_version: int = 1
    adopted: list[Row] = field(default_factory=list)

    def give(self, table: str, key: object, **row: object) -> None:
        self.given[table][key] = row

    def run(self, as_of: date, *, select: str = SELECTED, is_checked: bool = True) -> Night:
        """One build of the night `as_of`, known until two in the morning after it (UTC of this test),
        with or without the checks."""
        now = f"{as_of + timedelta(days=1)} 02:00:00+00"
        run = {
            "as_of_date": as_of,
            "known_until": now,
            "night_ends_on": as_of + timedelta(days=1),
            "is_view": False,
            "ledger_head": "",
            "ledger_sequence": 1,
        }
        run["rules_version"] = self.rules_version
        if self.manifest is None:
            fixture_home.fill(self.home, self.lake)
        for name, found in {"run": [run], **{name: self.lake.get(name, []) for name in ("decisions",)}}.items():
            pattern, columns = fixture_home.FOLDERS[name]
            fixture_home.write_rows(self.home.root / pattern.format(part="000001"), columns, found)
        for name, columns in GIVEN.items():
            fixture_home.write_rows(
                self.home.root / "given" / f"{name}.parquet", columns, list(self.given[name].values())
            )
        failures = self._build(select, is_checked)
        return Night(self._read(), failures)

    def issue(self, night: Night, as_of: date) -> None:
        """Copy the proposals into the next folder of the ledger and record the night, as the jobs do."""
        self.commits += 1
        for stream, proposal in LEDGER_OF_PROPOSAL.items():
            self.record(stream, night.tables[proposal], as_of=as_of)
        held = json.dumps(night.tables["charges_held"], default=str)
        self.record(
            "runs",
            [
                {
                    "run_id": f"run-{self.commits}",
                    "as_of_date": as_of,
                    "known_until": f"{as_of + timedelta(days=1)} 02:00:00+00",
                    "held_charges": held,
                }
            ],
            as_of=as_of,
        )

    def record(self, stream: str, rows: list[Row], *, as_of: date) -> None:
        commit = {"commit_sequence": self.commits, "recorded_at": f"{as_of + timedelta(days=1)} 02:00:00+00"}
        path = self.home.ledger / f"{self.commits:06}" / f"{stream}.parquet"
        if stream == "pricing_rules":
            self.adopted += [{**row, **commit} for row in rows]
            path, rows, commit = self.home.lake / "pricing_rules" / "pricing_rules.parquet", self.adopted, {}
        fixture_home.write_rows(path, streams.LEDGER[stream], [{**row, **commit} for row in rows])

    def _build(self, select: str, is_checked: bool) -> list[str]:
        folder = self.home.root
        options = [
            "--project-dir",
            str(self.project),
            "--profiles-dir",
            str(self.project),
            "--target-path",
            str(folder / "target"),
            "--log-path",
            str(folder / "logs"),
        ]
        with working_in(folder), collector.unhurried_collector():
            if self.manifest is None:
                self.manifest = dbtRunner().invoke(["--quiet", "parse", *options]).result
                select = " ".join(f"+{part}" for part in select.split())
            command = ["build"] if is_checked else ["build", "--exclude-resource-type", "test"]
            result = dbtRunner(manifest=self.manifest).invoke(
                ["--quiet", *command, "--select", *select.split(), *options]
            )
        release_warehouse()
        assert isinstance(result.result, RunExecutionResult), result.exception
        broken = [f"{one.node.name}: {one.message}" for one in result.result.results if one.status == "error"]
        assert not broken, broken
        return [one.node.name for one in result.result.results if one.status == "fail"]

    def _read(self) -> dict[str, list[Row]]:
        with duckdb.connect(str(self.home.warehouse)) as con:
            con.execute("set TimeZone = 'UTC'")
            names = [
                row[0]
                for row in con.execute(
                    "select table_schema || '.' || table_name from information_schema.tables "
                    "where table_type = 'BASE TABLE'"
                ).fetchall()
            ]
            return {name.partition(".")[2]: rows(con, f"select * from {name}") for name in names}


def release_warehouse() -> None:
    """dbt keeps its connection for the next build of the process; the file must be free for reading."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    found = con.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
