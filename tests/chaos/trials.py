"""One trial: a part's home, disturbed once, run again untouched, compared with a run that nothing disturbed."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback, running
from tests.chaos.apart import Outcome, apart, together
from tests.chaos.faults import KINDS, Fault, Saboteur
from tests.chaos.parts import Part, State, environment, mails_by_key

SAMPLED_ABOVE = 60
ANSWERS = (202, 202, 202, 202, 400, 401, 429, 500, 502, 503, 504, "drop")


@dataclass
class Result:
    """What a trial did and what it left wrong; `hit` says whether its fault came to pass."""

    part: str
    fault: str
    hit: bool
    ended: str
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A part made ready: its home as a template, what an undisturbed run leaves, how many acts it takes."""

    part: Part
    template: Path
    state: State
    mails: dict[str, int]
    acts: int
    seconds: float


def set_up(part: Part, folder: Path) -> Stage:
    """Make the part's home and run it once undisturbed. Raises RuntimeError when that fails."""
    template = folder / part.name.replace(" ", "_")
    _need(apart(part.prepare, Home(template)))
    with copy_of(template, folder) as home, _server(part, folder / "mails") as server:
        began = time.monotonic()
        acts = _need(apart(_disturbed, part, home, Fault("none"), _host(server)))[0]
        seconds = time.monotonic() - began
        state = _need(apart(part.read, home))
        return Stage(part, template, state, dict(mails_by_key(folder / "mails")) if server else {}, acts, seconds)


def faults_of(stage: Stage, chance: random.Random, most: int) -> list[Fault]:
    """Each act with one kind of fault drawn for it, all acts or `most` of them drawn; and moments and limits of file
    size, a tenth as many of each."""
    acts = list(range(1, stage.acts + 1))
    if len(acts) > most:
        acts = sorted(chance.sample(acts, most))
    found = [Fault(chance.choice(KINDS), act) for act in acts]
    for _ in range(max(1, most // 10)):
        found.append(Fault("limit", chance.choice((1, 100, 1_000, 10_000, 100_000))))
        found.append(Fault("moment", chance.randint(1, round(stage.seconds * 1000))))
    return found


def play(stage: Stage, fault: Fault, seed: int, folder: Path) -> Result:
    """Disturb once, run again, compare. Mail servers answer as drawn by `seed` while disturbed, well afterwards."""
    chance = random.Random(f"{seed} {stage.part.name} {fault}")
    with copy_of(stage.template, folder) as home, _server(stage.part, folder / "mails") as server:
        if server:
            server.behave(*(chance.choice(ANSWERS) for _ in range(3)))
        first = apart(_disturbed, stage.part, home, fault, _host(server))
        if server:
            server.behave()
        again = apart(_disturbed, stage.part, home, Fault("none"), _host(server))
        result = Result(stage.part.name, str(fault), _was_hit(first), _ending(first))
        if not again.is_done or again.value[1]:
            result.wrong.append(f"run again: {again.error or (again.value and again.value[1]) or 'killed'}")
            return result
        state = apart(stage.part.read, home)
        result.wrong += [state.error] if not state.is_done else _differences(stage.state, state.value)
        if server:
            result.wrong += _wrong_mails(stage, mails_by_key(folder / "mails"), home)
        return result


def play_two(stage: Stage, seed: int, folder: Path) -> Result:
    """The same work twice at once: each ends by itself, and together they leave what one leaves."""
    with copy_of(stage.template, folder) as home, _server(stage.part, folder / "mails") as server:
        call = (_disturbed, stage.part, home, Fault("none"), _host(server))
        ended = together(call, call)
        result = Result(stage.part.name, f"two at once (seed {seed})", True, "; ".join(_ending(one) for one in ended))
        result.wrong += [one.error for one in ended if one.error]
        apart(_disturbed, stage.part, home, Fault("none"), _host(server))
        state = apart(stage.part.read, home)
        result.wrong += [state.error] if not state.is_done else _differences(stage.state, state.value)
        if server:
            result.wrong += _wrong_mails(stage, mails_by_key(folder / "mails"), home)
        return result


def _disturbed(part: Part, home: Home, fault: Fault, host: str | None) -> tuple[int, str, bool]:
    """(acts, how it failed, whether the fault came to pass); runs in a process of its own."""
    environment(host)
    saboteur = Saboteur(fault, home.root)
    saboteur.begin()
    failed = ""
    try:
        part.act(home)
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"[:500]
    return saboteur.acts, failed, saboteur.hit


def _was_hit(outcome: Outcome) -> bool:
    return outcome.killed or (outcome.is_done and bool(outcome.value[2]))


def _ending(outcome: Outcome) -> str:
    if outcome.killed:
        return "killed"
    return outcome.error or outcome.value[1] or "went through"


def _differences(expected: State, found: State) -> list[str]:
    wrong = []
    for name in sorted({*expected, *found}):
        before, after = expected.get(name, []), found.get(name, [])
        if before != after:
            only = [row for row in after if row not in before][:2] or [row for row in before if row not in after][:2]
            wrong.append(f"{name}: {len(before)} rows became {len(after)}: {only}"[:400])
    return wrong


def _wrong_mails(stage: Stage, sent: Any, home: Home) -> list[str]:
    """No mail twice, none of another kind; one that is missing must be in doubt or refused, and its log says so."""
    twice = [f"sent {count} times: {key}" for key, count in sent.items() if count > stage.mails.get(key, 0)]
    missing = sum(stage.mails.values()) - sum(sent.values())
    said = home.sending_log.read_text(encoding="utf-8") if home.sending_log.exists() else ""
    if missing > 0 and not said:
        twice.append(f"{missing} mails are missing and the log says nothing of them")
    return twice


def _need(outcome: Outcome) -> Any:
    if not outcome.is_done:
        raise RuntimeError(outcome.error or "killed")
    return outcome.value


@contextmanager
def copy_of(template: Path, folder: Path) -> Iterator[Home]:
    place = folder / "home"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place, symlinks=True)
    try:
        yield Home(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _server(part: Part, folder: Path) -> Any:
    shutil.rmtree(folder, ignore_errors=True)
    return running(folder) if part.mails else nullcontext()


def _host(server: Loopback | None) -> str | None:
    return server.host if server else None
