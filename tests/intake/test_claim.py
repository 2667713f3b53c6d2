from __future__ import annotations

import json
from pathlib import Path

import pytest

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.settings import Home
from tests.intake.deliveries import (
    CATALOG,
    USAGE_HEADER,
    accepted_ids,
    deliver,
    deliver_usage,
    lake,
    new_home,
    rejects,
    take_in,
)

E1 = "e1,t,2026-10-01T00:00:00Z,K1,1"
E2 = "e2,t,2026-10-01T00:00:00Z,K1,1"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def log_lines(home: Home) -> list[dict[str, object]]:
    return [json.loads(line) for line in home.intake_log.read_text(encoding="utf-8").splitlines()]


def test_a_file_is_logged_once_with_hash_size_and_the_moment_of_the_run(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1)
    take_in(home, 1)
    take_in(home, 2)
    (line,) = log_lines(home)
    assert (line["path"], line["received_at"]) == ("usage/web/u.csv", "2026-10-01T17:00:00+00:00")
    assert line["size"] == len(USAGE_HEADER) + len(E1) + 1


def test_a_second_ingest_changes_nothing_and_says_so(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    deliver_usage(home, "web/u.csv", E1)
    take_in(home, 1)
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*") if path.is_file() and path.name != ".lock"}
    result = take_in(home, 2)
    assert not result.changed
    assert result.messages == ("Nothing new has landed.",)
    assert {
        path: path.stat().st_mtime_ns for path in home.root.rglob("*") if path.is_file() and path.name != ".lock"
    } == before


def test_unfinished_files_are_left_alone(home: Home) -> None:
    for name in ("usage/web/.hidden.csv", "usage/web/u.csv.part", ".trash/u.csv"):
        deliver(home, name, USAGE_HEADER + E1 + "\n")
    assert not take_in(home).changed


def test_a_known_path_with_other_content_is_refused_once_and_the_loaded_content_stays(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1)
    take_in(home, 1)
    deliver_usage(home, "web/u.csv", E1, E2)
    result = take_in(home, 2)
    assert accepted_ids(home) == ["e1"]
    assert rejects(home) == [(1, None, "file_changed")]
    assert "under a new name" in result.messages[0]
    assert not take_in(home, 3).changed


def test_a_torn_last_line_of_the_log_is_written_again(home: Home) -> None:
    deliver_usage(home, "web/a.csv", E1)
    take_in(home, 1)
    deliver_usage(home, "web/b.csv", E2)
    with home.intake_log.open("ab") as stream:
        stream.write(b'{"path": "usage/web/b.csv", "sha2' + b"x" * 500)
    take_in(home, 2)
    assert [receipt.path for receipt in read_receipts(home.intake_log)] == ["usage/web/a.csv", "usage/web/b.csv"]
    assert [line["path"] for line in log_lines(home)] == ["usage/web/a.csv", "usage/web/b.csv"]
    assert accepted_ids(home) == ["e1", "e2"]


def test_every_version_of_the_catalog_is_kept_and_loaded(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    take_in(home, 1)
    deliver(home, "catalog/base.yml", CATALOG.replace("amount: 12000", "amount: 13000"))
    take_in(home, 2)
    amounts = [
        (str(row["received_at"])[:10], int(row["amount"]))
        for row in lake(home, "catalog/fee_versions", order="received_at")
    ]
    assert amounts == [("2026-10-01", 12000), ("2026-10-02", 13000)]
    assert len(list((home.landing / "catalog/.versions").iterdir())) == 2
    assert [row["stream"] for row in lake(home, "intake")] == ["catalog", "catalog"]


def test_a_version_that_comes_back_is_the_newest_again(home: Home) -> None:
    for day, amount in ((1, 12000), (2, 13000), (3, 12000)):
        deliver(home, "catalog/base.yml", CATALOG.replace("amount: 12000", f"amount: {amount}"))
        take_in(home, day)
    newest = lake(home, "catalog/fee_versions", order="received_at desc")[0]
    assert (int(newest["amount"]), str(newest["received_at"])[:10]) == (12000, "2026-10-03")


def test_a_catalog_file_that_is_removed_is_gone_from_the_next_version(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    extra = deliver(home, "catalog/more.yml", "calendars:\n  - {calendar: plain}\n")
    take_in(home, 1)
    extra.unlink()
    take_in(home, 2)
    assert {str(row["received_at"])[:10] for row in lake(home, "catalog/closed_days")} == {"2026-10-01"}
    assert {str(row["received_at"])[:10] for row in lake(home, "catalog/plans")} == {"2026-10-01", "2026-10-02"}


def test_a_broken_catalog_stops_before_anything_is_claimed(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG.replace("flat, tax_code: standard", "flat, tax_code: standart"))
    deliver_usage(home, "web/u.csv", E1)
    with pytest.raises(CatalogBroken, match="did you mean `standard`"):
        take_in(home, 1)
    assert not home.intake_log.exists()
    deliver(home, "catalog/base.yml", CATALOG)
    take_in(home, 2)
    assert accepted_ids(home) == ["e1"]


def test_a_rebuilt_lake_is_the_same_lake(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    deliver_usage(home, "web/z.csv", E1)
    take_in(home, 1)
    deliver_usage(home, "web/a.csv", E1.replace(",1", ",2"), E2)  # comes second, although its name comes first
    deliver(home, "catalog/base.yml", CATALOG.replace("12000", "13000"))
    take_in(home, 2)
    streams = ("usage/*", "intake", "rejects", "catalog/fee_versions")
    before = {stream: lake(home, stream) for stream in streams}
    rebuilt = new_home(home.root.parent / "rebuilt")
    (rebuilt.landing).rename(rebuilt.root / "was")
    home.landing.rename(rebuilt.landing)
    take_in(rebuilt, 9)
    assert {stream: lake(rebuilt, stream) for stream in streams} == before
