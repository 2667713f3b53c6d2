"""What the dictionary says of the published tables holds in a home with many stories."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, quoted, sql_text
from billing_jobs.currencies import minor_digits
from billing_jobs.engine_paths import in_folder
from ops import dictionary

from .harness import Played

TABLES = dictionary.tables()
# Its file was taken back after it was billed: what was billed stays, the contract is gone (a_file_is_taken_back).
TAKEN_BACK = ["takenback-K2"]
COLUMNS = [(table.name, column) for table in TABLES for column in table.columns]


@pytest.fixture
def year(home: str, played: Callable[[str], Played]) -> Iterator[tuple[Played, Connection]]:
    result = played(home)
    with engine.connect(result.databases[""]) as con:
        yield result, con


def has(con: Connection, table: str, column: str, condition: str) -> bool:
    sql = f"select 1 from {quoted(table)} where {quoted(column)} {condition} limit 1"
    return bool(con.execute(sql).fetchall())


@pytest.mark.parametrize("home", ["year"])
def test_null_empty_and_below_zero_stand_only_where_the_column_says_what_they_mean(year) -> None:
    _, con = year
    silent = []
    for table, column in COLUMNS:
        if "Null" not in column.meaning and has(con, table, column.name, "is null"):
            silent.append(f"{table}.{column.name} is null")
        if column.type == "varchar" and "empty" not in column.meaning.lower() and has(con, table, column.name, "= ''"):
            silent.append(f"{table}.{column.name} is empty")
        if column.type.startswith(("decimal", "int", "bigint")) and "below zero" not in column.meaning.lower():
            silent += [f"{table}.{column.name} is below zero"] if has(con, table, column.name, "< 0") else []
    assert silent == []


@pytest.mark.parametrize("home", ["year"])
def test_money_has_no_more_digits_than_its_currency_unless_the_column_says_so(year) -> None:
    _, con = year
    by_digits: dict[int, list[str]] = defaultdict(list)
    for currency, digits in minor_digits().items():
        by_digits[digits].append(currency)
    found = {}
    for table, column in COLUMNS:
        if not column.type.startswith("decimal") or "not rounded" in column.meaning:
            continue
        name = quoted(column.name)
        for currency in re.findall(r"in `(currency|home_currency)`", column.meaning):
            for digits, currencies in by_digits.items():
                odd = con.execute(
                    f"select {name} from {quoted(table)} where {name} <> round({name}, {digits}) "
                    f"and list_contains(?, {quoted(currency)}) limit 1",
                    [currencies],
                ).fetchall()
                found |= {f"{table}.{column.name}": amount for (amount,) in odd}
    assert found == {}


@pytest.mark.parametrize("home", ["year"])
def test_what_a_column_names_is_a_row_of_the_table_that_it_names(year) -> None:
    _, con = year
    lost = {}
    for relation in dictionary.relations(TABLES):
        (key,) = next(table.key for table in TABLES if table.name == relation.target)
        column = quoted(relation.column)
        found = con.execute(
            f"select count(*), any_value({column}) from {relation.table} as naming "
            f"where {column} <> '' and not list_contains(?, {column}) "
            f"and not exists (select 1 from {relation.target} as named where named.{quoted(key)} = naming.{column})",
            [TAKEN_BACK],
        ).fetchall()
        if found[0][0]:
            lost[f"{relation.table}.{relation.column} -> {relation.target}"] = found[0]
    assert lost == {}


@pytest.mark.parametrize("home", ["year"])
def test_every_copy_carries_what_its_tables_and_columns_mean(year) -> None:
    result, con = year
    database = dict(
        con.execute(
            "select table_name || '.' || column_name, comment from duckdb_columns() "
            "where schema_name = 'main' and not internal"
        ).fetchall()
    )
    assert database == {f"{table}.{column.name}": column.meaning for table, column in COLUMNS}
    for table in TABLES:
        path = result.home.published / "parquet" / "current" / f"{table.name}.parquet"
        stored = dict(
            con.execute(
                f"select decode(key), decode(value) from parquet_kv_metadata({sql_text(in_folder(path))})"
            ).fetchall()
        )
        assert stored["description"] == table.meaning
        assert json.loads(stored["columns"]) == {column.name: column.meaning for column in table.columns}
