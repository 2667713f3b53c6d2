"""What the next night would do, recorded nowhere: the night's own intake, build and check in a copy of the home.

Of the home only `published/preview.duckdb` and `reports/preview/` change. Files that have landed count, and are still
new afterwards.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from billing_jobs.adapters import lock
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.permissions import share_with_readers
from billing_jobs.adapters.published import personal
from billing_jobs.adapters.published import preview as previews
from billing_jobs.adapters.warehouse import runs
from billing_jobs.adapters.warehouse.scratch_copy import copy_home
from billing_jobs.documents.draft_paper import describe_draft
from billing_jobs.documents.issued import IssuedDocument
from billing_jobs.documents.pool import render_all
from billing_jobs.documents.preview_page import Previewed, page
from billing_jobs.errors import CheckFailed, HomeLocked, UsageError
from billing_jobs.jobs import first_steps
from billing_jobs.jobs.build import build
from billing_jobs.jobs.check import check
from billing_jobs.jobs.ingest import ingest
from billing_jobs.records import JobResult, Run, file_name_of
from billing_jobs.settings import Home
from billing_jobs.whole_files import put_in_place

Row = dict[str, Any]
PAPERS = "papers"


@dataclass(frozen=True)
class _Night:
    """A night that was played as far as its first check."""

    run: Run
    is_forecast: bool
    stopped: str


def preview(home: Home, run: Run, *, as_of: date | None = None, wait_seconds: float = 0) -> JobResult:
    """Say what the night of `as_of` (default: the next one) would issue and mail, as of the run's moment.

    wait_seconds: how long another process in the home is waited for; while tables are built the home is free. A day
    after the next night is a forecast of all nights until then.
    Raises UsageError for a day that has been, and where nothing can be billed; BuildFailed as a night would.
    `counts["stopped"]` is 1 where the check would stop the night.
    """
    open_ledger(home)
    room = home.preview_room(os.getpid())
    with lock.hold(room):
        try:
            with lock.hold(home, wait_seconds=wait_seconds):
                _sweep(home, room)
                erasures = _erasures(home)
                copy_home(home, room)
            night = _play(room, run, as_of)
            return _publish(home, room, night, erasures=erasures, wait_seconds=wait_seconds)
        finally:
            shutil.rmtree(room.root, ignore_errors=True)


def _sweep(home: Home, room: Home) -> None:
    """Rooms of previews that broke off go; one whose lock is held is at work."""
    for left in home.root.glob(f"{room.root.name.rpartition('-')[0]}-*"):
        with suppress(HomeLocked):
            if left != room.root:
                with lock.hold(Home(left)):
                    shutil.rmtree(left)


def _play(room: Home, moment: Run, as_of: date | None) -> _Night:
    finished = runs.last_run(room)
    now = max(moment.now, finished.now) if finished else moment.now  # it may have ended while we waited for it
    ingest(room, Run(moment.as_of_date, now))
    first_steps.refuse_without_catalog(room)
    following = runs.next_night(room, now)
    run = Run(as_of or following.as_of_date, now)
    if runs.is_view(room, run):
        raise UsageError(
            f"The night of {run.as_of_date} lies before the last finished one ({finished and finished.as_of_date}): "
            "what was issued then stands in published/. A preview is of a night that is still to come."
        )
    is_forecast = run.as_of_date > following.as_of_date
    build(room, run, forecast=is_forecast)
    try:
        check(room, run)
    except CheckFailed as stop:
        return _Night(run, is_forecast, str(stop))
    return _Night(run, is_forecast, "")


def _publish(home: Home, room: Home, night: _Night, *, erasures: bytes, wait_seconds: float) -> JobResult:
    """Make database, page and papers in the room, then swap them in: each by one rename."""
    with_personal = personal.are_published(room)
    database, report = room.root / "preview.duckdb", room.root / "preview"
    found = previews.write(
        room, database, stopped=night.stopped, is_forecast=night.is_forecast, with_personal=with_personal
    )
    report.mkdir()
    papers, faults = _papers(room, report) if with_personal else ({}, [])
    previews.write_files(database, report)
    told = Previewed(
        night.run.as_of_date, night.run.now, night.stopped, found.drafts, found.beside_last_month, found.sales,
        found.mails, papers,
    )  # fmt: skip
    replace_bytes(report / "index.html", page(told).encode())
    with lock.hold(home, wait_seconds=wait_seconds):
        if _erasures(home) != erasures:
            raise UsageError("Personal data was erased meanwhile: run `billing preview` again. Nothing was changed.")
        _swap_in(home, database, report)
    if not with_personal:
        faults = ["no papers: the catalog says `publish: {personal: no}`, and who reads reports/ would read names"]
    return _result(home, night, found, papers=len(papers), faults=faults, lacks=first_steps.lacking(room))


def _papers(room: Home, report: Path) -> tuple[dict[str, str], list[str]]:
    """Each draft that would be issued as a PDF below the report's folder: its id -> the path; and why one has none."""
    described, faults, made = [], [], {}
    for rows in previews.documents_to_issue(room):
        drafted = IssuedDocument(**rows)
        try:
            described.append(describe_draft(drafted))
        except (ValueError, KeyError, TypeError, AttributeError) as refusal:
            faults.append(f"no paper of draft {drafted.number}: {refusal}")
    names = {words["number"]: _name_of(words) for words in described}
    (report / PAPERS).mkdir()
    for result in render_all(described):
        if result.pdf is None:
            faults.append(f"no paper of draft {result.reason}")
            continue
        made[result.number] = f"{PAPERS}/{names[result.number]}"
        (report / PAPERS / names[result.number]).write_bytes(result.pdf)
    return made, faults


def _name_of(words: dict[str, Any]) -> str:
    """The customer's id leads, so that a person finds a paper in the folder."""
    name = "-".join([words["heading"][2][1], words["number"][:8]])
    return f"{file_name_of(name)}.pdf"


def _swap_in(home: Home, database: Path, report: Path) -> None:
    home.published.mkdir(parents=True, exist_ok=True)
    home.reports.mkdir(parents=True, exist_ok=True)
    share_with_readers(home, database)
    put_in_place(database, home.preview_database)
    before = report.with_name("before")
    if home.preview_report.exists():
        home.preview_report.rename(before)
    report.rename(home.preview_report)
    share_with_readers(home, home.preview_report)


def _erasures(home: Home) -> bytes:
    """What of personal data was erased until now: a copy made before must not be published after."""
    return home.erasures_log.read_bytes() if home.erasures_log.exists() else b""


def _result(
    home: Home, night: _Night, found: previews.Preview, *, papers: int, faults: list[str], lacks: str
) -> JobResult:
    sums: dict[tuple[str, bool], list[Any]] = {}
    for draft in found.drafts:
        sums.setdefault((draft["currency"], draft["hold_reason"] is not None), []).append(draft["total_amount"])
    held = {True: "would be held", False: "would be issued"}
    totals = [
        f"{len(amounts):,} documents {held[is_held]}: {sum(amounts):,.2f} {currency}"
        for (currency, is_held), amounts in sorted(sums.items())
    ]
    counts = {
        "drafts": len(found.drafts), "papers": papers, "mails": len(found.mails), "stopped": int(bool(night.stopped)),
    }  # fmt: skip
    messages = (
        f"the night of {night.run.as_of_date}, as known {night.run.now:%Y-%m-%d %H:%M} UTC; nothing was recorded",
        *totals,
        *(night.stopped.splitlines() if night.stopped else ()),
        *faults,
        *([lacks] if lacks else []),
        f"{home.preview_report.relative_to(home.root)}/index.html, {home.preview_database.relative_to(home.root)}",
    )
    return JobResult("preview", changed=True, counts=counts, messages=messages)
