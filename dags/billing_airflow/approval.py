"""The question before documents are issued, as a form in Airflow's own pages, and its answer as decisions of the home.

A draft that should be approved and is not stays held; the night goes on in every case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseNotifier, Param, get_current_context, task

from billing_airflow.alerts import tell
from billing_jobs.jobs import asking, scheduling

APPROVE, HOLD = "Approve", "Hold"
FORM = {
    # A text that may not be null is one that the form wants filled: its buttons stay grey while it is empty.
    "only": Param(
        None,
        type=["null", "string"],
        title="Only these documents",
        description="Ids from the table, with blanks between; the others are held. Empty: all of them.",
    ),
    "reason": Param("looked through", type="string", title="Reason", minLength=1),
}


class ApprovalWaits(BaseNotifier):
    """Tells whoever is told that a night waits for its approval, and where."""

    def notify(self, context: Any) -> None:
        link = HITLOperator.generate_link_to_ui_from_context(context=context)
        hours = asking.approval_hours()
        lines = [
            f"Drafts wait for an approval. Without an answer within {hours:g} hours they are held and the night "
            "goes on.",
            f"Look and answer: {link}",
        ]
        tell(context, f"{context['dag'].dag_id} waits for an approval", lines)


def ask_for_approval(run: Any, goes_on: Any) -> Any:
    """`ask` looks whether anything of the night is to be approved; if so `approve` waits for a person and `answer`
    takes in what they said. The task `goes_on` comes next in either case."""

    @task.branch(task_id="ask", pool=scheduling.WRITER_POOL)
    def ask(run: dict[str, str]) -> str:
        question = asking.what_to_ask(run)
        if question is None:
            return "record"
        instance = get_current_context()["task_instance"]
        instance.xcom_push(key="question_id", value=question["question_id"])
        instance.xcom_push(key="body", value=markdown(question))
        return "approve"

    approve = HITLOperator(
        task_id="approve",
        subject="Approve the documents of this night?",
        body="{{ ti.xcom_pull(task_ids='ask', key='body') }}",
        options=[APPROVE, HOLD],
        defaults=HOLD,
        params=FORM,
        response_timeout=timedelta(hours=asking.approval_hours()),
        execution_timeout=None,
        notifiers=[ApprovalWaits()],
    )

    @task(task_id="answer", pool=scheduling.WRITER_POOL)
    def answer(run: dict[str, str], said: Mapping[str, Any]) -> dict[str, Any]:
        question_id = get_current_context()["task_instance"].xcom_pull(task_ids="ask", key="question_id")
        user, given = said["responded_by_user"], said["params_input"] or {}
        if user is None:
            return {"answered": False}
        counts = asking.answer(
            run,
            question_id,
            is_held=HOLD in said["chosen_options"],
            only=str(given.get("only") or "").split(),
            decided_by=str(user["name"]),
            decided_at=said["responded_at"],
            reason=str(given.get("reason") or "answered in Airflow"),
        )
        return {"answered": True, **counts}

    asked = ask(run)
    answered = answer(run, approve.output)
    asked >> [approve, goes_on]
    approve >> answered >> goes_on
    return asked


def markdown(question: Mapping[str, Any]) -> str:
    """The question as the form shows it: sums, the largest beside what the customer is used to, what is held."""
    parts = [
        f"**{len(question['documents']):,} drafts** would be issued. Question `{question['question_id'][:12]}`.",
        _table(
            ["Seller", "Kind", "Documents", "Of them the customer's first", "Total"],
            [
                [
                    row["entity_id"],
                    row["document_type"],
                    f"{row['documents']:,}",
                    f"{row['first_of_their_customer']:,}",
                    _amount(row["total_amount"], row["currency"]),
                ]
                for row in question["totals"]
            ],
        ),
        "**The largest**, beside the largest of the customer's last three",
        _table(
            ["Customer", "Total", "Usual", "Document"],
            [
                [
                    row["customer_id"],
                    _amount(row["total_amount"], row["currency"]),
                    _amount(row["largest_recent_amount"], row["currency"]) or "first",
                    row["document_id"],
                ]
                for row in question["largest"]
            ],
        ),
    ]
    if question["held"]:
        parts += [
            "**Held for another reason**, not part of this question",
            _table(
                ["Reason", "Drafts", "Total"],
                [
                    [row["hold_reason"], f"{row['drafts']:,}", _amount(row["total_amount"], row["currency"])]
                    for row in question["held"]
                ],
            ),
        ]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines)


def _plain(cell: str) -> str:
    """An id as text: nothing in it makes a table, a link or a picture."""
    return "".join(f"&#{ord(letter)};" if letter in "|\\`*_[]()<>!#&\n\r" else letter for letter in cell)


def _amount(amount: Any, currency: str) -> str:
    from billing_jobs.currencies import minor_digits

    return "" if amount is None else f"{amount:,.{minor_digits()[currency]}f} {currency}"
