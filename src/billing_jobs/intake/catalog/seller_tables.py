"""A seller's rows of the catalog's tables."""

from __future__ import annotations

import json
from typing import Any

Row = dict[str, Any]


def label_of(value: Row, key: str, *, named: str | None = None) -> Row:
    """The columns of words in two languages: where one is not given, the other's words; null where there are none."""
    label = value.get(key, {})
    ja, en = label.get("ja"), label.get("en")
    return {f"{named or key}_ja": ja or en, f"{named or key}_en": en or ja}


def seller_rows(sellers: list[Row]) -> dict[str, list[Row]]:
    """Sellers with their defaults, and the fees that banks take off what is paid to them."""
    entities, amounts = [], []
    for value in sellers:
        fees, sender = value.get("bank_fees", {}), value.get("mail_from", {})
        plain = ("postal_code", "tel", "email", "time_zone", "currency", "registration_number", "reply_to", "locale")
        row: Row = {name: value.get(name) for name in plain} | {"entity_id": value["entity"]}
        for key in ("name", "address", "contact", "notes"):
            row |= label_of(value, key)
        row |= {"only_language": _only_language(value["name"])}
        row |= {
            name: value[name]
            for name in ("rounding", "tax_rounding", "billing_starts_on", "rebill_horizon_months", "closing_lag_days")
        }
        row |= {f"{key}_pattern": value[key] for key in ("invoice_number", "credit_note_number")} | {
            "adjustments": value.get("adjustments")
        }
        row |= {"payment_terms_id": value.get("payment_terms"), "dunning_policy_id": value.get("dunning_policy")}
        row |= {"bank_accounts": json.dumps(value.get("bank_accounts", []), ensure_ascii=False)}
        row |= limit_of(value.get("correction_limit"), "correction_limit") | limit_of(
            fees.get("limit"), "bank_fee_limit"
        )
        row |= _approval(value.get("approval"))
        row |= {"mail_from_email": sender.get("email"), "mail_from_name": sender.get("name")}
        notices = value.get("notices", {})
        row |= {f"{name}_notice_days": notices.get(name) for name in ("trial", "renewal", "ending", "price", "card")}
        row |= {
            "usage_notice_shares": json.dumps(notices.get("usage", [])),
            "credit_notice_shares": json.dumps(notices.get("credits", [])),
        }
        row |= _late_usage(value)
        entities.append(row)
        charged = fees.get("amounts", [])
        by_currency = charged if isinstance(charged, dict) else {value["currency"]: charged}
        amounts += [
            {"entity_id": value["entity"], "currency": code, "amount": amount}
            for code, found in by_currency.items()
            for amount in found
        ]
    return {"entities": entities, "bank_fee_amounts": amounts}


def _only_language(name: Row) -> str | None:
    """The language of a seller that names itself in one only; null for one that speaks both."""
    return next(iter(name)) if len(name) == 1 else None


def limit_of(value: Any, name: str) -> Row:
    """A limit as a number (of the seller's currency), or as the text of its amounts by currency, exact as written."""
    if isinstance(value, dict):
        return {f"{name}s": json.dumps({code: str(amount) for code, amount in value.items()})}
    return {name: value}


def _approval(rule: Any) -> Row:
    """first, always or never; above with its limit; null where the catalog says nothing."""
    if isinstance(rule, dict):
        return {"approval": "above"} | limit_of(rule["above"], "approval_limit")
    return {"approval": rule}


def _late_usage(entity: Row) -> Row:
    late = entity.get("late_usage")
    rule = late if isinstance(late, dict) else {}
    return {
        "late_usage_ignored_after_days": rule.get("ignore_after_days"),
        "late_usage_ignored_from": rule.get("from"),
        "is_less_usage_credited": late == "credit_note_for_negative",
    }
