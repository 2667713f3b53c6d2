"""What tables and columns mean, as it goes with every copy that people read: comments in a database, key-value metadata
in a Parquet file. It is said in the models' YAML; here it is carried."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from billing_jobs.adapters.duckdb import Connection, quoted, sql_text
from billing_jobs.adapters.warehouse.dbt import Relation


@dataclass
class Meaning:
    """What a table is, and each of its columns, by name; empty where nobody says it."""

    table: str = ""
    columns: dict[str, str] = field(default_factory=dict)


Meanings = dict[tuple[str, str], Meaning]


def of_relations(relations: Iterable[Relation]) -> Meanings:
    """By schema and name of each table, from the models."""
    return {
        (relation.schema, relation.table): Meaning(relation.meaning, dict(relation.columns)) for relation in relations
    }


def in_database(con: Connection, database: str = "") -> Meanings:
    """By schema and name of each table, from the comments of an attached database (of the opened one by default)."""
    name = sql_text(database) if database else "current_database()"
    found: Meanings = defaultdict(Meaning)
    tables = f"select schema_name, table_name, comment from duckdb_tables() where database_name = {name}"
    for schema, table, text in con.execute(tables).fetchall():
        found[schema, table].table = text or ""
    columns = (
        "select schema_name, table_name, column_name, comment from duckdb_columns() "
        f"where database_name = {name} and comment is not null order by all"
    )
    for schema, table, column, text in con.execute(columns).fetchall():
        found[schema, table].columns[column] = text
    return found


def comment(con: Connection, meanings: Meanings) -> None:
    """Write the meanings as comments of tables and columns that the opened database has; others are passed over."""
    present = {
        (schema, table, column)
        for schema, table, column in con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where database_name = current_database() and not internal"
        ).fetchall()
    }
    statements = []
    for schema, table in {(schema, table) for schema, table, _ in present}:
        meaning = meanings.get((schema, table), Meaning())
        name = f"{quoted(schema)}.{quoted(table)}"
        if meaning.table:
            statements.append(f"comment on table {name} is {sql_text(meaning.table)}")
        statements += [
            f"comment on column {name}.{quoted(column)} is {sql_text(text)}"
            for column, text in meaning.columns.items()
            if (schema, table, column) in present
        ]
    con.execute("; ".join(["begin", *sorted(statements), "commit"]))


def parquet_metadata(meaning: Meaning) -> str:
    """What goes into the options of a COPY after `format parquet`: `description`, and `columns` as one JSON object;
    nothing where nobody says anything."""
    said = {"description": meaning.table, "columns": json.dumps(meaning.columns, ensure_ascii=False)}
    values = ", ".join(f"{key}: {sql_text(text)}" for key, text in said.items() if text not in {"", "{}"})
    return f", kv_metadata {{{values}}}" if values else ""
