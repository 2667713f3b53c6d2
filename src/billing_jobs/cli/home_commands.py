"""Commands about a home as a whole: how it begins, and Airflow that runs it."""

from __future__ import annotations

from typing import Any

import click

from billing_jobs.adapters import examples
from billing_jobs.cli.context import Session


@click.command()
@click.option(
    "--example",
    type=click.Choice(examples.names()),
    metavar="NAME",
    help=f"Begin with a small company: {', '.join(examples.names())}.",
)
@click.pass_obj
def init(session: Session, example: str | None) -> Any:
    """Make an empty home: its folders and an empty ledger."""
    return session.job("init", session.today, example=example or "")


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="BILLING_AIRFLOW_PORT",
    default=8080,
    show_default=True,
    help="Where its pages are found, on this machine alone.",
)
@click.option("--settings", "says_settings", is_flag=True, help="Only print the variables that it is run with.")
@click.pass_context
def airflow(ctx: click.Context, port: int, says_settings: bool) -> Any:
    """Run Airflow with the DAGs of this package until it is stopped (Ctrl-C)."""
    from billing_jobs.cli import airflow_server

    home = ctx.obj.home
    if says_settings:
        click.echo(airflow_server.settings(home, port))
        ctx.exit()
    return airflow_server.serve(home, port)
