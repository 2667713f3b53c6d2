"""Prove that the ledger is the one that was written, and that the papers are those that were rendered."""

from __future__ import annotations

from billing_jobs.adapters.ledger import paper_shelf, proof, went_out
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def verify(home: Home, run: Run) -> JobResult:
    """Walk the chain of commits. Raises LedgerBroken naming the first folder that does not fit, or the papers that were
    changed; a missing paper and a torn line of the sending log are reported."""
    ledger = open_ledger(home)
    missing, changed = paper_shelf.faults(home)
    if problems := [*ledger.verify(), *changed]:
        raise proof.broken(problems)
    if problems := went_out.unknown(home):
        raise proof.broken(problems)
    torn = [
        f"sending.jsonl line {number} was torn by a crash: its mail has no record"
        for number in sending.torn_lines(home)
    ]
    counts = {"commits": ledger.head().sequence, "papers": len(paper_shelf.manifest(home))}
    return JobResult("verify", changed=False, counts=counts, messages=("every commit fits", *missing, *torn))
