"""Profiles of sources: how a file that another system writes in its own way is read,
and which version of a profile reads which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from typing import Any

# Tables of customers, contracts … in these forms may have a profile; the others name their columns themselves.
TABLE_ENDINGS = (".csv", ".csv.gz", ".xlsx")
USAGE_FORMATS = ("csv", "jsonl", "parquet")
# The columns of usage that a file gives, under these names or under those that its profile says.
USAGE_NAMES = (
    "event_id",
    "event_type",
    "event_at",
    "contract_id",
    "customer_id",
    "quantity",
    "properties",
    "ended_at",
    "amends",
    "retracts",
)


@dataclass(frozen=True)
class Profile:
    """One version of `catalog/sources/<source>.yml`; the defaults read files with the platform's own column names."""

    source: str
    kind: str
    format: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    flags: dict[str, dict[str, str]] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    timestamp: dict[str, Any] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    event_id: Any = None
    id: dict[str, Any] = field(default_factory=dict)
    negative: str = "allow"
    conflict_window_days: int = 45
    account: str = ""
    entity: str = ""
    bank_transaction_id: str = ""
    currency: str = ""
    sign: dict[str, Any] = field(default_factory=dict)
    files: str = "*"
    expected: dict[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None


def profile_of(value: dict[str, Any], received_at: datetime) -> Profile:
    """The profile in a checked `sources` entry."""
    values: dict[str, Any] = {
        name: tuple(item) if name in ("null_values", "required") else item for name, item in value.items()
    }
    return Profile(**values, received_at=received_at)


def candidates_of_kind(
    versions: Sequence[Profile], *, kind: str, file_name: str, received_at: datetime
) -> list[Profile]:
    """The profiles that may read a table of a kind, in the order in which they are tried: of the sources whose `files`
    fit its name the one with the longest pattern. A table that no profile is for has the platform's own column
    names."""
    name = file_name.rsplit("/", 1)[-1]
    fitting = [version for version in versions if version.kind == kind and fnmatch(name, version.files)]
    fitting = fitting if name.lower().endswith(TABLE_ENDINGS) else []
    nearest = max(fitting, key=lambda version: (len(version.files), version.source), default=None)
    found = (
        candidates(versions, source=nearest.source, kind=kind, file_name=file_name, received_at=received_at)
        if nearest
        else []
    )
    has_one_in_force = bool(found) and found[0].received_at is not None and found[0].received_at <= received_at
    return found if has_one_in_force else [Profile("", kind), *found]


def candidates(
    versions: Sequence[Profile], *, source: str, kind: str, file_name: str, received_at: datetime
) -> list[Profile]:
    """The profiles that may read the file, in the order in which they are tried: the one in force at its receipt, then
    each later one.

    Usage that no profile has ever been given for is read with the platform's own column names.
    """
    fitting = [
        version
        for version in versions
        if version.source == source and version.kind == kind and fnmatch(file_name.rsplit("/", 1)[-1], version.files)
    ]
    earlier = [version for version in fitting if version.received_at is not None and version.received_at <= received_at]
    later = [version for version in fitting if version.received_at is not None and version.received_at > received_at]
    in_force = earlier[-1:]
    if not in_force and kind == "usage":
        in_force = [Profile(source, kind)]
    return [*in_force, *later]
