"""`make bench`: one file of each kind at half of its limit and at the limit: seconds, and the peak memory of a process
of its own. Then files beyond a limit, which are refused: how soon, and what that took.

    python -m benchmarks.limits [--usage 5_000_000]

Nothing here is a test: figures depend on the machine. The limits: docs/operations.md, decision 025.
"""

from __future__ import annotations

import gzip
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.night import Figures, apart, peak_memory
from billing_jobs.intake.reading.limits import MEGABYTE, limits
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.zengin import Deposit, deposit_notice

CATALOG = Path(__file__).parent.parent / "examples" / "demo" / "catalog"
RUN = Run(date(2026, 9, 30), datetime(2026, 9, 30, 17, tzinfo=UTC))
KANA = "ﾐﾎﾝｼﾖｳｼﾞ"

Writer = Callable[[Path, int], None]


def customers(path: Path, count: int) -> None:
    """Rows with everything a customer can have in Japan."""
    _select(
        path,
        "'C' || i as customer_id, '見本商事' || i as name, 'ミホン' as name_kana, "
        "'keiri' || i || '@example.jp' as email, 'a' || i || '@example.jp; b' || i || '@example.com' as cc_emails, "
        "'ja' as locale, 'JP' as country, '100-0001' as postal_code, "
        "'東京都千代田区千代田1-1 第' || i || 'ビル' as address, '03-0000-0000' as phone",
        count,
    )


def contracts(path: Path, count: int) -> None:
    _select(
        path, "'K' || i as contract_id, 'C' || i as customer_id, 'team' as plan_id, '2026-01-01' as service_from", count
    )


def one_off_charges(path: Path, count: int) -> None:
    _select(
        path,
        "'X' || i as charge_id, 'C' || i as customer_id, '2026-09-01' as charged_on, i % 10000 as amount, "
        "'JPY' as currency, '初期費用 ' || i as description",
        count,
    )


def zengin(path: Path, count: int) -> None:
    """A notice of deposits, 202 bytes a record."""
    day = date(2026, 9, 1)
    deposits = [Deposit(day + timedelta(days=number % 30), 1000 + number, f"{KANA}{number}") for number in range(count)]
    path.write_bytes(deposit_notice(deposits, first=day, until=RUN.as_of_date, made_on=RUN.as_of_date))


def settlements(path: Path, count: int) -> None:
    """A card acquirer's table in CP932."""
    days = [f"2026/09/{day:02}" for day in range(1, 31)]
    rows = (
        f"{days[number % 30]},{days[number % 30]},{number % 9000 + 1},INV-{number},会員{number},T{number}\r\n"
        for number in range(count)
    )
    with path.open("w", encoding="cp932", newline="") as file:
        file.write("入金日,売上日,金額,請求書番号,会員名,取引番号\r\n")
        file.writelines(rows)


def usage(path: Path, count: int) -> None:
    _select(
        path,
        "md5(i::varchar) as event_id, 'api.request' as event_type, "
        "strftime(timestamp '2026-09-01' + to_seconds(i % 2500000), '%Y-%m-%dT%H:%M:%SZ') as event_at, "
        "'K' || (i % 1000) as contract_id, i % 7 as quantity, 'tokyo' as property_region",
        count,
    )


def endless_line(path: Path, count: int) -> None:
    """A payments file that unpacks to `count` bytes without a line's end: 1.5 MB for 1.5 GB."""
    with gzip.open(path, "wb", compresslevel=6) as file:
        for _ in range(count // MEGABYTE):
            file.write(b"0" * MEGABYTE)


def wide(path: Path, count: int) -> None:
    names = ",".join(f"c{number}" for number in range(count))
    path.write_text(f"customer_id,name,{names}\nC1,x,{names}\n", encoding="utf-8")


def deep(path: Path, count: int) -> None:
    body = "[" * count + "]" * count
    path.write_text(
        '{"event_id": "1", "event_type": "api.request", "event_at": "2026-09-01T00:00:00Z", "contract_id": "K1", '
        f'"properties": {{"a": {body}}}}}\n',
        encoding="utf-8",
    )


def _select(path: Path, columns: str, count: int) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select {columns} from range(0, {count}) as t(i)) to $path (header)", {"path": str(path)})


def take_in(root: Path) -> Figures:
    """Seconds and peak memory of taking in what has landed; rows taken and refused."""
    from billing_jobs.jobs.ingest import ingest

    logging.disable(logging.INFO)
    home, began = Home(root), time.perf_counter()
    ingest(home, RUN)
    seconds = time.perf_counter() - began
    with duckdb.connect() as con:
        taken, refused = con.execute(
            "select sum(rows_accepted), sum(rows_rejected) from read_parquet($files, union_by_name := true) "
            "where stream <> 'catalog'",
            {"files": str(home.lake / "intake" / "*.parquet")},
        ).fetchall()[0]
    return {"seconds": seconds, "memory": peak_memory(), "taken": float(taken or 0), "refused": float(refused or 0)}


def measured(name: str, writer: Writer, count: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="billing-bench-") as folder:
        home = Home(Path(folder) / "home")
        shutil.copytree(CATALOG, home.landing / "catalog")
        target = home.landing / name
        target.parent.mkdir(parents=True, exist_ok=True)
        writer(target, count)
        return {**apart(take_in, home.root), "size": target.stat().st_size / MEGABYTE}


def _at_limits(usage_rows: int) -> Iterator[tuple[str, str, Writer, int]]:
    most = limits()
    yield "customers", "crm/customers.csv", customers, most.table_rows
    yield "contracts", "crm/contracts.csv", contracts, most.table_rows
    yield "one-off charges", "crm/one_off_charges.csv", one_off_charges, most.table_rows
    yield (
        "a bank's notice",
        "payments/bank_main/notice.txt",
        zengin,
        min(most.bank_rows, most.bank_mb * MEGABYTE // 203),
    )
    yield "a card acquirer's table", "payments/card_acquirer/s.csv", settlements, most.bank_rows - 1
    yield "usage as CSV", "usage/web/web.csv", usage, usage_rows


def _beyond_limits() -> Iterator[tuple[str, str, Writer, int]]:
    most = limits()
    yield "customers, a row too many", "crm/customers.csv", customers, most.table_rows + 1
    yield "1.5 MB that unpack to 1.5 GB", "payments/card_acquirer/s.csv.gz", endless_line, 1_500 * MEGABYTE
    yield "100,000 columns", "crm/customers.csv", wide, 100_000
    yield "JSON 50,000 deep", "usage/web/web.jsonl", deep, 50_000


@click.command(help=__doc__)
@click.option("--usage", "usage_rows", default=5_000_000, show_default=True, help="rows of the file of usage")
@click.option("--only", default="", help="kinds whose name begins so")
def main(*, usage_rows: int, only: str) -> None:
    console = Console(width=120)
    nothing = measured("crm/customers.csv", customers, 1)
    table = Table(title=f"start-up {nothing['seconds']:.1f} s, {nothing['memory']:,.0f} MB", title_justify="left")
    for heading in ("file", "rows", "MB", "seconds", "at half", "ratio", "peak memory", "at half"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    for work, name, writer, count in _at_limits(usage_rows):
        if not work.startswith(only):
            continue
        half, whole = measured(name, writer, count // 2), measured(name, writer, count)
        if (whole["taken"], whole["refused"]) != (count, 0):
            raise SystemExit(
                f"{work}: {count} rows were written, {whole['taken']:.0f} taken, {whole['refused']:.0f} refused"
            )
        seconds = [figures["seconds"] - nothing["seconds"] for figures in (whole, half)]
        row = (
            work, f"{count:,}", f"{whole['size']:,.0f}", f"{seconds[0]:.1f}", f"{seconds[1]:.1f}",
            f"{seconds[0] / seconds[1]:.2f} ×", f"{whole['memory']:,.0f} MB", f"{half['memory']:,.0f} MB",
        )  # fmt: skip
        table.add_row(*row)
        console.print(" | ".join(row))
    for work, name, writer, count in _beyond_limits():
        if not work.startswith(only):
            continue
        found = measured(name, writer, count)
        if found["taken"] or not found["refused"]:
            raise SystemExit(f"{work}: not refused")
        row = (
            f"refused: {work}", "", f"{found['size']:,.0f}", f"{found['seconds'] - nothing['seconds']:.1f}", "", "",
            f"{found['memory']:,.0f} MB", "",
        )  # fmt: skip
        table.add_row(*row)
        console.print(" | ".join(row))
    console.print(table)


if __name__ == "__main__":
    main()
