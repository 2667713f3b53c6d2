"""`python -m benchmarks.pricing`: a million charges, a tenth of them of each charge model, are priced; all that comes
before is built first.

Each contract has one plan with ten fees, each on a meter of its own that counts the same events. Nothing here is a
test.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click

from benchmarks.large import NIGHT, Size, write_home
from benchmarks.night import Figures, apart, begin_warehouse, peak_memory
from billing_jobs.settings import Home

PRICING = "path:models/intermediate/pricing"
MONTHS = 10
PRICES = {
    "flat": "amount: 100",
    "per_unit": "unit_price: 0.5",
    "graduated": "tiers: [{up_to: 100, unit_price: 2}, {up_to: 1000, unit_price: 1}, {unit_price: 0.5, flat: 10}]",
    "volume": "tiers: [{up_to: 100, unit_price: 2}, {up_to: 1000, unit_price: 1}, {unit_price: 0.5}]",
    "stairstep": "tiers: [{up_to: 100, flat: 100}, {up_to: 1000, flat: 500}, {flat: 900}]",
    "package": "package: {size: 100, price: 25}",
    "percentage": "percentage: {rate: 3.6, fixed: 10}",
    "graduated_percentage": "tiers: [{up_to: 1000, rate: 10}, {rate: 5}]",
    "dynamic": "",
    "matrix": "prices: [{value: tokyo, unit_price: 2}, {value: osaka, unit_price: 3}, {value: null, unit_price: 9}]",
}


def catalog() -> str:
    """One plan with a fee of each model, and a meter for each but the flat one."""
    usage = [model for model in PRICES if model != "flat"]
    meters = [
        f"  - {{meter: {model}, event_type: api.request, aggregation: sum, field: quantity"
        + {"dynamic": ", price_field: unit_price", "matrix": ", dimensions: [region]"}.get(model, "")
        + "}"
        for model in usage
    ]
    return "\n".join(
        [
            "meters:",
            *meters,
            "plans:",
            "  - plan: every_model",
            "    name: {ja: 全部, en: All}",
            "    product: workspace",
            "    department: saas",
        ]
        + ["    entity: main", "    currency: JPY", "    interval: {every: 1, unit: month}", "    fees:"]
        + [_fee(model, price) for model, price in PRICES.items()]
    )


def _fee(model: str, price: str) -> str:
    kind = "kind: recurring" if model == "flat" else f"kind: usage, meter: {model}, unit: {{ja: 件, en: units}}"
    dimension = ", dimension: region" if model == "matrix" else ""
    version = f"{{from: 2020-01-01, {price}}}" if price else "{from: 2020-01-01}"
    return (
        f"      - {{fee: {model}, {kind}, name: {{ja: {model}, en: {model}}}, in: arrears, tax_code: standard, model: "
        f"{model}{dimension}, versions: [{version}]}}"
    )


def price(root: Path) -> Figures:
    """Seconds of all models up to the charges, then of the models of pricing alone,
    which are made anew from what is there."""
    from benchmarks.speed import _run
    from billing_jobs.adapters import duckdb
    from billing_jobs.adapters.ledger.commits import open_ledger
    from billing_jobs.adapters.warehouse import dbt, runs

    logging.disable(logging.INFO)
    home, figures = Home(root), {}
    begin_warehouse(home)
    runs.write_run(home, _run(), open_ledger(home).head(), view=False)
    for step, select in {"all before": f"+{PRICING}", "pricing": PRICING}.items():
        began = time.perf_counter()
        processor = time.process_time()
        if failures := dbt.build(home.root, select, is_complete=False).failures:
            raise SystemExit("\n".join(failures))
        figures |= {step: time.perf_counter() - began, f"{step}, processor": time.process_time() - processor}
    with duckdb.connect(home.warehouse) as con:
        figures["charges"] = float(duckdb.rows(con, "select count(*) as charges from int_charges_priced")[0]["charges"])
    return {**figures, "memory": peak_memory()}


@click.command(help=__doc__)
@click.option("--contracts", default=10_000, show_default=True)
def main(contracts: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-pricing-") as folder:
        home = Home(Path(folder) / "home")
        since = (NIGHT - timedelta(days=30 * MONTHS)).replace(day=1)
        size = Size(
            events=contracts * 3 * MONTHS,
            days=30 * MONTHS,
            contracts=contracts,
            plan="every_model",
            since=since,
            is_priced=True,
        )
        write_home(home, size, more=catalog())
        figures = apart(price, home.root)
        shutil.rmtree(home.root)
    click.echo(
        f"{figures['charges']:,.0f} charges: "
        + "; ".join(f"{name} {value:,.1f}" for name, value in figures.items() if name != "charges")
    )


if __name__ == "__main__":
    main()
