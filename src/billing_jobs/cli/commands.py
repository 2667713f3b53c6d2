"""The commands of `billing`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from billing_jobs.adapters.collector import end_process
from billing_jobs.cli import output
from billing_jobs.cli.context import BillingGroup, Moment, Session, Text, open_session
from billing_jobs.cli.days import DAY, as_of_option, day_of
from billing_jobs.cli.deciding import approve, decide, withdraw
from billing_jobs.cli.home_commands import airflow, init
from billing_jobs.cli.looking_ahead import preview
from billing_jobs.cli.rejects_command import rejects
from billing_jobs.jobs.step_order import NIGHT


@click.group(
    cls=BillingGroup, chain=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.option("--home", envvar="BILLING_HOME", help="The company's folder (default: ./data, or BILLING_HOME).")
@click.option(
    "--now",
    type=Moment(),
    help="The moment of this run, with its zone (default: the clock). For tests and for catching up.",
)
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another process that works in the home.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of sentences.")
@click.version_option(package_name="billing-jobs")
@click.pass_context
def cli(ctx: click.Context, home: str | None, now: datetime | None, wait_seconds: float, as_json: bool) -> None:
    """Billing for people who bill by subscription and by usage: files in; invoices, cash, revenue and reminders out.

    Several commands may follow each other: `billing ingest build publish`. All are safe to repeat.
    Exit codes: 0 done, 1 a check stopped it and nothing was issued, 2 wrong usage or unreadable configuration.
    """
    ctx.obj = open_session(home, now, as_json=as_json, wait_seconds=wait_seconds)


@cli.result_callback()
@click.pass_context
def show(ctx: click.Context, results: list[Any], **_options: Any) -> None:
    """Say what the commands of this call did."""
    output.show_results(results, as_json=ctx.obj.as_json)
    if ctx.obj.exit_code:
        ctx.exit(ctx.obj.exit_code)


@cli.command()
@click.pass_obj
def ingest(session: Session) -> Any:
    """Take in the files that came to landing/."""
    return session.job("ingest", session.today)


@cli.command()
@as_of_option
@click.option("--select", type=Text(), help="Build only these models (dbt's selection syntax).")
@click.pass_obj
def build(session: Session, as_of: date | None, select: str | None) -> Any:
    """Compute and test all tables; without --as-of, those of the last finished night again.

    A day before it is a view.
    """
    return session.job("build", lambda: session.rebuild(as_of), select=select)


@cli.command()
@as_of_option
@click.option(
    "--until",
    type=click.Choice(NIGHT),
    metavar="STEP",
    help="Stop after this step, for example `check`: before anything is recorded.",
)
@click.pass_obj
def nightly(session: Session, as_of: date | None, until: str | None) -> Any:
    """Run one night from ingest to send (default: of yesterday)."""
    return session.job("nightly", lambda: session.night(as_of), until=until)


@cli.command()
@as_of_option
@click.pass_obj
def monthly(session: Session, as_of: date | None) -> Any:
    """Run one night and close the months that are over by then."""
    return session.job("monthly", lambda: session.night(as_of))


@cli.command()
@click.argument("quote_id", metavar="QUOTE", type=Text())
@click.pass_obj
def quote(session: Session, quote_id: str) -> Any:
    """Price a quote with the models that bill, and put it on paper in documents/quotes/."""
    return session.job("quote", session.today, quote_id=quote_id)


@cli.command()
@click.argument("quote_id", metavar="QUOTE", type=Text())
@click.pass_obj
def accept(session: Session, quote_id: str) -> Any:
    """Accept a quote: its contracts, own prices and one-off charges are written to landing/crm/."""
    return session.job("accept", session.today, quote_id=quote_id)


@cli.command()
@click.argument("subject", metavar="NUMBER|CONTRACT", type=Text())
@click.pass_obj
def explain(session: Session, subject: str) -> Any:
    """Show where an invoice's or a contract's money comes from, down to the file and row."""
    from billing_jobs.jobs.explain import explain as job

    return job(session.home, session.today(), subject)


@cli.command()
@click.option(
    "--catalog",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder like landing/catalog/, with other prices.",
)
@click.option("--from", "begins", type=DAY, callback=day_of, help="Leave out periods that begin before this day.")
@click.option("--until", "ends", type=DAY, callback=day_of, help="Leave out periods that begin on or after this day.")
@click.pass_obj
def simulate(session: Session, catalog: Path, begins: date | None, ends: date | None) -> Any:
    """Price the whole book under another catalog: who would pay more, who less.

    Nothing of the home is touched but simulations/.
    """
    from billing_jobs.jobs.simulate import simulate as job

    return job(session.home, session.rebuild(None), catalog=catalog, begins=begins, ends=ends)


@cli.command()
@click.option("--seed", type=int, required=True, help="What is drawn; the same seed draws the same year.")
@click.option("--customers", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--nights", type=click.IntRange(min=1), default=30, show_default=True, help="30 are twelve months.")
@click.pass_obj
def year(session: Session, seed: int, customers: int, nights: int) -> Any:
    """Play a company-year from this home's catalog in a folder of its own, beside an oracle; exit code 1 on drift.

    Nothing of the home is touched; of it only landing/catalog/ is read.
    """
    from billing_jobs.jobs.year import year as job

    result = job(session.home, session.today(), seed=seed, customers=customers, nights=nights)
    session.exit_code = 1 if result.counts["drift"] else 0
    return result


@cli.command()
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Lines that nights put on record outside the home (default: the file of BILLING_ANCHOR).",
)
@click.pass_obj
def verify(session: Session, anchor: Path | None) -> Any:
    """Prove that the ledger is the one that was written."""
    from billing_jobs.jobs.verify import verify as job

    return job(session.home, session.today(), anchor=anchor)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def backup(session: Session, folder: Path) -> Any:
    """Copy landing/, ledger/ and documents/ into a new folder, beside a running night."""
    from billing_jobs.jobs.backup import backup as job

    return job(session.home, session.today(), folder=folder)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def restore(session: Session, folder: Path) -> Any:
    """Check a backup and put it into an empty home."""
    from billing_jobs.jobs.restore import restore as job

    return job(session.home, session.today(), folder=folder)


@cli.command()
@click.pass_obj
def status(session: Session) -> Any:
    """Show what is in the home and what to do next."""
    from billing_jobs.jobs.status import status as job

    return job(session.home, session.today())


for _command in (init, preview, approve, decide, withdraw, rejects, airflow):
    cli.add_command(_command)


def _add_candidate_command(name: str, words: str) -> None:
    @cli.command(name, help=words)
    @click.pass_obj
    def command(session: Session) -> Any:
        return session.job(name, session.candidate)


for _name, _words in {
    "check": "Judge the built tables at both borders.",
    "issue": "Turn the drafts that are due into documents.",
    "allocate": "Put money that came in to the documents it pays.",
    "close": "Close the months that are over and write their journals.",
    "publish": "Record the night and swap the built tables in for analysts.",
}.items():
    _add_candidate_command(_name, _words)


def _add_sending_command(name: str, words: str) -> None:
    @cli.command(name, help=words)
    @click.pass_obj
    def command(session: Session) -> Any:
        return session.job(name, session.sending)


for _name, _words in {
    "render": "Make the PDF of every issued document that has none.",
    "send": "Send the mails that are due.",
}.items():
    _add_sending_command(_name, _words)


def main() -> NoReturn:
    """The entry point of the command line: a process that ends with the command's code."""
    try:
        cli(prog_name="billing")
    except SystemExit as end:
        end_process(end.code if isinstance(end.code, int) else int(end.code is not None))
    end_process(0)
