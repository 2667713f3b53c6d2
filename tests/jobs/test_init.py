from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters.duckdb import connect
from billing_jobs.jobs.init import init
from billing_jobs.settings import Home
from billing_jobs.streams import CATALOG, CRM, USAGE
from tests.intake.deliveries import at


def test_every_stream_of_a_new_home_can_be_read_and_is_empty(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert init(home, at(1)).changed
    with connect() as con:
        for name in (
            "intake",
            "rejects",
            "payments",
            "decisions",
            "sending",
            *(f"crm/{kind}" for kind in CRM),
            *(f"catalog/{table}" for table in CATALOG),
        ):
            assert con.execute(f"select count(*) from read_parquet('{home.lake}/{name}/*.parquet')").fetchone() == (0,)
        described = con.execute(
            f"describe select * from read_parquet('{home.lake}/usage/*/*.parquet', hive_partitioning = false)"
        ).fetchall()
    assert {name: kind for name, kind, *_ in described} == USAGE


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init(home, at(1))
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    assert not init(home, at(2)).changed
    assert {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()} == before


def test_a_home_of_an_older_version_gets_the_columns_that_came_since(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init(home, at(1))
    old = home.lake / "catalog" / "plans" / "_empty.parquet"
    with connect() as con:
        con.execute(f"copy (select * exclude (usage_in_pause) from '{old}') to '{old}.new' (format parquet)")
        Path(f"{old}.new").replace(old)
        assert init(home, at(2)).changed
        described = con.execute(f"describe select * from '{old}'").fetchall()
    assert {name: kind for name, kind, *_ in described} == CATALOG["plans"]
    assert not init(home, at(3)).changed
