"""What each patch of dbt and of Great Expectations saves: the packages as they come beside the same with that patch
alone.

A small company's home after its night; each round builds all models, or checks both borders, once for each patch, once
plain and once with all of them, in one process and in turn. Said are the median over the rounds, in processor seconds,
and the median of what plain took longer.
"""

from __future__ import annotations

import logging
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import click
from rich.console import Console
from rich.table import Table

from billing_jobs.adapters.patches import Patch
from billing_jobs.adapters.quality import border_control
from billing_jobs.adapters.quality import speed as quality_speed
from billing_jobs.adapters.warehouse import dbt, dbt_speed
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import run_steps
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.support import small_company

RUN = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
STEPS = ("ingest", "build", "check", "issue", "build_issued", "allocate", "build_allocated", "check_out", "publish")
# What does its work only together has one name.
TOGETHER = {
    "DebugLevel.__init__": "events of level debug",
    "EventManager.fire_event": "events of level debug",
}
Sides = dict[str, tuple[Patch, ...]]


def sides(patches: tuple[Patch, ...]) -> Sides:
    """Name -> patches: none, each alone, all."""
    alone: Sides = {}
    for patch in patches:
        name = TOGETHER.get(patch.name, patch.name)
        alone[name] = (*alone.get(name, ()), patch)
    return {"plain": (), **alone, "all": patches}


def measure(module: ModuleType, work: Callable[[], None], rounds: int) -> dict[str, list[float]]:
    """Processor seconds of `work` in each round, with each of the sides of the module's patches."""
    found: dict[str, list[float]] = defaultdict(list)
    chosen = sides(module.PATCHES)
    for _ in range(rounds):
        for name, patches in chosen.items():
            with _only(module, patches):
                began = time.process_time()
                work()
                found[name].append(time.process_time() - began)
    return found


@contextmanager
def _only(module: ModuleType, patches: tuple[Patch, ...]) -> Iterator[None]:
    before = module.PATCHES
    module.PATCHES = patches  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.PATCHES = before  # type: ignore[attr-defined]


def _build(home: Home) -> None:
    if failures := dbt.build(home.root).failures:
        raise SystemExit("\n".join(failures))


def _check(home: Home) -> None:
    quality_speed.CodesOfThisProcess.codes.clear()  # as in a process that begins
    for border in ("in", "out"):
        border_control.check_border(home, border)


def _table(title: str, found: dict[str, list[float]]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("", "CPU s", "saved"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, seconds in found.items():
        saved = statistics.median(plain - own for plain, own in zip(found["plain"], seconds, strict=True))
        table.add_row(name, f"{statistics.median(seconds):.2f}", "" if name == "plain" else f"{saved:.2f}")
    return table


@click.command(help=__doc__)
@click.option("--rounds", default=5, show_default=True)
def main(*, rounds: int) -> None:
    logging.disable(logging.INFO)
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="billing-bench-") as folder:
        home = Home(Path(folder) / "home")
        init(home, RUN)
        small_company.move_in(home.landing)
        small_company.deliver(home.landing, "usage/metrics/day.csv", small_company.usage_csv("2026-01-20"))
        run_steps(home, RUN, STEPS, job="nightly")
        console.print(_table("a build of all models", measure(dbt_speed, lambda: _build(home), rounds)))
        console.print(_table("a check of both borders", measure(quality_speed, lambda: _check(home), rounds)))


if __name__ == "__main__":
    main()
