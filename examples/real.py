"""Runs the nights of the three real data sets and prints what was expected beside what was billed.

The data stay outside the repository: in the folder `BILLING_REAL_DATA`, else `../shared/real` beside it. Each example
holds the catalog, the customers, the contracts and the source's profile; the data file is copied into the landing
folder of a home of its own, as it came.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.records import Run
from billing_jobs.settings import PROJECT_DIR, Home
from examples import expected
from examples.demo.sendgrid_loopback import running

EXAMPLES = Path(__file__).parent


@dataclass(frozen=True)
class Comparison:
    """One question asked of the published tables, and the answer that was worked out apart;
    `within` is the largest difference allowed."""

    title: str
    expect: Callable[[Path], expected.Figures]
    billed_sql: str
    within: Decimal = Decimal(0)


@dataclass(frozen=True)
class Example:
    """One data set: its files (below the data folder -> below landing/usage), the nights to run,
    the questions to ask."""

    name: str
    files: dict[str, str]
    nights: tuple[date, ...]
    comparisons: tuple[Comparison, ...]


TOKENS = "select contract_id || ' ' || meter, sum(quantity) from usage_daily group by all"
PRICED_LINES = "select contract_id || ' ' || fee_id, sum(net_amount) from invoice_lines group by all"
MONTH_LINES = "select strftime(period_from, '%Y-%m'), sum(net_amount) from invoice_lines group by all"
SUB_ACCOUNTS = (
    "select contract_id, sum(unrounded_amount) from charges group by all having sum(unrounded_amount) is not null"
)

ALL = (
    Example(
        name="llm_api",
        files={
            "azure-llm-usage/AzureLLMInferenceTrace_conv.csv": "conversation/calls.csv",
            "azure-llm-usage/AzureLLMInferenceTrace_code.csv": "code/calls.csv",
        },
        nights=(date(2023, 11, 30),),
        comparisons=(
            Comparison("tokens by contract and meter (usage_daily)", expected.token_sums, TOKENS),
            Comparison("invoice lines, USD without tax", expected.token_bills, PRICED_LINES),
        ),
    ),
    Example(
        name="electricity",
        files={"openmv-electricity-usage/electricity-usage.csv": "smart_meter/hours.csv"},
        nights=(
            date(2011, 11, 30),
            date(2012, 3, 31),
        ),  # the first month in time, then a winter without a run: the second night catches up
        comparisons=(
            Comparison("invoice line of each month, CAD without tax", expected.electricity_bills, MONTH_LINES),
        ),
    ),
    Example(
        name="focus",
        files={"focus/focus_sample.csv": "focus/september.csv"},
        nights=(date(2024, 9, 30),),
        comparisons=(
            Comparison(
                "charges.unrounded_amount by sub-account, USD",
                expected.cloud_costs,
                SUB_ACCOUNTS,
                Decimal("0.00000001"),
            ),
        ),
    ),
)


def data_folder() -> Path:
    """Where the real data lie; the folder need not be there."""
    return Path(os.environ.get("BILLING_REAL_DATA", PROJECT_DIR.parent / "shared" / "real"))


def bill(example: Example, data: Path, home: Home) -> None:
    """All nights of one example in an empty home. Everything is there from the first night on; what lies ahead of it
    waits for its month.

    The mails go to a server on loopback and stay in the home's folder `mails`.
    """
    zone_ends = timedelta(hours=12)  # any zone's day is over by noon UTC of the next day
    runs = [
        Run(night, datetime(night.year, night.month, night.day, tzinfo=UTC) + timedelta(days=1) + zone_ends)
        for night in example.nights
    ]
    init(home, runs[0])
    for part in ("catalog", "crm"):
        shutil.copytree(EXAMPLES / example.name / part, home.landing / part, dirs_exist_ok=True)
    for source, target in example.files.items():
        (home.landing / "usage" / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / source, home.landing / "usage" / target)
    with (
        running(home.root / "mails") as mail,
        _environment(SENDGRID_API_KEY="SG.real", BILLING_SENDGRID_HOST=mail.host),
    ):
        for run in runs:
            nightly(home, run)


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def billed(home: Home, sql: str) -> expected.Figures:
    """The answer of the published tables to one question: name -> Decimal."""
    con = duckdb.connect(str(home.published_database), read_only=True)
    try:
        return {str(name): value for name, value in con.execute(sql).fetchall()}
    finally:
        con.close()


def differences(comparison: Comparison, want: expected.Figures, have: expected.Figures) -> list[str]:
    """The names on which expected and billed do not agree."""
    return sorted(
        name
        for name in want.keys() | have.keys()
        if abs(want.get(name, Decimal(0)) - have.get(name, Decimal(0))) > comparison.within
    )


def main() -> int:
    console, data = Console(), data_folder()
    if not data.is_dir():
        console.print(
            f"The real data are not here: {data} is no folder. Set BILLING_REAL_DATA to the folder that holds them."
        )
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="billing-real-") as root:
        for example in ALL:
            home = Home(Path(root) / example.name)
            console.rule(f"{example.name}: {len(example.nights)} night(s)")
            bill(example, data, home)
            for comparison in example.comparisons:
                wrong += _show(console, comparison, comparison.expect(data), billed(home, comparison.billed_sql))
            _show_refused(console, home)
    console.print("[bold green]expected = billed[/]" if not wrong else f"[bold red]{wrong} figures differ[/]")
    return 1 if wrong else 0


def _show(
    console: Console, comparison: Comparison, want: expected.Figures, have: expected.Figures, longest: int = 12
) -> int:
    table = Table(title=comparison.title, title_justify="left")
    for heading in ("", "expected", "billed", "agrees"):
        table.add_column(heading, justify="left" if heading in {"", "agrees"} else "right")
    wrong = differences(comparison, want, have)
    names = sorted(want.keys() | have.keys(), key=lambda name: (name not in wrong, name))
    for name in names[:longest]:
        table.add_row(name, _number(want.get(name)), _number(have.get(name)), "no" if name in wrong else "yes")
    if len(names) > longest:
        table.add_row(f"… {len(names) - longest} more", "", "", "yes")
    table.add_row(
        "sum", _number(sum(want.values(), Decimal(0))), _number(sum(have.values(), Decimal(0))), "", style="bold"
    )
    console.print(table)
    return len(wrong)


def _number(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():,f}"


def _show_refused(console: Console, home: Home) -> None:
    con = duckdb.connect(str(home.published_database), read_only=True)
    for row in con.execute(
        "select file_name, line_no, column_name, reason_code, message from rejected_rows order by all limit 5"
    ).fetchall():
        console.print("refused: {} line {}, {}: {} ({})".format(*row))
    con.close()


if __name__ == "__main__":
    sys.exit(main())
