"""Rounding and tax."""

from __future__ import annotations

from decimal import Decimal

from conformance.cases import Case, money_of
from conformance.claims.aggregations import QUANTITY
from conformance.claims.charge_models import amount, taken_back
from conformance.claims.fees import UNITS, recurring, usage, used
from conformance.scene import EXACT, START, NotClaimed, Scene, claims, mode_of

NET, TAX, TOTAL = (
    f"select coalesce(sum({name}), 0) from invoices where customer_id = $customer"
    for name in ("net_amount", "tax_amount", "total_amount")
)
BY_RATE = (
    "select list({'tax_percent': substr(tax_code, 2), 'base': invoice_taxes.net_amount, "
    "'tax': invoice_taxes.tax_amount} order by tax_code) "
    "from invoice_taxes join invoices using (document_id) where customer_id = $customer"
)


@claims("taxes_rounding", "rounding")
def rounded(case: Case) -> Scene:
    """To the minor unit of a currency as a line is; to other decimals as a quantity is, by a step."""
    scale = int(case.input["scale"])
    if scale not in (0, 2, 3):
        return stepped(case, Decimal(1).scaleb(-scale))
    given = Decimal(case.input["amount"])
    scene = amount(case, usage("per_unit", unit_price=abs(given)), used("1"))
    return taken_back(scene) if given < 0 else scene


@claims("taxes_rounding", "rounding_to_unit")
def rounded_to_unit(case: Case) -> Scene:
    return stepped(case, Decimal(case.input["unit"]))


def stepped(case: Case, step: Decimal) -> Scene:
    """Rounding to a step is said of the quantity: an amount that is used as a quantity at the price of one."""
    fee = usage("per_unit", unit_price=Decimal(1))
    fee["usage_rounding"] = {"mode": mode_of(case.input.get("mode")), "step": step}
    if Decimal(case.input["amount"]) >= 0:
        return Scene(
            [fee], {"amount": EXACT}, currency=money_of(case), events=used(case.input["amount"]), meters=[UNITS]
        )
    fee["versions"][0]["unit_price"] = Decimal(0)  # a charge below zero is none by itself, a quantity is
    return Scene([fee], {"amount": QUANTITY}, events=used(case.input["amount"]), meters=[UNITS])


def invoice(case: Case, lines: list[tuple[str, str]], answers: dict[str, str], *, tax: str = "exclusive") -> Scene:
    """A document of lines (amount, tax percent): fees, or one-off charges where a line is below zero,
    which a fee never is by itself."""
    scale, fees, charges = case.input.get("scale"), [recurring(amount, tax=percent) for amount, percent in lines], []
    if any(Decimal(amount) < 0 for amount, _ in lines):
        fees, charges = (
            [recurring("0")],
            [{"charged_on": START, "amount": amount, "tax_code": f"t{percent}"} for amount, percent in lines],
        )
    percents = {percent for _, percent in lines}
    return Scene(
        fees,
        answers,
        currency=money_of(case, scale),
        rounding=mode_of(case.input.get("mode")),
        taxes=percents,
        tax=tax,
        one_offs=charges,
    )


@claims("taxes_rounding", "tax_on_amount")
def tax_on_amount(case: Case) -> Scene:
    return invoice(case, [(case.input["amount"], case.input["tax_percent"])], {"tax": TAX})


@claims("taxes_rounding", "invoice_tax")
def invoice_tax(case: Case) -> Scene:
    """Where every rate has one line, or one rate has all of them, other policies come to the same.

    What is due is what the customer's account says.
    """
    lines = case.input["lines"]
    percents = {line["tax_percent"] for line in lines}
    same = {
        "per_rate",
        *(["per_line"] if len(percents) == len(lines) else []),
        *(["sum_then_round", "per_invoice"] if len(percents) == 1 else []),
    }
    if case.input.get("policy") not in (None, *same):
        raise NotClaimed("tax is rounded once per document and rate")
    due = "select coalesce(sum(total), 0) from receivables_aging where customer_id = $customer"
    answers = {"by_rate": BY_RATE, "net": NET, "tax": TAX, "total": TOTAL, "due": due}
    scene = invoice(case, [(line["net"], line["tax_percent"]) for line in lines], answers)
    prepaid = Decimal(case.input.get("prepaid") or 0)
    scene.deposits = [{"amount": str(prepaid)}] if prepaid else []
    return scene


@claims("taxes_rounding", "tax_included")
def tax_included(case: Case) -> Scene:
    if case.input.get("rounded", "tax") != "tax":
        raise NotClaimed("of a price with tax the tax is rounded, and the net is what is left")
    return invoice(case, [(case.input["gross"], case.input["tax_percent"])], {"net": NET, "tax": TAX}, tax="inclusive")


@claims("taxes_rounding", "several_taxes")
def several_taxes(case: Case) -> Scene:
    raise NotClaimed("a line has one tax code; several taxes on one amount are not offered")


@claims("taxes_rounding", "tax_per_line_two_codes")
def tax_per_line(case: Case) -> Scene:
    raise NotClaimed("tax is rounded once per document and rate, never per line")


@claims("taxes_rounding", "tax_after_discount")
def tax_after_discount(case: Case) -> Scene:
    scene = invoice(case, [(case.input["amount"], case.input["tax_percent"])], {"tax": TAX})
    word, column = ("discount_percent", "percent") if "discount_percent" in case.input else ("discount", "amount")
    if Decimal(case.input[word]):
        scene.terms = [{"effective_on": START, "kind": "discount", column: case.input[word]}]
    return scene


@claims("taxes_rounding", "invoice_tax_with_coupons")
def tax_with_coupons(case: Case) -> Scene:
    raise NotClaimed("a fixed amount on several fees is taken from one after the other, not in proportion")
