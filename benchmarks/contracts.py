"""`python -m benchmarks.contracts`: 100,000 contracts with 24 months of history become phases and billing periods.

Every third contract was upgraded, every tenth paused for a month, every twentieth is cancelled at a period's end.
Nothing here is a test.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from billing_jobs.adapters import duckdb
from billing_jobs.adapters.warehouse import dbt
from billing_jobs.jobs.build import build
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.generate import CATALOG
from examples.demo.tables import write_csv

RUN = Run(date(2026, 10, 31), datetime(2026, 10, 31, 17, tzinfo=UTC))
SERVICE_FROM = date(2024, 10, 1)
SELECTED = "+int_billing_periods_served"


def write_contracts(landing: Path, count: int) -> int:
    """Customers, contracts and changes straight into `landing`; the number of changes."""
    contracts = [
        {
            "contract_id": f"K{number:06}",
            "customer_id": f"C{number % 1000:05}",
            "plan_id": "starter",
            "service_from": SERVICE_FROM + timedelta(days=number % 31),
        }
        for number in range(count)
    ]
    changes = []
    for number in range(count):
        for every, kind, day, columns in (
            (3, "change_plan", date(2025, 6, 10), {"plan_id": "team"}),
            (10, "pause", date(2025, 12, 16), {"until": date(2026, 1, 16)}),
            (20, "cancel", date(2026, 8, 5), {"at": "period_end"}),
        ):
            if number % every == 0:
                row = {
                    "change_id": f"X{len(changes):07}",
                    "contract_id": f"K{number:06}",
                    "effective_on": day,
                    "kind": kind,
                }
                changes.append({**row, "plan_id": "", "until": "", "at": "", **columns})
    write_csv(
        landing / "crm" / "customers.csv",
        [{"customer_id": f"C{number:05}", "name": f"Customer {number}"} for number in range(1000)],
    )
    write_csv(landing / "crm" / "contracts.csv", contracts)
    write_csv(landing / "crm" / "contract_changes.csv", changes)
    return len(changes)


@click.command()
@click.option("--contracts", default=100_000, show_default=True)
def main(contracts: int) -> None:
    """One home in a scratch folder: an empty build first, then the contracts, then the build that is timed."""
    with tempfile.TemporaryDirectory(prefix="bench-contracts-") as folder:
        home = Home(Path(folder) / "home")
        init(home, RUN)
        shutil.copytree(CATALOG, home.landing / "catalog", dirs_exist_ok=True)
        ingest(home, RUN)
        build(home, RUN)
        changes = write_contracts(home.landing, contracts)
        ingest(home, RUN)
        began = time.perf_counter()
        result = dbt.build(home.root, SELECTED)
        seconds = time.perf_counter() - began
        with duckdb.connect(home.warehouse) as con:
            counted = duckdb.rows(
                con,
                (
                    "select (select count(*) from int_contract_phases) as phases, (select count(*) "
                    "from int_billing_periods_served) as billing_periods"
                ),
            )
        click.echo(
            f"{contracts:,} contracts, {changes:,} changes: {counted[0]['phases']:,} phases, "
            f"{counted[0]['billing_periods']:,} billing periods in {seconds:.1f} s; ok: {result.ok}"
        )
        for failure in result.failures:
            click.echo(failure)


if __name__ == "__main__":
    main()
