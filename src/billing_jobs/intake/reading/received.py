"""A received file as loading reads it: its kept copy, checked against the hash of what was received, under a name that
we made.

Its own is kept for people only; to the engine it might be a pattern.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from billing_jobs.errors import UsageError
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.reading.read_records import ENDINGS


@dataclass(frozen=True)
class Delivery:
    """One received file on its way into the lake.

    `rows_received_at`: when its rows count as received (its profile's day, if later).
    """

    file_name: str
    sha256: str
    stream: str
    source: str
    received_at: datetime
    rows_received_at: datetime
    file_id: str

    @property
    def origin(self) -> dict[str, Any]:
        return {"file_name": self.file_name, "source": self.source, "received_at": self.rows_received_at}


@dataclass(frozen=True)
class Places:
    """Where a load reads and where it writes; what lies in `scratch` is thrown away."""

    landing: Path
    lake: Path
    erasures_log: Path
    scratch: Path
    # Whether the ledger has put a deposit of this id to a document.
    was_allocated: Callable[[str], bool] = lambda _payment_id: False


def file_id_of(file_name: str, version: str = "") -> str:
    """16 hex digits that name a file; a further version of the same path has its own."""
    return hashlib.sha256(f"{file_name}@{version}".encode() if version else file_name.encode()).hexdigest()[:16]


def received_file(places: Places, delivery: Delivery) -> Path:
    """The file as it was received, in the scratch folder.

    Of its own name only the ending is left, by which it is known how to read it. UsageError if it is kept nowhere.
    """
    return unpack(places.landing, delivery.file_name, delivery.sha256, into=places.scratch / delivery.file_id)


def unpack(landing: Path, path: str, sha256: str, *, into: Path) -> Path:
    """What was received under a name, as a file called `into` with that name's ending.

    A copy that is damaged or not there is made again from the delivered file, if that still is what was received.
    """
    target = into.with_name(into.name + ending_of(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        kept.extract(landing, sha256, target)
    except kept.Damaged:
        try:
            kept.stage(landing, path, sha256)
        except kept.Changing:
            raise UsageError(_told(landing / path, path)) from None
        kept.put_in_place(landing, sha256)
        kept.extract(landing, sha256, target)
    return target


def _told(there: Path, path: str) -> str:
    mend = "Put it back from the backup of landing/, or take it back with `billing withdraw`; nothing was billed."
    if os.path.lexists(there):
        return f"landing/{path} was changed after it was received, and no whole copy of it is kept. {mend}"
    return f"landing/{path} was received and is gone, and no whole copy of it is kept. {mend}"


def ending_of(path: str) -> str:
    """The ending by which it is known how to read a file, in small letters; `.gz` where it is packed otherwise."""
    own = path.lower()
    return next(
        (ending for ending in sorted(ENDINGS, key=len, reverse=True) if own.endswith(ending)),
        ".gz" if own.endswith(".gz") else "",
    )
