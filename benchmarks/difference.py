"""`python -m benchmarks.difference`: what should be less what has been recorded, over ten million charges of history,
all but a few of them billed and unchanged.

A small book is built by the models; its charges and their lines are then multiplied in the warehouse and in the ledger,
and the models of the difference are built anew. Nothing here is a test.
"""

from __future__ import annotations

import logging
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click

from benchmarks.large import NIGHT, Size, write_home
from benchmarks.night import Figures, apart, begin_warehouse, peak_memory
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.settings import Home
from billing_jobs.streams import LEDGER, Columns

CONTRACTS, MONTHS = 1_000, 9
# The recorded lines, what they sum to by charge, and whatever lies between that and the lines of the differences.
DIFFERENCE = (
    "stg_ledger__document_lines stg_ledger__documents int_documents_named_by_decisions "
    "int_charges_billed+,+int_invoice_lines_drafted int_charges_reconciled"
)
UNBILLED_EVERY, CHANGED_EVERY = 1_000, 5_000
# A trace as they are: some hundred characters that only documents need.
TRACE = (
    '{"steps":[{"tier_no":1,"quantity":"120.000000000000","unit_price":"0.500000000000","amount":"60.000000000000"}],'
    '"decisions":[],"discounts":[]}'
)
LINES = {
    "line_id": "md5('line' || charge_id)",
    "document_id": "md5('document' || contract_id || period_until)",
    "line_no": "row_number() over (partition by contract_id, period_until)",
    "original_line_id": "''",
    "line_amount": f"computed_amount - if(hash(charge_id) % {CHANGED_EVERY} = 0, 1, 0)",
    "net_amount": "line_amount",
    "tax_amount": "0",
    "pricing_trace": f"'{TRACE}'",
    "reason": "'charge'",
    "commit_sequence": "1",
    "recorded_at": "timestamptz '2026-10-01 00:00:00+00'",
}
DOCUMENTS = {
    "document_type": "'invoice'",
    "document_number": "document_id",
    "entity_id": "'main'",
    "group_key": "''",
    "bill_on": "period_until",
    "invoice_date": "period_until",
}


def write_ledger(con: Connection, ledger: Path) -> None:
    """A line for every charge that is due, but for one in a thousand, and a document for the lines of a contract and
    day."""
    (ledger / "000001").mkdir(exist_ok=True)
    lines, documents = ledger / "000001" / "document_lines.parquet", ledger / "000001" / "documents.parquet"
    _copy(
        con,
        LINES,
        LEDGER["document_lines"],
        f"int_charges_priced where is_due and hash(charge_id, 1) % {UNBILLED_EVERY} <> 0",
        lines,
    )
    _copy(
        con,
        DOCUMENTS,
        LEDGER["documents"],
        f"(select distinct on (document_id) * from read_parquet('{lines}'))",
        documents,
    )


def _copy(con: Connection, made: dict[str, str], columns: Columns, relation: str, target: Path) -> None:
    """The columns of a stream: made as said, taken as they are, or null where the relation has none."""
    there = {name for (name, *_) in con.execute(f"describe from {relation}").fetchall()}
    listed = ", ".join(
        f"cast({made.get(name, name if name in there else 'null')} as {kind}) as {name}"
        for name, kind in columns.items()
    )
    con.execute(f"copy (select {listed} from {relation}) to '{target}' (format parquet)")


def difference(root: Path, charges: int) -> Figures:
    """Seconds of the models from the ledger's lines to the pieces of every difference."""
    from benchmarks.speed import _run
    from billing_jobs.adapters import duckdb
    from billing_jobs.adapters.ledger.commits import open_ledger
    from billing_jobs.adapters.warehouse import runs

    logging.disable(logging.INFO)
    home = Home(root)
    begin_warehouse(home)
    runs.write_run(home, _run(), open_ledger(home).head(), view=False)
    _build("path:seeds +int_billing_adjustments_by_original_line", home)
    with duckdb.connect(home.warehouse, read_only=False) as con:
        made = duckdb.rows(con, "select count(*) as charges from int_charges_priced")[0]["charges"]
        con.execute(
            "create or replace table int_charges_priced as select charges.* replace ("
            "md5(charge_id || copy) as charge_id, contract_id || '-' || copy as contract_id, "
            "if(is_due, greatest(computed_amount, 1), 0)::decimal(20, 4) as computed_amount) "
            f"from int_charges_priced as charges cross join range({-(-charges // made)}) as copies(copy)"
        )
        write_ledger(con, home.ledger)
    began, processor = time.perf_counter(), time.process_time()
    _build(DIFFERENCE, home)
    figures = {"seconds": time.perf_counter() - began, "processor": time.process_time() - processor}
    with duckdb.connect(home.warehouse) as con:
        found = duckdb.rows(
            con,
            (
                "select count(*) as charges, (select count(*) from int_billing_adjustments "
                "where difference <> 0) as different from int_charges_priced"
            ),
        )[0]
    return {**figures, **{name: float(count) for name, count in found.items()}, "memory": peak_memory()}


def _build(select: str, home: Home) -> None:
    from billing_jobs.adapters.warehouse import dbt

    if failures := dbt.build(home.root, select, is_complete=False).failures:
        raise SystemExit("\n".join(failures))


@click.command(help=__doc__)
@click.option("--charges", default=10_000_000, show_default=True)
def main(charges: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-difference-") as folder:
        home = Home(Path(folder) / "home")
        since = (NIGHT - timedelta(days=30 * MONTHS)).replace(day=1)
        write_home(home, Size(events=31, days=31, contracts=CONTRACTS, plan="starter", since=since))
        figures = apart(difference, home.root, charges)
    click.echo(
        f"{figures['charges']:,.0f} charges, {figures['different']:,.0f} of them with a difference: "
        f"{figures['seconds']:.1f} s ({figures['processor']:.1f} of processor), {figures['memory']:,.0f} MB"
    )


if __name__ == "__main__":
    main()
