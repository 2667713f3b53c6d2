"""Prove that the ledger is the one that was written."""

from __future__ import annotations

from billing_jobs.adapters import sending
from billing_jobs.adapters.ledger import open_ledger
from billing_jobs.errors import LedgerBroken
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def verify(home: Home, run: Run) -> JobResult:
    """Walk the chain of commits. Raises LedgerBroken naming the first folder that does not fit; a torn line of the sending log is reported."""
    ledger = open_ledger(home)
    problems = ledger.verify()
    if problems:
        raise LedgerBroken("The ledger does not hold.\n" + "\n".join(problems) + "\nRestore the folder from the backup; see docs/operations.md.")
    torn = [f"sending.jsonl line {number} was torn by a crash: its mail has no record" for number in sending.torn_lines(home)]
    return JobResult("verify", changed=False, counts={"commits": ledger.head().sequence}, messages=("every commit fits", *torn))
