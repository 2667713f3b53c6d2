"""Readers see a whole publication or the one before."""

from __future__ import annotations

import shutil
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.published import publish
from billing_jobs.settings import Home


def make_candidate(home: Home, number: int) -> None:
    home.root.mkdir(exist_ok=True)
    home.candidate.unlink(missing_ok=True)
    with engine.connect(home.candidate, read_only=False) as con:
        con.execute(f"create table invoices as select {number} as number, 1.50::decimal(20, 4) as amount")
        con.execute("create schema jobs")
        con.execute("create table jobs.run as select 1 as one")


def test_the_pointer_follows_and_the_last_two_copies_stay(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for number in range(1, 5):
        make_candidate(home, number)
        publish.publish(home)
    parquet = home.published / "parquet"
    assert sorted(path.name for path in parquet.iterdir()) == ["000003", "000004", "current"]
    with engine.connect() as con:
        for version, number in (("current", 4), ("000003", 3)):
            assert engine.rows(con, f"select number from read_parquet('{parquet / version}/invoices.parquet')") == [
                {"number": number}
            ]
        assert engine.rows(con, f"select * from read_parquet('{parquet}/current/jobs/run.parquet')") == [{"one": 1}]


def test_a_reader_who_has_the_database_open_keeps_what_he_saw(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_candidate(home, 1)
    publish.publish(home)
    with engine.connect(home.published_database) as reader:
        make_candidate(home, 2)
        publish.publish(home)
        assert engine.rows(reader, "select number from invoices") == [{"number": 1}]
    with engine.connect(home.published_database) as reader:
        assert engine.rows(reader, "select number from invoices") == [{"number": 2}]
    assert [path.name for path in home.published.glob(".*")] == []


def test_what_a_run_that_broke_off_left_beside_the_copy_goes(tmp_path: Path) -> None:
    """Each left a copy of all tables for good, a full disk the fuller for every try."""
    home = Home(tmp_path / "home")
    make_candidate(home, 1)
    home.published.mkdir()
    for name in (".billing.7.part", ".billing.7.part.wal"):
        (home.published / name).write_bytes(b"half a database")
    publish.publish(home)
    assert [path.name for path in home.published.glob(".*")] == []


def test_a_home_that_was_copied_without_links_is_published_again(tmp_path: Path) -> None:
    first, home = Home(tmp_path / "first"), Home(tmp_path / "home")
    make_candidate(first, 1)
    publish.publish(first)
    shutil.copytree(first.root, home.root)
    make_candidate(home, 2)
    publish.publish(home)
    assert (home.published / "parquet" / "current").is_symlink()
    with engine.connect() as con:
        assert engine.rows(
            con, f"select number from read_parquet('{home.published}/parquet/current/invoices.parquet')"
        ) == [{"number": 2}]


SECRET = "田中安奈"


def make_candidate_of_people(home: Home) -> None:
    home.root.mkdir(exist_ok=True)
    home.candidate.unlink(missing_ok=True)
    with engine.connect(home.candidate, read_only=False) as con:
        con.execute(f"create table customers as select 'C1' as customer_id, '{SECRET}' as name, '{SECRET}' as email")
        con.execute(f"create table deliveries as select 'C1' as customer_id, '{SECRET}' as recipient")
        con.execute(f"create table notices_to_send as select 'C1' as customer_id, '{SECRET}' as facts")
        con.execute("create table invoices as select 'INV-1' as document_number, 1.50::decimal(20, 4) as amount")
        con.execute("create schema jobs")
        con.execute(f"create table jobs.mails_to_send as select 'm1' as mail_key, '{SECRET}' as payload")


def who_says(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    }


def test_without_personal_columns_nobody_is_named_in_any_byte_nor_in_the_copy_before(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_candidate_of_people(home)
    assert publish.publish(home) == 5
    assert "billing.duckdb" in who_says(home.published)
    assert publish.publish(home, with_personal=False) == 5
    assert who_says(home.published) == set()
    assert [path.name for path in sorted((home.published / "parquet").iterdir())] == ["000002", "current"]
    publish.publish(home, with_personal=False)
    assert [path.name for path in sorted((home.published / "parquet").iterdir())] == ["000002", "000003", "current"]
    with engine.connect(home.published_database) as con:
        assert engine.rows(con, "from customers") == [{"customer_id": "C1"}]
        assert engine.rows(con, "from jobs.mails_to_send") == [{"mail_key": "m1"}]
        assert engine.rows(con, "from invoices")[0]["document_number"] == "INV-1"
    publish.publish(home)
    assert "billing.duckdb" in who_says(home.published)
