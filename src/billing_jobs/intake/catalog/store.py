"""The catalog through time: which versions of its files were known when,
as tables in the lake and as profiles of sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.catalog.checks.whole import check_texts
from billing_jobs.intake.catalog.reader import SOURCES, Catalog, read_catalog
from billing_jobs.intake.catalog.tables import flatten_catalog
from billing_jobs.intake.claim import CATALOG, VERSIONS, read_found
from billing_jobs.intake.engine import Engine, write_rows
from billing_jobs.intake.intake_log import Receipt
from billing_jobs.intake.landing_files import Found
from billing_jobs.intake.outcome import LOADED, intake_path, write_intake
from billing_jobs.intake.profiles import Profile, profile_of
from billing_jobs.intake.reading.received import Delivery, file_id_of
from billing_jobs.streams import CATALOG as TABLES


@dataclass(frozen=True)
class CatalogVersion:
    """The catalog's files (path -> sha256) as known from `received_at` on."""

    received_at: datetime
    files: Mapping[str, str]

    @property
    def version_id(self) -> str:
        """A name for this version; the same files known again later are another version, as the newest one holds."""
        listed = "".join(f"{path} {sha256}\n" for path, sha256 in sorted(self.files.items()))
        return hashlib.sha256(f"{self.received_at.isoformat()}\n{listed}".encode()).hexdigest()[:16]


def list_versions(receipts: list[Receipt]) -> list[CatalogVersion]:
    """One version for every moment at which catalog files came or went, oldest first."""
    files: dict[str, str] = {}
    versions: dict[datetime, CatalogVersion] = {}
    for receipt in receipts:
        if not receipt.path.startswith(CATALOG):
            continue
        if receipt.removed:
            files.pop(receipt.path, None)
        else:
            files[receipt.path] = receipt.sha256
        versions[receipt.received_at] = CatalogVersion(receipt.received_at, dict(files))
    return list(versions.values())


def check_files(landing: Path, found: list[Found], versions: list[CatalogVersion]) -> None:
    """CatalogBroken if the catalog as it lies in landing/ cannot be used; nothing of it is claimed then.

    Quick if it is the last known one.
    """
    now = {file.path: file.sha256 for file in found if file.path.startswith(CATALOG)}
    if versions and dict(versions[-1].files) == now:
        return
    earlier = _Earlier(landing, versions)
    check_texts({path: read_found(landing, path, sha256) for path, sha256 in now.items()}, earlier)


class _Earlier:
    """The catalogs before the one that lies in landing/, newest first; each is read only when it is asked for."""

    def __init__(self, landing: Path, versions: list[CatalogVersion]) -> None:
        self._landing, self._versions = landing, versions

    def __iter__(self) -> Iterator[Catalog]:
        return (_read(self._landing, version.files) for version in reversed(self._versions))


def write_versions(
    con: Engine, versions: list[CatalogVersion], receipts: list[Receipt], *, landing: Path, lake: Path
) -> int:
    """Write the tables of every version that the lake does not have yet, and its files' lines;
    returns how many versions were written."""
    missing = [version for version in versions if not _last_table(lake, version).exists()]
    for receipt in receipts:  # before the last table: a run that breaks off in between writes them again
        if missing and receipt.path.startswith(CATALOG) and not receipt.removed:
            _write_intake_line(con, lake, receipt)
    for version in missing:
        tables = flatten_catalog(_read(landing, version.files))
        made = {"catalog_version": version.version_id, "received_at": version.received_at}
        for table, columns in sorted(TABLES.items()):
            path = lake / "catalog" / table / f"{version.version_id}.parquet"
            write_rows(con, path, columns=columns, rows=[row | made for row in tables[table]])
    return len(missing)


def list_profiles(landing: Path, versions: list[CatalogVersion]) -> list[Profile]:
    """Every version of every profile, oldest first; a profile that did not change is not a new version."""
    profiles: list[Profile] = []
    known: dict[str, str] = {}
    for version in versions:
        changed = {
            path: sha256
            for path, sha256 in version.files.items()
            if path.startswith(SOURCES) and known.get(path) != sha256
        }
        known = {path: sha256 for path, sha256 in version.files.items() if path.startswith(SOURCES)}
        profiles += [profile_of(entry.value, version.received_at) for entry in _read(landing, changed).sources]
    return profiles


def _read(landing: Path, files: Mapping[str, str]) -> Catalog:
    return read_catalog({path: _read_version(landing, path, sha256) for path, sha256 in files.items()})


def _read_version(landing: Path, path: str, sha256: str) -> bytes:
    """A file of the catalog as it was received: its kept version, or the file itself where it still is that one."""
    version = f"{VERSIONS}/{sha256}.yml"
    for place in (landing / version, landing / path):
        content = place.read_bytes() if place.is_file() and not place.is_symlink() else b""
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
    raise CatalogBroken(
        f"landing/{version} is not what was received as landing/{path}: it was changed or is gone. Put it back from "
        "the backup of landing/; nothing was billed."
    )


def _write_intake_line(con: Engine, lake: Path, receipt: Receipt) -> None:
    file_id = file_id_of(receipt.path, f"{receipt.sha256} {receipt.received_at.isoformat()}")
    delivery = Delivery(receipt.path, receipt.sha256, "catalog", "", receipt.received_at, receipt.received_at, file_id)
    if not intake_path(lake, file_id).exists():
        write_intake(con, lake, delivery, state=LOADED, counts=[])


def _last_table(lake: Path, version: CatalogVersion) -> Path:
    return lake / "catalog" / max(TABLES) / f"{version.version_id}.parquet"
