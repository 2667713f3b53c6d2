"""Claiming: which files in `landing/` are new, and which are gone unread,
written into the intake log before anything reads them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.keeping.regular_files import BEING_WRITTEN, open_regular
from billing_jobs.intake.landing_files import Found, Landing
from billing_jobs.whole_files import make_folder, put_in_place

CATALOG = "catalog/"
VERSIONS = "catalog/.versions"
FILE_CHANGED, FILE_IS_GONE, FILE_WITHDRAWN = "file_changed", "file_is_gone", "file_withdrawn"


def refuse_incomplete_catalog(landing: Landing) -> None:
    """Raises CatalogBroken where a file of the catalog was left alone: passed over it would count as removed,
    and its prices with it."""
    found = [sentence for sentence in landing.left_alone if sentence.startswith(f"landing/{CATALOG}")]
    if found:
        raise CatalogBroken("The catalog cannot be read whole; nothing was claimed:\n" + "\n".join(found))


def claim_new_files(
    landing: Path, log: Path, found: Landing, *, now: datetime, was_loaded: Callable[[Receipt], bool]
) -> list[Receipt]:
    """Log what is new, received `now`, with a copy kept of it, and what is gone before it was loaded.

    Returns the new receipts, refused ones among them. A file that changes while it is copied is left alone until the
    next ingest; one of the catalog stops the night (CatalogBroken). A name whose file is gone is used up: what comes
    under it again is refused.
    """
    receipts = read_receipts(log)
    kept.settle(landing, receipts)
    known = {receipt.path: receipt for receipt in receipts if not receipt.refused}
    told = {(receipt.path, receipt.sha256) for receipt in receipts}
    refused = {(receipt.path, receipt.sha256) for receipt in receipts if receipt.refused}
    new: list[Receipt] = []
    for file in found.files:
        before = known.get(file.path)
        if before is not None and before.sha256 == file.sha256 and not before.removed:
            continue  # as it was received
        if file.path.startswith(CATALOG):
            keep_version(landing, file)
            new.append(Receipt(file.path, file.sha256, file.size, now))
        elif before is None:
            if _stage(landing, file, found):
                new.append(Receipt(file.path, file.sha256, file.size, now))
        elif (file.path, file.sha256) not in (refused if before.removed else told):
            new.append(Receipt(file.path, file.sha256, file.size, now, refused=FILE_CHANGED))
    there = {file.path for file in found.files}
    gone = [
        receipt
        for path, receipt in known.items()
        if path not in there and not receipt.removed and not receipt.withdrawn
    ]
    new += [Receipt(receipt.path, "", 0, now, removed=True) for receipt in gone if receipt.path.startswith(CATALOG)]
    new += [
        replace(receipt, received_at=now, removed=True)
        for receipt in gone
        if _is_gone_unread(landing, receipt, was_loaded)
    ]
    append_receipts(log, new)
    kept.settle(landing, new)
    return new


def _stage(landing: Path, file: Found, found: Landing) -> bool:
    try:
        kept.stage(landing, file.path, file.sha256)
    except kept.Changing as reason:
        if os.path.lexists(landing / file.path):
            found.leave(file.path, str(reason))
        return False
    return True


def keep_version(landing: Path, file: Found) -> None:
    """A copy of the catalog file under its hash, on disk before its receipt is written."""
    target = landing / VERSIONS / f"{file.sha256}.yml"
    if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == file.sha256:
        return
    content = read_found(landing, file.path, file.sha256)
    make_folder(target.parent)
    temporary = target.with_name(f".{target.name}.part")
    temporary.write_bytes(content)
    put_in_place(temporary, target)


def read_found(landing: Path, path: str, sha256: str) -> bytes:
    """A catalog file as it was found. Raises CatalogBroken if it was changed since: nothing is claimed then."""
    with open_regular(landing / path) as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CatalogBroken(f"The catalog cannot be read whole; nothing was claimed:\nlanding/{path}: {BEING_WRITTEN}")
    return content


def _is_gone_unread(landing: Path, receipt: Receipt, was_loaded: Callable[[Receipt], bool]) -> bool:
    """Whether nothing lies under the name any more and no row of the file was ever taken.

    What was taken may have been billed: that stays a stop.
    """
    return (
        not receipt.path.startswith(CATALOG) and not os.path.lexists(landing / receipt.path) and not was_loaded(receipt)
    )
