"""A part made ready to be disturbed: its place as a template, and what an undisturbed run leaves of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from billing_jobs.adapters.mail import sendgrid
from billing_jobs.adapters.mail.transport import Limits
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback, running
from tests.chaos.apart import Outcome, apart
from tests.chaos.faults import Fault, Saboteur
from tests.chaos.mail_parts import mails_in
from tests.chaos.parts import Part, State
from tests.jobs.test_verify import write_key

HOME, OUTSIDE, ANCHOR, KEY = "home", "outside", "anchor.jsonl", "key.pem"


@dataclass(frozen=True)
class Stage:
    """A part made ready: its place (the home, and the anchor outside it) as a template and after an undisturbed run,
    what that leaves, which mails it sends, the acts that it takes, its seconds."""

    part: Part
    template: Path
    after: Path
    state: State
    mails: dict[str, int]
    acts: Sequence[str]
    seconds: float


def set_up(part: Part, folder: Path) -> Stage:
    """Make the part's home and run it once undisturbed. Raises RuntimeError when either fails."""
    return run_undisturbed(part, make_template(part, folder), folder / "undisturbed")


def make_template(part: Part, folder: Path) -> Path:
    """The place with the part's home as it is before its work."""
    template = folder / part.name.replace(" ", "_")
    (template / OUTSIDE).mkdir(parents=True)
    write_key(template / OUTSIDE / KEY)
    _need(apart(part.prepare, Home(template / HOME)))
    return template


def run_undisturbed(part: Part, template: Path, place: Path) -> Stage:
    """Run the part once in a copy of its template, which is left as it is afterwards at `place`."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place, symlinks=True)
    with servers(part, place.with_name("mails")) as server:
        began = time.monotonic()
        acts, failed, _ = _need(apart(disturbed, part, place, Fault("none"), server and server.host))
        seconds = time.monotonic() - began
        if failed:
            raise RuntimeError(f"{part.name}, undisturbed: {failed}")
        state = _need(apart(read_apart, part, place))
        return Stage(part, template, place, state, dict(mails_in(place.with_name("mails"))), acts, seconds)


def step_by_step(part: Part, folder: Path) -> tuple[list[Stage], Stage]:
    """A stage for each step of a part's work, each with the home that the undisturbed steps before it left; and all of
    it as one, from the first home to what the last step left.

    What a step leaves is all that the next one reads: homes that read the same after each step do so after all of them.
    """
    stages: list[Stage] = []
    template = make_template(part, folder)
    for number, step in enumerate(part.steps):
        one = replace(part, name=f"{part.name}, step {number + 1}", steps=(step,))
        stages.append(run_undisturbed(one, template, folder / f"after_{number + 1}"))
        template = folder / f"after_{number + 1}"
    mails = {key: count for stage in stages for key, count in stage.mails.items()}
    seconds = sum(stage.seconds for stage in stages)
    return stages, replace(stages[-1], part=part, template=stages[0].template, mails=mails, seconds=seconds, acts=())


def disturbed(
    part: Part, place: Path, fault: Fault, host: str | None, reached: Any = None, first_step: int = 0
) -> tuple[list[str], str, bool]:
    """(acts, how it failed, whether the fault came to pass); runs in a process of its own. `reached`: shared memory
    that keeps the number of the step, also of a process that is killed."""
    environment(part, place, host)
    saboteur = Saboteur(fault, place)
    saboteur.begin()
    failed = ""
    try:
        for number, step in enumerate(part.steps[first_step:], start=first_step):
            if reached:
                reached[0] = number
            step(Home(place / HOME))
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"[:500]
    return saboteur.acts, failed, saboteur.hit


def environment(part: Part, place: Path, host: str | None) -> None:
    """What the jobs read of their environment, for this process. A mail's call has a second."""
    os.environ |= {"GX_ANALYTICS_ENABLED": "False", "SENDGRID_API_KEY": "SG.chaos"}
    if part.is_sealed:
        os.environ |= {
            "BILLING_ANCHOR": str(place / OUTSIDE / ANCHOR), "BILLING_ANCHOR_KEY": str(place / OUTSIDE / KEY),
        }  # fmt: skip
    if host:
        os.environ["BILLING_SENDGRID_HOST"] = host
        sendgrid.LIMITS = Limits(silence=0.5, call=1)


def read_apart(part: Part, place: Path) -> State:
    """What the part left; runs in a process of its own."""
    environment(part, place, None)
    return part.read(Home(place / HOME))


def _need(outcome: Outcome) -> Any:
    if not outcome.is_done:
        raise RuntimeError(outcome.error or "killed")
    return outcome.value


@contextmanager
def copy_of(template: Path, folder: Path) -> Iterator[Path]:
    """A copy of a part's place while the block runs."""
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place, symlinks=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def servers(part: Part, folder: Path) -> Iterator[Loopback | None]:
    """The mail server of a trial, if the part sends mails."""
    shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as exits:
        yield exits.enter_context(running(folder)) if part.mails else None
