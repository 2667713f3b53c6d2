"""A deposit on an account that no seller of the catalog has: it counts for nobody, and nobody is reminded meanwhile."""

from __future__ import annotations

from tests.dbt.receivables.by_hand import Books, Night
from tests.dbt.receivables.conftest import AS_OF, paid

JUDGED = [
    "int_bank_accounts_by_seller",
    "int_deposits_repeated",
    "int_deposits_judged",
    "int_deposits_received",
    "int_reminders_netted",
    "int_reminders_judged",
    "dunning_list",
]


def test_money_on_an_unknown_account_is_refused_and_nobody_is_reminded_until_its_owner_is_known(
    books: Books, second: Night
) -> None:
    """An account of two sellers is as unknown as one of none; the profile of the source may say whose it is."""
    assert any(row["suppressed_reason"] is None for row in second.read("dunning_list"))
    new = next(row for row in books.rows["catalog_entities"] if row["entity_id"] == "new")
    new["bank_accounts"] = new["bank_accounts"].replace("}]", '}, {"bank": "b", "branch": "c", "number": "3000003"}]')
    main = next(row for row in books.rows["catalog_entities"] if row["entity_id"] == "main")
    main["bank_accounts"] = main["bank_accounts"].replace("}]", '}, {"bank": "b", "branch": "c", "number": "3000003"}]')
    books.rows["catalog_sources"].append({**books.rows["catalog_sources"][0], "source": "acquirer", "entity_id": "far"})
    for payment_id, more in [
        ("LOST-p1", {"account": "00-001-1000001"}),
        ("LOST-p2", {"account": "3000003"}),
        ("OWNED-p", {"account": "card", "source": "acquirer"}),
    ]:
        paid(books, payment_id, "9876", **more)
    night = books.night(AS_OF, *JUDGED)
    judged = {
        row["payment_id"]: (row["entity_id"], row["refusal_reason"])
        for row in night.read("int_deposits_judged", "amount = 9876")
    }
    assert judged == {
        "LOST-p1": (None, "unknown_account"),
        "LOST-p2": (None, "unknown_account"),
        "OWNED-p": ("far", None),
    }
    assert night.read("int_deposits_received", "payment_id like 'LOST%'") == []
    reasons = {row["suppressed_reason"] for row in night.read("dunning_list")}
    assert None not in reasons
    assert "bank_data_missing" in reasons
