"""All trials of a run: each part made ready, its faults drawn, its trials played side by side, its line told."""

from __future__ import annotations

import logging
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.chaos.drawn import faults_of
from tests.chaos.faults import KINDS, Fault
from tests.chaos.full_disks import SHARES, play_full, why_not
from tests.chaos.hostile import play_hostile
from tests.chaos.mail_faults import mail_faults, play_mail
from tests.chaos.mail_parts import MAILS, PAPERS_AND_MAILS
from tests.chaos.parts import FILES_IN, TOY_NIGHT
from tests.chaos.stages import Stage, set_up, step_by_step
from tests.chaos.trials import Result, play, play_two, play_two_writers
from tests.chaos.whole_night import stages_of_night

Trial = tuple[Callable[..., Result], Stage, Any]
SLOW_SECONDS = 5
NEEDED_BYTES = 6 << 30
# The trials of the part that is being played: processes are forked from this one and find them here.
_playing: list[Trial] = []


@dataclass(frozen=True)
class Sizes:
    """most: acts of a part that are disturbed; of_nights: the same of the quick steps of the whole night; hostile:
    files; mixed: mail services that do one thing after the other; two: pairs at once, a part."""

    most: int
    of_nights: int
    hostile: int
    mixed: int
    two: int


def play_part(name: str, sizes: Sizes, seed: int, processes: int) -> tuple[list[str], int]:
    """Lines that tell what was tried and what was left wrong, and how many trials left something wrong."""
    began = time.monotonic()
    _load(name)
    with tempfile.TemporaryDirectory(prefix="billing-chaos-", dir=_in_memory()) as folder:
        if name == FULL and (hindrance := why_not(Path(folder))):
            return [f"{name}: NOT RUN, no file system could be mounted ({hindrance})"], 0
        trials = PARTS[name](Path(folder), random.Random(f"{seed} {name}"), sizes)
        results = _play_all(trials, seed, Path(folder), processes)
    return _told(name, trials, results, time.monotonic() - began)


def _in_memory() -> str | None:
    """Where homes are made: in memory, if there is room, for a trial flushes to disk some hundred times;
    None for the usual place."""
    memory = Path("/dev/shm")
    is_fit = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > NEEDED_BYTES
    return str(memory) if is_fit else None


def _load(name: str) -> None:
    """What every trial of the part imports, once: each is a fork of this process, and the larger this is, the more a
    fork costs."""
    logging.disable(logging.CRITICAL)
    if "night" in name or name == FULL:
        import dbt.cli.main
        import great_expectations  # noqa: F401  a whole night has its borders

        assert dbt.cli.main


def _files_in(folder: Path, chance: random.Random, sizes: Sizes) -> list[Trial]:
    stage = set_up(FILES_IN, folder)
    found: list[Trial] = [(play, *drawn) for drawn in faults_of([stage], chance, sizes.most)]
    found += [(play_hostile, stage, number) for number in range(sizes.hostile)]
    return found + [(play_two, stage, number) for number in range(sizes.two)]


def _toy_night(folder: Path, chance: random.Random, sizes: Sizes) -> list[Trial]:
    steps, night = step_by_step(TOY_NIGHT, folder)
    found: list[Trial] = [(play, *drawn) for drawn in faults_of(steps, chance, sizes.most)]
    found += [(play, night, Fault("moment", chance.randint(1, round(night.seconds * 1000)))) for _ in range(sizes.two)]
    found += [(play_two, night, number) for number in range(sizes.two)]
    return found + [(play_two_writers, night, number) for number in range(sizes.two)]


def _papers(folder: Path, chance: random.Random, sizes: Sizes) -> list[Trial]:
    stage = set_up(PAPERS_AND_MAILS, folder)
    found: list[Trial] = [(play, *drawn) for drawn in faults_of([stage], chance, sizes.most)]
    return found + [(play_two, stage, number) for number in range(sizes.two)]


def _mails(folder: Path, chance: random.Random, sizes: Sizes) -> list[Trial]:
    stage = set_up(MAILS, folder)
    return [(play_mail, stage, fault) for fault in mail_faults(chance, sizes.mixed)]


def _full_disks(folder: Path, _chance: random.Random, _sizes: Sizes) -> list[Trial]:
    stages = []
    for part in (FILES_IN, TOY_NIGHT, PAPERS_AND_MAILS):
        (folder / part.name).mkdir()
        stages.append(set_up(part, folder / part.name))
    return [(play_full, stage, share) for stage in stages for share in SHARES]


def _whole_night(folder: Path, chance: random.Random, sizes: Sizes) -> list[Trial]:
    """Slow steps (a build, a check of borders) have two trials each; the others share the drawn acts."""
    steps, night = stages_of_night(folder)
    slow = [step for step in steps if step.seconds > SLOW_SECONDS]
    found: list[Trial] = [(play_two, night, 1)]
    for step in slow:
        found.append((play, step, Fault(chance.choice(KINDS), chance.randint(1, max(1, len(step.acts))))))
        found.append((play, step, Fault("moment", chance.randint(1, round(step.seconds * 1000)))))
    quick = [step for step in steps if step not in slow]
    return found + [(play, *drawn) for drawn in faults_of(quick, chance, sizes.of_nights)]


FULL = "full disks"
PARTS: dict[str, Callable[[Path, random.Random, Sizes], list[Trial]]] = {
    "files in": _files_in,
    "papers and mails": _papers,
    "mail faults": _mails,
    "a night of twenty models": _toy_night,
    FULL: _full_disks,
    "a whole night": _whole_night,
}


def _play_all(trials: Sequence[Trial], seed: int, folder: Path, processes: int) -> list[Result]:
    _playing[:] = trials
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        running = [pool.submit(_play_one, number, seed, str(folder)) for number in range(len(trials))]
        return [one.result() for one in running]


def _play_one(number: int, seed: int, folder: str) -> Result:
    how, stage, what = _playing[number]
    place = Path(folder) / f"process_{os.getpid()}"
    place.mkdir(exist_ok=True)
    return how(stage, what, seed * 100_000 + number, place)


def _told(name: str, trials: Sequence[Trial], results: list[Result], seconds: float) -> tuple[list[str], int]:
    wrong = [result for result in results if result.wrong]
    kinds = Counter(_kind(result) for result in results if result.hit)
    hit = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    acts = sum(len(stage.acts) for stage in {stage.part.name: stage for _, stage, _ in trials}.values())
    lines = [
        f"{name}: {len(results)} trials over {acts} acts, {sum(kinds.values())} disturbed ({hit}), "
        f"{len(results) - len(wrong)} survived, {seconds:.0f} s"
    ]
    for result in wrong:
        lines += [f"  {result.part}: {result.fault}, which ended: {result.ended}"]
        lines += [f"    {line}" for line in result.wrong]
    return lines, len(wrong)


def _kind(result: Result) -> str:
    if "/" in result.fault.split(" ")[0]:
        return "hostile files"
    for words in ("two at once", "two writers", "mail service", "disk with room"):
        if result.fault.startswith(words):
            return words
    return result.fault.split(" ")[0]
