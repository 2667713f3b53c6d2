"""The command that looks at a night to come."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from billing_jobs.cli.context import Session
from billing_jobs.cli.days import as_of_option


@click.command()
@as_of_option
@click.pass_obj
def preview(session: Session, as_of: date | None) -> Any:
    """Show what the next night would issue and mail (or that of a day to come): drafts on paper, a table beside last
    month, published/preview.duckdb. Nothing is recorded. Exit code 1 where the check would stop it.
    """
    from billing_jobs.jobs.preview import preview as job

    result = job(session.home, session.today(), as_of=as_of, wait_seconds=session.wait_seconds)
    session.exit_code = max(session.exit_code, result.counts["stopped"])
    return result
