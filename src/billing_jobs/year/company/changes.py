"""What customers change: quantities, plans, prices agreed with them, discounts, pauses, and the end."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing_jobs.year.company.customers import Company, charged_from
from billing_jobs.year.company.menu import Raw
from billing_jobs.year.company.nights import night_of
from billing_jobs.year.oracle.facts import Change, Contract, OneOff

KINDS = {"change_quantity": 5, "change_plan": 3, "override_price": 2, "discount": 2, "pause": 2, "cancel": 2}


def draw_changes(company: Company) -> None:
    """Up to four changes of a contract, each on a day of its own; what is told later is told of later days too."""
    for contract in company.facts.contracts.values():
        if company.features[contract.customer_id].changes:
            _change(company, contract)


def _change(company: Company, contract: Contract) -> None:
    chance, facts = company.chance, company.facts
    day, plan_id, night = charged_from(company.menu, contract), contract.plan_id, contract.night
    end, is_late = contract.ends_on or facts.nights[-1].as_of, company.features[contract.customer_id].late_files
    for _ in range(chance.choice([1, 1, 2, 3, 4])):
        day += timedelta(days=chance.randrange(3, 90))
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        said = _said(company, contract, plan_id, kind, day)
        told = chance.randrange(5, 60) if is_late and chance.random() < 0.6 else -chance.randrange(20)
        seen = night_of(facts.nights, day + timedelta(days=told))
        if day >= end or said is None or seen is None:
            continue
        night = max(night, seen)
        change_id = f"X{len(facts.changes) + 1:04}"
        facts.changes.append(Change(change_id, contract.contract_id, day, kind, night, **said))
        plan_id, day = said.get("plan_id") or plan_id, said.get("until") or day
        if kind == "cancel":
            return


def _said(company: Company, contract: Contract, plan_id: str, kind: str, day: date) -> dict[str, Any] | None:
    chance, plans = company.chance, company.menu.plans
    plan = plans[plan_id]
    if kind == "change_quantity":
        return {"quantity": Decimal(chance.choice([1, 2, 4, 7, 12, 30]))}
    if kind == "discount":
        periods = chance.choice([None, 1, 2, 6])
        return {"percent": Decimal(chance.choice(["10", "12.5", "33"])), "periods": periods}
    if kind == "pause":
        return {"until": day + timedelta(days=chance.randrange(5, 50))}
    if kind == "cancel":
        at = "period_end" if chance.random() < 0.3 else "now"
        return {"at": at, "refund": chance.choice(["unused", "unused", "none", "full"]) if at == "now" else "unused"}
    if kind == "change_plan":
        others = [name for name in sorted(plans) if name != plan_id and _may_become(contract, plan, plans[name])]
        return {"plan_id": chance.choice(others)} if others else None
    return _own_price(chance, plan_id, plan)


def _may_become(contract: Contract, plan: Raw, other: Raw) -> bool:
    """Plans of one seller and currency. Of one interval they count from the same anchor; an anchor that was set is not
    given up."""
    if (plan["entity"], plan["currency"]) != (other["entity"], other["currency"]):
        return False
    if plan["interval"] == other["interval"]:
        return plan.get("anchor", "contract") == other.get("anchor", "contract")
    return contract.anchor_day is None


def _own_price(chance: random.Random, plan_id: str, plan: Raw) -> dict[str, Any] | None:
    fees = [
        fee
        for fee in plan["fees"]
        if fee["model"] in ("flat", "per_unit") and fee["kind"] == "recurring" and fee.get("optional") != "true"
    ]
    if not fees:
        return None
    fee = chance.choice(fees)
    listed = Decimal(fee["versions"][-1].get("amount") or fee["versions"][-1]["unit_price"])
    price = (listed * Decimal(chance.choice(["0.8", "0.875", "1.1"]))).quantize(Decimal("0.01"))
    return {"plan_id": plan_id, "fee_id": fee["fee"], "price": price, "is_flat": fee["model"] == "flat"}


def draw_one_offs(company: Company) -> None:
    """Charges of their own, of a contract or of nobody's, and some credits."""
    chance, facts = company.chance, company.facts
    first, last = facts.nights[0].as_of, facts.nights[-1].as_of
    for contract in facts.contracts.values():
        if not company.features[contract.customer_id].one_offs or chance.random() < 0.4:
            continue
        day = max(first, contract.service_from) + timedelta(days=chance.randrange(120))
        night = night_of(facts.nights, day + timedelta(days=chance.choice([0, 0, 0, 25])))
        if day > last or night is None:
            continue
        amount = Decimal(chance.choice([1000, 3333, 12345, 50000, -700]))
        plan = company.menu.plans[contract.plan_id]
        is_said = chance.random() < 0.5 or company.menu.tax_kinds["standard"] != 1
        facts.one_offs.append(
            OneOff(
                f"O{len(facts.one_offs) + 1:04}", contract.customer_id,
                contract.contract_id if chance.random() < 0.6 else "", day, amount,
                plan["currency"], max(night, contract.night), plan["fees"][0]["tax_code"] if is_said else "",
            )
        )  # fmt: skip
