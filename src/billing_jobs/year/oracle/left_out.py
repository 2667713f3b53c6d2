"""What of a catalog the oracle does not know. A plan with anything of it is not sold in the year, and this says why."""

from __future__ import annotations

from billing_jobs.year.oracle.catalog import Catalog, Fee, Plan
from billing_jobs.year.oracle.prices import MODELS, MODELS_OF_EVENTS

ADDS_UP = ("sum", "count")
ALWAYS = (
    "due dates, numbers, papers and mails; reminders; the books beside revenue (journal, closes)",
    "voids, withdrawn files, prepaid credits, coupons and fixed discounts, quotes, merges, erasures, opening balances",
    "changes of anchor and department, optional fees, renewals and terms, resume before a pause's end, prorate: false",
    "contracts in another zone or currency than their plan's; customers of the status reverse_charge",
    "bank fees, bank reversals, references on deposits, write-offs; documents of several sellers for one payer",
    "exchange rates and tax in the currency of the books",
)


def plans_left_out(catalog: Catalog) -> dict[str, list[str]]:
    """By plan that the oracle does not know: what it has that is not known."""
    return {plan_id: found for plan_id, plan in catalog.plans.items() if (found := _of_plan(catalog, plan))}


def left_out(catalog: Catalog) -> list[str]:
    """One sentence for each thing of this catalog, and those that no year has."""
    said = [f"plan {plan_id}: {', '.join(found)}" for plan_id, found in sorted(plans_left_out(catalog).items())]
    optional = sorted(
        f"{plan.plan_id}.{fee.fee_id}"
        for plan in catalog.plans.values()
        for fee in plan.fees.values()
        if fee.raw.get("optional") == "true"
    )
    if optional:
        said.append(f"optional fees, which nobody adds: {', '.join(optional)}")
    return [*said, *ALWAYS]


def _of_plan(catalog: Catalog, plan: Plan) -> list[str]:
    found = [reason for fee in plan.fees.values() for reason in _of_fee(catalog, fee)]
    if catalog.has_discounts:
        found.append("discounts for everybody")
    if any(version.currency != plan.currency for fee in plan.fees.values() for version in fee.versions):
        found.append("prices in several currencies")
    if not any(version.currency == plan.currency for fee in plan.fees.values() for version in fee.versions):
        found.append("no price in its own currency")
    return sorted(set(found))


def _of_fee(catalog: Catalog, fee: Fee) -> list[str]:
    if fee.kind not in ("recurring", "usage"):
        return [f"a fee of kind {fee.kind}"]
    found = []
    if (
        fee.model not in MODELS
        and fee.model not in MODELS_OF_EVENTS
        and not (fee.model == "per_day" and fee.kind == "recurring")
    ):
        found.append(f"model {fee.model}")
    for version in fee.versions:
        found += [f"percentage with {key}" for key in version.numbers.get("percentage", {}) if key != "rate"]
    if fee.kind == "recurring":
        return found
    meter = catalog.meters[fee.meter]
    if meter["aggregation"] not in ADDS_UP or meter.get("carry_over") == "true":
        found.append(f"aggregation {meter['aggregation']}" + (" carried over" if "carry_over" in meter else ""))
    if "time_bands" in meter:
        found.append("time bands")
    if isinstance(fee.raw.get("allowance"), dict) and {"roll_over", "shared"} & set(fee.raw["allowance"]):
        found.append("an allowance that rolls over or is shared")
    if fee.model == "matrix" and fee.allowance:
        found.append("an allowance of a matrix")
    if fee.model in ("volume", "stairstep") and any(version.is_mid_period for version in fee.versions):
        found.append(f"model {fee.model} that changes within a period")
    return found
