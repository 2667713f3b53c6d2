"""An explanation as text for people: aligned columns, from the amount down to the row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from billing_jobs.cli.tables import number, table
from billing_jobs.messages import say

Row = dict[str, Any]


def document_text(facts: Row) -> Iterator[str]:
    """One document: head, each line with what stands behind it, taxes, payments."""
    head, language = facts["document"], facts.get("language", "en")
    yield say("explain_document", language, **head)
    amounts = {name: number(head[f"{name}_amount"]) for name in ("net", "tax", "total", "paid", "open")}
    yield "  " + say("explain_amounts", language, **amounts, currency=head["currency"])
    yield "  " + say("explain_paid", language, **amounts, status=head["status"])
    for line in facts["lines"]:
        yield ""
        yield from _line(line, language)
    yield from _section(
        say("section_taxes", language), facts["taxes"], ["tax_code", "tax_rate", "net_amount", "tax_amount", "currency"]
    )
    yield from _section(
        say("section_payments", language),
        facts["payments"],
        ["deposit_date", "kind", "rule", "why", "amount", "currency", "source", "payment_id"],
    )


def contract_text(facts: Row) -> Iterator[str]:
    """One contract: what was signed, what changed, its periods, charges and documents."""
    head, language = facts["contract"], facts.get("language", "en")
    yield say("explain_contract", language, **head)
    yield from _section(
        say("section_changes", language),
        facts["changes"],
        ["effective_on", "kind", "at", "plan_id", "fee_id", "quantity", "until", "file_name", "line_no"],
    )
    yield from _section(
        say("section_phases", language),
        facts["phases"],
        ["phase_from", "phase_until", "plan_id", "quantity", "department"],
    )
    yield from _section(
        say("section_periods", language), facts["periods"], ["period_from", "period_until", "is_trial", "bill_on"]
    )
    shown = [
        "plan_id",
        "fee_id",
        "period_from",
        "period_until",
        "quantity",
        "owed_amount",
        "billed_amount",
        "difference",
        "currency",
    ]
    yield from _section(say("section_charges", language), facts["charges"], shown)
    yield from _section(
        say("section_credits", language),
        facts["credits"],
        ["block_id", "movement", "moved_on", "amount", "remaining_amount", "currency", "document_number", "expires_on"],
    )
    shown = [
        "document_number",
        "invoice_date",
        "line_no",
        "fee_id",
        "period_from",
        "period_until",
        "net_amount",
        "currency",
    ]
    yield from _section(say("section_documents", language), facts["documents"], shown)


def _line(line: Row, language: str) -> Iterator[str]:
    trace = line["trace"]
    amounts = {"line_amount": number(line["line_amount"]), "tax_rate": number(line["tax_rate"])}
    yield say("explain_line", language, **{**line, **amounts})
    yield "  " + say(
        "explain_line_of", language, **{**line, "contract_id": line["contract_id"] or say("explain_none", language)}
    )
    if trace.get("owed") is not None:
        yield "  " + ", ".join(
            say(f"explain_{name}", language, amount=number(Decimal(str(trace[name]))))
            for name in ("computed", "owed", "billed_before", "difference")
            if trace.get(name) is not None
        )
    if trace.get("credit_block"):
        yield "  " + say("explain_drawn", language, **trace)
    for discount in trace.get("discounts") or []:
        amounts = {"amount": _plain(discount["amount"]), "of": _plain(trace["unrounded"])}
        yield "    " + say(
            "explain_discount", language, discount=f"{discount['discount']}{_named(discount, language)}", **amounts
        )
    limits = [
        say(f"explain_{name}", language, amount=_plain(trace[name]))
        for name in ("minimum", "maximum")
        if trace.get(name) is not None
    ]
    if limits:
        joined = say("explain_and", language).join(limits)
        yield "    " + say("explain_limits", language, limits=joined)
    if Decimal(trace.get("covered") or 0):
        yield "    " + say(
            "explain_together", language, required=_plain(trace["required"]), covered=_plain(trace["covered"])
        )
    for segment in trace.get("segments") or []:
        days = (
            " " + say("explain_days", language, **segment)
            if segment.get("of_days") not in (None, segment.get("days"))
            else ""
        )
        told = {"quantity": _plain(segment["quantity"]), "amount": _plain(segment["amount"]), "days": days}
        yield "    " + say("explain_segment", language, **{**segment, **told})
        for step in segment.get("steps") or []:
            told = {name: _plain(step[name]) for name in ("quantity", "unit_price", "amount")}
            yield "      " + say("explain_step", language, tier=step["tier"], **told)
    yield from _indented(table(line.get("days", []), ["usage_date", "dimensions", "quantity", "event_count"]), "    ")
    if line.get("events_behind"):
        yield "    " + say("explain_events", language, count=f"{line['events_behind']:,}", meter=line["meter"])
        yield from _indented(table(line["files"], ["file_name", "events", "first_row", "last_row"]), "      ")
        yield from _indented(table(line["events"], ["event_at", "event_id", "value", "file_name", "line_no"]), "      ")
        if line["events_behind"] > len(line["events"]):
            yield "      " + say("explain_more", language, count=f"{line['events_behind'] - len(line['events']):,}")


def _section(title: str, rows: list[Row], columns: list[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        yield from _indented(table(rows, columns), "  ")


def _indented(lines: list[str], by: str) -> Iterator[str]:
    return (by + line for line in lines)


def _named(discount: Row, language: str) -> str:
    name = discount.get(f"name_{language}") or discount.get("name_en")
    return f" ({name})" if name else ""


def _plain(value: Any) -> str:
    return number(Decimal(str(value))) if value is not None else ""
