"""Prove that the ledger is the one that was written, and that what came in and went out is what it says."""

from __future__ import annotations

import os
from pathlib import Path

from billing_jobs.adapters.ledger import anchor as anchors
from billing_jobs.adapters.ledger import chain, issued_documents, paper_shelf, proof, went_out
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.intake import proof as landing_proof
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

UNSEEN = (
    "without an anchor it cannot be seen whether the whole home was set back or made anew: "
    "`billing verify --anchor FILE` (docs/security.md)"
)


def verify(home: Home, run: Run, *, anchor: Path | None = None) -> JobResult:
    """Walk the chain of commits, then everything that hangs on it, and the anchor where there is one.

    Raises LedgerBroken with a sentence for each fault: what, where, what to do. A missing paper, a torn line of the log
    of mails and what lies in `ledger/` without being ours are reported.
    """
    ledger, anchor = open_ledger(home), anchor or _of_the_settings()
    missing, changed = paper_shelf.faults(home)
    problems = [
        *ledger.verify(),
        *changed,
        *landing_proof.faults(home.landing),
        *(anchors.problems(home, anchor) if anchor else []),
    ]
    if not problems:  # only then can its tables be read
        problems = [*issued_documents.given_out_twice(home), *went_out.unknown(home)]
    if problems:
        raise proof.broken(problems)
    torn = [
        f"sending.jsonl line {number} was torn by a crash: its mail has no record"
        for number in sending.torn_lines(home)
    ]
    counts = {"commits": ledger.head().sequence, "papers": len(paper_shelf.manifest(home))}
    said = ("every commit fits", *missing, *torn, *chain.strangers(home))
    return JobResult("verify", changed=False, counts=counts, messages=said if anchor else (*said, UNSEEN))


def _of_the_settings() -> Path | None:
    """The anchor that nights write to, where it is a file that can be read here."""
    where = os.environ.get("BILLING_ANCHOR", "").strip()
    return Path(where) if where and not where.startswith("|") and Path(where).is_file() else None
