"""An explanation as text for people: aligned columns, from the amount down to the row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from billing_jobs.cli.tables import number, table

Row = dict[str, Any]


def document_text(facts: Row) -> Iterator[str]:
    """One document: head, each line with what stands behind it, taxes, payments."""
    head = facts["document"]
    yield (
        f"{head['document_number']}  {head['document_type']} of {head['invoice_date']}, due {head['due_date']}, "
        f"customer {head['customer_id']}"
    )
    yield (
        f"  net {number(head['net_amount'])} + tax {number(head['tax_amount'])} = {number(head['total_amount'])} "
        f"{head['currency']}"
    )
    yield f"  {head['status']}: paid {number(head['paid_amount'])}, open {number(head['open_amount'])}"
    for line in facts["lines"]:
        yield ""
        yield from _line(line)
    yield from _section("Taxes", facts["taxes"], ["tax_code", "tax_rate", "net_amount", "tax_amount", "currency"])
    yield from _section(
        "Payments and credits",
        facts["payments"],
        ["deposit_date", "kind", "rule", "amount", "currency", "source", "payment_id"],
    )


def contract_text(facts: Row) -> Iterator[str]:
    """One contract: what was signed, what changed, its periods, charges and documents."""
    head = facts["contract"]
    yield (
        f"Contract {head['contract_id']} of customer {head['customer_id']}: plan {head['plan_id']} since "
        f"{head['service_from']}, {head['status']}"
    )
    yield from _section(
        "Changes",
        facts["changes"],
        ["effective_on", "kind", "at", "plan_id", "fee_id", "quantity", "until", "file_name", "line_no"],
    )
    yield from _section("Phases", facts["phases"], ["phase_from", "phase_until", "plan_id", "quantity", "department"])
    yield from _section("Billing periods", facts["periods"], ["period_from", "period_until", "is_trial", "bill_on"])
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
    yield from _section("Charges", facts["charges"], shown)
    yield from _section(
        "Prepaid credits",
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
    yield from _section("Documents", facts["documents"], shown)


def _line(line: Row) -> Iterator[str]:
    trace = line["trace"]
    yield (
        f"Line {line['line_no']}: {line['description']}  {number(line['line_amount'])} {line['currency']} (tax "
        f"{line['price_basis']}, {number(line['tax_rate'])} %)"
    )
    yield (
        f"  {line['kind']} {line['plan_id']}/{line['fee_id']} of contract {line['contract_id'] or 'none'}, period "
        f"{line['period_from']} until {line['period_until']}"
    )
    if trace.get("owed") is not None:
        words = {"computed": "computed", "owed": "owed", "billed_before": "billed before", "difference": "difference"}
        yield "  " + ", ".join(
            f"{words[name]} {number(Decimal(str(trace[name])))}" for name in words if trace.get(name) is not None
        )
    if trace.get("credit_block"):
        yield f"  drawn from credit block {trace['credit_block']} for charge {trace['pays']}"
    for discount in trace.get("discounts") or []:
        yield (
            f"    discount {discount['discount']}{_named(discount)}: {_plain(discount['amount'])} of "
            f"{_plain(trace['unrounded'])}"
        )
    limits = [
        f"{word} {_plain(trace[name])}"
        for name, word in (("minimum", "at least"), ("maximum", "at most"))
        if trace.get(name) is not None
    ]
    if limits:
        yield f"    {' and '.join(limits)} for the days served"
    if Decimal(trace.get("covered") or 0):
        yield (
            f"    {_plain(trace['required'])} at least for all fees together, {_plain(trace['covered'])} of it by the "
            "others"
        )
    for segment in trace.get("segments") or []:
        days = (
            f" x {segment['days']} of {segment['of_days']} days"
            if segment.get("of_days") not in (None, segment.get("days"))
            else ""
        )
        yield (
            f"    {segment['from']} until {segment['until']}: price of {segment['version_from']}, "
            f"{_plain(segment['quantity'])}{days} -> {_plain(segment['amount'])}"
        )
        for step in segment.get("steps") or []:
            yield (
                f"      step {step['tier']}: {_plain(step['quantity'])} x {_plain(step['unit_price'])} = "
                f"{_plain(step['amount'])}"
            )
    yield from _indented(table(line.get("days", []), ["usage_date", "dimensions", "quantity", "event_count"]), "    ")
    if line.get("events_behind"):
        yield f"    {line['events_behind']:,} events of meter {line['meter']}, from"
        yield from _indented(table(line["files"], ["file_name", "events", "first_row", "last_row"]), "      ")
        yield from _indented(table(line["events"], ["event_at", "event_id", "value", "file_name", "line_no"]), "      ")
        if line["events_behind"] > len(line["events"]):
            yield f"      … and {line['events_behind'] - len(line['events']):,} more"


def _section(title: str, rows: list[Row], columns: list[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        yield from _indented(table(rows, columns), "  ")


def _indented(lines: list[str], by: str) -> Iterator[str]:
    return (by + line for line in lines)


def _named(discount: Row) -> str:
    return f" ({discount['name_en']})" if discount.get("name_en") else ""


def _plain(value: Any) -> str:
    return number(Decimal(str(value))) if value is not None else ""
