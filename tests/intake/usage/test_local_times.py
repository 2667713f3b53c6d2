"""Times on a local clock: the hour that it shows twice, the hour that it skips, and intervals that a profile makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import deliver, lake, new_home, rebuild, rejects, take_in

PROFILE = """
source: grid
kind: usage
format: csv
columns: {event_at: When, quantity: kWh, event_type: Type}
constants: {contract_id: K1}
timestamp: {format: "%Y-%m-%d %H:%M", zone: ZONE, resolution_seconds: SECONDS, LABEL, ORDER}
event_id: {from: [Serial, Type, When]}
"""
HEADER = "Serial,Type,When,kWh\n"
AMBIGUOUS = "ambiguous_time"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def profile(
    order: str = "order: ascending", *, zone: str = "Europe/Dublin", seconds: int = 1800, label: str = "label: end"
) -> str:
    text = PROFILE.replace("ZONE", zone).replace("SECONDS", str(seconds)).replace("LABEL", label)
    return text.replace(", ORDER", f", {order}" if order else "")


def labels(*times: str, day: str = "2023-10-29", serial: str = "S1", kind: str = "import", value: str = "1") -> str:
    return "".join(f"{serial},{kind},{day} {time},{value}\n" for time in times)


def begins(home: Home, **where: str) -> list[str]:
    """When the accepted events began, in UTC."""
    rows = [
        row
        for row in lake(home, "usage/*", order="event_at")
        if all(row[name] == value for name, value in where.items())
    ]
    return [f"{row['event_at'].astimezone(UTC):%H:%M}" for row in rows]


TWICE = ("00:30", "01:00", "01:30", "01:00", "01:30", "02:00")
BEGINS = ["23:00", "23:30", "00:00", "00:30", "01:00", "01:30"]


@pytest.mark.parametrize(("order", "rows"), [("ascending", TWICE), ("descending", TWICE[::-1])])
def test_the_order_of_the_rows_picks_the_pass(home: Home, order: str, rows: tuple[str, ...]) -> None:
    deliver(home, "catalog/sources/grid.yml", profile(f"order: {order}"))
    deliver(home, "usage/grid/u.csv", HEADER + labels(*rows))
    take_in(home)
    assert (begins(home), rejects(home)) == (BEGINS, [])
    before = lake(home, "usage/*")
    rebuild(home)
    assert [{**row, "received_at": None} for row in lake(home, "usage/*")] == [
        {**row, "received_at": None} for row in before
    ]


@pytest.mark.parametrize("rows", [TWICE, TWICE[::-1]], ids=["ascending", "descending"])
def test_without_an_order_both_rows_of_a_doubled_label_are_refused_and_no_duplicates(
    home: Home, rows: tuple[str, ...]
) -> None:
    deliver(home, "catalog/sources/grid.yml", profile(""))
    deliver(home, "usage/grid/u.csv", HEADER + labels(*rows))
    take_in(home)
    assert begins(home) == ["23:00", "01:30"]
    assert rejects(home) == [(number, "event_at", AMBIGUOUS) for number in (3, 4, 5, 6)]
    assert sum(row["rows_duplicate"] for row in lake(home, "intake") if row["stream"] == "usage") == 0
    (told,) = {row["expected"] for row in lake(home, "rejects")}
    assert "order: ascending" in told and "Europe/Dublin" in told


def test_the_order_is_that_of_each_series_also_where_meters_are_interleaved(home: Home) -> None:
    """Two meters and two types of one contract, row by row beside each other,
    the last one with one pass at hand only."""
    deliver(home, "catalog/sources/grid.yml", profile())
    rows = [
        labels(time, serial=serial, kind=kind)
        for time in TWICE
        for serial, kind in (("S1", "import"), ("S1", "export"), ("S2", "import"))
    ]
    deliver(home, "usage/grid/u.csv", HEADER + "".join(rows))
    take_in(home)
    assert (begins(home, event_type="export"), begins(home, event_type="import")) == (
        BEGINS,
        sorted(BEGINS * 2, key=lambda time: (time < "12", time)),
    )
    assert rejects(home) == []


def test_the_same_file_twice_counts_once_and_a_restated_reading_is_a_conflict_that_names_amends(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", profile())
    deliver(home, "usage/grid/u.csv", HEADER + labels(*TWICE))
    take_in(home)
    deliver(home, "usage/grid/again.csv", HEADER + labels(*TWICE))
    deliver(
        home,
        "usage/grid/restated.csv",
        HEADER + labels(*TWICE[:3], value="1") + labels("01:00", value="9") + labels("01:30", "02:00"),
    )
    take_in(home, 2)
    assert begins(home) == BEGINS
    assert rejects(home) == [(5, "event_id", "conflicting_event")]
    assert "amends" in lake(home, "rejects")[0]["expected"]
    assert sum(row["rows_duplicate"] for row in lake(home, "intake") if row["stream"] == "usage") == 11


@pytest.mark.parametrize("cut", [2, 3, 4, 5])
def test_a_file_may_end_within_the_hour(home: Home, cut: int) -> None:
    """The readings follow each other without a gap, so a part that begins or ends within the hour goes on from its
    other rows."""
    deliver(home, "catalog/sources/grid.yml", profile())
    rows = ("00:00", *TWICE, "02:30")
    deliver(home, "usage/grid/1.csv", HEADER + labels(*rows[: cut + 1]))
    deliver(home, "usage/grid/2.csv", HEADER + labels(*rows[cut + 1 :]))
    take_in(home)
    assert (begins(home), rejects(home)) == (["22:30", *BEGINS, "02:00"], [])


def test_a_file_of_the_hour_alone_cannot_tell(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", profile())
    for number in (1, 2):
        deliver(home, f"usage/grid/{number}.csv", HEADER + labels("01:00", "01:30"))
    take_in(home)
    assert (begins(home), [code for *_, code in rejects(home)]) == ([], [AMBIGUOUS] * 4)


def test_an_hour_that_stands_once_between_its_neighbours_is_read_as_the_later_pass(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", profile(""))
    deliver(home, "usage/grid/u.csv", HEADER + labels("00:30", "01:00", "01:30", "02:00", "02:30"))
    take_in(home)
    assert (begins(home), rejects(home)) == (["23:00", "00:30", "01:00", "01:30", "02:00"], [])


@pytest.mark.parametrize(
    "rows",
    [("00:30", "01:00", "01:00", "01:30", "01:30", "02:00"), ("00:30", "01:30", "01:00", "01:30", "01:00", "02:00")],
)
def test_rows_that_do_not_follow_the_order_are_refused(home: Home, rows: tuple[str, ...]) -> None:
    deliver(home, "catalog/sources/grid.yml", profile())
    deliver(home, "usage/grid/u.csv", HEADER + labels(*rows))
    take_in(home)
    assert rejects(home) == [(number, "event_at", AMBIGUOUS) for number in (3, 4, 5, 6)]


def test_the_end_of_the_last_interval_before_the_change_may_be_printed_as_the_clock_went(home: Home) -> None:
    """Some print 02:00 where the clock has just gone back to 01:00: 02:00 stands twice then, and 01:00 once."""
    deliver(home, "catalog/sources/grid.yml", profile())
    deliver(home, "usage/grid/u.csv", HEADER + labels("00:30", "01:00", "01:30", "02:00", "01:30", "02:00", "02:30"))
    take_in(home)
    assert (begins(home), rejects(home)) == ([*BEGINS, "02:00"], [])


def test_half_an_hour_comes_twice_on_lord_howe(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", profile(zone="Australia/Lord_Howe", label="label: start"))
    deliver(home, "usage/grid/u.csv", HEADER + labels("01:00", "01:30", "01:30", "02:00", day="2026-04-05"))
    take_in(home)
    assert (begins(home), rejects(home)) == (["14:00", "14:30", "15:00", "15:30"], [])


def test_an_hour_may_come_twice_around_midnight(home: Home) -> None:
    """In Havana the clock goes from 01:00 back to 00:00; in Asuncion it went from 24:00 back to 23:00 of the day
    before."""
    deliver(home, "catalog/sources/grid.yml", profile(zone="America/Havana", seconds=3600, label="label: start"))
    deliver(home, "usage/grid/u.csv", HEADER + labels("00:00", "00:00", "01:00", day="2026-11-01"))
    take_in(home)
    assert (begins(home), rejects(home)) == (["04:00", "05:00", "06:00"], [])
    deliver(home, "catalog/sources/grid.yml", profile(zone="America/Asuncion", seconds=3600, label="label: start"))
    deliver(
        home,
        "usage/grid/v.csv",
        HEADER + labels("22:00", "23:00", "23:00", day="2023-03-25") + labels("00:00", day="2023-03-26"),
    )
    take_in(home, 2)
    assert (begins(home)[:4], rejects(home)) == (["01:00", "02:00", "03:00", "04:00"], [])


def test_events_with_ids_of_their_own_are_taken_also_where_nothing_tells_the_pass(home: Home) -> None:
    own = (
        profile("", label="label: start")
        .replace("event_id: {from: [Serial, Type, When]}", "")
        .replace("columns: {", "columns: {event_id: Serial, ")
    )
    deliver(home, "catalog/sources/grid.yml", own)
    deliver(home, "usage/grid/u.csv", HEADER + labels("01:10", serial="a") + labels("01:10", serial="b"))
    take_in(home)
    assert (begins(home), rejects(home)) == (["01:10", "01:10"], [])


def test_a_time_that_the_clock_skips_is_read_as_if_it_had_not_gone_on_yet(home: Home) -> None:
    """On 26 March 01:30 never came in Dublin; the clock that had not been changed showed it at 01:30 UTC."""
    deliver(home, "catalog/sources/grid.yml", profile(label="label: start"))
    deliver(home, "usage/grid/u.csv", HEADER + labels("00:30", "01:30", "03:00", day="2023-03-26"))
    take_in(home)
    assert (begins(home), rejects(home)) == (["00:30", "01:30", "02:00"], [])


def test_a_profile_makes_intervals_of_its_resolution(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", profile("order: ascending, interval: true"))
    deliver(home, "usage/grid/u.csv", HEADER + labels(*TWICE))
    take_in(home)
    spans = [(row["event_at"], row["ended_at"]) for row in lake(home, "usage/*", order="event_at")]
    assert [end - begin for begin, end in spans] == [timedelta(minutes=30)] * 6
    assert spans[0][0] == datetime(2023, 10, 28, 23, tzinfo=UTC)


def test_an_end_of_its_own_is_no_label_of_an_interval(home: Home) -> None:
    """`label: end` says where `event_at` stands; `ended_at` is the end that it says,
    in the hour that comes twice the first one after the begin."""
    text = profile().replace("event_at: When", "event_at: When, ended_at: Until")
    deliver(home, "catalog/sources/grid.yml", text)
    deliver(
        home,
        "usage/grid/u.csv",
        (
            "Serial,Type,When,kWh,Until\n"
            "S1,import,2023-10-29 01:00,1,2023-10-29 01:00\n"
            "S1,import,2023-10-28 12:00,1,2023-10-28 12:00\n"
        ),
    )
    take_in(home)
    assert [(row["ended_at"] - row["event_at"]) for row in lake(home, "usage/*", order="event_at")] == [
        timedelta(minutes=30)
    ] * len(lake(home, "usage/*"))
