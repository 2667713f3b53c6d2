"""A person's decision from a form, in the name of Airflow's user."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from billing_airflow.tasks import default_args
from billing_jobs.jobs import asking, scheduling

DOC = """
### Decide (by hand)
Writes one decision into `landing/decisions/`, as `billing decide` does; the next night acts on it. Who decided is the
user of this page.

**Triage**
* Red: the decision was not written. The log says which field is wrong or unknown; run it again with the right one.

Kinds and what they need are in `docs/landing.md`.
"""
KINDS = (
    *("hold", "release", "void", "waive", "correction", "goodwill", "apply", "write_off", "dispute", "promise"),
    "approve",
)
OTHERS = {
    "document_id": "A document by its id or number, or a draft by its id.",
    "content_hash": "Of an approval: the content of the draft that was seen (draft_invoices).",
    "payment_id": "A deposit.",
    "charge_id": "A charge; or contract, plan, fee, instance and first day of its period.",
    "contract_id": "",
    "plan_id": "",
    "fee_id": "",
    "instance": "",
    "period_from": "The first day of the billing period, 2026-10-01.",
    "amount": "A number above zero, of corrections, goodwills, deposits.",
    "currency": "Its code, JPY; empty: that of what is named.",
    "until": "Of a promise or dispute: the day until which nobody is reminded.",
}
PARAMS = {
    "kind": Param("hold", type="string", enum=list(KINDS), title="Kind", description="What is decided."),
    "reason": Param("", type="string", minLength=1, title="Reason", description="Why; it stays with the decision."),
    **{
        name: Param(None, type=["null", "string"], title=name, description=words or f"The {name} that is named.")
        for name, words in OTHERS.items()
    },
}


@dag(
    dag_id="decide",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    default_args=default_args("billing"),
    params=PARAMS,
    tags=["billing", "decision"],
    doc_md=DOC,
)
def decide():
    @task(task_id="write", pool=scheduling.WRITER_POOL, retries=0)
    def write() -> str:
        context: Any = get_current_context()
        user = context["dag_run"].triggering_user_name or ""
        said = asking.decide(
            {name: context["params"].get(name) for name in PARAMS}, decided_by=user, clock=datetime.now(UTC)
        )
        logging.getLogger("billing").info(said)
        return said

    write()


decide()
