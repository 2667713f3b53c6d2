"""`make chaos`: disturb the work at every one of its own acts, run it again, and compare with an undisturbed run.

    python -m tests.chaos --seed 1 [--most 60] [--parts "files in,papers and mails"]

Prints one line a part and every trial that left something wrong; exit code 1 when one did.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from tests.chaos.hostile import play_hostile
from tests.chaos.parts import PARTS
from tests.chaos.trials import SAMPLED_ABOVE, Result, Stage, faults_of, play, play_two, set_up

Trial = tuple[Callable[..., Result], Any]
BY_NAME = {part.name: part for part in PARTS}


@click.command(help=__doc__)
@click.option("--seed", default=1, show_default=True, help="what is drawn: kinds of faults, acts above --most, answers")
@click.option("--most", default=SAMPLED_ABOVE, show_default=True, help="acts of a part that are disturbed")
@click.option("--whole-nights", default=12, show_default=True, help="the same for the whole night, which is slow")
@click.option("--hostile", default=150, show_default=True, help="hostile files")
@click.option("--parts", default=",".join(BY_NAME), show_default=True)
@click.option("--processes", default=2, show_default=True)
def main(*, seed: int, most: int, whole_nights: int, hostile: int, parts: str, processes: int) -> None:
    logging.disable(logging.CRITICAL)
    chance, failed = random.Random(seed), 0
    _load()
    for name in parts.split(","):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="billing-chaos-") as folder:
            stage = set_up(BY_NAME[name], Path(folder))
            faults = faults_of(stage, chance, whole_nights if name == "a whole night" else most)
            trials: list[Trial] = [(play, fault) for fault in faults]
            if name == "files in":
                trials += [(play_hostile, None)] * hostile
            else:
                trials.append((play_two, None))
            results = _play_all(stage, trials, seed, Path(folder), processes)
        failed += _report(stage, results, time.monotonic() - began)
    if failed:
        sys.exit(1)


def _load() -> None:
    """What every trial imports, once: each is a fork of this process."""
    import dbt.cli.main
    import great_expectations  # noqa: F401  a whole night has its borders

    assert dbt.cli.main


def _play_all(stage: Stage, trials: list[Trial], seed: int, folder: Path, processes: int) -> list[Result]:
    numbered = [(seed * 100_000 + number, *trial) for number, trial in enumerate(trials)]
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        running = [
            pool.submit(_play_share, stage, numbered[first::processes], folder / f"process_{first}")
            for first in range(processes)
        ]
        return [result for share in running for result in share.result()]


def _play_share(stage: Stage, trials: list[tuple[int, Callable[..., Result], Any]], folder: Path) -> list[Result]:
    folder.mkdir()
    return [how(stage, fault, number, folder) if fault else how(stage, number, folder) for number, how, fault in trials]


def _report(stage: Stage, results: list[Result], seconds: float) -> int:
    wrong = [result for result in results if result.wrong]
    kinds = Counter(_kind(result) for result in results if result.hit)
    hit = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    click.echo(
        f"{stage.part.name}: {len(results)} trials over {stage.acts} acts, {sum(kinds.values())} disturbed ({hit}), "
        f"{len(results) - len(wrong)} survived, {seconds:.0f} s"
    )
    for result in wrong:
        click.echo(f"  {result.fault}, which ended: {result.ended}")
        for line in result.wrong:
            click.echo(f"    {line}")
    return len(wrong)


def _kind(result: Result) -> str:
    word = result.fault.split(" ")[0]
    return "hostile files" if "/" in word else "two at once" if word == "two" else word


if __name__ == "__main__":
    main()
