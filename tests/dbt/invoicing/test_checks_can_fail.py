"""Each check that stops publication is shown a planted fault: it must find it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.dbt.invoicing.book import working_in
from tests.dbt.invoicing.conftest import Story

FAULTS = {
    "lines_and_tax_add_up_to_the_total": "update invoice_lines set net_amount = net_amount + 1 where line_no = 1",
    "taxes_per_rate_add_up_to_the_document": "update invoice_taxes set tax_amount = tax_amount + 1",
    "tax_is_rounded_once_per_document_and_rate": "update int_lines_taxed set tax_amount = tax_amount + 1 where customer_id = 'golden0'",
    "every_billed_charge_is_known": "insert into int_charges_missing (contract_id, missing_fact) values ('gone', 'contract')",
    "lines_of_a_charge_add_up_to_what_is_billed": "update charges set billed_amount = billed_amount + 1 where charge_id = 'split-base'",
    "drafts_bring_charges_to_what_they_owe": "update draft_invoice_lines set line_amount = line_amount - 1 where customer_id = 'golden0'",
    "no_line_is_credited_beyond_itself": "update invoice_lines set line_amount = line_amount - 1 where original_line_id is not null",
    "every_credited_line_names_its_original": "update invoice_lines set original_line_id = null where line_amount < 0",
    "document_numbers_have_no_gap": "delete from invoices where document_number = 'INV-2026-000003'",
    "document_numbers_are_unique": "update invoices set document_number = 'INV-2026-000001' where document_number = 'INV-2026-000002'",
    "no_charge_is_billed_twice_in_one_document": "insert into draft_invoice_lines select * from draft_invoice_lines where line_no = 1 limit 1",
    "a_credit_note_is_below_zero": "update invoices set document_type = 'credit_note' where document_number = 'INV-2026-000001'",
    "a_document_has_one_payer_and_one_price_basis": "update invoice_lines set price_basis = 'inclusive' where customer_id = 'split'",
    "no_block_of_credits_is_overdrawn": "update credit_ledger set amount = amount - 10000 where block_id = 'more.1' and movement = 'drawn'",
    "credits_pay_no_more_than_a_charge_owes": "update int_credits_drawn set owed_amount = owed_amount - 10000 where credit_block_id = 'more.1'",
    "credits_stay_within_what_is_open": (
        "insert into jobs.issue_allocations_to_record (document_id, payment_id, rule, amount) select document_id, '', 'credit_note', open_amount + 1 from invoices"
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
