"""Which tax code of a kind is taken where only the kind is known: what the catalog says, never the first by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR

MODEL = DBT_PROJECT_DIR / "models/intermediate/pricing/catalog/int_tax_code_defaults_dated.sql"
ALWAYS = "0001-01-01"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create table stg_catalog__tax_codes (kind text, tax_code text, default_from date)")
        con.execute(
            "create table stg_catalog__tax_code_versions "
            "(kind text, tax_code text, default_from date, catalog_version text, received_at timestamp)"
        )
        yield con


def give(con: duckdb.DuckDBPyConnection, catalog: int, kind: str, **codes: str | None) -> None:
    """A catalog with these codes of a kind, each with the day since when it is the default; the last is in force."""
    con.execute("delete from stg_catalog__tax_codes where kind = ?", [kind])
    for tax_code, default_from in codes.items():
        con.execute("insert into stg_catalog__tax_codes values (?, ?, ?)", [kind, tax_code, default_from])
        con.execute(
            "insert into stg_catalog__tax_code_versions values (?, ?, ?, ?, ?)",
            [kind, tax_code, default_from, f"v{catalog}", f"2026-01-{catalog:02}"],
        )


def taken(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, bool]]:
    """Code, first day, and whether the catalog says it."""
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", MODEL.read_text("utf-8")).replace("{#", "/*").replace("#}", "*/")
    return con.execute(
        f"select tax_code, valid_from::varchar, is_said_in_catalog from ({sql}) order by kind, valid_from"
    ).fetchall()


def test_of_several_codes_the_one_that_says_default_is_taken_and_not_the_first_by_name(
    con: duckdb.DuckDBPyConnection,
) -> None:
    give(con, 1, "exempt", embassy=None, foreign=ALWAYS)
    assert taken(con) == [("foreign", ALWAYS, True)]


def test_the_only_code_of_its_kind_stays_the_default_when_another_comes_before_it_by_name(
    con: duckdb.DuckDBPyConnection,
) -> None:
    give(con, 1, "exempt", foreign=None)
    give(con, 2, "exempt", foreign=None, embassy=None)
    assert taken(con) == [("foreign", ALWAYS, True)]


def test_another_default_counts_from_its_day(con: duckdb.DuckDBPyConnection) -> None:
    give(con, 1, "exempt", foreign=ALWAYS, embassy="2026-04-01")
    assert taken(con) == [("foreign", ALWAYS, True), ("embassy", "2026-04-01", True)]


@pytest.mark.parametrize(
    ("kind", "code"), [("standard", "standard"), ("exempt", "an_embassy")], ids=["called standard", "first by name"]
)
def test_where_no_catalog_ever_said_it_what_was_taken_is_taken_and_told(
    con: duckdb.DuckDBPyConnection, kind: str, code: str
) -> None:
    give(con, 1, kind, an_embassy=None, standard=None)
    assert taken(con) == [(code, ALWAYS, False)]
