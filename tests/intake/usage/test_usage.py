from __future__ import annotations

import gzip
import random
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.adapters.duckdb import connect
from billing_jobs.settings import Home
from tests.intake.deliveries import (
    USAGE_HEADER,
    accepted_ids,
    counts,
    deliver,
    deliver_usage,
    lake,
    new_home,
    rejects,
    take_in,
)

E1 = "e1,api.request,2026-10-01T00:00:00+09:00,K1,5"
E1_OTHER_BODY = "e1,api.request,2026-10-01T00:00:00+09:00,K1,6"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def test_the_day_of_an_event_is_its_day_in_utc(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1)
    take_in(home)
    assert (home.lake / "usage" / "event_date=2026-09-30").is_dir()
    assert str(lake(home, "usage/*")[0]["event_at"].astimezone(None).timestamp()) == "1790780400.0"


def test_an_event_twice_in_a_file_counts_once(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1, E1, E1_OTHER_BODY)
    take_in(home)
    assert counts(home) == [("usage/web/u.csv", "2026-09-30", 3, 1, 1, 1)]
    assert rejects(home) == [(4, "event_id", "conflicting_event")]


def test_an_event_in_two_files_counts_once_and_the_first_file_keeps_it(home: Home) -> None:
    deliver_usage(home, "web/a.csv", E1)
    deliver_usage(home, "web/b.csv", E1, E1_OTHER_BODY, E1)
    take_in(home)
    assert [row["file_name"] for row in lake(home, "usage/*")] == ["usage/web/a.csv"]
    assert counts(home) == [
        ("usage/web/a.csv", "2026-09-30", 1, 1, 0, 0),
        ("usage/web/b.csv", "2026-09-30", 3, 0, 1, 2),
    ]


def test_the_same_id_of_another_source_is_another_event(home: Home) -> None:
    deliver_usage(home, "web/a.csv", E1)
    deliver_usage(home, "app/a.csv", E1_OTHER_BODY)
    take_in(home)
    assert accepted_ids(home) == ["e1", "e1"]


def test_a_duplicate_is_found_however_old_it_is(home: Home) -> None:
    deliver_usage(home, "web/a.csv", "e1,api.request,2019-03-01T00:00:00Z,K1,5")
    take_in(home, 1)
    deliver_usage(home, "web/b.csv", "e1,api.request,2019-03-01T00:00:00Z,K1,5")
    take_in(home, 2)
    assert counts(home)[1] == ("usage/web/b.csv", "2019-03-01", 1, 0, 0, 1)


@pytest.mark.parametrize(
    ("day", "verdict"), [("2026-10-15", "refused"), ("2026-11-14", "refused"), ("2026-11-16", "taken")]
)
def test_another_day_under_the_same_id_is_a_conflict_within_45_days(home: Home, day: str, verdict: str) -> None:
    deliver_usage(home, "web/a.csv", "e1,api.request,2026-10-01T00:00:00Z,K1,5")
    take_in(home, 1)
    deliver_usage(home, "web/b.csv", f"e1,api.request,{day}T00:00:00Z,K1,5")
    take_in(home, 2)
    assert len(accepted_ids(home)) == (1 if verdict == "refused" else 2)


def test_the_same_numbers_written_otherwise_are_the_same_event(home: Home) -> None:
    deliver_usage(home, "web/a.csv", "e1,api.request,2026-10-01T00:00:00+09:00,K1,5.50")
    deliver(
        home,
        "usage/web/b.jsonl",
        '{"event_id":"e1","event_type":"api.request","event_at":"2026-09-30T15:00:00Z","contract_id":"K1","quantity":5.5}\n',
    )
    take_in(home)
    assert counts(home)[1][2:] == (1, 0, 0, 1)


def test_every_format_gives_the_same_events(home: Home) -> None:
    header = "event_id,event_type,event_at,customer_id,property_region,properties\n"
    text = header + 'e1,t,2026-10-01T00:00:00Z,C1,tokyo,"{""b"": 2, ""a"": ""x""}"\n'
    line = (
        '{"event_id":"e1","event_type":"t","event_at":"2026-10-01T00:00:00Z","customer_id":"C1",'
        '"property_region":"tokyo","properties":{"b":2,"a":"x"}}\n'
    )
    deliver(home, "usage/a/u.csv", text)
    deliver(home, "usage/b/u.csv.gz", gzip.compress(text.encode()))
    deliver(home, "usage/c/u.jsonl", line)
    deliver(home, "usage/d/u.jsonl.gz", gzip.compress(line.encode()))
    target = deliver(home, "usage/e/u.parquet", b"")
    with connect() as con:
        con.execute(
            "copy (select 'e1' as event_id, 't' as event_type, timestamptz '2026-10-01 00:00:00+00' as event_at, "
            "'C1' as customer_id, "
            f"'tokyo' as property_region, {{'b': 2, 'a': 'x'}} as properties) to '{target}' (format parquet)"
        )
    take_in(home)
    found = lake(home, "usage/*", order="source")
    assert [row["source"] for row in found] == ["a", "b", "c", "d", "e"]
    assert {row["properties"] for row in found} == {'{"a":"x","b":"2","region":"tokyo"}'}

    assert {row["quantity"] for row in found} == {Decimal(1)}


@pytest.mark.parametrize(
    "written",
    ["12345678901234.123456789012", "0.0000005", "5e-7", "0.123456789012", "-3", "999999999999999.999999999999"],
)
def test_a_quantity_is_exact_in_csv_and_in_json(home: Home, written: str) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}e1,t,2026-10-01T00:00:00Z,K1,{written}\n")
    deliver(
        home,
        "usage/app/u.jsonl",
        f'{{"event_id":"e1","event_type":"t","event_at":"2026-10-01T00:00:00Z","contract_id":"K1","quantity":{written},"properties":{{"price":{written}}}}}\n',
    )
    take_in(home)
    assert {row["quantity"] for row in lake(home, "usage/*")} == {Decimal(written)}
    properties = next(row["properties"] for row in lake(home, "usage/*") if row["source"] == "app")
    assert Decimal(properties.split('"')[3]) == Decimal(written)


def test_a_file_in_two_parts_and_in_any_order_gives_the_same_events(tmp_path: Path) -> None:
    lines = [f"e{number},t,2026-10-{1 + number % 9:02}T00:00:00Z,K1,{number % 3}" for number in range(60)] * 2
    random.Random(7).shuffle(lines)
    whole, parted = new_home(tmp_path / "whole"), new_home(tmp_path / "parted")
    deliver_usage(whole, "web/u.csv", *lines)
    deliver_usage(parted, "web/a.csv", *sorted(lines)[:50])
    deliver_usage(parted, "web/b.csv", *sorted(lines)[50:])
    take_in(whole)
    take_in(parted)
    meaning = ("event_id", "event_at", "quantity", "properties", "contract_id")
    events = [
        sorted(tuple(str(row[name]) for name in meaning) for row in lake(home, "usage/*")) for home in (whole, parted)
    ]
    assert events[0] == events[1]
    assert len(events[0]) == 60


def test_line_numbers_are_right_in_a_file_that_is_read_by_several_threads(home: Home) -> None:
    lines = "".join(f"e{number:07},t,2026-10-01T00:00:00Z,K1,1\n" for number in range(2, 200_002))
    deliver(home, "usage/web/u.csv", USAGE_HEADER + lines)
    take_in(home)
    with connect() as con:
        wrong = con.execute(
            f"select count(*) from read_parquet('{home.lake}/usage/*/*.parquet') "
            "where event_id <> 'e' || lpad(line_no::varchar, 7, '0')"
        )
        assert wrong.fetchall() == [(0,)]


def test_rejected_rows_are_counted_on_their_day_where_it_can_be_read(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1, "e2,t,2026-10-05T00:00:00Z,K1,NaN", "e3,t,never,K1,1")
    take_in(home)
    days = [(day, received, rejected) for _, day, received, _, rejected, _ in counts(home)]
    assert days == [("2026-09-30", 1, 0), ("2026-10-05", 1, 1), ("None", 1, 1)]


def test_a_crash_before_the_intake_line_leaves_nothing_that_counts_twice(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1, "e2,t,2026-10-05T00:00:00Z,K1,1")
    take_in(home)
    before = lake(home, "usage/*")
    (loaded,) = (home.lake / "usage/event_date=2026-10-05").iterdir()
    (home.lake / "usage/event_date=2026-10-06").mkdir()
    shutil.copy(loaded, home.lake / "usage/event_date=2026-10-06")  # a day that another profile had read
    for path in (home.lake / "intake").glob("[0-9a-f]*.parquet"):
        path.unlink()  # what is left when the process dies after the events were moved into place
    take_in(home)
    assert lake(home, "usage/*") == before
    assert [count[2:] for count in counts(home)] == [(1, 1, 0, 0), (1, 1, 0, 0)]
