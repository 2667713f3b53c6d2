"""What is posted at a close, and what late news does to closed months."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from tests.dbt.receivables.by_hand import Night
from tests.support.golden import worked

BANK, RECEIVABLE, UNBILLED, UNAPPLIED, DEFERRED, TAX, REVENUE, FEES = (
    "1110",
    "1150",
    "1160",
    "2150",
    "2160",
    "2170",
    "4100",
    "6100",
)


def totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Account to balance, a debit positive."""
    balances: dict[str, int] = defaultdict(int)
    for row in rows:
        balances[row["account"]] += int(row["amount"]) * (1 if row["side"] == "debit" else -1)
    return {account: amount for account, amount in sorted(balances.items()) if amount}


def test_a_close_posts_documents_cash_and_revenue(closes: dict[str, Any]) -> None:
    assert totals(closes["january"]) == {
        BANK: 41050,
        UNBILLED: 500,
        UNAPPLIED: -900,
        DEFERRED: -(36500 - 1700),
        TAX: -3650,
        REVENUE: -(1700 + 500),
    }
    assert {str(row["posted_on"]) for row in closes["january"]} == {"2026-01-31"}


def test_revenue_is_posted_by_product_and_department(closes: dict[str, Any]) -> None:
    booked = {
        (row["product"], row["department"]): int(row["amount"])
        for row in closes["january"]
        if row["account"] == REVENUE
    }
    assert booked == {("workspace", "saas"): 1700, ("workspace", "api"): 500}


def test_each_close_is_recorded_once_with_its_totals(closes: dict[str, Any]) -> None:
    assert [(row["entity_id"], str(row["month"])) for row in closes["january_closes"]] == [("main", "2026-01-01")]
    assert '"account":"2160"' in closes["january_closes"][0]["totals"]


def test_a_close_says_what_was_in_doubt(closes: dict[str, Any]) -> None:
    [said] = json.loads(closes["january_closes"][0]["in_doubt"])
    assert (said["claim"], said["customer_id"], said["document_id"], said["amount"], said["currency"]) == (
        "a_claim",
        "C",
        "draft",
        "700.0000",
        "JPY",
    )


def test_two_roles_on_one_account_count_its_balance_once(shared_accounts: Night) -> None:
    """Deferred 34,800 less unbilled 500 stand on one account, 40,150 open less 900 in hand on another;
    the claims about them hold."""
    reached = {
        row["account"]: (int(row["signed_amount"]), row["roles"]) for row in shared_accounts.read("int_trial_balance")
    }
    assert reached["2160"] == (-34300, ["deferred_revenue", "unbilled_revenue"])
    assert reached["1150"] == (39250, ["receivable", "unapplied_receipts"])
    assert sum(balance for balance, _ in reached.values()) == 0
    assert shared_accounts.failures("path:tests/revenue") == []


def test_nothing_is_posted_before_a_month_is_over(closes: dict[str, Any]) -> None:
    assert closes["middle"] == []


def test_what_comes_late_for_a_closed_month_is_posted_in_the_first_open_one(closes: dict[str, Any]) -> None:
    assert {str(row["posted_on"]) for row in closes["february"]} == {"2026-02-28"}
    late = [row for row in closes["february"] if row["source_id"] == "usage-4"]
    assert totals(late) == {RECEIVABLE: 550, DEFERRED: -500, TAX: -50}


def test_billing_turns_unbilled_into_a_receivable(closes: dict[str, Any]) -> None:
    both = totals([*closes["january"], *closes["february"]])
    assert UNBILLED not in both
    assert RECEIVABLE not in both
    assert both[FEES] == 440
    assert both[UNAPPLIED] == -790
    assert both[DEFERRED] == -(36500 - 1700 - 2800)


def test_the_books_tie_to_documents_schedule_and_cash(closes: dict[str, Any]) -> None:
    assert closes["january_failures"] == []
    assert closes["february_failures"] == []


def posted(closes: dict[str, Any], currency: str, month_end: str) -> dict[str, int]:
    return totals(
        [row for row in closes["refunds"] if row["currency"] == currency and str(row["posted_on"]) == month_end]
    )


def test_a_full_refund_takes_back_what_a_closed_month_earned_and_reverses_what_was_deferred(
    closes: dict[str, Any],
) -> None:
    example = worked("refund_full_feb1")
    assert posted(closes, "USD", "2026-01-31") == {RECEIVABLE: 9000, DEFERRED: -5900, REVENUE: -example["revenue_jan"]}
    assert posted(closes, "USD", "2026-02-28") == {
        RECEIVABLE: -9000,
        DEFERRED: example["deferred_reversed"],
        REVENUE: example["contra_refunds"],
    }


def test_a_partial_refund_lowers_what_is_earned_of_each_month_by_its_days(closes: dict[str, Any]) -> None:
    """900 of 9,000: 310 of January, whose books are closed, come off the 2,520 of February; 590 were deferred."""
    example = worked("refund_partial_9_feb1")
    months = {
        f"{row['month']:%m}": int(row["recognised_amount"])
        for row in closes["refunds_schedule"]
        if row["charge_id"] == "reduced" and row["recognised_amount"]
    }
    assert months == {"01": 3100 - example["contra_refunds"], "02": example["feb"], "03": example["mar"]}
    assert posted(closes, "EUR", "2026-01-31") == {RECEIVABLE: 9000, DEFERRED: -5900, REVENUE: -3100}
    february = posted(closes, "EUR", "2026-02-28")
    assert february[REVENUE] == example["contra_refunds"] - example["feb"]
    assert february[DEFERRED] == example["deferred_reduced"] + example["feb"]


def test_a_role_that_the_catalog_does_not_name_is_posted_to_its_default_account(short_chart: Night) -> None:
    """A catalog written before there were unbilled revenue and bad debt: the close goes on,
    and what the account has is the role's."""
    reached = {
        row["account"]: (int(row["signed_amount"]), row["roles"]) for row in short_chart.read("int_trial_balance")
    }
    assert reached["unbilled_revenue"] == (500, ["unbilled_revenue"])
    assert sum(balance for balance, _ in reached.values()) == 0
    assert short_chart.failures("path:tests/revenue") == []
    assert {row["account"] for row in short_chart.read("int_posting_accounts", "is_default")} == {
        "unbilled_revenue",
        "bad_debt",
        "opening_balance",
    }
