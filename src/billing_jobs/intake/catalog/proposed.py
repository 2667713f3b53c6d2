"""A catalog that is not in force: read and checked from any folder, and written as tables where a simulation looks for
them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from billing_jobs.errors import UsageError
from billing_jobs.intake.catalog.checks.whole import check_texts
from billing_jobs.intake.catalog.reader import Catalog
from billing_jobs.intake.catalog.tables import flatten_catalog
from billing_jobs.intake.engine import Engine, write_rows
from billing_jobs.streams import CATALOG as TABLES


@dataclass(frozen=True)
class ProposedCatalog:
    """The entries of the folder's files, and a name that says which bytes they were."""

    catalog: Catalog
    version_id: str


def read_proposed(folder: Path) -> ProposedCatalog:
    """Every `*.yml` of the folder and of its `sources/`, as below `landing/catalog/`.

    Raises UsageError when there is none, CatalogBroken with all mistakes when they cannot be used.
    """
    paths = [
        path
        for pattern in ("*.yml", "sources/*.yml")
        for path in sorted(folder.glob(pattern))
        if not path.name.startswith(".")
    ]
    if not paths:
        raise UsageError(f"{folder} has no catalog: expected its *.yml files, as they lie in landing/catalog/.")
    texts = {f"catalog/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    catalog = check_texts(texts)
    digest = hashlib.sha256(
        b"".join(name.encode() + b"\0" + hashlib.sha256(text).digest() for name, text in sorted(texts.items()))
    )
    return ProposedCatalog(catalog, digest.hexdigest()[:12])


def write_proposed(con: Engine, proposed: ProposedCatalog, lake: Path, *, received_at: datetime) -> None:
    """The catalog's tables below `lake`, as the only version there is, known from `received_at` on."""
    tables = flatten_catalog(proposed.catalog)
    made = {"catalog_version": proposed.version_id, "received_at": received_at}
    for table, columns in sorted(TABLES.items()):
        path = lake / "catalog" / table / f"{proposed.version_id}.parquet"
        write_rows(con, path, columns=columns, rows=[row | made for row in tables[table]])
