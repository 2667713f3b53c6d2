"""The command `billing rejects`."""

from __future__ import annotations

from typing import Any

import click

from billing_jobs.cli.context import OptionsAnywhere, Session, Text


@click.command(cls=OptionsAnywhere)
@click.argument("file_name", metavar="[FILE]", required=False, default="", type=Text())
@click.option("--all", "shows_all", is_flag=True, help="Also what has come again since.")
@click.pass_obj
def rejects(session: Session, file_name: str, shows_all: bool) -> Any:
    """List refused rows: file, line, what was found, what was expected, what to do.

    It shows values as they came, which may be personal: for a person at a shell, not for a log.
    """
    from billing_jobs.jobs.rejects import rejects as job

    return job(session.home, session.today(), file_name=file_name, shows_all=shows_all)
