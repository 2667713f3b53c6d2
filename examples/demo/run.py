"""`make demo`: the demo company's months from an empty home, and where to look afterwards.

All month ends but the last run through the command line, the last night and the last month end as Airflow DAG runs in
this process. Between two nights the customers answer what was published. Mails go over HTTP to a server on loopback
that speaks SendGrid's interface.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from billing_jobs.adapters.collector import end_process
from billing_jobs.cli import cli
from billing_jobs.settings import Home
from examples.demo.bank import answer_invoices
from examples.demo.dag_runs import get_ready, run_dag
from examples.demo.generate import Size, deliver, generate
from examples.demo.sendgrid_loopback import running
from examples.demo.summary import show_summary
from ops.airflow_env import PROJECT

MARK = ".demo"
"""A file that says: this home was made by the demo and may be thrown away by the next."""
console = Console(width=None if sys.stdout.isatty() else 120)


@click.command(help=__doc__)
@click.option(
    "--home",
    "root",
    default="data",
    show_default=True,
    type=click.Path(path_type=Path),
    help="an empty folder, or one of an earlier demo",
)
@click.option("--customers", default=Size.customers, show_default=True)
@click.option("--months", default=Size.months, show_default=True)
@click.option("--events-per-day", default=Size.events_per_day, show_default=True)
def main(*, root: Path, customers: int, months: int, events_per_day: int) -> None:
    home, size, began = Home(root.resolve()), Size(customers, months, events_per_day), time.monotonic()
    _empty(home)
    _quiet()
    with (
        tempfile.TemporaryDirectory(prefix="billing-demo-") as folder,
        ThreadPoolExecutor(1) as aside,
        running(home.root / "mails") as mail,
    ):
        os.environ.update(
            {
                "SENDGRID_API_KEY": "SG.demo",
                "BILLING_SENDGRID_HOST": mail.host,
                "BILLING_HOME": str(home.root),
                "BILLING_TASK_RETRIES": "0",
            }
        )
        airflow = aside.submit(get_ready, Path(os.environ.get("AIRFLOW_HOME", PROJECT / ".airflow")))
        out = Path(folder)
        with _step(f"{customers} customers, {months} months"):
            events = generate(out, size)
            _billing(home, size.first, "init")
        console.print(f"  {events:,} usage events and the files of {customers} customers are on their way")
        _run_months(home, out, size, airflow)
    show_summary(console, home, seconds=time.monotonic() - began)


def _run_months(home: Home, out: Path, size: Size, airflow: Future[None]) -> None:
    after: date | None = None
    for month_end in size.month_ends:
        paid = answer_invoices(home.published_database, out, after=after, until=month_end) if after else 0
        files = deliver(out, home.landing, after=after, until=month_end)
        arrived = f"{files} files arrived, {paid} payments among them"
        if month_end < size.month_ends[-1]:
            with _step(f"{month_end}: billing monthly ({arrived})"):
                _billing(home, month_end, "monthly", "--as-of", f"{month_end}")
        else:
            airflow.result()
            for dag_id, hours, what in (("nightly_billing", 0, arrived), ("monthly_close", 2, "two hours later")):
                with _step(f"{month_end}: Airflow DAG {dag_id} ({what})"):
                    run_dag(console, dag_id, month_end, _night_of(month_end) + timedelta(hours=hours))
        after = month_end


def _night_of(day: date) -> datetime:
    """02:00 in Tokyo of the day after."""
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def _billing(home: Home, day: date, *command: str) -> None:
    """The command line, called in this process: what a shell would run as `billing --home … --now … monthly --as-of …`.

    Its log on stderr is the progress shown; its closing report on stdout is left out, the summary at the end says more.
    """
    with redirect_stdout(io.StringIO()):
        code = cli.main(
            ["--home", str(home.root), "--now", _night_of(day).isoformat(), *command],
            prog_name="billing",
            standalone_mode=False,
        )
    if code:
        raise SystemExit(code)


@contextmanager
def _step(title: str) -> Iterator[None]:
    began = time.monotonic()
    console.rule(f"[bold]{title}", align="left")
    yield
    console.print(f"  [dim]{time.monotonic() - began:.1f} s[/]")


def _empty(home: Home) -> None:
    """The demo begins with an empty home; it throws away only what it made itself."""
    if home.root.exists() and any(home.root.iterdir()):
        if not (home.root / MARK).exists():
            raise click.ClickException(
                f"{home.root} is not empty and was not made by the demo; name another folder with HOME_DIR=… or --home"
            )
        shutil.rmtree(home.root)
    home.root.mkdir(parents=True, exist_ok=True)
    (home.root / MARK).touch()


def _quiet() -> None:
    """Our own log lines are the story; other packages speak up only when something is wrong."""
    logging.getLogger().setLevel(logging.WARNING)
    for variable, value in (("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING"), ("GX_ANALYTICS_ENABLED", "False")):
        os.environ.setdefault(variable, value)


if __name__ == "__main__":
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
    end_process(0)
