"""Taking in what has landed: claim, catalog, then every file in the order in which its rows count as received."""

from __future__ import annotations

import logging
import shutil

from billing_jobs.adapters import lock
from billing_jobs.adapters.duckdb import connect
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.ledger import issued_documents
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.warehouse import runs
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.intake.catalog.store import check_files, list_profiles, list_versions, write_versions
from billing_jobs.intake.catalog.unnamed_accounts import unnamed_accounts
from billing_jobs.intake.claim import claim_new_files, refuse_incomplete_catalog
from billing_jobs.intake.deliveries import find_repeats, forget_what_is_gone, list_tasks, sources_of_usage
from billing_jobs.intake.engine import literal
from billing_jobs.intake.erasure.erase import erase_customers
from billing_jobs.intake.erasure.forget import forget_what_was_built
from billing_jobs.intake.intake_log import Receipt, read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.landing_files import Landing, look_around
from billing_jobs.intake.load_files import Loader, work_through
from billing_jobs.intake.outcome import LOADED, intake_path
from billing_jobs.intake.reading.limits import limits
from billing_jobs.intake.reading.received import Places, file_id_of
from billing_jobs.intake.usage.lake import UsageLake
from billing_jobs.intake.withdrawals import unload_withdrawn
from billing_jobs.jobs.init import init
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")


def ingest(home: Home, run: Run) -> JobResult:
    """Bring everything new from landing/ into the lake.

    A bad file is refused and reported; CatalogBroken stops the night before anything is claimed.
    """
    with lock.hold(home):
        return _ingest(home, run)


def _ingest(home: Home, run: Run) -> JobResult:
    made = init(home, run)
    landing = look_around(home.landing, lake=home.lake)
    refuse_incomplete_catalog(landing)
    check_files(home.landing, landing.files, list_versions(read_receipts(home.intake_log)))
    claimed = claim_new_files(
        home.landing, home.intake_log, landing, now=run.now, was_loaded=lambda receipt: _was_loaded(home, receipt)
    )
    receipts = read_receipts(home.intake_log)
    _keep_what_is_not_kept(home, receipts, landing)
    forget_what_is_gone(home.lake, receipts)
    versions = list_versions(receipts)
    profiles = list_profiles(home.landing, versions)
    scratch = folder_for_engine(home.lake) / ".loading"
    shutil.rmtree(scratch, ignore_errors=True)
    with connect() as con:
        con.execute("set preserve_insertion_order = true")
        con.execute(f"set memory_limit = '{limits().engine_mb}MB'")
        con.execute(f"set temp_directory = {literal(scratch / 'spill')}")
        written = write_versions(con, versions, receipts, landing=home.landing, lake=home.lake)
        usage = UsageLake(con, home.lake / "usage", sources_of_usage(receipts))
        unload_withdrawn(home.lake, usage, receipts, before=lambda: _forget_tables(home))
        tasks = list_tasks(home.lake, receipts, profiles)
        places = Places(
            home.landing,
            home.lake,
            home.erasures_log,
            scratch,
            was_allocated=lambda payment_id: issued_documents.is_paid_with(home, payment_id),
        )
        loader = Loader(con, places, find_repeats(receipts), usage, language_of(home))
        messages, counts = work_through(loader, tasks)
        unnamed = unnamed_accounts(con, versions, lake=home.lake) if written else []
        messages = _told(landing.left_alone) + messages + _told(unnamed)
        erased = erase_customers(con, home, run, profiles, scratch=scratch)
        forgotten = forget_what_was_built(home)
        if erased:
            again = list_tasks(home.lake, read_receipts(home.intake_log), profiles)
            messages += [f"personal data was erased in {path}" for path in erased] + work_through(loader, again)[0]
        if forgotten:  # after the erasures themselves have been taken in again: they say whose addresses go
            sending.write_table(home, home.lake / "sending" / "sending.parquet")
    shutil.rmtree(scratch, ignore_errors=True)
    counts |= {"files_claimed": len(claimed), "catalog_versions": written, "files_redacted": len(erased)}
    changed = bool(claimed or written or tasks or made.changed or erased)
    return JobResult(
        "ingest",
        changed=changed,
        counts=dict(counts),
        messages=tuple(messages if changed or messages else ["Nothing new has landed."]),
    )


def _keep_what_is_not_kept(home: Home, receipts: list[Receipt], landing: Landing) -> None:
    """A home of a version without kept copies gets them at first sight; what is no longer as it was received is
    told."""
    kept.forget_unneeded(home.landing, receipts)
    for receipt in kept.keep_missing(home.landing, receipts):
        landing.left_alone.append(
            f"landing/{receipt.path} is not what was received, and no copy of that was kept: a rebuild would stop at "
            "it. Put the file back from the backup of landing/"
        )


def _forget_tables(home: Home) -> None:
    """Tables that were built with rows which no longer count are made from nothing: what is kept of usage from night to
    night is known by its file's hash, and that is as it was."""
    for database in (home.warehouse, home.candidate):
        database.unlink(missing_ok=True)


def _told(sentences: list[str]) -> list[str]:
    for sentence in sentences:
        log.warning(sentence)
    return sentences


def _was_loaded(home: Home, receipt: Receipt) -> bool:
    """Whether rows of a file were ever taken.

    Where the lake no longer knows they may have been, if a copy is kept or anything was recorded since the file came.
    """
    path = intake_path(home.lake, file_id_of(receipt.path))
    if path.exists():
        with connect() as con:
            return bool(
                con.execute(
                    f"select 1 from read_parquet({literal(in_folder(path))}) where state = ? limit 1", [LOADED]
                ).fetchall()
            )
    if kept.kept_path(home.landing, receipt.sha256).exists():
        return True
    newest = runs.newest_record(home)
    return newest is not None and newest >= receipt.received_at
