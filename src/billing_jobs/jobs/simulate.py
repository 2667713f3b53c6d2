"""What the whole book would have owed under another catalog: computed beside everything, recorded nowhere."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.warehouse import simulation
from billing_jobs.documents.simulation_page import Simulated, page
from billing_jobs.errors import UsageError
from billing_jobs.intake.catalog.proposed import ProposedCatalog, read_proposed, write_proposed
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

NAMED = 5


def simulate(home: Home, run: Run, *, catalog: Path, begins: date | None = None, ends: date | None = None) -> JobResult:
    """Price all facts of the run with the catalog in force and with the one in the folder; compare customer by
    customer.

    Writes tables and a page into a folder of `simulations/` and changes nothing else. `begins` and `ends` (exclusive)
    bound the periods. Raises CatalogBroken for a catalog with mistakes, BuildFailed when the book cannot be priced with
    it.
    """
    if begins and ends and begins >= ends:
        raise UsageError(
            f"The span from {begins} until {ends} has no day: --until is the first day that does not count."
        )
    proposed = read_proposed(catalog)
    span = ["" if day is None else day.isoformat() for day in (begins, ends)]
    folder = home.simulations / _name(run, proposed, span)
    shutil.rmtree(folder, ignore_errors=True)
    rooms = {name: Home(folder / ".rooms" / name) for name in ("current", "proposed")}
    try:
        for name, room in rooms.items():
            simulation.open_room(home, room, run, with_catalog=name == "current")
        with engine.connect() as con:
            write_proposed(con, proposed, rooms["proposed"].lake, received_at=run.now)
        simulation.price(rooms["current"], catalog="the catalog in force")
        simulation.price(rooms["proposed"], catalog=f"the catalog in {catalog}")
        doubts = {name: simulation.contracts_in_doubt(room) for name, room in rooms.items()}
        found = simulation.compare(rooms, begins=span[0], ends=span[1], into=folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder / ".rooms")
    told = Simulated(run.as_of_date, catalog.resolve().name, begins, ends, **found)
    replace_bytes(folder / "index.html", page(told).encode())
    return _result(home, folder, told, doubts)


def _name(run: Run, proposed: ProposedCatalog, span: list[str]) -> str:
    """The same question has the same folder: the day and moment of the book, the catalog's bytes, the span."""
    asked = "|".join([run.now.isoformat(), proposed.version_id, *span])
    return f"{run.as_of_date:%Y-%m-%d}_{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


def _result(home: Home, folder: Path, told: Simulated, doubts: dict[str, list[str]]) -> JobResult:
    counts = {name: sum(row[f"{name}_count"] for row in told.totals) for name in ("customer", "more", "less", "same")}
    totals = tuple(
        f"{row['currency']} {_signed(row['delta'])} ({_signed(row['delta_percent'] or Decimal(0))} %)"
        for row in told.totals
    )
    unpriced = sum(row["unpriced_count"] for row in told.totals)
    warning = (
        (f"{unpriced:,} contracts have no price in this catalog: their whole amount counts as a decrease",)
        if unpriced
        else ()
    )
    doubtful = tuple(
        (
            f"{len(names):,} contracts are in doubt with the {room} catalog "
            f"and owe nothing of what is (docs/claims.md): {', '.join(names[:NAMED])}"
        )
        for room, names in doubts.items()
        if names
    )
    place = folder.relative_to(home.root)
    return JobResult(
        "simulate",
        changed=True,
        counts=counts,
        messages=(
            *totals,
            *warning,
            *doubtful,
            f"{place}/index.html, customers.csv, charges.csv and the same as Parquet",
        ),
    )


def _signed(amount: Decimal) -> str:
    text = f"{amount:+,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
