"""Names and columns under "What comes out" are a promise: columns may be added, none renamed or removed."""

from __future__ import annotations

from typing import Any

import pytest

PROMISED = {
    "invoices": "document_id document_number document_type entity_id customer_id currency invoice_date due_date "
    "net_amount tax_amount total_amount paid_amount open_amount status",
    "invoice_lines": "line_id document_id document_number line_no original_line_id contract_id plan_id fee_id kind "
    "period_from period_until quantity unit net_amount tax_code tax_rate currency product department "
    "description pricing_trace",
    "invoice_taxes": "document_id tax_code tax_rate net_amount tax_amount currency",
    "draft_invoices": (
        "document_id document_type entity_id customer_id currency invoice_date due_date net_amount tax_amount "
        "total_amount hold_reason content_hash"
    ),
    "draft_invoice_lines": "line_id document_id line_no original_line_id contract_id plan_id fee_id kind period_from "
    "period_until quantity unit net_amount tax_code tax_rate currency product department description",
    "charges": "charge_id customer_id contract_id plan_id fee_id instance period_from period_until served_from "
    "served_until quantity unrounded_amount owed_amount billed_amount difference currency tax_code tax_rate "
    "price_basis",
    "credit_ledger": (
        "block_id contract_id movement moved_on amount remaining_amount currency charge_id document_number priority "
        "granted_on expires_on unit_cost"
    ),
    "usage_daily": "contract_id meter usage_date dimensions quantity event_count",
    "usage_accounting": (
        "file_name usage_date events_received events_rated events_free events_waiting events_rejected "
        "events_duplicate events_superseded events_ignored"
    ),
    "waiting_usage": "contract_id customer_id event_type reason waits_since event_count",
    "rejected_rows": "source file_name line_no column_name reason_code expected message",
    "billing_periods": "contract_id period_from period_until is_trial bill_on",
    "payments": (
        "payment_id source deposit_date value_date amount currency customer_id applied_amount unapplied_amount state"
    ),
    "allocations": "payment_id document_number amount kind rule confidence reason",
    "receivables_aging": (
        "customer_id currency current days_1_30 days_31_60 days_61_90 days_91_120 days_over_120 unapplied total"
    ),
    "dunning_list": "customer_id policy step oldest_due_date open_amount currency action suppressed_reason",
    "reminders": "customer_id policy step",
    "deliveries": "document_number purpose recipient state sent_at",
    "revenue_schedule": "contract_id fee_id period_from period_until product department month recognised_amount "
    "billed_to_date recognised_to_date deferred_amount unbilled_amount currency",
    "deferred_revenue_rollforward": "currency month opening billed recognised adjusted closing",
    "journal_entries": "entry_id posted_on account side amount currency source_type source_id product department",
    "sales_by_product": "month product currency invoiced_amount recognised_amount",
    "sales_by_department": "month department currency invoiced_amount recognised_amount",
    "mrr_movements": "customer_id month opening_mrr new expansion contraction churn reactivation closing_mrr currency",
    "customers": "customer_id name",
    "contracts": "contract_id customer_id plan_id service_from",
    "quotes": "quote_id customer_id quoted_on status",
    "plans": "plan_id name_en name_ja product currency",
    "fees": "plan_id fee_id name_en name_ja kind model meter unit",
    "prices": "plan_id fee_id currency valid_from part part_no unit_price amount",
    "meters": "meter event_type aggregation",
    "expiring_cards": "payment_method_id customer_id card_exp_month card_exp_year",
}


@pytest.mark.parametrize("table", PROMISED)
def test_a_promised_table_has_its_promised_columns(table: str, models: dict[str, dict[str, Any]]) -> None:
    node = next((node for node in models.values() if node["name"] == table and node["fqn"][1] == "marts"), None)
    assert node is not None, f"{table} is promised and there is no mart of that name"
    missing = set(PROMISED[table].split()) - set(node["columns"])
    assert not missing, f"{table} lacks {sorted(missing)}"
