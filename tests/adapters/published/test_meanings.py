"""What tables and columns mean goes with every copy that people read."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.published import meanings, publish
from billing_jobs.adapters.warehouse.dbt import Relation
from billing_jobs.settings import Home

INVOICES = Relation("main", "invoices", "One row per document.", {"amount": "It's money; in `currency`.", "gone": "x"})
CUSTOMERS = Relation("main", "customers", "One row per customer.", {"name": "Its name.", "customer_id": "Its id."})


def make_candidate(home: Home) -> None:
    home.root.mkdir()
    with engine.connect(home.candidate, read_only=False) as con:
        con.execute("create table invoices as select 1.50::decimal(20, 4) as amount, 'JPY' as currency")
        con.execute("create table customers as select 'C1' as customer_id, 'Tanaka' as name")
        con.execute("create schema jobs")
        con.execute("create table jobs.run as select 1 as one")
        meanings.comment(con, meanings.of_relations([INVOICES, CUSTOMERS]))


def metadata(home: Home, table: str) -> dict[str, str]:
    path = home.published / "parquet" / "current" / f"{table}.parquet"
    with engine.connect() as con:
        return dict(
            con.execute("select decode(key), decode(value) from parquet_kv_metadata(?)", [str(path)]).fetchall()
        )


def test_the_database_and_the_parquet_files_say_what_their_columns_mean(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_candidate(home)
    publish.publish(home)
    with engine.connect(home.published_database) as con:
        found = meanings.in_database(con)
    assert found["main", "invoices"] == meanings.Meaning(
        "One row per document.", {"amount": INVOICES.columns["amount"]}
    )
    assert metadata(home, "invoices") == {
        "description": "One row per document.",
        "columns": '{"amount": "It\'s money; in `currency`."}',
    }
    assert metadata(home, "jobs/run") == {}


def test_without_personal_columns_the_others_keep_their_meaning(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_candidate(home)
    publish.publish(home, with_personal=False)
    with engine.connect(home.published_database) as con:
        found = meanings.in_database(con)
    assert found["main", "customers"] == meanings.Meaning("One row per customer.", {"customer_id": "Its id."})
    assert metadata(home, "customers")["columns"] == '{"customer_id": "Its id."}'
