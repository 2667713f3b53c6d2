"""`make bench`: one night of a large book, step by step, beside the bare engine on the same files.

Each side runs in a process of its own, so that its peak memory is its own. Nothing here is a test: figures depend on
the machine.
"""

from __future__ import annotations

import logging
import os
import platform
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import bare
from benchmarks.book import RUN, Book, write_book
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import running

Figures = dict[str, float]
ALONE = {"dbt start": "stg_run__run", "metering": "+usage_daily +usage_accounting"}
"""Parts of the first build that are built before it, each alone, to have lines of their own;
the build then finds their work done."""


def run_night(root: Path) -> Figures:
    """Seconds of each step of the night and the peak memory in MB."""
    from billing_jobs.adapters import lock
    from billing_jobs.adapters.ledger.commits import open_ledger
    from billing_jobs.adapters.warehouse import dbt, runs
    from billing_jobs.jobs.nightly import STEPS
    from billing_jobs.jobs.step_order import NIGHT

    logging.disable(logging.INFO)
    home, seconds = Home(root), {}
    with lock.hold(home):
        for step in (*NIGHT[:1], *ALONE, *NIGHT[1:]):
            began = time.perf_counter()
            if step in ALONE:
                begin_warehouse(home)
                runs.write_run(home, RUN, open_ledger(home).head(), view=False)
                if failures := dbt.build(home.root, ALONE[step], is_complete=False).failures:
                    raise SystemExit("\n".join(failures))
            else:
                STEPS[step](home, RUN)
            seconds[step] = time.perf_counter() - began
            print(f"  {step} {seconds[step]:.1f} s", flush=True)
    return {**seconds, "memory": peak_memory()}


def begin_warehouse(home: Home) -> None:
    """A warehouse with the stamp of these models, empty if there is none: only here, and in tests,
    is a part of them built before the whole."""
    from billing_jobs.adapters import duckdb
    from billing_jobs.adapters.warehouse import dbt, dbt_manifest

    stamp = home.root / ".dbt" / "models.sha256"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fingerprint = dbt_manifest.fingerprint(dbt.project_dir())
    if home.warehouse.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    home.warehouse.unlink(missing_ok=True)
    stamp.write_text(fingerprint)
    with duckdb.connect(home.warehouse, read_only=False):
        pass


def run_again(root: Path) -> Figures:
    """Seconds of the same night run a second time: nothing new has come."""
    from billing_jobs.jobs.nightly import nightly

    logging.disable(logging.INFO)
    began = time.perf_counter()
    nightly(Home(root), RUN)
    return {"again": time.perf_counter() - began}


def run_bare(root: Path, scratch: Path) -> Figures:
    """The bare engine's seconds and peak memory."""
    return {**bare.load_and_sum_files(root / "landing" / "usage", scratch), "memory": peak_memory()}


def peak_memory() -> float:
    """MB of this process or of the largest of its children, whichever is more; Linux counts in kB, macOS in bytes."""
    unit = 1024 if sys.platform == "darwin" else 1
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit / 1024
    )


def apart(function: Any, *arguments: Path) -> Figures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        result: Figures = pool.submit(function, *arguments).result()
        return result


@click.command(help=__doc__)
@click.option("--events", default=Book.events, show_default=True)
@click.option("--contracts", default=Book.contracts, show_default=True)
@click.option("--payers", default=Book.payers, show_default=True, help="one document each")
@click.option(
    "--out",
    default="build/bench",
    show_default=True,
    type=click.Path(path_type=Path),
    help="where the table is written",
)
def main(*, events: int, contracts: int, payers: int, out: Path) -> None:
    console, book = Console(width=110), Book(events, contracts, payers)
    with tempfile.TemporaryDirectory(prefix="billing-bench-") as folder, running(Path(folder) / "mails") as mail:
        os.environ.update(
            {"SENDGRID_API_KEY": "SG.bench", "BILLING_SENDGRID_HOST": mail.host, "GX_ANALYTICS_ENABLED": "False"}
        )
        home, scratch = Home(Path(folder) / "home"), Path(folder)
        console.print("making the files …")
        made = _prepare(home, book)
        console.print("the night …")
        night = apart(run_night, home.root)
        again = apart(run_again, home.root)
        console.print("the bare engine …")
        alone = apart(run_bare, home.root, scratch)
        documents = len(list(home.documents.rglob("*.pdf")))
    table = _table(made, book, documents, {**night, **again}, alone)
    console.print(table)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "night.txt").open("w", encoding="utf-8") as file:
        Console(file=file, width=110).print(table)
    console.print(f"written to {out / 'night.txt'}")


def _prepare(home: Home, book: Book) -> int:
    from billing_jobs.jobs.init import init

    init(home, RUN)
    return write_book(home.landing, book)


def _table(made: int, book: Book, documents: int, night: Figures, alone: Figures) -> Table:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    table = Table(
        title=f"{made:,} events, {book.contracts:,} contracts, {documents:,} PDFs ({machine})", title_justify="left"
    )
    for heading in ("", "this night", "bare engine", "ratio", "rate"):
        table.add_column(heading, justify="left" if not heading else "right")
    steps = [step for step in night if step not in {"memory", "again"}]
    beside = {"ingest": alone["load"], "metering": alone["sum"]}
    rates = {
        "ingest": f"{made / night['ingest']:,.0f} events/s",
        "render": f"{documents / night['render']:,.1f} PDFs/s",
    }
    for step in steps:
        other = beside.get(step)
        bare_cells = (f"{other:.2f} s", f"{night[step] / other:.1f} ×") if other else ("", "")
        table.add_row(step, f"{night[step]:.1f} s", *bare_cells, rates.get(step, ""))
    whole, bare_whole = sum(night[step] for step in steps), alone["load"] + alone["sum"]
    table.add_section()
    table.add_row(
        "whole night",
        f"{whole:.1f} s",
        f"{bare_whole:.2f} s",
        f"{whole / bare_whole:.1f} ×",
        f"{made / whole:,.0f} events/s",
        style="bold",
    )
    table.add_row("the same night again", f"{night['again']:.1f} s")
    table.add_row("peak memory", f"{night['memory']:,.0f} MB", f"{alone['memory']:,.0f} MB")
    return table


if __name__ == "__main__":
    main()
