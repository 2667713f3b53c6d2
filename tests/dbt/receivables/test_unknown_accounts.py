"""A deposit on an account that no seller of the catalog has: it counts for nobody, and nobody is reminded meanwhile."""

from __future__ import annotations

from tests.dbt.receivables.by_hand import Books, Night
from tests.dbt.receivables.conftest import AS_OF, paid

JUDGED = [
    "int_bank_accounts_by_seller",
    "int_deposits_repeated",
    "int_deposits_judged",
    "int_reminders_judged",
    "dunning_list",
]


def test_money_on_an_unknown_account_is_refused_and_nobody_is_reminded_until_its_owner_is_known(
    books: Books, second: Night
) -> None:
    """An account of two sellers is as unknown as one of none; the profile of the source says whose it is where its name
    does not. A number without the codes of bank and branch is found with any of them before it, whole; one with codes
    with its own only. What has paid stays in its seller's books."""
    assert any(row["suppressed_reason"] is None for row in second.read("dunning_list"))
    for entity_id, number in [("new", "3000003"), ("main", "3000003"), ("far", "4000004")]:
        entity = next(row for row in books.rows["catalog_entities"] if row["entity_id"] == entity_id)
        entity["bank_accounts"] = entity["bank_accounts"].replace(
            "}]", f'}}, {{"bank": "b", "branch": "c", "number": "{number}"}}]'
        )
    books.rows["catalog_sources"].append({**books.rows["catalog_sources"][0], "source": "acquirer", "entity_id": "far"})
    for payment_id, more in [
        ("LOST-p1", {"account": "00-001-1000001"}),
        ("LOST-p2", {"account": "3000003"}),
        ("LOST-p3", {"account": "0001-002-40000049"}),
        ("LOST-p4", {"account": "0009-009-1000001"}),
        ("OWNED-p1", {"account": "card", "source": "acquirer"}),
        ("OWNED-p2", {"account": "0001-002-4000004"}),
        ("OWNED-p3", {"account": "main", "source": "acquirer"}),
    ]:
        paid(books, payment_id, "9876", **more)
    paid(books, "USED-p", "9876", account="closed since")
    books.ledger(
        "allocations",
        allocation_id="USED-a",
        payment_id="USED-p",
        document_id="FAR-1",
        amount="5000",
        currency="JPY",
        kind="cash",
        allocated_on="2026-03-26",
    )
    night = books.night(AS_OF, *JUDGED)
    judged = {
        row["payment_id"]: (row["entity_id"], row["refusal_reason"])
        for row in night.read("int_deposits_judged", "amount = 9876")
    }
    lost = dict.fromkeys(["LOST-p1", "LOST-p2", "LOST-p3", "LOST-p4"], (None, "unknown_account"))
    assert judged == {
        **lost,
        "OWNED-p1": ("far", None),
        "OWNED-p2": ("far", None),
        "OWNED-p3": ("main", None),
        "USED-p": ("far", None),
    }
    assert night.read("int_deposits_judged", "payment_id like 'LOST%' and is_received") == []
    reasons = {row["suppressed_reason"] for row in night.read("dunning_list")}
    assert None not in reasons
    assert "bank_data_missing" in reasons
