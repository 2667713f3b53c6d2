"""Differences of contracts billed for a year, a month or a week: what plan,
seller and payer say about the day on which they are billed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.dbt.invoicing.book import Book, Night
from tests.dbt.invoicing.conftest import MONTH_END, OCTOBER, SECOND, Writer, numbers_by_customer

YEAR = (date(2026, 10, 1), date(2027, 10, 1))
WEEK = (date(2026, 10, 26), date(2026, 11, 2))
NEVER = date(9999, 12, 31)
# Customer: its seller, the plan and fee that was billed, and the period; the amount billed first and what is owed from
# 1 November on.
CASES: dict[str, tuple[str, str, str, tuple[date, date], int, int]] = {
    "raised": ("silent", "year", "base", YEAR, 12000, 17000),
    "lowered": ("silent", "year", "base", YEAR, 12000, 9000),
    "twentieth": ("silent", "year", "base", YEAR, 12000, 17000),
    "openended": ("silent", "year", "base", YEAR, 12000, 17000),
    "spoken": ("later", "year", "base", YEAR, 12000, 17000),
    "waiting": ("later", "year_waits", "base", YEAR, 12000, 17000),
    "hasty": ("silent", "year_hasty", "base", YEAR, 12000, 17000),
    "hastyseller": ("main", "year", "base", YEAR, 12000, 17000),
    "gathered": ("main", "month_gathers", "base", OCTOBER, 12000, 17000),
    "gatherseller": ("gathers", "team", "base", OCTOBER, 12000, 17000),
    "weekly": ("silent", "week", "base", WEEK, 700, 900),
    "metered": ("silent", "year", "calls", OCTOBER, 500, 700),
    "quarterly": ("silent", "month", "support", (date(2026, 10, 1), date(2027, 1, 1)), 900, 1200),
    "ended": ("silent", "year", "base", YEAR, 12000, 9000),
    "oneoff": ("silent", "", "one_off", (date(2026, 10, 5), date(2026, 10, 6)), 400, 300),
    "endless": ("silent", "year", "base", YEAR, 3_000_000, 1_000_000),
}


def catalog(book: Book) -> None:
    seller = next(row for row in book.lake["catalog_entities"] if row["entity_id"] == "later")
    for name, said in (("silent", None), ("gathers", "monthly")):
        patterns = {"invoice_number_pattern": f"{name}{{seq:4}}", "credit_note_number_pattern": f"C{name}{{seq:4}}"}
        book.lake["catalog_entities"].append({**seller, **patterns, "entity_id": name, "adjustments": said})
    version = {name: seller[name] for name in ("catalog_version", "received_at")}
    book.lake["catalog_payment_terms"].append(
        {
            "payment_terms_id": "twentieth",
            "closing_day": 20,
            "month_offset": 1,
            "pay_day": 99,
            "roll": "none",
            **version,
        }
    )
    for plan_id, every, unit, said in (
        ("year", 1, "year", None),
        ("year_waits", 1, "year", "next_invoice"),
        ("year_hasty", 1, "year", "at_once"),
        ("month", 1, "month", None),
        ("month_gathers", 1, "month", "monthly"),
        ("week", 1, "week", None),
    ):
        book.lake["catalog_plans"].append(
            {"plan_id": plan_id, "interval_every": every, "interval_unit": unit, "adjustments": said, **version}
        )
        book.lake["catalog_fees"].append({"plan_id": plan_id, "fee_id": "base", "timing": "advance", **version})
    own = {"year": ("calls", 1, "arrears"), "month": ("support", 3, "advance")}
    for plan_id, (fee_id, every, timing) in own.items():
        interval = {"interval_every": every, "interval_unit": "month"}
        book.lake["catalog_fees"].append(
            {"plan_id": plan_id, "fee_id": fee_id, "timing": timing, **interval, **version}
        )


def first(writer: Writer) -> None:
    for name, (entity, plan_id, fee_id, period, billed, _) in CASES.items():
        _charge(writer, name, entity, plan_id, fee_id, period, billed)
        _calendar(writer, name, plan_id or "year_waits")
    writer.customer("twentieth", payment_terms_id="twentieth")
    writer.customer("openended", payment_terms_id="net30")
    _charge(writer, "endless", "silent", "year", "base", YEAR, 5000, contract_id="endlesstwo")
    _calendar(writer, "endlesstwo", "year")
    late(writer)


def late(writer: Writer) -> None:
    """Three months of a contract that becomes known on 31 October, at the end of the last."""
    for month, amount in ((8, 100), (10, 300), (9, 200)):
        begin, end = date(2026, month, 1), date(2026, month + 1, 1)
        period = {"period_from": begin, "period_until": end, "served_from": begin, "served_until": end}
        writer.charge(f"late-base-{month}", amount, **period, bill_on=end - timedelta(days=1))


def second(writer: Writer) -> None:
    """On 1 November more or less is owed, and a contract ends with that day."""
    for name, (entity, plan_id, fee_id, period, _, owed) in CASES.items():
        _charge(writer, name, entity, plan_id, fee_id, period, owed)
    writer.book.given["int_contract_phases"]["ended"]["phase_until"] = SECOND


def last(writer: Writer, nights: list[Night]) -> None:
    """What was held at the end of November is approved as it was seen; a further difference of the same payer comes."""
    seen = numbers_by_customer(nights[-1], "draft_invoices")["endless"]
    writer.decide("approve", MONTH_END, document_id=seen["document_id"], content_hash=seen["content_hash"])
    _charge(writer, "endless", "silent", "year", "base", YEAR, 6000, contract_id="endlesstwo")


def _charge(
    writer: Writer,
    customer: str,
    entity: str,
    plan_id: str,
    fee_id: str,
    period: tuple[date, date],
    amount: int,
    **columns: Any,
) -> None:
    columns = {"contract_id": customer, **columns}
    served = {"period_from": period[0], "period_until": period[1], "served_from": period[0], "served_until": period[1]}
    writer.charge(
        f"{customer}-{fee_id}-{columns['contract_id']}", amount, entity_id=entity, plan_id=plan_id, **served, **columns
    )


def _calendar(writer: Writer, contract_id: str, plan_id: str) -> None:
    """The billing periods of the contract from October on, each billed before it begins and after it ends."""
    unit = next(
        name for name in ("year", "month", "week") if plan_id.startswith(name) or (name, plan_id) == ("month", "team")
    )
    days = {
        "year": [date(2026, 10, 1), date(2027, 10, 1), date(2028, 10, 1)],
        "month": [
            date(2026, 10, 1),
            date(2026, 11, 1),
            date(2026, 12, 1),
            date(2027, 1, 1),
            date(2027, 2, 1),
            date(2027, 3, 1),
        ],
        "week": [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)],
    }
    for step in {unit, "month"} if plan_id == "year" else {unit}:
        for begin, end in zip(days[step], days[step][1:], strict=False):
            billing_period = {
                "period_from": begin,
                "period_until": end,
                "is_trial": False,
                "advance_bill_on": begin,
                "arrears_bill_on": end,
            }
            writer.book.give(
                "int_billing_periods_served",
                (contract_id, step, begin),
                contract_id=contract_id,
                interval_every=1,
                interval_unit=step,
                **billing_period,
            )
    writer.book.give(
        "int_contract_phases",
        contract_id,
        contract_id=contract_id,
        phase_no=1,
        phase_from=OCTOBER[0],
        phase_until=NEVER,
        plan_id=plan_id,
    )
