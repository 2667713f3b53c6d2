"""The language in which a home is spoken about: `BILLING_LANG`, else that of its first seller."""

from __future__ import annotations

from billing_jobs import messages
from billing_jobs.adapters import duckdb as engine
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home


def language_of(home: Home) -> str:
    """`ja` or `en`, of the newest catalog that was taken in; English where nothing says it."""
    files = home.lake / "catalog" / "entities"
    if not list(files.glob("*.parquet")):
        return messages.language_of(None)
    with engine.connect() as con:
        columns = con.execute(
            "select * from read_parquet(?, union_by_name = true) limit 0", [str(in_folder(files / "*.parquet"))]
        ).description
        if "locale" not in [column[0] for column in columns or []]:
            return messages.language_of(None)  # a lake of an older version
        found = con.execute(
            "select locale from read_parquet(?, union_by_name = true) "
            "order by received_at desc, catalog_version, entity_id limit 1",
            [str(in_folder(files / "*.parquet"))],
        ).fetchone()
    return messages.language_of(found[0] if found else None)
