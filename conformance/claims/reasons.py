"""Groups whose question the platform answers by another rule, or does not answer."""

from __future__ import annotations

from conformance.cases import Case
from conformance.scene import CLAIMS, Claim, NotClaimed, Scene

REASONS = {
    ("dunning", "overdue_state"): (
        "an overdue customer has a step of a policy, with a mail of its "
        "own, not a state by days"
    ),
    ("dunning", "threshold"): "a policy has a smallest open amount and days; conditions on counts are not offered",
    ("dunning", "next_attempt"): "a card is charged by the payment provider; attempts are its own",
    ("dunning", "due_date"): (
        "a due date is told by the payment terms and the day of the document, "
        "which is the night it is issued"
    ),
    ("dunning", "issue_date"): (
        "a document is dated by the night that issues it; days of grace are days "
        "before a period is billed"
    ),
    ("dunning", "issue_date_local"): "a document is dated by the night that issues it",
    ("payments_matching", "use_account_credit"): "money in hand waits for a rule or a person to put it to a document",
    ("payments_matching", "refund_split"): "paying money back is the bank's business; a credit note says how much",
    ("payments_matching", "statement_balance"): (
        "bank statements are read as Zengin records and profiled CSV files, not MT940 or camt; their balances are not "
        "kept"
    ),
    ("time_of_day", "billed_windows"): (
        "a commitment per hour or window is not offered: a fee prices "
        "the quantity of its period"
    ),
}  # fmt: skip


def _refusing(reason: str) -> Claim:
    def refuse(case: Case) -> Scene:
        raise NotClaimed(reason)

    return refuse


CLAIMS.update({group: _refusing(reason) for group, reason in REASONS.items()})
