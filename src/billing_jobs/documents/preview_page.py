"""A preview of the next night to one page for people: what would be issued, beside last month, and what mailed.

A single HTML file that needs no network. Pure.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import jinja2

from billing_jobs.documents import wording

Row = dict[str, Any]
_TYPES = {"invoice": "請求書 Invoice", "credit_note": "返還請求書 Credit note"}


@dataclass(frozen=True)
class Previewed:
    """What the page says: which night, at which moment, why it would stop ('' if it would not), the rows of the tables
    of the preview, and the paper of each draft that has one (its id -> a path below the page's folder)."""

    as_of_date: date
    known_until: datetime
    stopped: str
    drafts: list[Row]
    beside_last_month: list[Row]
    sales: list[Row]
    mails: list[Row]
    papers: Mapping[str, str]


def page(previewed: Previewed) -> str:
    """The page; the currency with most drafts stands first."""
    by_currency: dict[str, list[Row]] = defaultdict(list)
    for row in previewed.beside_last_month:
        by_currency[row["currency"]].append(row)
    order = sorted(by_currency, key=lambda currency: (-len(by_currency[currency]), currency))
    return _template().render(
        as_of=wording.day(previewed.as_of_date, "ja"),
        as_of_iso=previewed.as_of_date.isoformat(),
        known_until=f"{previewed.known_until:%Y-%m-%d %H:%M} UTC",
        stopped=previewed.stopped,
        sections=[_section(previewed, currency, by_currency[currency]) for currency in order],
        mails=sorted(Counter(row["purpose"] for row in previewed.mails).items()),
        sales=[_sale(row) for row in previewed.sales],
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string((wording.TEMPLATES / "preview.html.j2").read_text("utf-8"))


def _section(previewed: Previewed, currency: str, rows: list[Row]) -> dict[str, Any]:
    drafts: dict[str, list[Row]] = defaultdict(list)
    for draft in previewed.drafts:
        if draft["currency"] == currency:
            drafts[draft["customer_id"]].append(draft)
    rows = sorted(rows, key=lambda row: (-abs(row["difference"]), row["customer_id"]))
    issued, held, before = (
        sum((row[name] for row in rows), Decimal(0)) for name in ("draft_amount", "held_amount", "last_amount")
    )
    return {
        "currency": currency,
        "figures": [
            ("発行予定", "would be issued", wording.money(issued, currency)),
            ("保留", "would be held", wording.money(held, currency)),
            ("前回の月", "last month with documents", wording.money(before, currency)),
            ("差", "difference", _signed(issued + held - before, currency)),
        ],
        "customers": [_customer(row, drafts[row["customer_id"]], previewed.papers) for row in rows],
    }


def _customer(row: Row, drafts: list[Row], papers: Mapping[str, str]) -> dict[str, Any]:
    currency, month = row["currency"], row["last_month"]
    return {
        "id": row["customer_id"],
        "name": row.get("name") or "",
        "amount": wording.money(row["draft_amount"] + row["held_amount"], currency),
        "last": wording.money(row["last_amount"], currency) if month else "—",
        "last_month": f"{month:%Y-%m}" if month else "初回 first",
        "difference": _signed(row["difference"], currency),
        "way": "more" if row["difference"] > 0 else "less" if row["difference"] < 0 else "same",
        "drafts": [
            {
                "type": _TYPES[draft["document_type"]],
                "day": draft["invoice_date"].isoformat(),
                "amount": wording.money(draft["total_amount"], currency),
                "hold": draft["hold_reason"] or "",
                "paper": papers.get(draft["document_id"], ""),
            }
            for draft in drafts
        ],
    }


def _sale(row: Row) -> dict[str, str]:
    amounts = ("recognised_amount", "invoiced_amount", "drafted_amount")
    return {
        "month": f"{row['month']:%Y-%m}",
        "product": row["product"] or "—",
        "department": row["department"] or "—",
        **{name: wording.money(row[name], row["currency"]) for name in amounts},
    }


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else '' if amount else '±'}{wording.money(amount, currency)}"
