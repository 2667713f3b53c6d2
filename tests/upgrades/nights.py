"""Homes that an earlier version made: how they were made, packed and are played on. `billed/` beside each says
what it billed.

    python -m tests.upgrades.nights home_of_0_1_0        # makes the home anew, with the version of its name only

`catalog/` lands before the first night, `nights/<day>/` before the night of that day. `next/<day>/` is for the versions
that come later: `expected/<day>/` holds what the version that made the home says after each of these nights.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
import sys
import tarfile
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import monthly
from billing_jobs.jobs.nightly import nightly
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import running
from tests.scenarios.comparing import connect, filled_in, plain

HERE = Path(__file__).parent
PRECIOUS = ("landing", "ledger", "documents")
# What is missing of the papers is made again by the next night; all of them would be most of the archive.
PAPERS_KEPT = ("H-2026-00001.pdf", "H-2026-00005.pdf", "HC-2026-00001.pdf", "S-2026-00006.pdf")
SAID = {
    "charges": """
        select contract_id, plan_id, fee_id, instance, period_from, period_until, tax_code, currency, owed_amount,
            billed_amount
        from charges where owed_amount <> 0 or billed_amount <> 0 order by all
    """,
    "documents": """
        select customer_id, entity_id, currency, document_type, invoice_date, due_date, net_amount, tax_amount,
            total_amount
        from invoices order by all
    """,
}


def run_of(day: str) -> Run:
    """The night of a business day, at 02:00 in Tokyo on the day after."""
    as_of = date.fromisoformat(day)
    return Run(as_of, datetime.combine(as_of + timedelta(days=1), time(2), ZoneInfo("Asia/Tokyo")))


def play(home: Home, folder: Path) -> JobResult:
    """What lies in the folder lands, then the night of the day that names it is played;
    a month's last day is closed as well."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        target = home.landing / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        target.write_text(filled_in(text, home.published_database) if "{{" in text else text, encoding="utf-8")
    run = run_of(folder.name)
    return (monthly if run.night_ends_on.day == 1 else nightly)(home, run)


def pack(home: Home, archive: Path) -> None:
    """What is precious of a home, the same files always as the same bytes."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(path for name in PRECIOUS for path in (home.root / name).rglob("*") if path.is_file()):
            if path.suffix == ".pdf" and path.name not in PAPERS_KEPT:
                continue
            entry = tarfile.TarInfo(str(path.relative_to(home.root)))
            entry.size, entry.mode = path.stat().st_size, 0o644
            tar.addfile(entry, io.BytesIO(path.read_bytes()))
    with archive.open("wb") as target, gzip.GzipFile(fileobj=target, mode="wb", filename="", mtime=0) as packed:
        packed.write(content.getvalue())


def unpack(archive: Path, root: Path) -> Home:
    """The home as it would come out of a backup; `init` makes what is missing of it."""
    with tarfile.open(archive) as tar:
        tar.extractall(root, filter="data")
    home = Home(root)
    init(home, run_of("2026-01-01"))
    return home


def said(home: Home) -> dict[str, list[list[str]]]:
    """What the home says it is owed and has issued, table by table; the first row names the columns."""
    with connect(home.published_database) as tables:
        answers = {table: tables.sql(sql) for table, sql in SAID.items()}
        return {
            table: [rows.columns, *([plain(value) for value in row] for row in rows.fetchall())]
            for table, rows in answers.items()
        }


def write(path: Path, rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows(rows)


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))


def make(folder: Path) -> None:
    """Play the nights of a folder in an empty home and pack it, with what it billed beside it."""
    with tempfile.TemporaryDirectory() as root, running(Path(root) / "mails") as mails:
        os.environ |= {"SENDGRID_API_KEY": "SG.upgrades", "BILLING_SENDGRID_HOST": mails.host}
        home = Home(Path(root) / "home")
        nights = sorted((folder / "nights").iterdir())
        init(home, run_of(nights[0].name))
        shutil.copytree(folder / "catalog", home.landing / "catalog", dirs_exist_ok=True)
        for night in nights:
            sys.stdout.write(f"{night.name}: {play(home, night).counts}\n")
        pack(home, folder / "home.tar.gz")
        for table, rows in said(home).items():
            write(folder / "billed" / f"{table}.csv", rows)
        for night in sorted((folder / "next").iterdir()):
            play(home, night)
            for table, rows in said(home).items():
                write(folder / "expected" / night.name / f"{table}.csv", rows)


if __name__ == "__main__":
    make(HERE / sys.argv[1])
