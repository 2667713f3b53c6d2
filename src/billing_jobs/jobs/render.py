"""Make the PDF of every issued document that has none yet.

Safe to repeat: a paper is written once and never changed.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from billing_jobs.adapters.ledger import issued_documents
from billing_jobs.adapters.ledger.paper_shelf import PaperDiffers, Shelf
from billing_jobs.documents.issued import IssuedDocument
from billing_jobs.documents.paper import describe
from billing_jobs.documents.pool import render_all
from billing_jobs.progress import track
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")
BATCH = 500  # documents held in memory at once


def render(home: Home, run: Run) -> JobResult:
    """Render what is missing.

    A document that cannot be rendered is named in the messages, stays without paper and mail, and stops no other.
    """
    issued = dict(issued_documents.numbers_of(home))
    shelf = Shelf(home)
    missing = shelf.missing(issued)
    done, messages = 0, []
    for start in range(0, len(missing), BATCH):
        rendered, faults = _render_batch(
            home, run, shelf, {number: issued[number] for number in missing[start : start + BATCH]}
        )
        done += rendered
        messages += faults
    for message in messages:
        log.error("render: %s", message)
    return JobResult(
        "render",
        done > 0,
        {"rendered": done, "present": len(issued) - len(missing), "quarantined": len(messages)},
        tuple(messages),
    )


def _render_batch(home: Home, run: Run, shelf: Shelf, issued: dict[str, date]) -> tuple[int, list[str]]:
    described, messages = _describe(issued_documents.load(home, issued))
    done = 0
    for result in track(render_all(described), "Rendering documents", total=len(described)):
        if result.pdf is None:
            messages.append(_quarantine(result.reason))
            continue
        try:
            shelf.put(document_number=result.number, invoice_date=issued[result.number], pdf=result.pdf, now=run.now)
            done += 1
        except PaperDiffers as refusal:
            messages.append(str(refusal))
    return done, messages


def _describe(loaded: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    described, messages = [], []
    for rows in loaded:
        issued = IssuedDocument(**rows)
        try:
            described.append(describe(issued))
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as refusal:  # one broken snapshot must not keep the others from their readers
            messages.append(
                _quarantine(
                    str(refusal)
                    if issued.number in str(refusal)
                    else f"{issued.number}: {type(refusal).__name__}: {refusal}"
                )
            )
    return described, messages


def _quarantine(reason: str) -> str:
    return (
        f"{reason}. No PDF was made and no mail will be sent for it; correct the cause and run `billing render` again"
    )
