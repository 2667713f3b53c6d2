"""What a home lacks before anything can be billed, and what to do about it: for whoever runs a night for the first
time."""

from __future__ import annotations

from billing_jobs.adapters import duckdb as engine
from billing_jobs.engine_paths import in_folder
from billing_jobs.errors import UsageError
from billing_jobs.jobs.ingest import ingest
from billing_jobs.records import Run
from billing_jobs.settings import Home


def take_in_the_catalog(home: Home, run: Run) -> None:
    """Take in what has landed where no catalog was taken in before: it says in which zone the business day is.

    Raises UsageError when there is none even then.
    """
    if not _has_rows(home, "catalog/entities"):
        ingest(home, run)
    refuse_without_catalog(home)


def refuse_without_catalog(home: Home) -> None:
    """Raises UsageError while no catalog has been taken in."""
    if not _has_rows(home, "catalog/entities"):
        raise UsageError(
            "There is no catalog yet, so there is nothing to bill by. Put its YAML files into landing/catalog/ "
            "(docs/landing.md, “The catalog”) and run this again; nothing was recorded."
        )


def lacking(home: Home) -> str:
    """One or two sentences about what is missing beside the catalog; '' once there are a customer and a contract."""
    missing = [name for name in ("customers", "contracts") if not _has_rows(home, f"crm/{name}")]
    if not missing:
        return ""
    return (
        f"nothing can be billed yet: no {' and no '.join(name.removesuffix('s') for name in missing)} has been taken "
        f"in. Put {' and '.join(f'{name}.csv' for name in missing)} into landing/crm/ (docs/landing.md); "
        "`billing status` says what of a delivered file was refused"
    )


def _has_rows(home: Home, stream: str) -> bool:
    folder = home.lake / stream
    if not any(folder.glob("*.parquet")):
        return False
    with engine.connect() as con:
        found = con.execute(
            "select 1 from read_parquet(?, union_by_name = true) limit 1", [str(in_folder(folder / "*.parquet"))]
        ).fetchall()
    return bool(found)
