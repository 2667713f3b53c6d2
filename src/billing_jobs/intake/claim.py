"""Claiming: which files in `landing/` are new, and which are gone unread,
written into the intake log before anything reads them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.intake.landing_files import Found, Landing
from billing_jobs.whole_files import make_folder, put_in_place

CATALOG = "catalog/"
VERSIONS = "catalog/.versions"
FILE_CHANGED, FILE_IS_GONE = "file_changed", "file_is_gone"


def refuse_incomplete_catalog(landing: Landing) -> None:
    """Raises CatalogBroken where a file of the catalog was left alone: passed over it would count as removed,
    and its prices with it."""
    found = [sentence for sentence in landing.left_alone if sentence.startswith(f"landing/{CATALOG}")]
    if found:
        raise CatalogBroken("The catalog cannot be read whole; nothing was claimed:\n" + "\n".join(found))


def claim_new_files(
    landing: Path, log: Path, found: list[Found], *, now: datetime, was_loaded: Callable[[Receipt], bool]
) -> list[Receipt]:
    """Log what is new, received `now`, and what is gone before it was loaded; keep each version of a catalog file.

    Returns the new receipts, refused ones among them. A name whose file is gone is used up: what comes under it again
    is refused.
    """
    receipts = read_receipts(log)
    known = {receipt.path: receipt for receipt in receipts if not receipt.refused}
    told = {(receipt.path, receipt.sha256) for receipt in receipts}
    refused = {(receipt.path, receipt.sha256) for receipt in receipts if receipt.refused}
    new: list[Receipt] = []
    for file in found:
        before = known.get(file.path)
        if before is not None and before.sha256 == file.sha256 and not before.removed:
            continue  # as it was received
        if file.path.startswith(CATALOG):
            keep_version(landing, file)
            new.append(Receipt(file.path, file.sha256, file.size, now))
        elif before is None:
            new.append(Receipt(file.path, file.sha256, file.size, now))
        elif (file.path, file.sha256) not in (refused if before.removed else told):
            new.append(Receipt(file.path, file.sha256, file.size, now, refused=FILE_CHANGED))
    there = {file.path for file in found}
    gone = [receipt for path, receipt in known.items() if path not in there and not receipt.removed]
    new += [Receipt(receipt.path, "", 0, now, removed=True) for receipt in gone if receipt.path.startswith(CATALOG)]
    new += [
        replace(receipt, received_at=now, removed=True)
        for receipt in gone
        if _is_gone_unread(landing, receipt, was_loaded)
    ]
    append_receipts(log, new)
    return new


def keep_version(landing: Path, file: Found) -> None:
    """A copy of the catalog file under its hash, on disk before its receipt is written."""
    kept = landing / VERSIONS / f"{file.sha256}.yml"
    if kept.exists():
        return
    make_folder(kept.parent)
    temporary = kept.with_name(f".{kept.name}.part")
    shutil.copyfile(landing / file.path, temporary)
    put_in_place(temporary, kept)


def _is_gone_unread(landing: Path, receipt: Receipt, was_loaded: Callable[[Receipt], bool]) -> bool:
    """Whether nothing lies under the name any more and no row of the file was ever taken.

    What was taken may have been billed: that stays a stop.
    """
    return (
        not receipt.path.startswith(CATALOG) and not os.path.lexists(landing / receipt.path) and not was_loaded(receipt)
    )
