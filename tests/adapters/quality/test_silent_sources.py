"""A source of usage is silent by its own rhythm, or by what its profile expects; at stake is a usual day of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.quality import rule_files, views
from billing_jobs.settings import EXPECTATIONS_DIR, Home
from tests.support.fixture_home import fill

TODAY = date(2026, 10, 31)
RULE = next(rule for rule in rule_files.read(EXPECTATIONS_DIR) if rule.rule == "usage_source_is_silent")
STAMP = {"catalog_version": "v1", "received_at": "2026-06-01 00:00:00+00"}


def silent(
    folder: Path,
    received: list[date],
    *,
    every: int | None = None,
    late: int | None = None,
    charges: str = "",
    state: str = "loaded",
) -> list[dict[str, Any]]:
    """What the rule says of a source `web` that sent on these days; `every`, `late`: of its profile."""
    home = Home(folder)
    files = [{"file_id": f"f{number}", "file_name": f"usage/web/{number}.csv", "stream": "usage", "source": "web",
              "received_at": f"{day} 15:00:00+00", "rows_received_at": f"{day} 15:00:00+00", "state": state,
              "event_date": day, "rows_received": 1, "rows_accepted": 1, "rows_rejected": 0, "rows_duplicate": 0}
             for number, day in enumerate(received)]  # fmt: skip
    profile = {"file_id": "p", "file_name": "catalog/sources/web.yml", "stream": "catalog", "source": "",
               "state": "loaded", "received_at": "2026-06-01 00:00:00+00"}  # fmt: skip
    fill(home, {
        "intake": [*files, profile],
        "usage": [{"event_id": "e", "source": "web", "file_name": "usage/web/0.csv", "event_type": "api",
                   "event_at": "2026-09-01 00:00:00+00", "quantity": "1", "received_at": STAMP["received_at"]}],
        "catalog_entities": [{"entity_id": "main", **STAMP}],
        "catalog_meters": [{"meter": "calls", "event_type": "api", **STAMP}],
        "catalog_fees": [{"plan_id": "team", "fee_id": "api", "meter": "calls", **STAMP}],
        "catalog_sources": [{"source": "web", "kind": "usage", "format": "csv", "expected_every_days": every,
                             "expected_days_late": late, **STAMP}],
    })  # fmt: skip
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("set TimeZone = 'UTC'; create schema jobs")
        con.execute(f"create table jobs.run as select date '{TODAY}' as as_of_date, date '2026-11-01' "
                    f"as night_ends_on, timestamptz '{TODAY} 17:00:00+00' as known_until")  # fmt: skip
        con.execute("create table charges (contract_id varchar, plan_id varchar, fee_id varchar, currency varchar, "
                    "served_from date, served_until date, owed_amount decimal(20, 4))")  # fmt: skip
        if charges:
            con.execute(f"insert into charges values {charges}")
    views.forget()
    with engine.connect(home.candidate) as con:
        views.prepare(con, home, read_by=RULE.sql)
        return engine.rows(con, RULE.sql)


def each(days: int, *, ends: int, times: int = 12) -> list[date]:
    """So many deliveries, `days` apart, the last one `ends` days ago."""
    return [TODAY - timedelta(days=ends + days * back) for back in range(times)]


@pytest.mark.parametrize(
    ("days", "ends", "told"),
    [(1, 3, False), (1, 4, True), (7, 9, False), (7, 10, True), (31, 33, False), (31, 34, True)],
)
def test_silence_is_longer_than_the_source_s_own_rhythm(tmp_path: Path, days: int, ends: int, told: bool) -> None:
    rows = silent(tmp_path, each(days, ends=ends))
    assert [(row["source"], row["every_days"], row["silent_days"]) for row in rows] == (
        [("web", days, ends)] if told else []
    )


def test_weekends_are_part_of_a_rhythm(tmp_path: Path) -> None:
    """Monday to Friday: three days between Friday and Monday are usual."""
    workdays = [day for day in each(1, ends=0, times=40) if day.weekday() < 5]
    assert silent(tmp_path / "a", [day for day in workdays if day <= TODAY - timedelta(days=5)]) == []
    assert len(silent(tmp_path / "b", [day for day in workdays if day <= TODAY - timedelta(days=6)])) == 1


def test_a_source_that_sent_twice_has_no_rhythm_and_one_that_ended_is_no_longer_told(tmp_path: Path) -> None:
    assert silent(tmp_path / "a", each(1, ends=10, times=2)) == []
    assert len(silent(tmp_path / "b", each(1, ends=35))) == 1
    assert silent(tmp_path / "c", each(1, ends=36)) == []
    assert silent(tmp_path / "d", each(1, ends=10), state="refused") == []


@pytest.mark.parametrize(
    ("ends", "every", "late", "told"),
    [(9, 7, None, False), (10, 7, None, True), (8, 7, 0, True), (3, 1, None, False), (200, 1, None, True)],
)
def test_what_the_profile_expects_goes_before_the_rhythm(
    tmp_path: Path, ends: int, every: int, late: int | None, told: bool
) -> None:
    assert bool(silent(tmp_path, each(31, ends=ends), every=every, late=late)) == told


def test_a_source_that_is_expected_and_never_sent_is_told(tmp_path: Path) -> None:
    (row,) = silent(tmp_path, [], every=31)
    assert (row["source"], row["last_received_on"], row["silent_days"]) == ("web", None, 152)


def test_at_stake_is_a_usual_day_of_the_meters_that_it_feeds(tmp_path: Path) -> None:
    charges = """
        ('K1', 'team', 'api', 'JPY', '2026-09-01', '2026-10-01', 3000),
        ('K1', 'team', 'api', 'JPY', '2026-08-01', '2026-09-01', 9),
        ('K2', 'team', 'api', 'JPY', '2026-09-01', '2026-10-01', 300),
        ('K3', 'team', 'api', 'USD', '2026-09-01', '2026-10-01', 10),
        ('K1', 'team', 'api', 'JPY', '2026-10-01', '2026-11-02', 7),
        ('K1', 'team', 'base', 'JPY', '2026-09-01', '2026-10-01', 8)
    """
    rows = silent(tmp_path, each(1, ends=4), charges=charges)
    assert {row["currency"]: row["amount"] for row in rows} == {"JPY": Decimal("110.00"), "USD": Decimal("0.33")}
