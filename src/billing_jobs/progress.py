"""Progress of long steps: a bar on a terminal, now and then a line in the log elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

log = logging.getLogger("billing")

Item = TypeVar("Item")
Report = Callable[[int, int], None]
LINES_PER_STEP = 10
SMALL_STEP = 50


def track(iterable: Iterable[Item], description: str, total: int | None = None) -> Iterator[Item]:
    """The items of `iterable`, counted aloud. `total` is taken from its length where it has one."""
    count = total if total is not None else len(iterable) if hasattr(iterable, "__len__") else 0  # type: ignore[arg-type]
    with steps(description) as report:
        for done, item in enumerate(iterable, start=1):
            yield item
            report(done, count)


@contextmanager
def steps(description: str) -> Iterator[Report]:
    """A function `report(done, total)` for work that is not a loop of ours; the bar goes when the block ends."""
    if not sys.stderr.isatty():
        yield _log_lines(description)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def _log_lines(description: str) -> Report:
    """At most `LINES_PER_STEP` lines a step, and none for steps too small to wait for."""

    def report(done: int, total: int) -> None:
        share = max(total // LINES_PER_STEP, SMALL_STEP // LINES_PER_STEP)
        if total >= SMALL_STEP and done % share == 0:
            log.info("%s: %d of %d", description, done, total)

    return report
