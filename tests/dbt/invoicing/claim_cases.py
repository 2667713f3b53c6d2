"""What claims name, in the book: charges in doubt, and drafts that a fault planted in the warehouse breaks;
each is mended a night or two later."""

from __future__ import annotations

from tests.dbt.invoicing.conftest import FIRST, SECOND, Writer, draft_id
from tests.dbt.invoicing.credit_cases import block, named

CLAIM = "segments_add_up_to_their_charge"
BROKEN = ("crooked", "unvoided")


def doubt(writer: Writer, charge_id: str, *dependent: str) -> None:
    """A claim about rated charges names this one; the others depend on it."""
    contract_id, fee_id = charge_id.split("-", maxsplit=1)[0], charge_id.split("-")[1]
    writer.book.give(
        "int_charge_claims_broken",
        charge_id,
        claim=CLAIM,
        contract_id=contract_id,
        plan_id="team",
        fee_id=fee_id,
        charge_id=charge_id,
    )
    for doubtful in (charge_id, *dependent):
        writer.book.give(
            "int_charge_doubts_spread", doubtful, claim=CLAIM, charge_id=doubtful, is_dependent=doubtful != charge_id
        )


def mend(writer: Writer, charge_id: str, *dependent: str) -> None:
    del writer.book.given["int_charge_claims_broken"][charge_id]
    for doubtful in (charge_id, *dependent):
        del writer.book.given["int_charge_doubts_spread"][doubtful]


def first_claims(writer: Writer) -> None:
    """A usage fee in doubt beside a base fee that is not, a minimum that hangs on it, a bill of another seller;
    one that is all of its document."""
    writer.charge("doubtful-base", 1000)
    writer.charge("doubtful-calls", 700, kind="usage")
    writer.charge("doubtful-floor", 300, kind="minimum")
    writer.charge("doubtful-abroad", "10.00", currency="USD")
    doubt(writer, "doubtful-calls", "doubtful-floor")
    writer.charge("alone-base", 5000)
    doubt(writer, "alone-base")
    block(writer, "undrawn.1", 5000)
    writer.charge(named("undrawn-base"), 800)
    doubt(writer, named("undrawn-base"))
    for customer in ("kept", "rekeyed", *BROKEN):
        writer.charge(f"{customer}-base", 1000)


def second_claims(writer: Writer) -> None:
    """What was billed comes into doubt: it computes to more, it stands under another key.

    Two drafts are broken: a credit note and a void.
    """
    writer.decide("approve", SECOND, document_id=draft_id("doubtful"), content_hash="whatever")
    mend(writer, named("undrawn-base"))
    writer.charge("kept-base", 1500)
    doubt(writer, "kept-base")
    del writer.book.given["int_charges_priced"]["rekeyed-base"]
    writer.charge("rekeyed-new", 1000, fee_id="base", tax_rate=None)
    doubt(writer, "rekeyed-new")
    writer.charge("crooked-base", 400)
    document_id = draft_id("unvoided")
    paid = {
        "allocation_id": "paid-unvoided",
        "payment_id": "deposit-2",
        "document_id": document_id,
        "amount": 1100,
        "currency": "JPY",
        "kind": "cash",
        "rule": "exact",
    }
    writer.book.commits += 1
    writer.book.record("allocations", [paid], as_of=FIRST)
    writer.decide("void", SECOND, document_id=document_id)
    for customer in BROKEN:
        writer.book.give("planted_faults", customer, customer_id=customer)


def third_claims(writer: Writer) -> None:
    """All is mended."""
    mend(writer, "doubtful-calls", "doubtful-floor")
    mend(writer, "alone-base")
    mend(writer, "kept-base")
    del writer.book.given["int_charges_priced"]["rekeyed-new"]
    mend(writer, "rekeyed-new")
    writer.charge("rekeyed-base", 1000)
    for customer in BROKEN:
        del writer.book.given["planted_faults"][customer]
