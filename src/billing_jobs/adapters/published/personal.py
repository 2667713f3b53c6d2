"""Columns of published tables that say who somebody is. `publish: {personal: no}` in the catalog leaves them out."""

from __future__ import annotations

from collections.abc import Iterator

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home

# By their names, wherever they stand: so a table that is new and shows an address leaves it out too.
NAMES = frozenset(
    (
        "name", "name_kana", "email", "cc_emails", "postal_code", "address", "phone", "birth_date", "gender",
        "remitter_code", "remitter_name", "tax_registration_number", "recipient", "cc", "payload", "snapshot",
        "card_brand", "card_last4", "extra", "unique_values", "alias",
    )
)  # fmt: skip
OF_ONE_TABLE = {("notices_to_send", "facts")}


def are_published(home: Home) -> bool:
    """What the newest catalog that was taken in says, whichever night is published; yes where it says nothing."""
    files = home.lake / "catalog" / "publishing"
    if not list(files.glob("*.parquet")):
        return True
    with engine.connect() as con:
        found = con.execute(
            "with newest as (select max_by(catalog_version, received_at) as catalog_version from "
            "read_parquet($entities, union_by_name = true)) "
            "select personal from read_parquet($files, union_by_name = true) "
            "where catalog_version = (select catalog_version from newest)",
            {
                "entities": str(in_folder(home.lake / "catalog" / "entities" / "*.parquet")),
                "files": str(in_folder(files / "*.parquet")),
            },
        ).fetchall()
    return all(personal is not False for (personal,) in found)


def in_table(con: Connection, schema: str, table: str, *, database: str = "") -> list[str]:
    """The personal columns that a table has."""
    where = f"table_catalog = {sql_text(database)}" if database else "table_catalog = current_database()"
    columns = con.execute(
        "select column_name from information_schema.columns "
        f"where {where} and table_schema = ? and table_name = ? order by ordinal_position",
        [schema, table],
    ).fetchall()
    return [name for (name,) in columns if name in NAMES or (table, name) in OF_ONE_TABLE]


def tables_of(con: Connection, database: str) -> Iterator[tuple[str, str]]:
    """Schema and name of every table of an attached database."""
    yield from con.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = ? order by all",
        [database],
    ).fetchall()
