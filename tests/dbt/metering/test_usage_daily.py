"""The daily usage table: a night reads only the days of files that changed,
and what it keeps is what a full rebuild would make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb
from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.cases import fee, usage_fee

FIRST = "path:seeds +usage_accounting +usage_daily assert_every_received_event_is_accounted_for"
LATER = (
    "stg_intake__files +usage_accounting,path:models/intermediate int_usage_summed_daily usage_accounting usage_daily "
    "assert_every_received_event_is_accounted_for"
)
DAYS = ("2026-10-01", "2026-10-02", "2026-10-03")


class Story:
    """Nights on one home; `read` are the UTC days whose events a night has read (their rows were written anew)."""

    def __init__(self, root: Path) -> None:
        self.shop = Shop()
        self.tables = Tables(Home(root))
        self.shop.catalog(
            "meters",
            meter="calls",
            event_type="api.request",
            aggregation="sum",
            field="quantity",
            dimensions='["region"]',
        )
        self.shop.catalog("meters", meter="requests", event_type="api.request", aggregation="count", dimensions="[]")
        self.shop.catalog(
            "meters", meter="bytes", event_type="api.request", aggregation="sum", field="bytes", dimensions="[]"
        )
        self.shop.plan("metered", usage_fee("per_unit", unit_price="1"), trial_days=0)
        self.shop.plan("flat", fee("base", "flat", amount="1"))

    def night(self, select: str = LATER) -> list[str]:
        before = self.fingerprints()
        self.shop.write(self.tables.home)
        assert build(self.tables.home, select) == []
        after = self.fingerprints()
        return sorted(day for day, fingerprint in after.items() if before.get(day) != fingerprint)

    def fingerprints(self) -> dict[str, str]:
        if not self.tables.home.warehouse.exists():
            return {}
        return {
            str(row["event_date"]): row["fingerprint"]
            for row in self.tables.rows("select event_date, fingerprint from int_usage_metered where state = 'day'")
        }

    def mark_kept_rows(self) -> None:
        """Mark every row, so that a day that is read again can be told from one that is not."""
        with duckdb.connect(self.tables.home.warehouse, read_only=False) as con:
            con.execute("update int_usage_metered set fingerprint = 'kept' where state <> 'day'")

    def kept_days(self) -> list[str]:
        return [
            str(row["event_date"])
            for row in self.tables.rows(
                "select distinct event_date from int_usage_metered where fingerprint = 'kept' order by 1"
            )
        ]

    def made_files(self) -> list[tuple[str, str]]:
        sql = (
            "select distinct event_date, file_name from int_usage_metered where state <> 'day' "
            "and fingerprint <> 'kept' order by all"
        )
        return [(str(row["event_date"]), row["file_name"]) for row in self.tables.rows(sql)]

    def daily(self) -> list[dict[str, Any]]:
        return self.tables.rows("select * from usage_daily order by all")

    def accounted(self, file: str) -> dict[str, int]:
        sql = (
            "select sum(events_rated) as rated, sum(events_free) as free, sum(events_waiting) as waiting "
            "from usage_accounting where file_name = ?"
        )
        return {name: int(count) for name, count in self.tables.rows(sql, file)[0].items()}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Three nights on one home; what each test asserts is noted on the way."""
    story = Story(tmp_path_factory.mktemp("metering"))
    seen: dict[str, Any] = {}
    story.shop.sign("known", "metered", "2026-09-01")
    story.shop.sign("free", "flat", "2026-09-01")
    story.shop.sign("ended", "metered", "2026-09-01", ends_on="2026-10-02")
    for day in DAYS:
        story.shop.use("known", f"{day}T10:00:00+00:00", "2", properties='{"region":"east","bytes":"1024.5"}')
        story.shop.use("", f"{day}T10:00:00+00:00", "5", customer_id="known", properties='{"region":"west"}')
        story.shop.use("free", f"{day}T10:00:00+00:00", "1", file="usage/app/free.csv")
        story.shop.use("ended", f"{day}T10:00:00+00:00", "1", file="usage/app/ended.csv")
        story.shop.use("newcomer", f"{day}T10:00:00+00:00", "7", file="usage/app/newcomer.csv")
    story.shop.use(
        "stretched",
        "2026-09-20T10:00:00+00:00",
        "2",
        ended_at="2026-09-22T10:00:00+00:00",
        file="usage/app/stretched.csv",
    )
    story.shop.use(
        "known", "2026-10-01T16:00:00+00:00", "1", event_type="nobody.counts", file="usage/app/unmetered.csv"
    )
    seen["first_read"] = story.night(FIRST)
    seen["first"] = story.daily()
    for name in ("first", "free", "ended", "newcomer", "unmetered"):
        seen[f"accounted_{name}"] = story.accounted(f"usage/app/{name}.csv")
    story.shop.use(
        "known", "2026-10-02T11:00:00+00:00", "10", file="usage/app/late.csv", received_at="2026-10-31 17:00:00+00"
    )
    story.shop.sign("newcomer", "metered", "2026-10-03")
    story.shop.sign("stretched", "metered", "2026-09-22", ends_on="2026-09-23")
    story.mark_kept_rows()
    seen["second_read"] = story.night()
    seen["second_kept"] = story.kept_days()
    seen["accounted_newcomer_then"] = story.accounted("usage/app/newcomer.csv")
    story.mark_kept_rows()
    seen["third_read"] = story.night()
    seen["third_kept"] = story.kept_days()
    story.shop.use("known", "2026-10-01T11:00:00+00:00", "100", file="usage/app/later.csv")
    story.shop.forget_file("usage/app/unmetered.csv")
    story.mark_kept_rows()
    story.night()
    seen["fourth_made"] = story.made_files()
    seen["fourth_unmetered"] = story.tables.rows(
        "select * from int_usage_metered where file_name = 'usage/app/unmetered.csv'"
    )
    seen["incremental"] = story.daily()
    story.tables.home.warehouse.unlink()
    story.night(FIRST)
    seen["rebuilt"] = story.daily()
    yield seen


def test_usage_is_summed_and_counted_by_local_day_and_dimensions_in_one_scan(story: dict[str, Any]) -> None:
    rows = [row for row in story["first"] if row["contract_id"] == "known" and str(row["usage_date"]) == "2026-10-01"]
    assert [
        (row["meter"], json.loads(row["dimensions"]), str(row["quantity"].normalize()), row["event_count"])
        for row in rows
    ] == [
        ("bytes", {}, "1024.5", 1),
        ("calls", {"region": "east"}, "2", 1),
        ("calls", {"region": "west"}, "5", 1),
        ("requests", {}, "1", 1),
    ]


def test_an_event_that_names_only_the_customer_goes_to_the_one_contract_with_that_meter(story: dict[str, Any]) -> None:
    assert story["accounted_first"] == {"rated": 6, "free": 0, "waiting": 0}


def test_usage_of_a_contract_without_a_fee_on_the_meter_is_free(story: dict[str, Any]) -> None:
    assert story["accounted_free"] == {"rated": 0, "free": 3, "waiting": 0}


def test_usage_after_the_end_of_service_waits(story: dict[str, Any]) -> None:
    assert story["accounted_ended"] == {"rated": 1, "free": 0, "waiting": 2}


def test_usage_that_no_meter_counts_waits(story: dict[str, Any]) -> None:
    assert story["accounted_unmetered"] == {"rated": 0, "free": 0, "waiting": 1}


def test_a_new_contract_picks_up_the_events_that_waited_for_it(story: dict[str, Any]) -> None:
    assert (story["accounted_newcomer"]["waiting"], story["accounted_newcomer_then"]) == (
        3,
        {"rated": 1, "free": 0, "waiting": 2},
    )


def test_the_first_night_reads_every_day(story: dict[str, Any]) -> None:
    assert story["first_read"] == ["2026-09-20", *DAYS]


def test_a_late_file_and_a_new_contract_make_only_their_days_dirty(story: dict[str, Any]) -> None:
    """An event of 20 September reaches into the days of the contract that was signed since: its day is read again."""
    assert (story["second_read"], story["second_kept"]) == (["2026-09-20", "2026-10-02", "2026-10-03"], ["2026-10-01"])


def test_a_later_file_is_read_alone_and_not_with_the_other_files_of_its_day(story: dict[str, Any]) -> None:
    assert story["fourth_made"] == [("2026-10-01", "usage/app/later.csv")]


def test_what_is_no_longer_in_the_lake_is_no_longer_kept(story: dict[str, Any]) -> None:
    assert (story["accounted_unmetered"]["waiting"], story["fourth_unmetered"]) == (1, [])


def test_a_second_run_reads_no_day(story: dict[str, Any]) -> None:
    assert (story["third_read"], story["third_kept"]) == ([], ["2026-09-20", *DAYS])


def test_a_full_rebuild_gives_the_same_rows_as_the_nights(story: dict[str, Any]) -> None:
    assert story["rebuilt"] == story["incremental"]
    assert len(story["rebuilt"]) > len(story["first"])
