"""The facts of the story, night by night. The first word of a charge id is its customer and contract."""

from __future__ import annotations

from datetime import date, timedelta

from tests.dbt.invoicing import adjustment_cases, approval_cases
from tests.dbt.invoicing.book import Book, Night
from tests.dbt.invoicing.claim_cases import first_claims, second_claims, third_claims
from tests.dbt.invoicing.conftest import (
    FIRST,
    GOLDEN_TERMS,
    OCTOBER,
    SECOND,
    THIRD,
    Writer,
    draft_id,
    numbers_by_customer,
)
from tests.dbt.invoicing.credit_cases import first_credits, second_credits

VERSION = {"catalog_version": "v1", "received_at": "2026-01-01 00:00:00+00"}
INCLUSIVE_TOTALS = range(1, 111)  # at 10 % every remainder that a total can leave
NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


def patterns(invoice: str, credit_note: str) -> dict[str, str]:
    return {"invoice_number_pattern": invoice, "credit_note_number_pattern": credit_note}


# Customers of currencies with three and four digits: what two fees ask first, and what is left of the first one then.
FINE = {
    "kuwait": ("KWD", 3, ("3000.001", "0.999"), "2000.001"),
    "basra": ("KWD", 3, ("3000.001", "0.999"), "2000.000"),
    "chile": ("CLF", 4, ("300.0001", "0.0999"), "200.0001"),
    "arica": ("CLF", 4, ("300.0001", "0.0999"), "200.0000"),
}


def catalog(book: Book) -> None:
    entity = {
        "name_ja": "みなと", "name_en": "Minato", "time_zone": "Asia/Tokyo", "rounding": "half_up",
        "tax_rounding": "floor", "billing_starts_on": "2026-01-01",
        "rebill_horizon_months": 13, "adjustments": "at_once", "closing_lag_days": 10, "correction_limit": 1_000_000,
        "payment_terms_id": "eom",
        "bank_accounts": '[{"bank": "みなと銀行(0000)"}]', "registration_number": "T7000012050002", **VERSION,
    }  # fmt: skip
    book.lake["catalog_entities"] = [
        {**entity, **patterns("INV-{yyyy}-{seq:6}", "CN-{yyyy}-{seq:6}"), "entity_id": "main", "currency": "JPY",
         "credit_notice_shares": "[80, 100]"},
        {**entity, **patterns("L{yyyy}/{seq:2}", "LC{seq}"), "entity_id": "later", "currency": "JPY",
            "adjustments": "next_invoice"},
        {**entity, **patterns("US{seq:4}", "USC{seq:4}"), "entity_id": "us", "currency": "USD",
            "tax_rounding": "half_up", "payment_terms_id": "net30"},
        {**entity, **patterns("T-{yyyy}-{seq:3}", "TC{seq}"), "entity_id": "terms", "currency": "JPY",
            "closing_lag_days": 1000,
         "correction_limit": None, "correction_limits": '{"JPY": "1000000", "EUR": "29.99"}'},
    ]  # fmt: skip
    approval_cases.catalog(book, entity)
    terms = [
        {
            "payment_terms_id": f"golden{n}",
            "closing_day": c,
            "month_offset": m,
            "pay_day": p,
            "roll": r,
            "calendar_id": "bank",
            **VERSION,
        }
        for n, (_, c, m, p, r) in enumerate(GOLDEN_TERMS)
    ]
    book.lake["catalog_payment_terms"] = [
        *terms,
        {
            "payment_terms_id": "eom",
            "closing_day": 99,
            "month_offset": 1,
            "pay_day": 99,
            "roll": "next",
            "calendar_id": "bank",
            **VERSION,
        },
        {"payment_terms_id": "net30", "net_days": 30, "roll": "none", **VERSION},
    ]
    days = [date(2026, 7, 1) + timedelta(days=count) for count in range(300)]
    holidays = {
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
        date(2027, 1, 3),
        date(2027, 1, 11),
        date(2026, 11, 3),
        date(2026, 11, 23),
    }
    book.lake["catalog_closed_days"] = [
        {"calendar_id": "bank", "closed_on": day, **VERSION} for day in days if day.weekday() >= 5 or day in holidays
    ]
    book.lake["catalog_tax_codes"] = [{"tax_code": "standard", "kind": "standard", **VERSION}]
    book.lake["catalog_plans"] = [{"plan_id": "team", "interval_every": 1, "interval_unit": "month", **VERSION}]
    book.lake["crm_exchange_rates"] = [
        {
            "currency": currency,
            "to_currency": "JPY",
            "valid_on": day,
            "rate": rate,
            "source": source,
            "file_name": "rates",
            "line_no": line_no,
            "received_at": "2026-01-01 00:00:00+00",
        }
        for line_no, (currency, day, rate, source) in enumerate(
            [
                ("CHF", "2026-10-28", "180", "older"),
                ("CHF", "2026-10-30", "187.55", "TTM"),
                ("CHF", "2026-11-01", "999", "later"),
                ("SEK", "2026-10-20", "15", "too old"),
            ],
            1,
        )
    ]
    book.lake["catalog_fees"] = [
        {"plan_id": "team", "fee_id": fee, "timing": "arrears", **VERSION} for fee in ("base", "fee", "old")
    ]
    book.lake["catalog_fees"] += [
        {"plan_id": "team", "fee_id": fee, "fee_no": number, "timing": "arrears", **VERSION}
        for number, fee in enumerate(("zeta", "calls", "alpha", "least"), start=1)
    ]
    adjustment_cases.catalog(book)


def old_ledger(book: Book) -> None:
    """Three charges of January 2025, billed long ago."""
    for number, customer in enumerate(("horizon", "named", "cancelled"), 1):
        document = {
            "document_id": f"{customer}-2025", "document_number": f"INV-2025-{number:06}", "document_type": "invoice",
            "number_series": "main|invoice|2025", "number_seq": number, "entity_id": "main", "customer_id": customer,
            "currency": "JPY",
            "bill_on": "2025-01-31", "group_key": "", "group_seq": 0, "price_basis": "exclusive",
            "invoice_date": "2025-01-31",
            "due_date": "2025-02-28", "net_amount": 1000, "tax_amount": 100, "total_amount": 1100, "snapshot": "{}",
        }  # fmt: skip
        line = {
            "line_id": f"{customer}-line", "document_id": f"{customer}-2025", "line_no": 1,
            "charge_id": f"{customer}-fee",
            "customer_id": customer, "contract_id": customer, "plan_id": "team", "fee_id": "fee", "instance": "",
            "kind": "recurring",
            "period_from": "2025-01-01", "period_until": "2025-02-01", "quantity": 1, "line_amount": 1000,
            "net_amount": 1000,
            "tax_amount": 100, "tax_code": "standard", "tax_rate": 10, "price_basis": "exclusive", "currency": "JPY",
            "reason": "charge",
        }  # fmt: skip
        taxes = {
            "document_id": f"{customer}-2025",
            "tax_code": "standard",
            "tax_rate": 10,
            "net_amount": 1000,
            "tax_amount": 100,
            "currency": "JPY",
        }
        book.commits += 1
        for stream, row in (("documents", document), ("document_lines", line), ("document_taxes", taxes)):
            book.record(stream, [row], as_of=date(2025, 1, 31))
        book.record("allocations", [], as_of=date(2025, 1, 31))


def first(writer: Writer, nights: list[Night]) -> None:
    charge = writer.charge
    first_credits(writer)
    adjustment_cases.first(writer)
    approval_cases.first(writer)
    first_claims(writer)
    charge("plain-base", 12000)
    for total in INCLUSIVE_TOTALS:
        charge(f"inside{total}-base", total, price_basis="inclusive")
    for fee in ("base", "fee", "old"):
        charge(f"insidethree-{fee}", 7, price_basis="inclusive")
    charge("upgrade-old", 30000)
    charge("withdrawn-base", 9000)
    writer.book.give("int_fees_resolved", "base", plan_id="team", fee_id="base", first_version_from=date(2026, 1, 1))
    charge("void-base", 12000)
    for customer, currency in (("swiss", "CHF"), ("swede", "SEK"), ("danish", "DKK")):
        charge(f"{customer}-base", "99.99", currency=currency, entity_id="main", minor_digits=2)
    charge("swiss-free", "50", currency="CHF", entity_id="main", minor_digits=2, tax_rate=0, tax_code="exempt")
    charge("corrected-base", "100.00", currency="USD")
    charge("goodwill-base", "100.00", currency="USD")
    charge("unused-calls", 323, kind="usage", quantity=0, unrounded_amount=0)
    charge("waived-base", 5000)
    for fee in ("base", "fee", "old"):
        charge(f"inclusive-{fee}", 1005, price_basis="inclusive")
        charge(f"exclusive-{fee}", 335)
        charge(f"mirrored-{fee}", 335)
    for number in range(81):
        charge(f"many-fee{number}", "0.33", currency="USD")
    charge("discounted-base", 10000, unrounded_amount="13000")
    writer.book.give("int_fee_charges_rated", "discounted-base", charge_id="discounted-base", maximum_amount="10000.5")
    for number, (name, amount) in enumerate((("welcome", 2000), ("by_hand", 1000)), start=1):
        writer.book.give(
            "int_discount_amounts",
            name,
            charge_id="discounted-base",
            discount_id=name,
            discount_no=number,
            amount=amount,
        )
    writer.book.give(
        "int_discounts_granted", "welcome", discount_id="welcome", name_ja="ご紹介クーポン", name_en="Welcome coupon"
    )
    charge("split-base", 1000)
    charge("large-base", 3_000_000)
    for fee, kind in (
        ("least", "minimum"),
        ("alpha", "recurring"),
        ("calls", "usage"),
        ("zeta", "recurring"),
        ("extra", "one_off"),
    ):
        charge(f"ordered-{fee}", 100, kind=kind)
    charge("australia-base", "30000.00", currency="AUD", entity_id="main", minor_digits=2)
    charge("euros-base", "100.00", currency="EUR", entity_id="terms", minor_digits=2)
    # Three and four digits: a million yen without a limit of its own are 1,000.000 dinars and 100.0000 units of CLF.
    for customer, (currency, digits, asked, _) in FINE.items():
        for fee, amount in zip(("base", "calls"), asked, strict=True):
            charge(f"{customer}-{fee}", amount, currency=currency, entity_id="main", minor_digits=digits)
    charge("held-base", 700)
    writer.decide("hold", FIRST, document_id=draft_id("held"))
    charge("payer-base", 900, contract_id="payers")
    charge("early-base", 800, period_from=date(2025, 12, 1), period_until=date(2026, 1, 1))
    charge(
        "stub-base",
        500,
        period_from=date(2025, 12, 15),
        period_until=date(2026, 12, 15),
        billing_period_served_from=date(2026, 1, 3),
    )
    charge("undue-base", 600, is_due=False, bill_on=date(2026, 11, 30))
    charge("free-base", 0)
    charge("later-base", 2000, entity_id="later")
    for begin, end, bill_on in ((*OCTOBER, FIRST), (*NOVEMBER, date(2026, 11, 30))):
        billing_period = {
            "period_from": begin,
            "period_until": end,
            "is_trial": False,
            "advance_bill_on": begin,
            "arrears_bill_on": bill_on,
        }
        writer.book.give(
            "int_billing_periods_served",
            ("later", begin),
            contract_id="later",
            interval_every=1,
            interval_unit="month",
            **billing_period,
        )
    writer.book.give(
        "int_contract_phases",
        "later",
        contract_id="later",
        phase_no=1,
        phase_from=OCTOBER[0],
        phase_until=date(9999, 12, 31),
        plan_id="team",
    )
    long_ago = {"period_from": date(2025, 1, 1), "period_until": date(2025, 2, 1), "bill_on": date(2025, 1, 31)}
    for customer in ("horizon", "named", "cancelled"):
        charge(f"{customer}-fee", 1000, **long_ago)
    charge("oneoff-one_off", 50, instance="landing-1", kind="one_off", contract_id="", plan_id="")
    segment = {
        "segment_from": OCTOBER[0],
        "segment_until": OCTOBER[1],
        "month": OCTOBER[0],
        "version_from": date(2026, 1, 1),
        "quantity": 1,
        "unrounded_amount": 12000,
    }
    writer.book.give("int_charge_segments_rated", 1, charge_id="plain-base", **segment)
    writer.book.give(
        "int_price_components",
        1,
        charge_id="plain-base",
        segment_from=OCTOBER[0],
        tier_no=1,
        quantity=1,
        unit_price=12000,
        amount=12000,
    )


def second(writer: Writer, nights: list[Night]) -> None:
    writer.charge("swiss-base", "49.99", currency="CHF", entity_id="main", minor_digits=2)
    charge, issued = writer.charge, numbers_by_customer(nights[0])
    second_credits(writer)
    adjustment_cases.second(writer)
    approval_cases.second(writer, nights)
    for total in INCLUSIVE_TOTALS:
        charge(f"inside{total}-base", total // 2, price_basis="inclusive")
    charge("held-calls", 40, kind="usage")
    charge("held-next", 5, bill_on=SECOND)
    charge("upgrade-old", 10000)
    del writer.book.given["int_charges_priced"]["withdrawn-base"]
    charge("upgrade-base", 26667, plan_id="business", bill_on=SECOND)
    void = issued["void"]
    paid = {
        "allocation_id": "paid-void",
        "payment_id": "deposit-1",
        "document_id": void["document_id"],
        "amount": 13200,
        "currency": "JPY",
        "kind": "cash",
        "rule": "exact",
    }
    writer.book.commits += 1
    writer.book.record("allocations", [paid], as_of=FIRST)
    writer.decide("void", SECOND, document_id=void["document_number"])
    writer.decide("correction", SECOND, charge_id="corrected-base", amount="80.00")
    writer.decide("goodwill", SECOND, contract_id="goodwill", fee_id="base", amount="30")
    writer.decide("goodwill", SECOND, contract_id="goodwill", fee_id="base", amount="90")
    writer.decide("waive", SECOND, charge_id="waived-base")
    charge("exclusive-fee", 0)
    for fee in ("base", "fee", "old"):
        charge(f"mirrored-{fee}", 0)
    charge("split-base", 1500)
    charge("large-base", 1_000_000)
    charge("australia-base", "19999.00", currency="AUD", entity_id="main", minor_digits=2)
    charge("euros-base", "70.00", currency="EUR", entity_id="terms", minor_digits=2)
    for customer, (currency, digits, _, left) in FINE.items():
        charge(f"{customer}-base", left, currency=currency, entity_id="main", minor_digits=digits)
    del writer.book.given["int_charges_priced"]["payer-base"]
    charge("newpayer-base", 900, contract_id="payers")
    charge("later-base", 2500, entity_id="later")
    for customer in ("horizon", "named", "cancelled"):
        charge(
            f"{customer}-fee",
            400,
            period_from=date(2025, 1, 1),
            period_until=date(2025, 2, 1),
            bill_on=date(2025, 1, 31),
        )
    writer.decide("correction", SECOND, charge_id="named-fee", amount=300)
    writer.book.give(
        "int_contract_service_dates",
        "cancelled",
        contract_id="cancelled",
        cancelled_on=date(2025, 1, 10),
    )
    writer.decide("waive", SECOND, contract_id="inclusive")
    writer.decide("waive", SECOND, charge_id="nobody")
    writer.decide("goodwill", SECOND, charge_id="plain-base", amount=5, currency="USD")
    writer.decide("void", SECOND, document_id="INV-1999-000001")
    # Decided at one o'clock in the morning of the period's first day in Tokyo, and on the day before in UTC.
    tomorrow = SECOND + timedelta(days=1)
    charge("overnight-base", 700, period_from=tomorrow, period_until=tomorrow + timedelta(days=30), is_due=False)
    writer.decide("waive", SECOND, contract_id="overnight", received_at=f"{SECOND} 16:00:00+00")
    second_claims(writer)


def nothing_new(writer: Writer, nights: list[Night]) -> None:
    """The same night again."""


def third(writer: Writer, nights: list[Night]) -> None:
    charge = writer.charge
    for total in INCLUSIVE_TOTALS:
        charge(f"inside{total}-base", 0, price_basis="inclusive")
    third_claims(writer)
    approval_cases.third(writer, nights)
    charge("corrected-base", "70.00", currency="USD")
    writer.decide("release", THIRD, charge_id="waived-base")
    charge("exclusive-base", 0)
    charge("exclusive-old", 0)
    charge("split-base", 200)
    large = numbers_by_customer(nights[2], "draft_invoices")["large"]
    writer.decide("approve", THIRD, document_id=large["document_id"], content_hash=large["content_hash"])
    writer.decide("release", THIRD, document_id=draft_id("held"))
    writer.decide("correction", THIRD, contract_id="unused", fee_id="calls", amount=291)


def last(writer: Writer, nights: list[Night]) -> None:
    charge = writer.charge
    adjustment_cases.last(writer, nights)
    charge("later-base", 2700, entity_id="later")
    charge("corrected-base", "95.00", currency="USD")
    for number, (day, *_) in enumerate(GOLDEN_TERMS):
        writer.customer(f"golden{number}", payment_terms_id=f"golden{number}")
        charge(f"golden{number}-base", 100, entity_id="terms", bill_on=date.fromisoformat(day))


def vanish(writer: Writer) -> None:
    """A billed contract is gone from the files."""
    del writer.book.given["int_charges_priced"]["plain-base"]
    del writer.book.given["int_contracts_resolved"]["plain"]
