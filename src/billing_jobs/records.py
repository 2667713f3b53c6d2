"""Small immutable values that rooms pass to each other. No I/O."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

# Of a file's name in bytes; what stands before and after it in ours stays far below the 255 that file systems allow.
_LONGEST_NAME = 120


def make_id(*parts: object) -> str:
    """The id of a thing from its natural key: md5 over the parts joined by `|`, an absent part as the empty string.

    In a part `\\` is written `\\\\` and `|` is written `\\|`, so that no two keys are one text; a part without them
    stays as it is. The dbt macro `make_id` gives the same id, so that a draft has its id before it is issued.
    """
    return make_plain_id(
        *("" if part is None else str(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    )


def make_plain_id(*parts: object) -> str:
    """The same without a second spelling: for keys whose parts hold no `|`, and what ids of all keys were before."""
    joined = "|".join("" if part is None else str(part) for part in parts)
    return hashlib.md5(joined.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Run:
    """The only two times a run knows: the business day it processes and the moment up to which facts count.

    as_of_date: local day of the entity; the 02:00 run of the 1st processes the last day of the month before.
    now: aware instant in UTC; `received_at` of files first seen, `known_until`, `issued_at` and `sent_at` of this run.
    """

    as_of_date: date
    now: datetime

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Run.now must carry a zone")
        object.__setattr__(self, "now", self.now.astimezone(UTC))

    @property
    def night_ends_on(self) -> date:
        """The first day that is not over yet: the day after `as_of_date`."""
        return self.as_of_date + timedelta(days=1)


@dataclass(frozen=True)
class JobResult:
    """What one job did, for the log, for `--json` and for the summary.

    `changed` is false when it found nothing to do.
    """

    job: str
    changed: bool
    counts: dict[str, int] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def file_name_of(identifier: str) -> str:
    """An id, or a number, as the name of a file: one name, in the folder where it is put, and another for every other
    id.

    Letters, digits, `.`, `_` and `-` stay; what has anything else, begins with a point or is long gets a `~` and a
    piece of its hash, which no id that stays has.
    """
    kept = re.sub(r"[^\w.-]", "_", identifier).lstrip(".")
    if kept == identifier and len(kept.encode()) <= _LONGEST_NAME and not kept.endswith(".part") and kept:
        return kept
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{kept.encode()[: _LONGEST_NAME - 20].decode(errors='ignore')}~{digest}"
