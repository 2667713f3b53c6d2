"""Columns and types of every Parquet stream of the lake and the ledger: the one place that intake, ledger, dbt sources
and tests share.

Types are DuckDB's. EXACT holds quantities, unit prices and unrounded money; AMOUNT holds rounded money.
"""

from __future__ import annotations

EXACT = "DECIMAL(38,12)"
AMOUNT = "DECIMAL(20,4)"
RATE = "DECIMAL(9,6)"
INSTANT = "TIMESTAMP WITH TIME ZONE"
TEXT, DAY, WHOLE, BIG, FLAG = "VARCHAR", "DATE", "INTEGER", "BIGINT", "BOOLEAN"

Columns = dict[str, str]

_ORIGIN: Columns = {"file_name": TEXT, "line_no": BIG, "received_at": INSTANT}


def _text(names: str) -> Columns:
    return dict.fromkeys(names.split(), TEXT)


RUN: Columns = {
    "as_of_date": DAY, "known_until": INSTANT, "night_ends_on": DAY, "is_view": FLAG, "ledger_head": TEXT,
    "ledger_sequence": WHOLE, "rules_version": WHOLE, "is_forecast": FLAG,
}  # fmt: skip
INTAKE: Columns = {
    **_text("file_id file_name sha256 stream source"), "received_at": INSTANT, "rows_received_at": INSTANT,
    "state": TEXT, "event_date": DAY, "rows_received": BIG, "rows_accepted": BIG, "rows_rejected": BIG,
    "rows_duplicate": BIG,
}  # fmt: skip
REJECTS: Columns = {
    "file_name": TEXT, "source": TEXT, "line_no": BIG,
    **_text("column_name reason_code expected found message raw row_key"), "event_date": DAY, "received_at": INSTANT,
}  # fmt: skip
WITHDRAWN: Columns = {**_text("file_name contract_id charge_id"), "received_at": INSTANT}
USAGE: Columns = {
    **_text("event_id source event_type"), "event_at": INSTANT, "ended_at": INSTANT, **_text("contract_id customer_id"),
    "quantity": EXACT, **_text("properties amends retracts"), **_ORIGIN,
}  # fmt: skip
PAYMENTS: Columns = {
    **_text("payment_id source account"), "booked_on": DAY, "value_on": DAY, "amount": EXACT,
    **_text("currency direction reference remitter_code remitter_name payer_key remittance_text bank_transaction_id"),
    "is_reversal": FLAG, **_ORIGIN,
}  # fmt: skip
DECISIONS: Columns = {
    **_text("decision_id kind document_id content_hash payment_id charge_id contract_id plan_id fee_id instance"),
    "period_from": DAY, "amount": EXACT, "currency": TEXT, "until": DAY, "decided_by": TEXT, "decided_at": INSTANT,
    "reason": TEXT, **_ORIGIN,
}  # fmt: skip
SENDING: Columns = {
    **_text("mail_key phase"), "at": INSTANT, **_text("purpose document_id document_number customer_id policy"),
    "step": WHOLE, **_text("payment_method_id recipient state message_id error"),
}  # fmt: skip

CRM: dict[str, Columns] = {
    "customers": {
        **_text("customer_id name name_kana email cc_emails locale country postal_code address phone"),
        "birth_date": DAY,
        **_text(
            "gender time_zone entity_id bill_to_customer_id payment_terms tax_status tax_registration_number "
            "remitter_code fee_bearer dunning_policy department"
        ),
        "invoice_per": TEXT, "effective_on": DAY, "updated_at": INSTANT,
        **_text("payer_key name_key email_problem cc_problem extra"), **_ORIGIN,
    },
    "payer_aliases": {
        **_text("alias customer_id"), "recorded_at": INSTANT, "payer_key": TEXT, "extra": TEXT, **_ORIGIN,
    },
    "contracts": {
        **_text("contract_id customer_id plan_id"), "service_from": DAY, "signed_on": DAY, "ends_on": DAY,
        "trial_days": WHOLE, "trial_until": DAY, "billing_anchor_day": WHOLE, "quantity": EXACT,
        **_text("time_zone currency"), "term_months": WHOLE, "auto_renew": FLAG,
        **_text("department payment_method_id purchase_order"), "minimum_months": WHOLE, "notice_days": WHOLE,
        "renewal_price": TEXT, "uplift_percent": EXACT, "quote_id": TEXT, "updated_at": INSTANT, "extra": TEXT,
        **_ORIGIN,
    },
    "contract_changes": {
        **_text("change_id contract_id"), "effective_on": DAY, **_text("at kind plan_id fee_id instance"),
        "quantity": EXACT, "unit_price": EXACT, "amount": EXACT, "percent": EXACT, "discount_id": TEXT,
        "periods": WHOLE, "billing_anchor_day": WHOLE, "department": TEXT, "until": DAY, "prorate": FLAG,
        "priority": WHOLE, "refund": TEXT, "reason": TEXT, "recorded_at": INSTANT, "extra": TEXT, **_ORIGIN,
    },
    "payment_methods": {
        **_text("payment_method_id customer_id kind card_brand card_last4"), "card_exp_month": WHOLE,
        "card_exp_year": WHOLE,
        **_text("bank_code branch_code account_type account_number account_holder_kana mandate_id"),
        "updated_at": INSTANT, "extra": TEXT, **_ORIGIN,
    },
    "quotes": {
        **_text("quote_id customer_id"), "quoted_on": DAY, "valid_until": DAY, **_text("status contract_id"),
        "service_from": DAY, "term_months": WHOLE, "extra": TEXT, **_ORIGIN,
    },
    "quoted_prices": {
        **_text("quote_id contract_id plan_id fee_id"), "period_from": DAY, "period_until": DAY, "periods": WHOLE,
        "net_amount": EXACT, "tax_amount": EXACT, "currency": TEXT, "priced_at": INSTANT, "extra": TEXT, **_ORIGIN,
    },
    "quote_lines": {
        "quote_id": TEXT, "quote_line_no": WHOLE, **_text("plan_id description"), "quantity": EXACT,
        "expected_usage": EXACT, "unit_price": EXACT, "extra": TEXT, **_ORIGIN,
    },
    "quote_usage": {
        "quote_id": TEXT, "quote_line_no": WHOLE, "meter": TEXT, "quantity": EXACT, "events": WHOLE,
        **_text("properties extra"), **_ORIGIN,
    },
    "exchange_rates": {
        "currency": TEXT, "to_currency": TEXT, "valid_on": DAY, "rate": EXACT, "source": TEXT, "extra": TEXT, **_ORIGIN,
    },
    "erasures": {**_text("erasure_id customer_id"), "requested_on": DAY, "extra": TEXT, **_ORIGIN},
    "customer_merges": {
        **_text("merge_id customer_id into_customer_id"), "effective_on": DAY, "recorded_at": INSTANT, "extra": TEXT,
        **_ORIGIN,
    },
    "opening_documents": {
        **_text("document_number customer_id"), "invoice_date": DAY, "due_date": DAY, "amount": EXACT,
        "tax_amount": EXACT, **_text("currency entity_id extra"), **_ORIGIN,
    },
    "opening_deferrals": {
        **_text("deferral_id customer_id"), "period_from": DAY, "period_until": DAY, "amount": EXACT,
        **_text("currency contract_id plan_id fee_id product department entity_id extra"), **_ORIGIN,
    },
    "one_off_charges": {
        **_text("charge_id customer_id"), "charged_on": DAY, "amount": EXACT,
        **_text("currency contract_id description tax_code department"), "credit_amount": EXACT, "credit_until": DAY,
        "credit_priority": WHOLE, **_text("credit_plan_id credit_fee_id extra"), **_ORIGIN,
    },
}  # fmt: skip

# What a row is known by, beside which the same thing delivered again is found.
KEYS: dict[str, tuple[str, ...]] = {
    "decisions": ("decision_id",), "customers": ("customer_id",), "payer_aliases": ("alias", "customer_id"),
    "contracts": ("contract_id",), "contract_changes": ("change_id",), "payment_methods": ("payment_method_id",),
    "quotes": ("quote_id",), "quoted_prices": ("quote_id", "contract_id", "plan_id", "fee_id", "period_from"),
    "quote_lines": ("quote_id", "quote_line_no"), "quote_usage": ("quote_id", "quote_line_no", "meter"),
    "exchange_rates": ("currency", "to_currency", "valid_on"), "erasures": ("erasure_id",),
    "customer_merges": ("merge_id",), "opening_documents": ("document_number",), "opening_deferrals": ("deferral_id",),
    "one_off_charges": ("charge_id",),
}  # fmt: skip

_VERSION: Columns = {"catalog_version": TEXT, "received_at": INSTANT}
_FEE: Columns = _text("plan_id fee_id")

CATALOG: dict[str, Columns] = {
    name: {**columns, **_VERSION}
    for name, columns in {
        "publishing": {"personal": FLAG},
        "entities": {
            **_text(
                "entity_id name_ja name_en locale postal_code address_ja address_en tel email contact_ja contact_en "
                "time_zone currency registration_number rounding"
            ),
            **_text("tax_rounding invoice_number_pattern credit_note_number_pattern"), "billing_starts_on": DAY,
            "rebill_horizon_months": WHOLE, "adjustments": TEXT, "closing_lag_days": WHOLE, "correction_limit": EXACT,
            "correction_limits": TEXT, "approval": TEXT, "approval_limit": EXACT, "approval_limits": TEXT,
            "late_usage_ignored_after_days": WHOLE, "late_usage_ignored_from": DAY,
            "is_less_usage_credited": FLAG, **_text("payment_terms_id dunning_policy_id bank_accounts"),
            "bank_fee_limit": EXACT, "bank_fee_limits": TEXT,
            **_text("mail_from_email mail_from_name reply_to notes_ja notes_en only_language"),
            **dict.fromkeys(
                [
                    "trial_notice_days", "renewal_notice_days", "ending_notice_days", "price_notice_days",
                    "card_notice_days",
                ],
                WHOLE,
            ),
            **_text("usage_notice_shares credit_notice_shares"),
        },
        "bank_fee_amounts": {"entity_id": TEXT, "currency": TEXT, "amount": EXACT},
        "tax_codes": {**_text("tax_code kind name_ja name_en"), "default_from": DAY},
        "tax_rates": {"tax_code": TEXT, "valid_from": DAY, "rate": RATE},
        "payment_terms": {
            "payment_terms_id": TEXT, "closing_day": WHOLE, "month_offset": WHOLE, "pay_day": WHOLE, "net_days": WHOLE,
            **_text("roll calendar_id"),
        },
        "closed_days": {"calendar_id": TEXT, "closed_on": DAY},
        "dunning_policies": {
            "policy_id": TEXT, "minimum_open_amount": EXACT, "minimum_open_amounts": TEXT, "days_between": WHOLE,
        },
        "dunning_steps": {"policy_id": TEXT, "step": WHOLE, "days_after_due": WHOLE, **_text("action template")},
        "accounts": _text("role account name_ja name_en"),
        "meters": {
            **_text("meter event_type aggregation field price_field dimensions level_per reports"),
            "is_carried_over": FLAG, "time_bands": TEXT,
        },
        "time_band_windows": {
            "time_bands": TEXT, "month": WHOLE, "from_day": WHOLE, "until_day": WHOLE, "day_kind": TEXT,
            "from_minute": WHOLE, "until_minute": WHOLE, "band": TEXT,
        },
        "time_band_holidays": {"time_bands": TEXT, "holiday": DAY, "day_kind": TEXT},
        "plans": {
            **_text("plan_id name_ja name_en product department entity_id currency"), "interval_every": WHOLE,
            **_text("interval_unit anchor"), "trial_days": WHOLE, **_text("proration price_basis currencies"),
            "lead_days": WHOLE, "grace_days": WHOLE, **_text("adjustments usage_in_pause"),
        },
        "fees": {
            **_FEE, "fee_no": WHOLE,
            **_text("kind timing model meter tax_code name_ja name_en unit_ja unit_en dimensions"),
            "interval_every": WHOLE, "interval_unit": TEXT, "until": DAY, "is_optional": FLAG, "filter": TEXT,
            "is_additive": FLAG, "rounding_mode": TEXT, "rounding_step": EXACT, "allowance": EXACT,
            "allowance_periods": WHOLE, "allowance_cap": EXACT, "allowance_shared": TEXT, "part_period": TEXT,
        },
        "fee_versions": {
            **_FEE, "currency": TEXT, "valid_from": DAY, "applies_to": TEXT, "is_mid_period": FLAG, "amount": EXACT,
            "unit_price": EXACT, "minimum": EXACT, "maximum": EXACT, "package_size": EXACT, "rate": EXACT,
            "fixed_amount": EXACT,
            **dict.fromkeys(["free_events", "free_amount", "minimum_per_event", "maximum_per_event"], EXACT),
        },
        "fee_tiers": {
            **_FEE, "currency": TEXT, "valid_from": DAY, "tier_no": WHOLE, "from_quantity": EXACT, "up_to": EXACT,
            "unit_price": EXACT, "flat_amount": EXACT,
        },
        "discounts": {
            **_text("discount_id name_ja name_en"), "percent": EXACT, "amount": EXACT,
            **_text("currency plan_id fee_id"), "is_coupon": FLAG, "valid_from": DAY, "valid_until": DAY,
            "periods": WHOLE, "discount_no": WHOLE,
        },
        "fee_prices": {
            **_FEE, "currency": TEXT, "valid_from": DAY, "price_no": WHOLE, "dimension_values": TEXT,
            "unit_price": EXACT,
        },
        "sources": {
            **_text("source kind format expected_calendar_id"), "expected_bank_days": WHOLE,
            "expected_every_days": WHOLE, "expected_days_late": WHOLE,
            **_text("expected_entity_id entity_id"), "is_bank_transaction_id_unique": FLAG,
        },
    }.items()
}  # fmt: skip

_COMMIT: Columns = {"commit_sequence": WHOLE, "recorded_at": INSTANT}

LEDGER: dict[str, Columns] = {
    name: {**columns, **_COMMIT}
    for name, columns in {
        "documents": {
            **_text("document_id document_number document_type number_series"), "number_seq": WHOLE,
            **_text("entity_id customer_id currency"), "bill_on": DAY, "group_key": TEXT, "group_seq": WHOLE,
            "price_basis": TEXT, "invoice_date": DAY, "due_date": DAY, "net_amount": AMOUNT, "tax_amount": AMOUNT,
            "total_amount": AMOUNT, **_text("content_hash voids_document_id snapshot"),
        },
        "document_lines": {
            "line_id": TEXT, "document_id": TEXT, "line_no": WHOLE,
            **_text("charge_id original_line_id customer_id user_customer_id contract_id plan_id fee_id instance kind"),
            "period_from": DAY, "period_until": DAY, "served_from": DAY, "served_until": DAY, "quantity": EXACT,
            "unit_ja": TEXT, "unit_en": TEXT, "line_amount": AMOUNT, "net_amount": AMOUNT, "tax_amount": AMOUNT,
            "tax_code": TEXT, "tax_rate": RATE,
            **_text("price_basis currency product department description_ja description_en pricing_trace reason"),
        },
        "document_taxes": {
            "document_id": TEXT, "tax_code": TEXT, "tax_rate": RATE, "net_amount": AMOUNT, "tax_amount": AMOUNT,
            "currency": TEXT,
        },
        "allocations": {
            **_text("allocation_id payment_id document_id"), "amount": AMOUNT, **_text("currency kind rule"),
            "confidence": "DECIMAL(3,2)", "reason": TEXT, "allocated_on": DAY,
            **_text("reverses_allocation_id decision_id"),
        },
        "journal_entries": {
            "entry_id": TEXT, "line_no": WHOLE, "entity_id": TEXT, "month": DAY, "posted_on": DAY,
            **_text("account side"), "amount": AMOUNT, **_text("currency source_type source_id product department"),
        },
        "period_closes": {"entity_id": TEXT, "month": DAY, "closed_on": DAY, "totals": TEXT, "in_doubt": TEXT},
        "runs": {"run_id": TEXT, "as_of_date": DAY, "known_until": INSTANT, **_text("check_results held_charges")},
        "pricing_rules": {
            "rules_version": WHOLE, "adopted_on": DAY, "charge_id": TEXT, "difference": AMOUNT, "currency": TEXT,
        },
    }.items()
}  # fmt: skip


def empty_select(columns: Columns) -> str:
    """SQL that returns no rows with these columns and types."""
    return "select " + ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items()) + " where false"
