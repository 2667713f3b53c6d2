"""`make bench`: what the platform takes for its heaviest work, beside the bare engine on the same data, in one run on
one machine.

Each measurement runs in a process of its own, so that its peak memory is its own. Nothing here is a test: figures
depend on the machine. The sizes of the real thing:
`python -m benchmarks.speed --lake 100_000_000 --new 5_000_000 --contracts 100_000` (11 minutes, 20 GB).
"""

from __future__ import annotations

import logging
import os
import platform
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks import bare
from benchmarks.large import NIGHT, Size, write_home, write_new_file
from benchmarks.night import Figures, apart, begin_warehouse, peak_memory
from billing_jobs.records import Run
from billing_jobs.settings import Home

CONTRACTS = "+int_usage_routes +int_time_bands_dated"
METERING = "source:usage+,+usage_accounting source:usage+,+usage_daily int_metering_windows"
QUARTER, THREE_YEARS = 92, 1095


@dataclass
class Report:
    """The rows of the table, printed one by one as they are measured."""

    console: Console
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, work: str, ours: str, *, beside: str = "", ratio: str = "", aim: str, memory: float = 0) -> None:
        row = (work, ours, beside, ratio, aim, f"{memory:,.0f} MB" if memory else "")
        self.rows.append(row)
        self.console.print(" | ".join(row))

    def table(self) -> Table:
        machine = (
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load "
            f"{os.getloadavg()[0]:.0f}"
        )
        table = Table(title=machine, title_justify="left")
        for heading in ("work", "ours", "bare engine", "ratio", "aim", "peak memory"):
            table.add_column(heading, justify="left" if heading == "work" else "right")
        for row in self.rows:
            table.add_row(*row)
        return table


def load(root: Path) -> Figures:
    """Seconds in which the new file is taken in."""
    from billing_jobs.jobs.ingest import ingest

    logging.disable(logging.INFO)
    began = time.perf_counter()
    ingest(Home(root), _run())
    return {"load": time.perf_counter() - began, "memory": peak_memory()}


def meter(root: Path) -> Figures:
    """Seconds to start dbt, to build contracts and their routes, and to meter what is new."""
    from billing_jobs.adapters.ledger.commits import open_ledger
    from billing_jobs.adapters.warehouse import dbt, runs

    logging.disable(logging.INFO)
    home, seconds = Home(root), {}
    begin_warehouse(home)
    runs.write_run(home, _run(), open_ledger(home).head(), view=False)
    for step, select in {"start": "stg_run__run", "contracts": CONTRACTS, "metering": METERING}.items():
        began = time.perf_counter()
        if failures := dbt.build(home.root, select, is_complete=False).failures:
            raise SystemExit("\n".join(failures))
        seconds[step] = time.perf_counter() - began
    return {**seconds, "memory": peak_memory()}


def bare_night(file: Path, lake: Path, scratch: Path) -> Figures:
    return {**bare.load_and_sum(file, lake, scratch), "memory": peak_memory()}


def bare_month(lake: Path) -> Figures:
    return {**bare.sum_lake(lake), "memory": peak_memory()}


def _run() -> Run:
    from datetime import UTC, datetime

    return Run(NIGHT, datetime(NIGHT.year, NIGHT.month, NIGHT.day, 17, tzinfo=UTC))


def a_night(base: Home, size: Size, *, events: int, kind: str) -> tuple[Figures, Figures]:
    """The same night for both: a copy of the home and one more file. The copy is thrown away."""
    home = Home(base.root.with_name("night"))
    shutil.rmtree(home.root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base.root), str(home.root)], check=True)
    file = write_new_file(home, size, events=events, kind=kind)
    beside = apart(bare_night, file, base.lake, base.root.parent)
    loaded = apart(load, home.root)
    metered = apart(meter, home.root)
    again = apart(load, home.root)["load"] + apart(meter, home.root)["metering"]
    shutil.rmtree(home.root)
    return {**metered, **loaded, "again": again, "memory": max(loaded["memory"], metered["memory"])}, beside


def add_night(report: Report, work: str, ours: Figures, beside: Figures) -> float:
    together, bare_together = ours["load"] + ours["metering"], beside["load"] + beside["sum"]
    report.add(
        work,
        f"{ours['load']:.1f} + {ours['metering']:.1f} s",
        beside=f"{beside['load']:.1f} + {beside['sum']:.1f} s",
        ratio=f"{together / bare_together:.2f} ×",
        aim="2.0 ×, 3 GB",
        memory=ours["memory"],
    )
    return together


def measure(report: Report, folder: Path, *, size: Size, new: int, history_a_day: int) -> None:
    base = Home(folder / "base" / "home")
    write_home(base, size)
    month, beside = apart(meter, base.root), apart(bare_month, base.lake)
    report.add("contracts and their routes", f"{month['contracts']:.1f} s", aim="")
    report.add(
        f"from nothing: {size.events:,} events in the lake, {size.contracts:,} contracts",
        f"{month['metering']:.1f} s",
        beside=f"{beside['sum']:.1f} s, {beside['deduplicated']:.1f} s with ids once a day",
        ratio=f"{month['metering'] / beside['deduplicated']:.2f} ×",
        aim="1.5 ×, 6 GB",
        memory=month["memory"],
    )
    nights = {kind: a_night(base, size, events=new, kind=kind) for kind in ("csv", "jsonl")}
    for kind, (ours, alone) in nights.items():
        once = add_night(report, f"a night: {new:,} new events as {kind}, load + metering", ours, alone)
    report.add("the same night again, over start-up", f"{nights['csv'][0]['again']:.1f} s", aim="10 s")
    once = nights["csv"][0]["load"] + nights["csv"][0]["metering"]
    ours, alone = a_night(base, size, events=2 * new, kind="csv")
    twice = add_night(report, f"a night: {2 * new:,} new events as csv", ours, alone)
    report.add("doubling the events", f"{twice:.1f} s beside {once:.1f} s", ratio=f"{twice / once:.2f} ×", aim="2.2 ×")
    shutil.rmtree(base.root)
    after = {}
    for days in (QUARTER, THREE_YEARS):
        home, grown = Home(folder / f"days{days}" / "home"), Size(history_a_day * days, days, size.contracts // 10)
        write_home(home, grown)
        apart(meter, home.root)
        ours, _ = a_night(home, grown, events=new // 2, kind="csv")
        after[days] = ours["load"] + ours["metering"]
        shutil.rmtree(home.root)
    long, short = after[THREE_YEARS], after[QUARTER]
    work = f"{new // 2:,} new events with 36 months behind them instead of 3 ({history_a_day:,} a day)"
    report.add(work, f"{long:.1f} s beside {short:.1f} s", ratio=f"{long / short:.2f} ×", aim="1.3 ×")


@click.command(help=__doc__)
@click.option("--lake", default=3_000_000, show_default=True, help="events in the lake")
@click.option("--days", default=31, show_default=True, help="days over which they are spread")
@click.option("--contracts", default=5_000, show_default=True)
@click.option("--new", default=1_000_000, show_default=True, help="events of the night")
@click.option("--history", default=1_000, show_default=True, help="events a day of the row about 36 months")
@click.option(
    "--out",
    default="build/bench",
    show_default=True,
    type=click.Path(path_type=Path),
    help="where the table is written",
)
def main(*, lake: int, days: int, contracts: int, new: int, history: int, out: Path) -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    report = Report(Console(width=150))
    with tempfile.TemporaryDirectory(prefix="billing-bench-") as folder:
        measure(report, Path(folder), size=Size(lake, days, contracts), new=new, history_a_day=history)
    report.console.print(report.table())
    out.mkdir(parents=True, exist_ok=True)
    with (out / "speed.txt").open("w", encoding="utf-8") as file:
        Console(file=file, width=150).print(report.table())


if __name__ == "__main__":
    main()
