"""Charges and segments as pricing and invoicing hand them over, written by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from billing_jobs.streams import AMOUNT, EXACT, RATE, Columns
from tests.support.fixture_home import Rows

CHARGES: Columns = {
    **dict.fromkeys(
        [
            "charge_id",
            "customer_id",
            "user_customer_id",
            "entity_id",
            "contract_id",
            "plan_id",
            "fee_id",
            "instance",
            "kind",
        ],
        "VARCHAR",
    ),
    **dict.fromkeys(["period_from", "period_until", "served_from", "served_until"], "DATE"),
    **{
        "currency": "VARCHAR",
        "minor_digits": "INTEGER",
        "tax_rate": RATE,
        "price_basis": "VARCHAR",
        "product": "VARCHAR",
        "department": "VARCHAR",
    },
    **{"owed_amount": AMOUNT, "billed_amount": AMOUNT, "billed_net_amount": AMOUNT, "is_billed": "BOOLEAN"},
    **dict.fromkeys(["credit_block_id", "paid_charge_id", "paid_kind"], "VARCHAR"),
}
BLOCKS: Columns = {
    **dict.fromkeys(["block_id", "contract_id", "purchase_id"], "VARCHAR"), "granted_amount": AMOUNT,
    "granted_on": "DATE", "expires_on": "DATE",
}  # fmt: skip
SEGMENTS: Columns = {
    **{
        "charge_id": "VARCHAR",
        "segment_from": "DATE",
        "segment_until": "DATE",
        "month": "DATE",
        "version_from": "DATE",
    },
    **{
        "quantity": EXACT,
        "unrounded_amount": EXACT,
        "share_days": "INTEGER",
        "part_days": "INTEGER",
        "is_served_by_days": "BOOLEAN",
    },
}


def charge(charge_id: str, period: tuple[str, str], owed: str, **more: Any) -> dict[str, Any]:
    """A recurring charge in JPY, tax exclusive, never billed, unless told otherwise."""
    row = {
        "charge_id": charge_id, "customer_id": "C", "user_customer_id": "C", "entity_id": "main",
        "contract_id": f"K-{charge_id}", "plan_id": "team",
        "fee_id": "base", "instance": "", "kind": "recurring", "period_from": period[0], "period_until": period[1],
        "served_from": period[0],
        "served_until": period[1], "currency": "JPY", "minor_digits": 0, "tax_rate": "10", "price_basis": "exclusive",
        "product": "workspace",
        "department": "saas", "owed_amount": owed, "billed_amount": "0", "billed_net_amount": "0", "is_billed": False,
    }  # fmt: skip
    return {**row, **more}


def daily_segments(charge_id: str, served: tuple[str, str], price: int, *, of_days: int) -> Rows:
    """A price of so many days, cut into months as pricing does, unrounded."""
    begins, until = (date.fromisoformat(day) for day in served)
    rows: Rows = []
    while begins < until:
        ends = min(until, (begins.replace(day=1) + timedelta(days=32)).replace(day=1))
        amount = (
            f"{price * (ends - begins).days * 10**12 // of_days / 10**12:.12f}"
            if price * (ends - begins).days % of_days
            else str(price * (ends - begins).days // of_days)
        )
        rows.append(
            {
                "charge_id": charge_id,
                "segment_from": begins,
                "segment_until": ends,
                "month": begins.replace(day=1),
                "unrounded_amount": amount,
                "is_served_by_days": True,
            }
        )
        begins = ends
    return rows
