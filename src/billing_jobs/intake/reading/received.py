"""A received file as loading reads it: under a name that we made.

Its own is kept for people only; to the engine it might be a pattern.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

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
    """The file as a link in the scratch folder.

    Of its own name only the ending is left, by which it is known how to read it.
    """
    return link_file(places.landing / delivery.file_name, delivery.file_id, within=places.scratch)


def link_file(path: Path, name: str, *, within: Path) -> Path:
    """A link of this name to a delivered file, with its ending."""
    own = path.name.lower()
    ending = next(
        (ending for ending in sorted(ENDINGS, key=len, reverse=True) if own.endswith(ending)),
        ".gz" if own.endswith(".gz") else "",
    )
    within.mkdir(parents=True, exist_ok=True)
    link = within / f"{name}{ending}"
    link.unlink(missing_ok=True)
    link.symlink_to(path.absolute())
    return link
