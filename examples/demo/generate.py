"""The demo company: a Japanese SaaS and API company's files of six months, laid out by the day on which they are
delivered.

`OUT/<day>/…` holds what arrives on that day, in the layout of `landing/`; `deliver` copies it there. The same arguments
give the same bytes. Payments are not made here: they answer invoices (`examples/demo/bank.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from examples.demo.changes import change_some
from examples.demo.customers import Book, sign_everyone
from examples.demo.tables import write_csv
from examples.demo.usage import Route, windows, write_usage

CATALOG = Path(__file__).parent / "catalog"
SOURCES = {
    "starter": "web", "team": "web", "team_yearly": "gateway", "api_payg": "gateway", "global_team": "edge",
    "storage_quarterly": "storage",
    "messaging": "sms", "support_half_yearly": "edge",
}  # fmt: skip
EVENT_TYPES = {"storage": "storage.snapshot", "sms": "sms.sent"}


@dataclass(frozen=True)
class Size:
    """How much company: customers, months before `until` (exclusive, the first of a month), events of each day."""

    customers: int = 200
    months: int = 6
    events_per_day: int = 800
    until: date = date(2026, 11, 1)
    seed: int = 20260501

    @property
    def first(self) -> date:
        months = self.until.year * 12 + self.until.month - 1 - self.months
        return date(months // 12, months % 12 + 1, 1)

    @property
    def month_ends(self) -> list[date]:
        """The last day of each month."""
        firsts = [self.until]
        for _ in range(self.months - 1):
            firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
        return [day - timedelta(days=1) for day in reversed(firsts)]


def generate(out: Path, size: Size) -> int:
    """Write every file of the company below `out`; returns the number of different usage events."""
    _write_catalog(out / f"{size.first}" / "catalog", size)
    book = sign_everyone(customers=size.customers, first=size.first, until=size.until, seed=size.seed)
    change_some(book, until=size.until, seed=size.seed)
    _write_book(out, book, size)
    return write_usage(
        out,
        _routes(book, size),
        spans=windows(size.first, size.until),
        events_per_day=size.events_per_day,
        seed=size.seed,
    )


def deliver(out: Path, landing: Path, *, after: date | None, until: date) -> int:
    """Copy what arrives after the day `after` and until the day `until` (inclusive) into `landing`;
    returns the number of files."""
    days = [
        folder
        for folder in sorted(out.iterdir())
        if (after is None or folder.name > str(after)) and folder.name <= str(until)
    ]
    for folder in days:
        shutil.copytree(folder, landing, dirs_exist_ok=True)
    return sum(path.is_file() for folder in days for path in folder.rglob("*"))


def _write_catalog(folder: Path, size: Size) -> None:
    """The catalog as it stands, but billing starts on the first of these months:
    what ran before was billed elsewhere."""
    shutil.copytree(CATALOG, folder, dirs_exist_ok=True)
    company = folder / "company.yml"
    company.write_text(
        company.read_text(encoding="utf-8").replace(
            f"billing_starts_on: {Size().first}", f"billing_starts_on: {size.first}"
        ),
        encoding="utf-8",
    )


def _write_book(out: Path, book: Book, size: Size) -> None:
    """One file a kind: all of the first day, then what a month brought, on the month's last day."""
    for kind, days in book.rows.items():
        files: dict[date, list[date]] = {}
        for day in sorted(day for day in days if day < size.until):
            files.setdefault(_delivered(day, size), []).append(day)
        for delivered, held in files.items():
            write_csv(
                out / f"{delivered}" / "crm" / f"{kind}-{delivered:%Y%m%d}.csv",
                [row for day in held for row in days[day]],
            )


def _delivered(day: date, size: Size) -> date:
    return size.first if day <= size.first else min(end for end in size.month_ends if end >= day)


def _routes(book: Book, size: Size) -> list[Route]:
    signed = [
        row for row in book.of("contracts") if row["plan_id"] in SOURCES and isinstance(row["service_from"], date)
    ]
    routes = []
    for row in signed:
        source = SOURCES[row["plan_id"]]
        event_type = (
            "support.chat" if row["plan_id"] == "support_half_yearly" else EVENT_TYPES.get(source, "api.request")
        )
        routes.append(
            Route(source, event_type, row["contract_id"], row["customer_id"], max(size.first, row["service_from"]))
        )
    unknown = Route(
        "gateway", "api.request", "K99999-1", "", size.first
    )  # a tenant that nobody signed: its events wait
    return [*routes, unknown]


@click.command(help=__doc__)
@click.option("--customers", default=Size.customers, show_default=True)
@click.option("--months", default=Size.months, show_default=True)
@click.option("--events-per-day", default=Size.events_per_day, show_default=True)
@click.option(
    "--until",
    default=f"{Size.until}",
    show_default=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="first day after the last month",
)
@click.option("--seed", default=Size.seed, show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
def main(*, customers: int, months: int, events_per_day: int, until: datetime, seed: int, out: Path) -> None:
    made = generate(out, Size(customers, months, events_per_day, until.date(), seed))
    click.echo(f"{made:,} usage events and the files of {customers:,} customers below {out}")


if __name__ == "__main__":
    main()
