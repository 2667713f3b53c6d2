"""One trial: a part's home, disturbed once, run again untouched, compared with a run that nothing disturbed."""

from __future__ import annotations

import math
import mmap
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger.commits import Head, open_ledger
from billing_jobs.errors import LedgerConflict
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback
from tests.adapters.ledger.test_commits import commit
from tests.chaos.apart import Outcome, apart, together
from tests.chaos.faults import Fault
from tests.chaos.mail_parts import mails_in, wrong_mails
from tests.chaos.parts import Part, State
from tests.chaos.stages import HOME, Stage, copy_of, disturbed, read_apart, servers

ANSWERS = (202, 202, 202, 202, 400, 401, 429, 500, 502, 503, 504, "drop", "reset")
WENT_THROUGH = "went through"


@dataclass
class Result:
    """What a trial did and what it left wrong; `hit` says whether its fault came to pass."""

    part: str
    fault: str
    hit: bool
    ended: str
    wrong: list[str] = field(default_factory=list)


def play(stage: Stage, fault: Fault, seed: int, folder: Path) -> Result:
    """Disturb once, run again, compare. Again is, as drawn by `seed`, from the first step or from the one that broke
    off. Mail servers answer as drawn while disturbed, well afterwards; mails that they refused are tried by the next
    night, so there it is from the first step."""
    chance, reached = random.Random(f"{seed} {stage.part.name} {fault}"), mmap.mmap(-1, 1)
    with copy_of(stage.template, folder) as place, servers(stage.part, folder / "mails") as server:
        if server and fault.kind not in ("torn", "worker"):  # these are meant for one act, which answers would shift
            server.behave(*(chance.choice(ANSWERS) for _ in range(3)))
        first = apart(disturbed, stage.part, place, fault, server and server.host, reached)
        broke_off_at = 0 if server or _ending(first) == WENT_THROUGH else reached[0]
        return again(stage, place, server, first, str(fault), first_step=chance.choice((0, broke_off_at)))


def again(
    stage: Stage, place: Path, server: Loopback | None, first: Outcome, fault: str, *, first_step: int = 0
) -> Result:
    """Run again untouched what ended as `first`, and compare."""
    if server:
        server.behave()
    result = Result(stage.part.name, fault, _was_hit(first), _ending(first))
    second = apart(disturbed, stage.part, place, Fault("none"), server and server.host, None, first_step)
    if not second.is_done or second.value[1]:
        result.wrong.append(f"run again: {second.error or (second.value and second.value[1]) or 'killed'}")
    else:
        compare(stage, place, result, server)
    return result


def compare(stage: Stage, place: Path, result: Result, server: Loopback | None) -> None:
    """Add to the result what is other than an undisturbed run leaves it."""
    state = apart(read_apart, stage.part, place)
    result.wrong += [state.error] if not state.is_done else _differences(stage.state, state.value)
    if server:
        result.wrong += wrong_mails(Home(place / HOME), stage.mails, mails_in(server.folder))


def play_two(stage: Stage, number: int, seed: int, folder: Path) -> Result:
    """The same work twice at once, the second a drawn moment later: it is told who works there, or waits as a
    scheduler's task does. Each ends by itself, and together they leave what one leaves."""
    chance = random.Random(f"{seed} two")
    wait, later = (0, math.inf)[number % 2], chance.random() * min(stage.seconds, 1)
    with copy_of(stage.template, folder) as place, servers(stage.part, folder / "mails") as server:
        host = server and server.host
        ended = together(
            (disturbed, stage.part, place, Fault("none"), host), (_later, stage.part, place, host, later, wait)
        )
        said = "; ".join(_ending(one) for one in ended)
        result = Result(stage.part.name, f"two at once, {later:.2f} s apart, waiting {wait} s", True, said)
        result.wrong += [one.error for one in ended if one.error]
        apart(disturbed, stage.part, place, Fault("none"), host)
        compare(stage, place, result, server)
        return result


def play_two_writers(stage: Stage, number: int, seed: int, folder: Path) -> Result:
    """Two that record at once on the same head without the home's lock, as on a file system that has none of it: the
    same rows stand once and both know their number; of other rows the second is told and has recorded nothing."""
    taxes = ("100", "100") if number % 2 else ("100", "101")
    with copy_of(stage.template, folder) as place:
        head = open_ledger(Home(place / HOME)).head()
        ended = together(*((_record, place, head, tax) for tax in taxes))
        result = Result(stage.part.name, f"two writers at once, {' and '.join(taxes)}", True, "")
        told = sorted(str(one.value) for one in ended)
        if told != (["False", "True"] if number % 2 else ["LedgerConflict", "True"]):
            result.wrong.append(f"they were told {told} {[one.error for one in ended]}")
        proven = apart(read_apart, stage.part, place)
        if not proven.is_done or open_ledger(Home(place / HOME)).head().sequence != head.sequence + 1:
            result.wrong.append(f"not one commit more: {proven.error}")
        return result


def _record(place: Path, head: Head, tax: str) -> bool | str:
    try:
        return commit(Home(place / HOME), tax=f"{tax}::decimal(20,4)", built_on=head).is_new
    except LedgerConflict as conflict:
        return type(conflict).__name__


def _later(part: Part, place: Path, host: str | None, seconds: float, wait: float) -> tuple[list[str], str, bool]:
    time.sleep(seconds)
    if not wait:
        return disturbed(part, place, Fault("none"), host)
    with lock.hold(Home(place / HOME), wait_seconds=wait):
        return disturbed(part, place, Fault("none"), host)


def _was_hit(outcome: Outcome) -> bool:
    return outcome.killed or (outcome.is_done and bool(outcome.value[2]))


def _ending(outcome: Outcome) -> str:
    if outcome.killed:
        return "killed"
    return outcome.error or outcome.value[1] or WENT_THROUGH


def _differences(expected: State, found: State) -> list[str]:
    wrong = []
    for name in sorted({*expected, *found}):
        before, after = expected.get(name, []), found.get(name, [])
        if before != after:
            only = [row for row in after if row not in before][:2] or [row for row in before if row not in after][:2]
            wrong.append(f"{name}: {len(before)} rows became {len(after)}: {only}"[:400])
    return wrong
