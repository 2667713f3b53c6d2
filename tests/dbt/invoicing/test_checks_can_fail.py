"""Each check that stops publication, and each claim that holds a draft, is shown a planted fault: it must find it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.dbt.invoicing.book import working_in
from tests.dbt.invoicing.conftest import LAST_WAREHOUSE, Story
from tests.structure.test_claims import CLAIM
from tests.structure.test_dbt_rooms import order_of_reading

CLAIMS = DBT_PROJECT_DIR / "models" / "intermediate" / "invoicing" / "claims"

FAULTS = {
    "lines_and_tax_add_up_to_the_total": "update invoice_lines set net_amount = net_amount + 1 where line_no = 1",
    "taxes_per_rate_add_up_to_the_document": "update invoice_taxes set tax_amount = tax_amount + 1",
    "every_billed_charge_is_known": (
        "insert into int_billed_charges_without_facts (contract_id, missing_fact) values ('gone', 'contract')"
    ),
    "lines_of_a_charge_add_up_to_what_is_billed": (
        "update charges set billed_amount = billed_amount + 1 where charge_id = 'split-base'"
    ),
    "no_line_is_credited_beyond_itself": (
        "update invoice_lines set line_amount = line_amount - 1 where original_line_id is not null"
    ),
    "every_credited_line_names_its_original": "update invoice_lines set original_line_id = null where line_amount < 0",
    "document_numbers_have_no_gap": "delete from invoices where document_number = 'INV-2026-000003'",
    "document_numbers_are_unique": (
        "update invoices set document_number = 'INV-2026-000001' where document_number = 'INV-2026-000002'"
    ),
    "no_charge_is_billed_twice_in_one_document": (
        "insert into draft_invoice_lines select * from draft_invoice_lines where line_no = 1 limit 1"
    ),
    "a_credit_note_is_below_zero": (
        "update invoices set document_type = 'credit_note' where document_number = 'INV-2026-000001'"
    ),
    "a_document_has_one_payer_and_one_price_basis": (
        "update invoice_lines set price_basis = 'inclusive' where customer_id = 'split'"
    ),
    "no_block_of_credits_is_overdrawn": (
        "update credit_ledger set amount = amount - 10000 where block_id = 'more.1' and movement = 'drawn'"
    ),
    "every_broken_claim_is_held": (
        "insert into int_claims_broken select 'a_claim', '', '', 'a charge without a draft', '', 1, 'JPY'"
    ),
    "claims_hold_no_more_than_a_few_documents": (
        "insert into int_documents_totalled by name select 'd' || i as document_id, 'JPY' as currency, "
        "1000000 as total_amount from range(21) as t(i);"
        "insert into int_claims_broken select 'a_claim', 'C', '', '', 'd' || i, 1000000, 'JPY' from range(21) as t(i)"
    ),
}


# A line of golden0 moves a line that stands whole and that no other draft moves; golden0 gives to an open invoice.
CREDITED = (
    "update int_invoice_lines_taxed set original_line_id = standing.line_id, line_amount = {amount} "
    "from (from int_invoice_lines_uncredited where remaining_amount = line_amount and line_amount > 0 "
    "and line_id not in (select original_line_id from int_invoice_lines_taxed "
    "where original_line_id is not null) order by line_id limit 1) as standing "
    "where int_invoice_lines_taxed.customer_id = 'golden0'"
)
GIVEN_TO_AN_INVOICE = (
    "update int_documents_totalled set total_amount = {total} where customer_id = 'golden0';"
    "insert into int_credit_notes_allocated by name select invoices.document_id, drafts.document_id as payment_id, "
    "{amount} as amount "
    "from invoices, int_documents_totalled as drafts where drafts.customer_id = 'golden0' "
    "and invoices.open_amount > 1 order by all limit 1"
)
# Both are read through views, so a table that lacks the particular takes the view's place.
NAMELESS_BUYER = (
    "create table changed as select * replace (if(customer_id = 'golden0', {name}, name) as name) "
    "from int_customers_resolved;"
    "drop view int_customers_resolved; alter table changed rename to int_customers_resolved"
)
LACKING_SELLER = (
    "create table changed as from stg_catalog__entities union all "
    "select * replace ('lacking' as entity_id, {change}) from stg_catalog__entities where entity_id = 'terms';"
    "drop view stg_catalog__entities; alter table changed rename to stg_catalog__entities;"
    "update int_documents_totalled set entity_id = 'lacking' where customer_id = 'golden0'"
)
# Each plants its fault in the draft of one customer, who is the one that the claim must name. A claim that can break in
# several ways has a fault for each.
FAULTS_OF_DRAFTS = {
    "lines_and_tax_add_up_to_the_total": (
        "update int_invoice_lines_taxed set net_amount = net_amount + 1 where customer_id = 'golden0'"
    ),
    "lines_and_tax_add_up_to_the_total: net": (
        "update int_documents_totalled set net_amount = net_amount + 1 where customer_id = 'golden0'"
    ),
    "lines_and_tax_add_up_to_the_total: tax": (
        "update int_documents_totalled set tax_amount = tax_amount + 1 where customer_id = 'golden0'"
    ),
    "lines_and_tax_add_up_to_the_total: total": (
        "update int_documents_totalled set total_amount = total_amount + 1 where customer_id = 'golden0'"
    ),
    "lines_and_tax_add_up_to_the_total: no lines": "delete from int_invoice_lines_taxed where customer_id = 'golden0'",
    "taxes_per_rate_add_up_to_the_document": (
        "update int_document_taxes set tax_amount = tax_amount + 1 "
        "where document_id in (from int_invoice_lines_taxed select document_id where customer_id = 'golden0')"
    ),
    "taxes_per_rate_add_up_to_the_document: net": (
        "update int_document_taxes set net_amount = net_amount + 1 "
        "where document_id in (from int_invoice_lines_taxed select document_id where customer_id = 'golden0')"
    ),
    "taxes_per_rate_add_up_to_the_document: a rate without a tax": (
        "delete from int_document_taxes where document_id in (from int_invoice_lines_taxed select document_id "
        "where customer_id = 'golden0')"
    ),
    "tax_is_rounded_once_per_document_and_rate": (
        "update int_invoice_lines_taxed set tax_amount = tax_amount + 1 where customer_id = 'golden0'"
    ),
    "a_credit_note_is_below_zero": (
        "update int_documents_totalled set document_type = 'credit_note' where customer_id = 'golden0'"
    ),
    "a_credit_note_is_below_zero: an invoice": (
        "update int_documents_totalled set total_amount = -total_amount where customer_id = 'golden0'"
    ),
    "a_document_has_one_payer_and_one_price_basis": (
        "update int_invoice_lines_taxed set price_basis = 'inclusive' where customer_id = 'golden0'"
    ),
    "a_document_has_one_payer_and_one_price_basis: currency": (
        "update int_invoice_lines_taxed set currency = 'USD' where customer_id = 'golden0'"
    ),
    "a_document_has_one_payer_and_one_price_basis: payer": (
        "update int_invoice_lines_taxed set customer_id = 'plain' where customer_id = 'golden0'"
    ),
    "drafts_bring_charges_to_what_they_owe": (
        "update int_invoice_lines_taxed set line_amount = line_amount - 1 where customer_id = 'golden0'"
    ),
    "drafts_bring_charges_to_what_they_owe: a line that nothing owes": (
        "insert into int_invoice_lines_taxed select * replace ('of nobody' as charge_id) "
        "from int_invoice_lines_taxed where customer_id = 'golden0' limit 1"
    ),
    "drafts_bring_charges_to_what_they_owe: a charge without a line": (
        "delete from int_invoice_lines_taxed where customer_id = 'golden0'"
    ),
    "every_credited_line_names_its_original": (
        "insert into int_charges_billed by name select charge_id, 100 as billed_amount "
        "from int_invoice_lines_taxed where customer_id = 'golden0';"
        "update int_invoice_lines_taxed set line_amount = -1, reason = 'adjustment', original_line_id = null "
        "where customer_id = 'golden0'"
    ),
    "no_charge_is_billed_twice_in_one_document": (
        "insert into int_invoice_lines_taxed select * from int_invoice_lines_taxed where customer_id = 'golden0'"
    ),
    "no_charge_is_billed_twice_in_one_document: a first bill of what was billed": (
        "insert into int_charges_billed by name select charge_id, 100 as billed_amount "
        "from int_invoice_lines_taxed where customer_id = 'golden0'"
    ),
    "no_line_is_credited_beyond_itself": (
        "update int_invoice_lines_taxed set original_line_id = 'a line of nobody' where customer_id = 'golden0'"
    ),
    "no_line_is_credited_beyond_itself: more than it was": CREDITED.format(amount="-1 - standing.line_amount"),
    "no_line_is_credited_beyond_itself: made larger": CREDITED.format(amount="1"),
    "due_before_invoice_date": (
        "update int_documents_totalled set due_date = invoice_date - 1 where customer_id = 'golden0'"
    ),
    "qualified_invoice_lacks_a_particular": (
        "update int_documents_totalled set entity_id = 'a seller of nobody' where customer_id = 'golden0'"
    ),
    "qualified_invoice_lacks_a_particular: no buyer's name": NAMELESS_BUYER.format(name="null"),
    "qualified_invoice_lacks_a_particular: an empty buyer's name": NAMELESS_BUYER.format(name="''"),
    "qualified_invoice_lacks_a_particular: no seller's name": LACKING_SELLER.format(
        change="null as name_ja, null as name_en"
    ),
    "qualified_invoice_lacks_a_particular: no registration number": LACKING_SELLER.format(
        change="null as registration_number"
    ),
    "qualified_invoice_lacks_a_particular: half a registration number": LACKING_SELLER.format(
        change="'T123' as registration_number"
    ),
    "amount_finer_than_its_currency: a line": (
        "update int_invoice_lines_taxed set line_amount = line_amount + 0.5 where customer_id = 'golden0'"
    ),
    "amount_finer_than_its_currency": (
        "update int_invoice_lines_taxed set tax_amount = tax_amount + 0.5 where customer_id = 'golden0'"
    ),
    "credits_stay_within_what_is_open": GIVEN_TO_AN_INVOICE.format(
        amount="invoices.open_amount + 1", total=-1_000_000_000
    ),
    "credits_stay_within_what_is_open: more than the credit note has": GIVEN_TO_AN_INVOICE.format(amount="1", total=0),
    "credits_pay_no_more_than_a_charge_owes": (
        "update int_billing_adjustments set owed_amount = owed_amount - 10000 where credit_block_id = 'more.1'"
    ),
    "credits_pay_no_more_than_a_charge_owes: a draw that takes": (
        "update int_billing_adjustments set owed_amount = 1 where credit_block_id = 'more.1'"
    ),
}


def compiled_checks(story: Story) -> dict[str, str]:
    folder = story.book.home.root / "target" / "compiled" / "billing" / "tests" / "invoicing"
    return {path.stem.removeprefix("assert_"): path.read_text() for path in folder.glob("assert_*.sql")}


def test_every_check_has_a_planted_fault(story: Story) -> None:
    assert set(compiled_checks(story)) == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_the_check_finds_its_planted_fault(story: Story, name: str, tmp_path: Path) -> None:
    shutil.copy(story.book.home.warehouse, tmp_path / "warehouse.duckdb")
    with working_in(story.book.home.root), duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        before = len(con.execute(compiled_checks(story)[name]).fetchall())
        con.execute(FAULTS[name])
        assert len(con.execute(compiled_checks(story)[name]).fetchall()) > before


def compiled_claims(story: Story) -> dict[str, str]:
    """The models of claims about drafts, each after those that it reads."""
    folder = (
        story.book.home.root / "target" / "compiled" / "billing" / "models" / "intermediate" / "invoicing" / "claims"
    )
    order = order_of_reading((CLAIMS / "README.md").read_text("utf-8"))
    return {name: (folder / f"{name}.sql").read_text() for name in order}


def named_by(con: duckdb.DuckDBPyConnection, story: Story, claim: str) -> list[str]:
    """Whom the claim names, asked of the tables as they stand now."""
    for model, sql in compiled_claims(story).items():
        con.execute(f"create or replace table {model} as {sql}")
    return [
        customer
        for (customer,) in con.execute(
            "select distinct customer_id from int_claims_broken where claim = ?", [claim]
        ).fetchall()
    ]


def test_every_claim_has_a_planted_fault(story: Story) -> None:
    assert set(CLAIM.findall("".join(compiled_claims(story).values()))) == {
        fault.partition(":")[0] for fault in FAULTS_OF_DRAFTS
    }


@pytest.mark.parametrize("fault", FAULTS_OF_DRAFTS)
def test_the_claim_names_whose_draft_is_broken_and_nobody_else(story: Story, fault: str, tmp_path: Path) -> None:
    shutil.copy(story.book.home.root / LAST_WAREHOUSE, tmp_path / "warehouse.duckdb")
    with working_in(story.book.home.root), duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        claim = fault.partition(":")[0]
        assert named_by(con, story, claim) == []
        con.execute(FAULTS_OF_DRAFTS[fault])
        assert named_by(con, story, claim) == ["more" if "credits_pay" in fault else "golden0"]


@pytest.mark.parametrize(
    ("held", "amount", "dollars", "stops"),
    [(21, 100, 0, True), (20, 100, 0, False), (21, 2, 0, False), (15, 100, 6, True), (21, 2, 1, False)],
    ids=[
        "21 and much money",
        "20 and much money",
        "21 of little money",
        "15 and 6 in dollars",
        "21 of little money and all dollars",
    ],
)
def test_the_night_stops_when_claims_hold_many_documents_and_much_money(
    story: Story, held: int, amount: int, dollars: int, stops: bool, tmp_path: Path
) -> None:
    """Beside 100 drafts of 10 that are free: 21 x 100 are 2,100 of 3,100; 21 x 2 are 42 of 1,042.

    Of each currency by itself.
    """
    shutil.copy(story.book.home.warehouse, tmp_path / "warehouse.duckdb")
    with working_in(story.book.home.root), duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("truncate int_claims_broken; truncate int_documents_totalled; truncate int_charge_claims_placed")
        draft = (
            "insert into int_documents_totalled by name select 'd' || i as document_id, 'C' || i as customer_id, "
            "date '2031-01-31' as bill_on"
        )
        con.execute(f"{draft}, 'JPY' as currency, 10 as total_amount from range(1000, 1100) as t(i)")
        con.execute(f"{draft}, 'JPY' as currency, {amount} as total_amount from range({held}) as t(i)")
        con.execute(f"{draft}, 'USD' as currency, 10 as total_amount from range(2000, 2000 + {dollars}) as t(i)")
        con.execute(
            "insert into int_claims_broken select 'c', customer_id, '', '', document_id, total_amount, currency "
            "from int_documents_totalled "
            "where total_amount <> 10 or currency = 'USD'"
        )
        found = con.execute(compiled_checks(story)["claims_hold_no_more_than_a_few_documents"]).fetchall()
    assert bool(found) is stops
