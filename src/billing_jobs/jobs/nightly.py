"""One night: from the files that came to the documents that go out. The order of steps, and nothing else."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable

from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import proof, went_out
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import UsageError
from billing_jobs.jobs import build as builds
from billing_jobs.jobs import first_steps
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")

Job = Callable[[Home, Run], JobResult]
# A deposit may free another match; each round needs a build of what the last one paid.
ALLOCATION_ROUNDS = 5
HOLDING_ROUNDS = 5


def nightly(home: Home, run: Run, *, until: str | None = None) -> JobResult:
    """The whole night under one lock, or its steps up to and with `until`, one of NIGHT (UsageError for any other).

    Safe to repeat: a finished night adds nothing and says so; a crashed or broken off one is carried on.
    """
    if until is not None and until not in NIGHT:
        raise UsageError(f"There is no step {until} in a night; expected one of {', '.join(NIGHT)}. Nothing was done.")
    names = NIGHT if until is None else NIGHT[: NIGHT.index(until) + 1]
    return run_steps(home, run, names, job="nightly")


def run_steps(home: Home, run: Run, names: Iterable[str], *, job: str) -> JobResult:
    """Run the named steps in order; the first that raises ends the night.

    A day before the last finished one is only looked at. Raises LedgerBroken before the first step where `verify` would
    refuse the ledger, and where the ledger is older than what went out.
    """
    with lock.hold(home), proof.looked_at_once(home):
        proof.refuse_what_does_not_hold(home)
        went_out.refuse_what_is_behind(home)
        results = [_logged(name, _step(home, run, name)) for name in names]
        lacks = first_steps.lacking(home) if any(result.job == "build" for result in results) else ""
    changed = any(result.changed for result in results if result.job not in ("build", "check"))
    counts = {f"{result.job}.{name}": count for result in results for name, count in result.counts.items()}
    messages = tuple(f"{result.job}: {message}" for result in results for message in result.messages)
    if lacks:
        log.warning("%s", lacks)
        messages = (*messages, lacks)
    return JobResult(job, changed=changed, counts=counts, messages=messages if changed else (*messages, "nothing new"))


def _step(home: Home, run: Run, name: str) -> JobResult:
    if name == "build":
        first_steps.refuse_without_catalog(home)
    return STEPS[name](home, run)


def _logged(name: str, result: JobResult) -> JobResult:
    log.info("%s: %s", name, "; ".join(result.messages) or "done")
    return result


def _later(name: str) -> Job:
    """A job that is imported when its step runs, as a scheduler's task loads only what it needs;
    a view of the past leaves it out."""

    def job(home: Home, run: Run) -> JobResult:
        if runs.is_view(home, run):
            return JobResult(
                name, changed=False, messages=("a view of the past: nothing is taken in, recorded, published or sent",)
            )
        result: JobResult = getattr(importlib.import_module(f"billing_jobs.jobs.{name}"), name)(home, run)
        return result

    return job


def _build_after(select: str, *, is_complete: bool = True) -> Job:
    def job(home: Home, run: Run) -> JobResult:
        if runs.is_view(home, run):
            return JobResult("build", changed=False, messages=("a view of the past is built once",))
        return builds.build_after(home, run, select, is_complete=is_complete)

    return job


_allocate = _later("allocate")
_build_for_allocation = _build_after(builds.FOR_ALLOCATION, is_complete=False)


def _allocate_until_settled(home: Home, run: Run) -> JobResult:
    """In rounds, until nothing was recorded that the tables have not seen: also not by a run of this step that broke
    off between its commit and the build of it."""
    total, said = 0, tuple[str, ...]()
    for _ in range(ALLOCATION_ROUNDS):
        result = _allocate(home, run)
        if result.changed:
            total, said = total + result.counts["allocations"], result.messages
        if not _build_for_allocation(home, run).changed:
            break
    return JobResult("allocate", changed=total > 0, counts={"allocations": total}, messages=said or result.messages)


_check = _later("check")


def _check_what_is_new(home: Home, run: Run) -> JobResult:
    if not runs.is_view(home, run) and checks.has_passed_as_it_is(home, runs.settle(home, run)):
        return JobResult("check", changed=False, messages=("these very tables have passed before",))
    return _check(home, run)


def _hold_what_nobody_approved(home: Home, run: Run) -> JobResult:
    """Before a scheduler's `issue`: what should have been approved, and nothing holds, is held by a decision. A file
    that comes with it may make another such draft; each round looks again."""
    held = 0
    for _ in range(HOLDING_ROUNDS):
        found = (
            0
            if runs.is_view(home, run)
            else importlib.import_module("billing_jobs.jobs.approve").hold_unanswered(home, run)
        )
        if not found:
            said = (f"{held} drafts were not approved and are held",) if held else ()
            return JobResult("hold_unanswered", changed=held > 0, counts={"held": held} if held else {}, messages=said)
        held += found
        for step in ("ingest", "build", "check"):
            STEPS[step](home, run)
    raise UsageError(
        f"After {HOLDING_ROUNDS} rounds there are still drafts that nobody approved and that no decision holds. "
        "Nothing was issued."
    )


def _close_what_was_checked(home: Home, run: Run) -> JobResult:
    """A month end of its own, apart from its night, may see files that came since:
    then its tables are checked before the close."""
    if not runs.is_view(home, run) and not checks.has_passed(home, runs.settle(home, run)):
        _check(home, run)
    return _later("close")(home, run)


STEPS: dict[str, Job] = {
    "ingest": _later("ingest"),
    "build": builds.build_what_is_new,
    "check": _check_what_is_new,
    "hold_unanswered": _hold_what_nobody_approved,
    "issue": _later("issue"),
    "build_issued": _build_for_allocation,
    "allocate": _allocate_until_settled,
    "build_allocated": _build_after(builds.AFTER_RECORDING),
    "close": _close_what_was_checked,
    "build_closed": _build_after(builds.AFTER_CLOSE),
    "check_out": _check_what_is_new,
    "publish": _later("publish"),
    "render": _later("render"),
    "send": _later("send"),
    "seal": _later("seal"),
}
