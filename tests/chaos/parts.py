"""What is disturbed: a home made once, the steps of work in it, and what is read of it afterwards. Two runs left the
same when they read the same."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import STEPS
from billing_jobs.jobs.verify import verify
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, USAGE_HEADER
from tests.intake.deliveries import deliver as put
from tests.jobs import conftest as toy
from tests.support.fixture_home import FOLDERS, write_rows
from tests.support.home_tables import NOT_COMPARED, TABLES_NOT_COMPARED

State = dict[str, list[str]]
Step = Callable[[Home], None]


@dataclass(frozen=True)
class Part:
    """prepare: make the home in an empty folder; steps: the work, each safe to repeat; read: what it left, as text;
    mails: whether the work speaks to a mail server; is_sealed: whether it ends with a seal and an anchor outside."""

    name: str
    prepare: Step
    steps: tuple[Step, ...]
    read: Callable[[Home], State]
    mails: bool = False
    is_sealed: bool = False


def job(name: str, run: Run) -> Step:
    """A step of a night."""

    def step(home: Home) -> None:
        STEPS[name](home, run)

    return step


def rows_of(paths: dict[str, str]) -> State:
    """Name -> every row of the Parquet files of its pattern, sorted, without what is never the same twice."""
    with engine.connect() as con:  # one for all of them: making one costs more than reading many files
        return {name: sorted(_told(row) for row in engine.rows(con, _FILES, [path])) for name, path in paths.items()}


_FILES = "select * from read_parquet(?, union_by_name = true, hive_partitioning = false)"


def _told(row: dict[str, Any]) -> str:
    compared = {name: value for name, value in row.items() if name not in NOT_COMPARED}
    return json.dumps(compared, default=str, sort_keys=True)


def ledger_of(home: Home) -> State:
    """Every stream."""
    names = sorted({path.stem for path in home.ledger.glob("[0-9]*/*.parquet")})
    return rows_of({f"ledger {name}": f"{home.ledger}/[0-9]*/{name}.parquet" for name in names})


def tables_of(database: Path) -> State:
    """Every table of the warehouse, a candidate or what is published, without what is never the same twice."""
    if not database.exists():
        return {}
    with engine.connect(database) as con:
        names = con.execute(
            "select table_schema || '.' || table_name, format('\"{}\".\"{}\"', table_schema, table_name) "
            "from information_schema.tables where table_catalog = current_database() and table_type = 'BASE TABLE' "
            "order by all"
        ).fetchall()
        columns = f"columns(lambda name: name not in ({', '.join(map(engine.sql_text, sorted(NOT_COMPARED)))}))"
        return {
            f"{database.stem} {name}": [
                str(row) for row in con.execute(f"select {columns} from {quoted} order by all").fetchall()
            ]
            for name, quoted in names
            if name not in TABLES_NOT_COMPARED
        }


def lake_of(home: Home) -> State:
    """Every table of the lake."""
    folders = sorted({str(path.parent.relative_to(home.lake)) for path in home.lake.rglob("*.parquet")})
    return rows_of({folder: f"{home.lake}/{folder}/*.parquet" for folder in folders})


def proofs_of(home: Home, run: Run) -> State:
    """What `verify` says."""
    return {"verify": [str(message) for message in verify(home, run).messages]}


def leftover_of(home: Home) -> State:
    """Copies of all tables that nobody finished: they take a disk's room for good."""
    found = [path.name for pattern in (".candidate.*", "published/.billing.*") for path in home.root.glob(pattern)]
    return {"left half made": sorted(found)}


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


def _read_intake(home: Home) -> State:
    leftover = sorted(str(path.relative_to(home.root)) for path in home.lake.rglob("*.part"))
    return {**lake_of(home), **proofs_of(home, INTAKE_RUN), "left half made": leftover}


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


def _toy_step(name: str) -> Step:
    def step(home: Home) -> None:
        os.environ["BILLING_DBT_PROJECT"] = str(toy.TOY_PROJECT)
        STEPS[name](home, toy.night(11))
        toy.pass_check(home, toy.night(11))

    return step


def _read_night(home: Home) -> State:
    return {
        **ledger_of(home),
        **tables_of(home.warehouse),
        **tables_of(home.candidate),
        **tables_of(home.published_database),
        **leftover_of(home),
        **proofs_of(home, toy.night(11)),
    }


FILES_IN = Part("files in", _prepare_intake, (_act_intake,), _read_intake)
TOY_NIGHT = Part(
    "a night of twenty models",
    _prepare_night,
    tuple(_toy_step(name) for name in toy.WITHOUT_BORDERS),
    _read_night,
)
