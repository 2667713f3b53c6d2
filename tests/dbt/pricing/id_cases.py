"""Names with the letters that join the parts of an id: `|`, which joins them, and `\\`, which spells it in a part."""

from __future__ import annotations

from billing_jobs.records import make_plain_id
from tests.dbt.contracts.shop import Shop

# (customer, contract): two of a pair were one id before.
PAIRS = [(("A", "B|C"), ("A|B", "C")), (("D\\", "E"), ("D", "\\E")), (("F|", "G"), ("F", "|G"))]
BILLED = ("Ledger|1", "2\\3"), ("P", "Q|R")  # billed before, under the id of then
BESIDE = ("P|Q", "R")  # never billed, as it had the id of the one before
TERMS = ("small", "base", "", "2026-10-01", "2026-11-01", "JPY", "standard", "10.000000", "exclusive")
ONE_OFF = ("", "one_off", "S|T", "2026-10-31", "2026-11-01", "JPY", "standard", "10.000000", "exclusive")


def plain(customer_id: str, contract_id: str, terms: tuple[str, ...] = TERMS) -> str:
    return make_plain_id(customer_id, contract_id, *terms)


def fill_ids(shop: Shop) -> None:
    for customer_id, contract_id in [*(names for pair in PAIRS for names in pair), *BILLED, BESIDE]:
        shop.crm("customers", customer_id=customer_id, name="Name")
        shop.sign(contract_id, "small", "2026-10-01", customer_id=customer_id)
        for charge_id in ("once", "S|T"):
            shop.crm(
                "one_off_charges", charge_id=f"{contract_id} {charge_id}", customer_id=customer_id,
                contract_id=contract_id, charged_on="2026-10-31", amount="500", currency="JPY",
            )  # fmt: skip
    shop.rows["ledger_document_lines"] += [
        _line(customer_id, contract_id, terms)
        for customer_id, contract_id in BILLED
        for terms in (TERMS, (*ONE_OFF[:2], f"{contract_id} S|T", *ONE_OFF[3:]))
    ]


def _line(customer_id: str, contract_id: str, terms: tuple[str, ...]) -> dict[str, str]:
    names = (
        "plan_id", "fee_id", "instance", "period_from", "period_until", "currency", "tax_code", "tax_rate",
        "price_basis",
    )  # fmt: skip
    charge_id = plain(customer_id, contract_id, terms)
    return {
        "line_id": charge_id, "document_id": charge_id, "charge_id": charge_id, "customer_id": customer_id,
        "contract_id": contract_id, "recorded_at": "2026-10-02 00:00:00+00", **dict(zip(names, terms, strict=True)),
    }  # fmt: skip
