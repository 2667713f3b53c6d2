"""Seal what stands at the end of a night, and put that on record outside the home."""

from __future__ import annotations

from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import anchor, seals, went_out
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def seal(home: Home, run: Run) -> JobResult:
    """Append a line to `ledger/seals.jsonl`, where anything is other than the last one says, and to the anchor, if
    there is one. BillingError when the anchor cannot be written."""
    with lock.hold(home):
        is_new = seals.write(home, run) is not None
        went_out.refuse_what_is_behind(home)
        is_anchored = anchor.write(home)
    said = "the night is sealed" if is_new else "nothing to seal since the last night"
    return JobResult(
        "seal", changed=is_new, messages=(said, *(["its anchor is written outside the home"] if is_anchored else []))
    )
