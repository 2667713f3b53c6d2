"""Every file on its way into the lake: read and judged by its kind, then written; what cannot be read is refused,
or waits for a profile."""

from __future__ import annotations

import heapq
import logging
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from billing_jobs.intake.claim import FILE_CHANGED, FILE_IS_GONE, FILE_WITHDRAWN
from billing_jobs.intake.crm.kinds import KINDS
from billing_jobs.intake.crm.load_table import load_table, table_path, write_keys
from billing_jobs.intake.deliveries import SAME_FILE_AGAIN, Task, clear_waiting, write_waiting
from billing_jobs.intake.engine import Engine, FileRefused
from billing_jobs.intake.faults import refusal_of
from billing_jobs.intake.intake_log import Receipt
from billing_jobs.intake.outcome import (
    LOADED,
    REFUSED,
    WAITING,
    WITHDRAWN,
    Outcome,
    first_refused,
    has_taken_rows,
    refuse_file,
    write_intake,
)
from billing_jobs.intake.payments.load_payments import load_payments
from billing_jobs.intake.reading.received import Delivery, Places, file_id_of
from billing_jobs.intake.usage.lake import UsageLake
from billing_jobs.intake.usage.load_usage import load_usage
from billing_jobs.messages import say
from billing_jobs.progress import steps

log = logging.getLogger("billing")

_TEXT_OF_REPEAT = "content not delivered before; the same bytes came under another name, and each row would count twice"
_TEXT_OF_ABSENCE = (
    "the file that was received; no row of it was ever taken. Deliver its rows under a new name if they count"
)
_TEXT_OF_WITHDRAWAL = "nothing of it; deliver its rows under a new name if they count after all"
_TEXT_OF_CHANGE = "the content that came first under this name; deliver new content under a new name"


@dataclass(frozen=True)
class Loader:
    """What every load of one ingest shares."""

    con: Engine
    places: Places
    repeats: dict[str, list[str]]
    lake: UsageLake
    language: str = "en"


def work_through(loader: Loader, tasks: list[Task]) -> tuple[list[str], Counter[str]]:
    counts: Counter[str] = Counter()
    messages: list[str] = []
    heapq.heapify(tasks)
    with steps("Taking in files") as report:
        done = 0
        while tasks:
            task = heapq.heappop(tasks)
            outcome = _load(loader, task)
            if outcome is None:
                heapq.heappush(tasks, task.next_attempt() or task)
                continue
            done += 1
            report(done, done + len(tasks))
            counts.update(
                {
                    f"files_{outcome.state}": 1,
                    "rows_accepted": outcome.accepted,
                    "rows_rejected": outcome.rejected,
                    "rows_duplicate": outcome.duplicate,
                }
            )
            if outcome.state == LOADED and outcome.rejected:
                messages += first_refused(
                    loader.con, loader.places.lake, task.delivery, count=outcome.rejected, language=loader.language
                )
            if outcome.message:
                log.warning(outcome.message)
                messages.append(outcome.message)
    return messages, counts


def _load(loader: Loader, task: Task) -> Outcome | None:
    """Load one file with one profile; None if the next profile shall try."""
    places, delivery, receipt = loader.places, task.delivery, task.receipt
    try:
        if receipt.withdrawn and task.kind is not None:
            write_keys(loader.con, places, delivery, kind=task.kind, profiles=task.profiles)
        _raise_if_known_to_be_refused(receipt, loader)
        outcome = _load_by_kind(loader, task)
    except Exception as error:
        reason = refusal_of(error)
        if reason is None:
            raise
        _leave_nothing_of(loader, task)
        if task.next_attempt() is not None:
            return None
        if receipt.withdrawn:
            reason = _withdrawal_of(receipt)
        state = WITHDRAWN if receipt.withdrawn else REFUSED
        outcome = refuse_file(loader.con, places.lake, delivery, reason, state=state, language=loader.language)
        if task.profiles and not (receipt.refused or receipt.removed or receipt.withdrawn):
            write_waiting(places.lake, delivery.file_id, len(task.profiles))
        return outcome
    finally:
        _throw_away_unpacked(places, delivery)
    if outcome.state == WAITING:
        write_waiting(places.lake, delivery.file_id, len(task.profiles))
    else:
        clear_waiting(places.lake, delivery.file_id)
    return outcome


def _throw_away_unpacked(places: Places, delivery: Delivery) -> None:
    for path in places.scratch.glob(f"{delivery.file_id}*"):
        path.unlink()


def _leave_nothing_of(loader: Loader, task: Task) -> None:
    """Take out what a load had brought into the lake before it failed."""
    file_id = task.delivery.file_id
    loader.lake.remove(file_id)
    (loader.places.lake / "payments" / f"{file_id}.parquet").unlink(missing_ok=True)
    if task.kind is not None:
        table_path(loader.places.lake, task.kind, file_id).unlink(missing_ok=True)


def _load_by_kind(loader: Loader, task: Task) -> Outcome:
    con, places, delivery = loader.con, loader.places, task.delivery
    if task.kind is not None:
        return load_table(con, places, delivery, kind=task.kind, profile=task.profile)
    if task.stream == "unknown" or not task.source:
        raise _unknown_kind(delivery.file_name)
    if task.profile is None:
        return _let_wait(con, places.lake, delivery, loader.language)
    if task.stream == "usage":
        return load_usage(con, places, delivery, profile=task.profile, lake=loader.lake)
    return load_payments(con, places, delivery, profile=task.profile)


def _unknown_kind(path: str) -> FileRefused:
    folder, _, name = path.partition("/")
    names = [kind.name for kind in KINDS]
    stem = name.split(".")[0]
    close = get_close_matches(stem, names, n=1, cutoff=0.75) if folder in ("crm", name, "") else []
    if not close:
        return FileRefused(
            "unknown_kind", "a name below catalog/, crm/<kind>…, usage/<source>/, payments/<source>/ or decisions/"
        )
    guess = f"crm/{close[0]}{name.removeprefix(stem)}"
    return FileRefused(
        "unknown_kind",
        f"a name below catalog/, crm/<kind>…, usage/<source>/, payments/<source>/ or decisions/; did you mean {guess}?",
    )


def _let_wait(con: Engine, lake: Path, delivery: Delivery, language: str) -> Outcome:
    write_intake(con, lake, delivery, state=WAITING, counts=[])
    return Outcome(WAITING, message=say("file_waits", language, file=delivery.file_name, source=delivery.source))


def _raise_if_known_to_be_refused(receipt: Receipt, loader: Loader) -> None:
    if receipt.refused == FILE_CHANGED:
        raise FileRefused(FILE_CHANGED, _TEXT_OF_CHANGE)
    if receipt.withdrawn:
        raise _withdrawal_of(receipt)
    if receipt.removed:
        raise FileRefused(FILE_IS_GONE, _TEXT_OF_ABSENCE)
    if any(
        has_taken_rows(loader.con, loader.places.lake, file_id_of(path))
        for path in loader.repeats.get(receipt.path, [])
    ):
        raise FileRefused(SAME_FILE_AGAIN, _TEXT_OF_REPEAT)


def _withdrawal_of(receipt: Receipt) -> FileRefused:
    said = f"{receipt.path} was taken back by {receipt.decided_by} at {receipt.received_at:%Y-%m-%d %H:%M} UTC"
    return FileRefused(
        FILE_WITHDRAWN, _TEXT_OF_WITHDRAWAL, sentence=f"{said}, none of its rows counts: {receipt.reason}"
    )
