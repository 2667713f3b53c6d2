"""The last look before reminders leave: nobody is asked for what was paid, credited or voided meanwhile.

Which invoices are asked for is decided where the tables are built (only what a mail server has accepted, and what is
open). A mail may leave later than that: what came or was recorded since, or time alone, makes it wait for the next
build, which judges it anew.
"""

from __future__ import annotations

from datetime import timedelta

from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.warehouse import runs
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.landing_files import find_files
from billing_jobs.records import Run
from billing_jobs.settings import Home

# A night judges whether bank files are missing; what it said is no longer true some days later.
OLDEST = timedelta(days=2)


def why_reminders_wait(home: Home, run: Run) -> str:
    """Why no reminder of the candidate may leave now; '' if they may."""
    if not runs.candidate_knows_all(home) or _landed_since(home):
        return "something came or was recorded since its amounts were computed"
    if run.now - proposals.run_of_candidate(home).now > OLDEST:
        return f"its amounts were computed more than {OLDEST.days} days ago"
    return ""


def _landed_since(home: Home) -> bool:
    """Whether files wait in landing/ that may say what was paid, cancelled or disputed."""
    known = {receipt.path for receipt in read_receipts(home.intake_log)}
    return any(
        file.path not in known
        for file in find_files(home.landing, lake=home.lake)
        if file.path.startswith(("payments/", "decisions/", "crm/"))
    )
