"""Sellers whose documents a person approves: before the first, always, above a limit; and one whose catalog says
nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from billing_jobs.jobs.approve import UNANSWERED
from billing_jobs.records import make_id
from tests.dbt.invoicing.book import Book, Night

FIRST, SECOND, THIRD = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)
RULES: dict[str, dict[str, Any]] = {
    "asksfirst": {"approval": "first"},
    "asksalways": {"approval": "always"},
    "asksabove": {"approval": "above", "approval_limit": 10_000},
    "askseach": {"approval": "above", "approval_limits": '{"JPY": "10000", "EUR": "29.99"}'},
    "asksnever": {"approval": "never"},
    "unsaid": {},
    "unsaid2": {},
}


def catalog(book: Book, entity: dict[str, Any]) -> None:
    """The sellers, each like `entity` but for its rule."""
    book.lake["catalog_entities"] += [
        {
            **entity,
            "entity_id": name,
            "currency": "JPY",
            "invoice_number_pattern": f"{name}-{{seq:3}}",
            "credit_note_number_pattern": f"{name}-C{{seq:3}}",
            **rule,
        }
        for name, rule in RULES.items()
    ]


def draft_of(customer: str, seller: str, *, currency: str = "JPY", bill_on: date = FIRST) -> str:
    """The id of the first draft of a customer of one of the sellers."""
    return make_id(customer, seller, currency, "", "exclusive", bill_on, 0)


def decide(writer: Any, kind: str, day: date, **columns: object) -> None:
    """A decision in the evening of its day, with a name of its own, so that those of the other cases keep theirs."""
    rows = writer.book.lake.setdefault("decisions", [])
    number = sum(row["decision_id"].startswith("approval-") for row in rows) + 1
    at = f"{day} 20:{number:02}:00+00"
    said = {"decided_by": "a person", "reason": "a reason", "file_name": "approvals", "line_no": number}
    rows.append(
        {"decision_id": f"approval-{number}", "kind": kind, "decided_at": at, "received_at": at, **said, **columns}
    )


def first(writer: Any) -> None:
    for seller in ("asksfirst", "asksalways", "asksnever", "unsaid", "unsaid2"):
        for number in (1, 2):
            writer.charge(f"{seller}.{number}-base", 500, entity_id=seller)
    writer.charge("atlimit-base", "9091", entity_id="asksabove")  # 10,000 with tax: not above
    writer.charge("overlimit-base", "9092", entity_id="asksabove")
    dollars: dict[str, Any] = {"currency": "USD", "entity_id": "asksabove", "minor_digits": 2, "tax_rate": 0}
    writer.charge("atdollars-base", "100.00", **dollars)  # as many cents as the limit has yen
    writer.charge("overdollars-base", "100.01", **dollars)
    euros: dict[str, Any] = {"currency": "EUR", "entity_id": "askseach", "minor_digits": 2, "tax_rate": 0}
    writer.charge("ateuros-base", "29.99", **euros)
    writer.charge("overeuros-base", "30.00", **euros)
    decide(writer, "hold", FIRST, document_id=draft_of("unsaid2.1", "unsaid2"), decided_by=UNANSWERED)
    decide(writer, "hold", FIRST, document_id=draft_of("unsaid2.2", "unsaid2"))


def second(writer: Any, nights: list[Night]) -> None:
    """One of each is approved as it stands; one with the content of another; one was only released."""
    drafts = {row["customer_id"]: row for row in nights[0].tables["draft_invoices"]}
    for customer in ("asksalways.1", "overlimit"):
        draft = drafts[customer]
        decide(writer, "approve", SECOND, document_id=draft["document_id"], content_hash=draft["content_hash"])
    decide(
        writer,
        "approve",
        SECOND,
        document_id=drafts["asksalways.2"]["document_id"],
        content_hash=drafts["asksalways.1"]["content_hash"],
    )
    decide(writer, "release", SECOND, document_id=drafts["overdollars"]["document_id"])
    decide(writer, "release", SECOND, document_id=drafts["unsaid2.1"]["document_id"])
    decide(writer, "release", SECOND, document_id=drafts["unsaid2.2"]["document_id"])


def third(writer: Any, nights: list[Night]) -> None:
    """One of the seller that asks before its first is approved: the other one goes out the night after."""
    draft = next(row for row in nights[0].tables["draft_invoices"] if row["customer_id"] == "asksfirst.1")
    decide(writer, "approve", THIRD, document_id=draft["document_id"], content_hash=draft["content_hash"])
    writer.charge("overlimit-calls", "9092", entity_id="asksabove", kind="usage", bill_on=THIRD)
