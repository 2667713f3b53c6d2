"""A person's answer to what waits for approval: rows of `landing/decisions/` with the content that was approved."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from billing_jobs.adapters import lock
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import approvals
from billing_jobs.errors import UsageError
from billing_jobs.jobs.decide import refuse_what_ingest_would
from billing_jobs.records import JobResult, Run, make_id
from billing_jobs.settings import Home

# Who holds what nobody answered; `approvals_to_ask` asks about it again. A person's own hold is an answer.
UNANSWERED = "unanswered"


def question(home: Home, run: Run) -> dict[str, Any]:
    """What waits for approval, for the shell and for a scheduler's form: sums by seller, currency and kind, the ten
    largest of each currency beside what the customer is used to, what is held for other reasons. Changes nothing in
    what is billed."""
    with lock.hold(home):
        return {"kind": "approval", "language": language_of(home), **asdict(approvals.ask(home))}


def approve(
    home: Home,
    run: Run,
    *,
    question_id: str,
    only: Collection[str] = (),
    is_held: bool = False,
    decided_by: str,
    reason: str,
) -> JobResult:
    """Answer a question: approve what it asked (with `only`, these documents of it, and hold the rest), or hold all.

    The next ingest takes the answer in. A draft whose content is no longer the one that was asked about stays held. A
    question is answered once: the same answer again changes nothing. Raises UsageError when no such question waits,
    when `only` names what it did not ask, or when the answer could not be read.
    """
    with lock.hold(home):
        digest, documents = approvals.asked(home, question_id)
        if unknown := sorted(set(only) - {document_id for document_id, _ in documents}):
            raise UsageError(f"{', '.join(unknown)}: not asked about in question {question_id}. Nothing was written.")
        kinds = {
            document_id: "hold" if is_held or (only and document_id not in only) else "approve"
            for document_id, _ in documents
        }
        path = home.landing / "decisions" / f"approval-{digest}.jsonl"
        if path.exists():
            return JobResult(
                "approve", changed=False, messages=("This question was answered before; nothing was changed.",)
            )
        replace_bytes(path, _lines(run, documents, kinds, decided_by=decided_by, reason=reason))
    approved = sum(kind == "approve" for kind in kinds.values())
    held = len(kinds) - approved
    messages = [f"{approved} drafts are approved, {held} are held; the next ingest takes it in."]
    if held:
        messages.append("What is held goes out after `billing decide --kind release --document-id …`.")
    return JobResult("approve", changed=True, counts={"approved": approved, "held": held}, messages=tuple(messages))


def hold_unanswered(home: Home, run: Run) -> int:
    """Hold, as decisions, what should have been approved and that nothing holds: how many drafts. The next ingest takes
    it in; the next question asks about them again."""
    with lock.hold(home):
        documents = approvals.going_out_unasked(home)
        if documents:
            name = make_id(run.as_of_date, *(part for pair in documents for part in pair))[:16]
            content = _lines(
                run, documents, {}, decided_by=UNANSWERED, reason="approval was asked for and not answered"
            )
            replace_bytes(home.landing / "decisions" / f"unanswered-{name}.jsonl", content)
    return len(documents)


def _lines(
    run: Run, documents: Iterable[tuple[str, str]], kinds: dict[str, str], *, decided_by: str, reason: str
) -> bytes:
    said = {"decided_by": decided_by, "decided_at": run.now.isoformat(), "reason": reason}
    lines = []
    for document_id, content_hash in documents:
        kind = kinds.get(document_id, "hold")
        row = {"kind": kind, "document_id": document_id, "content_hash": content_hash, **said}
        decision_id = make_id("approval", *row.values())[:16]
        lines.append(json.dumps({"decision_id": decision_id, **row}, ensure_ascii=False) + "\n")
    refuse_what_ingest_would(lines[0])
    return "".join(lines).encode()
