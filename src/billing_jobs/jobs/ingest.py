"""Taking in what has landed: claim, catalog, then every file in the order in which its rows count as received."""

from __future__ import annotations

import heapq
import logging
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from billing_jobs.adapters import lock
from billing_jobs.adapters.duckdb import Connection, connect
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.warehouse import runs
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.errors import UsageError
from billing_jobs.intake.catalog.store import check_files, list_profiles, list_versions, write_versions
from billing_jobs.intake.claim import FILE_CHANGED, FILE_IS_GONE, claim_new_files, refuse_incomplete_catalog
from billing_jobs.intake.crm.load_table import load_table, table_path
from billing_jobs.intake.deliveries import SAME_FILE_AGAIN, Task, clear_waiting, find_repeats, list_tasks, sources_of_usage, write_waiting
from billing_jobs.intake.engine import FileRefused, literal
from billing_jobs.intake.erasure.erase import erase_customers
from billing_jobs.intake.erasure.forget import forget_what_was_built
from billing_jobs.intake.faults import refusal_of
from billing_jobs.intake.intake_log import Receipt, read_receipts
from billing_jobs.intake.landing_files import look_around
from billing_jobs.intake.outcome import LOADED, WAITING, Delivery, Outcome, file_id_of, intake_path, refuse_file, rejects_path, write_intake
from billing_jobs.intake.payments.load_payments import load_payments
from billing_jobs.intake.usage.lake import UsageLake
from billing_jobs.intake.usage.load_usage import load_usage
from billing_jobs.jobs.init import init
from billing_jobs.progress import steps
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")

_TEXT_OF_REPEAT = "content not delivered before; the same bytes came under another name, and each row would count twice"
_TEXT_OF_ABSENCE = "the file that was received; no row of it was ever taken. Deliver its rows under a new name if they count"
_TEXT_OF_CHANGE = "the content that came first under this name; deliver new content under a new name"


def ingest(home: Home, run: Run) -> JobResult:
    """Bring everything new from landing/ into the lake. A bad file is refused and reported; CatalogBroken stops the night before anything is claimed."""
    with lock.hold(home):
        return _ingest(home, run)


def _ingest(home: Home, run: Run) -> JobResult:
    made = init(home, run)
    landing = look_around(home)
    refuse_incomplete_catalog(landing)
    check_files(home, landing.files, list_versions(read_receipts(home.intake_log)))
    claimed = claim_new_files(home, run, landing.files, was_loaded=lambda receipt: _was_loaded(home, receipt))
    receipts = read_receipts(home.intake_log)
    _forget_what_is_gone(home, receipts)
    versions = list_versions(receipts)
    profiles = list_profiles(home, versions)
    tasks = list_tasks(home, receipts, profiles)
    scratch = folder_for_engine(home.lake) / ".loading"
    shutil.rmtree(scratch, ignore_errors=True)
    with connect() as con:
        con.execute("set preserve_insertion_order = true")
        written = write_versions(con, home, versions, receipts)
        loader = _Loader(con, home, find_repeats(receipts), UsageLake(con, home.lake / "usage", sources_of_usage(receipts)), scratch)
        messages, counts = _work_through(loader, tasks)
        messages = _told(landing.left_alone) + messages
        erased = erase_customers(con, home, run, profiles, scratch=scratch)
        forgotten = forget_what_was_built(home)
        if erased:
            again = list_tasks(home, read_receipts(home.intake_log), profiles)
            messages += [f"personal data was erased in {path}" for path in erased] + _work_through(loader, again)[0]
        if forgotten:  # after the erasures themselves have been taken in again: they say whose addresses go
            sending.write_table(home, home.lake / "sending" / "sending.parquet")
    shutil.rmtree(scratch, ignore_errors=True)
    counts |= {"files_claimed": len(claimed), "catalog_versions": written, "files_redacted": len(erased)}
    changed = bool(claimed or written or tasks or made.changed or erased)
    return JobResult("ingest", changed=changed, counts=dict(counts), messages=tuple(messages if changed or messages else ["Nothing new has landed."]))


def _told(sentences: list[str]) -> list[str]:
    for sentence in sentences:
        log.warning(sentence)
    return sentences


def _was_loaded(home: Home, receipt: Receipt) -> bool:
    """Whether rows of a file were ever taken. Where the lake no longer knows: whether anything was recorded since the file came."""
    path = intake_path(home, file_id_of(receipt.path))
    if path.exists():
        with connect() as con:
            return bool(con.execute(f"select 1 from read_parquet({literal(in_folder(path))}) where state = ? limit 1", [LOADED]).fetchall())
    newest = runs.newest_record(home)
    return newest is not None and newest >= receipt.received_at


def _forget_what_is_gone(home: Home, receipts: list[Receipt]) -> None:
    """A file that was taken away before it was loaded is told as gone, and no longer as whatever it was refused for."""
    for receipt in receipts:
        if receipt.removed and receipt.sha256:
            file_id = file_id_of(receipt.path)
            clear_waiting(home, file_id)
            for path in (intake_path(home, file_id), rejects_path(home, file_id)):
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Loader:
    """What every load of one ingest shares."""

    con: Connection
    home: Home
    repeats: set[str]
    lake: UsageLake
    scratch: Path


def _work_through(loader: _Loader, tasks: list[Task]) -> tuple[list[str], Counter[str]]:
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
            counts.update({f"files_{outcome.state}": 1, "rows_accepted": outcome.accepted, "rows_rejected": outcome.rejected, "rows_duplicate": outcome.duplicate})
            if outcome.message:
                log.warning(outcome.message)
                messages.append(outcome.message)
    return messages, counts


def _load(loader: _Loader, task: Task) -> Outcome | None:
    """Load one file with one profile; None if the next profile shall try."""
    home, delivery, receipt = loader.home, task.delivery, task.receipt
    try:
        _raise_if_known_to_be_refused(receipt, loader.repeats)
        outcome = _load_by_kind(loader, task)
    except Exception as error:
        if isinstance(error, FileNotFoundError) and not (home.landing / delivery.file_name).exists():
            raise UsageError(f"landing/{delivery.file_name} was received and is gone. Put it back from the backup of landing/; nothing was billed.") from error
        reason = refusal_of(error)
        if reason is None:
            raise
        _leave_nothing_of(loader, task)
        if task.next_attempt() is not None:
            return None
        outcome = refuse_file(loader.con, home, delivery, reason)
        if task.profiles and not receipt.refused and not receipt.removed:
            write_waiting(home, delivery.file_id, len(task.profiles))
        return outcome
    if outcome.state == WAITING:
        write_waiting(home, delivery.file_id, len(task.profiles))
    else:
        clear_waiting(home, delivery.file_id)
    return outcome


def _leave_nothing_of(loader: _Loader, task: Task) -> None:
    """Take out what a load had brought into the lake before it failed."""
    file_id = task.delivery.file_id
    loader.lake.remove(file_id)
    (loader.home.lake / "payments" / f"{file_id}.parquet").unlink(missing_ok=True)
    if task.kind is not None:
        table_path(loader.home, task.kind, file_id).unlink(missing_ok=True)


def _load_by_kind(loader: _Loader, task: Task) -> Outcome:
    con, home, delivery, scratch = loader.con, loader.home, task.delivery, loader.scratch
    if task.kind is not None:
        return load_table(con, home, delivery, kind=task.kind, scratch=scratch)
    if task.stream == "unknown" or not task.source:
        raise FileRefused("unknown_kind", "a name below catalog/, crm/<kind>…, usage/<source>/, payments/<source>/ or decisions/")
    if task.profile is None:
        return _let_wait(con, home, delivery)
    if task.stream == "usage":
        return load_usage(con, home, delivery, profile=task.profile, lake=loader.lake, scratch=scratch)
    return load_payments(con, home, delivery, profile=task.profile)


def _let_wait(con: Connection, home: Home, delivery: Delivery) -> Outcome:
    write_intake(con, home, delivery, state=WAITING, counts=[])
    return Outcome(WAITING, message=f"{delivery.file_name} waits: source {delivery.source} has no profile yet; add catalog/sources/{delivery.source}.yml")


def _raise_if_known_to_be_refused(receipt: Receipt, repeats: set[str]) -> None:
    if receipt.refused == FILE_CHANGED:
        raise FileRefused(FILE_CHANGED, _TEXT_OF_CHANGE)
    if receipt.removed:
        raise FileRefused(FILE_IS_GONE, _TEXT_OF_ABSENCE)
    if receipt.path in repeats:
        raise FileRefused(SAME_FILE_AGAIN, _TEXT_OF_REPEAT)
