"""Prove that the ledger is the one that was written, and that the papers are those that were rendered."""

from __future__ import annotations

from billing_jobs.adapters.ledger import paper_shelf
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import LedgerBroken
from billing_jobs.intake import proof
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def verify(home: Home, run: Run) -> JobResult:
    """Walk the chain of commits. Raises LedgerBroken naming the first folder that does not fit, or the papers that were
    changed; a missing paper and a torn line of the sending log are reported."""
    ledger = open_ledger(home)
    missing, changed = paper_shelf.faults(home)
    problems = [*ledger.verify(), *changed, *proof.faults(home.landing)]
    if problems:
        raise LedgerBroken(
            "The ledger does not hold.\n"
            + "\n".join(problems)
            + "\nRestore it from the backup; see docs/operations.md."
        )
    torn = [
        f"sending.jsonl line {number} was torn by a crash: its mail has no record"
        for number in sending.torn_lines(home)
    ]
    counts = {"commits": ledger.head().sequence, "papers": len(paper_shelf.manifest(home))}
    return JobResult("verify", changed=False, counts=counts, messages=("every commit fits", *missing, *torn))
