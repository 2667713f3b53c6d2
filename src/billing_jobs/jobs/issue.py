"""Turn the drafts that are due into documents."""

from __future__ import annotations

from billing_jobs.adapters import lock
from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.warehouse import runs
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

TABLES = {
    "documents": ["invoices_to_issue"],
    "document_lines": ["invoice_lines_to_issue"],
    "document_taxes": ["invoice_taxes_to_issue"],
    "allocations": ["issue_allocations_to_record"],
    "pricing_rules": ["pricing_rules_to_adopt"],
}


def issue(home: Home, run: Run) -> JobResult:
    """Record the proposed invoices and credit notes, with the credits they apply, in one commit. Repeating it records
    nothing.

    In the first night under newer pricing rules the commit says so, with or without documents, and which charges they
    moved.
    """
    with lock.hold(home):
        return proposals.record(home, runs.settle(home, run), job="issue", tables=TABLES)
