"""The commands by which a person decides: approvals, decisions, files taken back."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any

import click

from billing_jobs.cli.context import OptionsAnywhere, Session, Text

DECISION_REQUIRED = ("kind", "decided_by", "reason")
DECISION_TARGETS = (
    "document_id",
    "content_hash",
    "payment_id",
    "charge_id",
    "contract_id",
    "plan_id",
    "fee_id",
    "instance",
    "period_from",
)
DECISION_TERMS = ("amount", "currency", "until", "decision_id")


def _caller() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a login without a name: the job asks for one


def _decision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed((*DECISION_REQUIRED, *DECISION_TARGETS, *DECISION_TERMS)):
        option = click.option(f"--{name.replace('_', '-')}", name, type=Text(), required=name in DECISION_REQUIRED)
        command = option(command)
    return command


@click.command()
@_decision_options
@click.pass_obj
def decide(session: Session, **fields: str | None) -> Any:
    """Write down a person's decision as a file in landing/decisions/; the next night acts on it."""
    return session.job("decide", session.today, **{name: value for name, value in fields.items() if value is not None})


@click.command()
@click.option("--question", "question_id", type=Text(), help="The question that is answered; without it, show it.")
@click.option("--only", type=Text(), multiple=True, metavar="DOCUMENT", help="Approve only this one, hold the others.")
@click.option("--hold", "is_held", is_flag=True, help="Hold all of them.")
@click.option("--decided-by", default=_caller, help="Who decided it (default: the name of this login).")
@click.option("--reason", type=Text(), help="Why; it stands in decisions.")
@click.pass_obj
def approve(session: Session, question_id: str | None, reason: str | None, **answer: Any) -> Any:
    """Show what waits for an approval before it is issued, or answer it; the next night acts on the answer."""
    if question_id is None:
        if answer["only"] or answer["is_held"] or reason:
            raise click.UsageError("An answer names its question: --question. `billing approve` alone shows it.")
        from billing_jobs.jobs.approve import question as job

        return job(session.home, session.today())
    if not reason:
        raise click.UsageError("An answer says why: --reason.")
    if answer["only"] and answer["is_held"]:
        raise click.UsageError("--only approves some, --hold none; give one of them.")
    return session.job("approve", session.today, question_id=question_id, reason=reason, **answer)


@click.command(cls=OptionsAnywhere)
@click.argument("file_name", metavar="FILE")
@click.option("--reason", required=True, help="Why; it stands in rejected_rows and in the intake log.")
@click.option("--decided-by", default=_caller, help="Who decided it (default: the name of this login).")
@click.pass_obj
def withdraw(session: Session, file_name: str, reason: str, decided_by: str) -> Any:
    """Take a received file back: its rows count no more, and what was billed of them is credited."""
    return session.job("withdraw", session.today, file_name=file_name, reason=reason, decided_by=decided_by)
