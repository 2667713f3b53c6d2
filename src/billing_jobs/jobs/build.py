"""Compute every table from the facts and the ledger, test it, and put the result into the candidate."""

from __future__ import annotations

from billing_jobs import pricing_rules
from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import proof, went_out
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.published import publish
from billing_jobs.adapters.warehouse import dbt, runs
from billing_jobs.errors import BuildFailed, UsageError
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

# What the next allocation needs after documents or allocations were recorded: what lies between the ledger and the
# proposal.
FOR_ALLOCATION = "stg_ledger__documents+,+allocations_to_record stg_ledger__allocations+,+allocations_to_record +run"
# Everything that hangs on what a night records before its last check; `run` carries the ledger's head, with all that
# lies before it.
AFTER_RECORDING = (
    "stg_ledger__documents+ stg_ledger__document_lines+ stg_ledger__document_taxes+ stg_ledger__allocations+ "
    "stg_ledger__pricing_rules+ +run"
)
# What shows the mails that were sent: all that changes between a finished night and a look at it two hours later.
AFTER_MAILS = "stg_ledger__sendings+ +run"
AFTER_CLOSE = "stg_ledger__journal_entries+ stg_ledger__period_closes+ +run"


def build(
    home: Home, run: Run, *, select: str | None = None, is_complete: bool = True, forecast: bool = False
) -> JobResult:
    """Build and test all tables (or those selected) as of the run, and swap in the new candidate.

    A run before the last finished night is a view: it is built below `views/` from the same facts, cut at its moment,
    and nothing of it is ever recorded or published. `is_complete` says whether the tables fit together afterwards; only
    then may they be published. A forecast drafts every invoice until the run as the nights between would have issued
    it: none of them is late. Raises BuildFailed with what failed, in plain words, LedgerBroken where the ledger does
    not hold; the candidate stays the one before.
    """
    with lock.hold(home):
        proof.refuse_what_does_not_hold(home, read_again=select is None)
        went_out.refuse_what_is_behind(home)
        _refuse_older_rules(home)
        is_view = runs.is_view(home, run)
        run = run if is_view else runs.settle(home, run)
        place = runs.view_home(home, run) if is_view else home
        runs.write_run(place, run, open_ledger(home).head(), view=is_view, forecast=forecast)
        made_from = runs.made_from(home) if select in (None, AFTER_MAILS) else runs.candidate_was_made_from(home)
        outcome = dbt.build(place.root, select, is_complete=is_complete)
        if not outcome.ok:
            raise BuildFailed(
                f"The tables of {run.as_of_date} could not be built; nothing was recorded or published.\n"
                + "\n".join(outcome.failures)
            )
        tables = publish.make_candidate(place, made_from=made_from, is_complete=is_complete)
    said = f"a view of the past, in {place.candidate}" if is_view else f"tables of {run.as_of_date} built and tested"
    return JobResult(
        "build",
        changed=True,
        counts={"models": outcome.models, "tests": outcome.tests, "tables": tables},
        messages=(said,),
    )


def _refuse_older_rules(home: Home) -> None:
    """Older pricing rules would bill back, without a word, what newer ones billed."""
    if (recorded := open_ledger(home).rules_version()) > pricing_rules.CURRENT:
        raise UsageError(
            f"The ledger was written under version {recorded} of the pricing rules, this software knows version "
            f"{pricing_rules.CURRENT}: install the version that wrote it, or a later one. Nothing was built."
        )


def build_what_is_new(home: Home, run: Run) -> JobResult:
    """Build the run, as far as the candidate is not what this would make: the same night again,
    and nothing came in or was recorded since."""
    outdated = {"all"} if runs.is_view(home, run) else runs.outdated_in_candidate(home, runs.settle(home, run))
    if not outdated:
        return JobResult("build", changed=False, messages=("these very tables stand already",))
    return build(home, run, select=AFTER_MAILS if outdated == {"mails"} else None)


def build_after(home: Home, run: Run, select: str, *, is_complete: bool = True) -> JobResult:
    """Build what hangs on the ledger, unless the candidate has seen its newest commit already."""
    if runs.candidate_is_current(home, runs.settle(home, run), is_complete=is_complete):
        return JobResult("build", changed=False, messages=("nothing was recorded since the last build",))
    return build(home, run, select=select, is_complete=is_complete)
