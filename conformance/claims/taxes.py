"""Rounding and tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.charge_models import amount
from conformance.claims.fees import recurring, usage, used
from conformance.scene import START, NotClaimed, Scene, claims, mode_of

NET, TAX, TOTAL = (f"select coalesce(sum({name}), 0) from invoices where customer_id = $customer" for name in ("net_amount", "tax_amount", "total_amount"))
BY_RATE = (
    "select list({'tax_percent': substr(tax_code, 2), 'base': invoice_taxes.net_amount, 'tax': invoice_taxes.tax_amount} order by tax_code) "
    "from invoice_taxes join invoices using (document_id) where customer_id = $customer"
)


@claims("taxes_rounding", "rounding")
def rounded(case: Case) -> Scene:
    if int(case.input["scale"]) not in (0, 2, 3):
        raise NotClaimed("money is rounded to the minor unit of a currency")
    scene = amount(case, usage("per_unit", unit_price=Decimal(case.input["amount"])), used("1"))
    scene.rounding = mode_of(case.input["mode"])
    return scene


@claims("taxes_rounding", "rounding_to_unit")
def rounded_to_unit(case: Case) -> Scene:
    """Rounding to a step is said of the quantity: an amount that is used as a quantity at the price of one."""
    fee = usage("per_unit", unit_price=Decimal(1))
    fee["usage_rounding"] = {"mode": mode_of(case.input["mode"]), "step": Decimal(case.input["unit"])}
    return amount(case, fee, used(case.input["amount"]))


def invoice(case: Case, fees: list[dict[str, Any]], answers: dict[str, str], *, percents: set[str], tax: str = "exclusive") -> Scene:
    scale = case.input.get("scale")
    return Scene(fees, answers, currency=money_of(case, scale), rounding=mode_of(case.input.get("mode")), taxes=percents, tax=tax)


@claims("taxes_rounding", "tax_on_amount")
def tax_on_amount(case: Case) -> Scene:
    percent = case.input["tax_percent"]
    return invoice(case, [recurring(case.input["amount"], tax=percent)], {"tax": TAX}, percents={percent})


@claims("taxes_rounding", "invoice_tax")
def invoice_tax(case: Case) -> Scene:
    if case.input["policy"] != "per_rate":
        raise NotClaimed("tax is rounded once per document and rate")
    if "prepaid" in case.input:
        raise NotClaimed("money received before an invoice is an unapplied receipt, not a part of the invoice")
    percents = {line["tax_percent"] for line in case.input["lines"]}
    fees = [recurring(line["net"], tax=line["tax_percent"]) for line in case.input["lines"]]
    return invoice(case, fees, {"by_rate": BY_RATE, "net": NET, "tax": TAX, "total": TOTAL}, percents=percents)


@claims("taxes_rounding", "tax_included")
def tax_included(case: Case) -> Scene:
    if case.input.get("rounded", "tax") != "tax":
        raise NotClaimed("of a price with tax the tax is rounded, and the net is what is left")
    percent = case.input["tax_percent"]
    return invoice(case, [recurring(case.input["gross"], tax=percent)], {"net": NET, "tax": TAX}, percents={percent}, tax="inclusive")


@claims("taxes_rounding", "several_taxes")
def several_taxes(case: Case) -> Scene:
    raise NotClaimed("a line has one tax code; several taxes on one amount are not offered")


@claims("taxes_rounding", "tax_per_line_two_codes")
def tax_per_line(case: Case) -> Scene:
    raise NotClaimed("tax is rounded once per document and rate, never per line")


@claims("taxes_rounding", "tax_after_discount")
def tax_after_discount(case: Case) -> Scene:
    percent = case.input["tax_percent"]
    scene = invoice(case, [recurring(case.input["amount"], tax=percent)], {"tax": TAX}, percents={percent})
    scene.terms = [{"effective_on": START, "kind": "discount", "amount": case.input["discount"]}]
    return scene


@claims("taxes_rounding", "invoice_tax_with_coupons")
def tax_with_coupons(case: Case) -> Scene:
    raise NotClaimed("a fixed amount on several fees is taken from one after the other, not in proportion")
