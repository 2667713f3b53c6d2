"""A refused row as a sentence: where it stands, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billing_jobs.messages import in_words, say

# Columns whose values are numbers, days or words of a list: none of them says who somebody is.
_LONGEST = 40
_OPEN = frozenset(
    [
        "event_type",
        "event_at",
        "ended_at",
        "quantity",
        "amount",
        "amount_in",
        "amount_out",
        "booked_on",
        "value_on",
        "currency",
        "to_currency",
        "rate",
        "valid_on",
        "effective_on",
        "service_from",
        "signed_on",
        "ends_on",
        "trial_days",
        "trial_until",
        "billing_anchor_day",
        "term_months",
        "auto_renew",
        "minimum_months",
        "notice_days",
        "renewal_price",
        "uplift_percent",
        "kind",
        "at",
        "until",
        "percent",
        "periods",
        "prorate",
        "refund",
        "unit_price",
        "expected_usage",
        "charged_on",
        "credit_amount",
        "credit_until",
        "credit_priority",
        "locale",
        "country",
        "tax_status",
        "fee_bearer",
        "invoice_per",
        "updated_at",
        "recorded_at",
        "decided_at",
        "quoted_on",
        "requested_on",
        "invoice_date",
        "due_date",
        "period_from",
        "period_until",
        "tax_amount",
        "net_amount",
        "priced_at",
        "line_no",
        "quote_line_no",
        "status",
    ]
)


def sentence(row: Mapping[str, Any], language: str, *, is_for_a_log: bool = False) -> str:
    """`file:line: column: found …; expected … (reason)`. For a log what was found is left out unless its column holds
    no personal data and the value is short and no mail address."""
    found, expected = row.get("found"), row.get("expected")
    meaning = row.get(f"meaning_{language}") or row["reason_code"]
    column = f"{row['column_name']}: " if row.get("column_name") else ""
    where = {"file": row["file_name"], "line": row["line_no"], "column": column}
    if not expected:
        return say(
            "rejects_judged", language, **where, message=row.get("message") or meaning, reason=row["reason_code"]
        )
    reason = meaning if meaning == row["reason_code"] else f"{row['reason_code']}: {meaning}"
    told = {**where, "expected": in_words(str(expected), language), "reason": reason}
    if not found or (is_for_a_log and not _is_open(str(row.get("column_name") or ""), str(found))):
        return say("rejects_row_unseen", language, **told)
    return say("rejects_row", language, **told, found=f"`{found}`")


def _is_open(column: str, found: str) -> bool:
    return column in _OPEN and len(found) <= _LONGEST and "@" not in found
