"""What is disturbed: the intake of files, the night between its borders, papers and mails, a whole night.

Each part is a home made once, what is done in it, and what is read of it afterwards: two runs left the same when they
read the same.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.render import render
from billing_jobs.jobs.send import send
from billing_jobs.jobs.verify import verify
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.documents import samples
from tests.intake.deliveries import CATALOG, USAGE_HEADER
from tests.intake.deliveries import deliver as put
from tests.jobs import conftest as toy
from tests.jobs.mail_home import RUN as MAIL_RUN
from tests.jobs.mail_home import home_with, mail, propose
from tests.support import small_company
from tests.support.fixture_home import FOLDERS, write_rows
from tests.support.home_tables import NOT_COMPARED

State = dict[str, list[str]]


@dataclass(frozen=True)
class Part:
    """prepare: make the home in an empty folder; act: the work, safe to repeat; read: what it left, as text; mails:
    whether the work speaks to a mail server."""

    name: str
    prepare: Callable[[Home], None]
    act: Callable[[Home], None]
    read: Callable[[Home], State]
    mails: bool = False


def _rows(path: str, **options: bool) -> list[str]:
    with engine.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        found = engine.rows(
            con, "select * from read_parquet(?, union_by_name = true, hive_partitioning = false)", [path]
        )
    return sorted(
        json.dumps(
            {name: value for name, value in row.items() if name not in NOT_COMPARED}, default=str, sort_keys=True
        )
        for row in found
    )


def _ledger(home: Home) -> State:
    names = sorted({path.stem for path in home.ledger.glob("[0-9]*/*.parquet")})
    return {f"ledger {name}": _rows(f"{home.ledger}/[0-9]*/{name}.parquet") for name in names}


def _published(home: Home) -> State:
    with engine.connect(home.published_database) as con:
        names = [
            row["name"]
            for row in engine.rows(
                con, "select table_name as name from information_schema.tables where table_schema = 'main'"
            )
        ]
        return {
            f"table {name}": [
                json.dumps(row, default=str) for row in engine.rows(con, f'select * from "{name}" order by all')
            ]
            for name in sorted(names)
        }


def _proofs(home: Home, run: Run) -> State:
    return {"verify": [str(message) for message in verify(home, run).messages]}


# Files in: a catalog, customers, contracts, usage of two days in two files, one of them with bad rows and doubles.
INTAKE_RUN = Run(date(2026, 10, 2), datetime(2026, 10, 2, 17, tzinfo=UTC))


def _prepare_intake(home: Home) -> None:
    init(home, Run(date(2026, 10, 1), datetime(2026, 10, 1, 17, tzinfo=UTC)))
    put(home, "catalog/base.yml", CATALOG)
    put(home, "crm/customers.csv", "customer_id,name\nC1,a\nC2,b\n,c\n")
    put(
        home,
        "crm/contracts.csv",
        "contract_id,customer_id,plan_id,service_from\nK1,C1,team,2026-10-01\nK2,C2,team,2026-10-01\n",
    )
    for part, name in enumerate(("z1.csv", "zz-.csv")):  # what a hostile pattern would match
        events = [
            f"e{number},api.request,2026-10-0{1 + number % 2}T0{number % 10}:00:00Z,K{1 + number % 2},{number}"
            for number in range(part * 40, part * 40 + 60)
        ]
        put(home, f"usage/web/{name}", USAGE_HEADER + "\n".join([*events, "bad,row", ""]))


def _act_intake(home: Home) -> None:
    ingest(home, INTAKE_RUN)


def _read_lake(home: Home) -> State:
    files = sorted(path for path in home.lake.rglob("*.parquet"))
    folders = sorted({str(path.parent.relative_to(home.lake)) for path in files})
    leftover = sorted(str(path.relative_to(home.root)) for path in home.lake.rglob("*.part"))
    return {**{folder: _rows(f"{home.lake}/{folder}/*.parquet") for folder in folders}, "leftover": leftover}


# The night between the borders, over twenty small models: build, issue, allocate, close, publish.
def _prepare_night(home: Home) -> None:
    for name, (pattern, columns) in FOLDERS.items():
        if not name.startswith("ledger_") and name not in ("run", "sending"):
            write_rows(home.root / pattern.format(part="_empty"), columns, [])
    with toy.jobs_at_the_toy_project():
        create_ledger(home, toy.night(1))
        toy.deliver(home, toy.night(10), c1="100.00", c2="200")
        toy.run_night(home, toy.night(10))
    toy.deliver(home, toy.night(11), c3="300", c4="400.00")


def _act_night(home: Home) -> None:
    with toy.jobs_at_the_toy_project():
        toy.run_night(home, toy.night(11))


def _read_night(home: Home) -> State:
    return {**_ledger(home), **_published(home), **_proofs(home, toy.night(11))}


# Papers and mails: two documents rendered, three mails sent.
def _prepare_mails(home: Home) -> None:
    home_with(home.root, samples.invoice(), samples.credit_note())
    propose(
        home,
        mail("k1", "invoice", document_number="INV-2026-000123"),
        mail("k2", "credit_note", document_number="CN-2026-000007", recipient="hana@example.com"),
        mail("k4", "card_expiry", payment_method_id="p1", recipient="ken@example.com",
             payload={"card_brand": "Visa", "card_last4": "4242", "card_exp_month": 11, "card_exp_year": 2026}),
    )  # fmt: skip


def _act_mails(home: Home) -> None:
    render(home, MAIL_RUN)
    send(home, MAIL_RUN)


def _read_mails(home: Home) -> State:
    papers = sorted(
        f"{path.relative_to(home.documents)} {path.stat().st_size}" for path in home.documents.rglob("*.pdf")
    )
    return {"papers": papers, **_ledger(home), **_proofs(home, MAIL_RUN)}


# A whole night of a small company, with the real models and every border.
NIGHT_RUN = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))


def _prepare_company(home: Home) -> None:
    init(home, Run(date(2026, 1, 1), datetime(2026, 1, 1, 17, tzinfo=UTC)))
    small_company.move_in(home.landing)
    small_company.deliver(home.landing, "usage/api/jan.csv", small_company.usage_csv("2026-01-20"))


def _act_company(home: Home) -> None:
    nightly(home, NIGHT_RUN)


def _read_company(home: Home) -> State:
    papers = sorted(str(path.relative_to(home.documents)) for path in home.documents.rglob("*.pdf"))
    return {"papers": papers, **_ledger(home), **_published(home), **_proofs(home, NIGHT_RUN)}


PARTS = (
    Part("files in", _prepare_intake, _act_intake, _read_lake),
    Part("a night of twenty models", _prepare_night, _act_night, _read_night),
    Part("papers and mails", _prepare_mails, _act_mails, _read_mails, mails=True),
    Part("a whole night", _prepare_company, _act_company, _read_company, mails=True),
)


def mails_by_key(folder: Path) -> Counter[str]:
    """How many mails of each key reached the server."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return Counter(f"{item['subject']} to {item['personalizations'][0]['to'][0]['email']}" for item in found)


def environment(host: str | None) -> None:
    """What the jobs read of their environment, for this process."""
    os.environ |= {"GX_ANALYTICS_ENABLED": "False", "SENDGRID_API_KEY": "SG.chaos"}
    if host:
        os.environ["BILLING_SENDGRID_HOST"] = host
