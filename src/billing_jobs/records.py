"""Small immutable values that rooms pass to each other. No I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta


def make_id(*parts: object) -> str:
    """The id of a thing from its natural key: md5 over the parts joined by `|`, an absent part as the empty string.

    The dbt macro `make_id` gives the same id, so that a draft has its id before it is issued.
    """
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
    """What one job did, for the log, for `--json` and for the summary. `changed` is false when it found nothing to do."""

    job: str
    changed: bool
    counts: dict[str, int] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
