"""Whose documents a broken feed holds: those with a fee for a meter that its source has ever fed, and no others."""

from __future__ import annotations

import re

import duckdb
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR

[MODEL] = (DBT_PROJECT_DIR / "models").rglob("int_contracts_of_broken_feeds.sql")
File = tuple[str, str, str, int, int]
# A good day of each source: `feed` feeds calls, `other` feeds storage.
BEFORE: tuple[File, ...] = (
    ("jan.csv", "feed", "2026-01-31", 500, 0),
    ("storage.csv", "other", "2026-01-31", 500, 0),
)
ROUTES = {"calls-1": "calls", "calls-2": "calls", "storage-1": "storage", "peaks-1": "peaks"}


def held(*files: File) -> dict[str, str]:
    """contract -> source, after the good day and these files: name, source, day, rows received and refused."""
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", re.sub(r"\{#.*?#\}", "", MODEL.read_text("utf-8"), flags=re.S))
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(
            "create table stg_intake__files (file_name varchar, source varchar, received_at timestamptz, "
            "rows_received bigint, rows_rejected bigint, stream varchar)"
        )
        con.executemany("insert into stg_intake__files values (?, ?, ?, ?, ?, 'usage')", [*BEFORE, *files])
        con.execute(
            "create table int_usage_metered as select * from (values ('jan.csv', 'calls', 'billed'), "
            "('storage.csv', 'storage', 'billed'), ('storage.csv', '', 'day')) as t(file_name, meter, state)"
        )
        con.execute("create table int_contract_meter_routes (contract_id varchar, meter varchar, has_fee boolean)")
        con.executemany("insert into int_contract_meter_routes values (?, ?, true)", list(ROUTES.items()))
        con.execute("insert into int_contract_meter_routes values ('unpriced', 'calls', false)")
        return dict(con.execute(sql).fetchall())


@pytest.mark.parametrize(
    ("files", "contracts"),
    [
        ([("feb.csv", "feed", "2026-02-28", 120, 120)], {"calls-1", "calls-2"}),
        ([("feb.csv", "feed", "2026-02-28", 120, 61)], {"calls-1", "calls-2"}),
        ([("feb.csv", "feed", "2026-02-28", 120, 60)], set()),
        ([("feb.csv", "feed", "2026-02-28", 99, 99)], set()),
        ([("feb.csv", "feed", "2026-02-28", 120, 120), ("again.csv", "feed", "2026-02-28", 120, 0)], set()),
        ([("feb.csv", "feed", "2026-02-28", 120, 120), ("mar.csv", "feed", "2026-03-01", 1, 0)], set()),
        ([("new.csv", "newcomer", "2026-02-28", 120, 120)], {"peaks-1"}),
    ],
    ids=[
        "all refused",
        "more than half",
        "half",
        "a try by hand",
        "mended the same day",
        "mended the next day",
        "a source that never fed anything may feed what nobody feeds",
    ],
)
def test_a_broken_feed_holds_the_contracts_of_its_meters(files: list[File], contracts: set[str]) -> None:
    found = held(*files)
    assert set(found) == contracts
    assert set(found.values()) <= {files[0][1]}
