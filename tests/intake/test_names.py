"""A delivered name, and the name of the home, are names: never a pattern,
a path of ours or a word of SQL to the engine."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from billing_jobs.adapters.duckdb import connect
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home
from tests.intake.deliveries import USAGE_HEADER, accepted_ids, deliver, lake, new_home, rebuild, rejects, take_in

EVENT = "api.request,2026-10-01T00:00:00Z,K1,1"
# Beside each a name that it would fit as a pattern, or fits as a path.
NAMES = [
    ("z[1].csv", "z1.csv"),
    ("x-*.csv", "x-1.csv"),
    ("x?.csv", "xy.csv"),
    ("**.csv", "a.csv"),
    ("a[!b].csv", "ac.csv"),
    ("a[b", "ab.csv"),
    (r"a\[1].csv", "a[1].csv"),
    (r"a\b.csv", "ab.csv"),
    ('it\'s "one" file.csv', "a.csv"),
    ("{a,b}.csv", "a.csv"),
    ("event_date=2020-01-01.csv", "a.csv"),
    ("a%31;b#c&d~ .csv", "a1.csv"),
    ("line\nfeed.csv", "a.csv"),
    ("mark\u2028and\u0085other.csv", "a.csv"),
    ("請求 明細（10月）.csv", "a.csv"),
    ("x" * 240 + ".csv", "a.csv"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


@pytest.mark.parametrize(("name", "beside"), NAMES, ids=lambda name: ascii(name)[:30])
def test_a_delivered_name_is_no_pattern(home: Home, name: str, beside: str) -> None:
    name = name if name.endswith(".csv") else f"{name}].csv"
    for number, folder in enumerate(("web", "[w]eb", "w*b")):
        deliver(home, f"usage/{folder}/{name}", f"{USAGE_HEADER}n{number},{EVENT}\n")
        deliver(home, f"usage/{folder}/{beside}", f"{USAGE_HEADER}b{number},{EVENT}\n")
    take_in(home)
    assert sorted(accepted_ids(home)) == ["b0", "b1", "b2", "n0", "n1", "n2"]
    assert rejects(home) == []
    before = lake(home, "usage/*", order="file_name, line_no")
    assert f"usage/web/{name}" in {row["file_name"] for row in before}
    rebuild(home)
    assert lake(home, "usage/*", order="file_name, line_no") == before


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".CSV", ".jsonl", ".jsonl.gz", ".parquet"])
def test_a_name_is_no_pattern_in_any_format(home: Home, ending: str) -> None:
    for name, customer in (("customers-[1]", "C-A"), ("customers-1", "C-B"), ("customers-*", "C-C")):
        target = deliver(home, f"crm/{name}{ending}", "")
        csv, json = f"customer_id,name\n{customer},n\n", f'{{"customer_id": "{customer}", "name": "n"}}\n'
        text = (json if "json" in ending else csv).encode()
        target.write_bytes(gzip.compress(text) if ending.lower().endswith(".gz") else text)
        if ending == ".parquet":
            with connect() as con:
                con.sql(f"select '{customer}' as customer_id, 'n' as name").write_parquet(
                    str(home.root / "made.parquet")
                )
            shutil.move(home.root / "made.parquet", target)
    take_in(home)
    assert [row["customer_id"] for row in lake(home, "crm/customers", order="customer_id")] == ["C-A", "C-B", "C-C"]
    assert rejects(home) == []


@pytest.mark.parametrize("ending", [".csv", ".JSONL.GZ", ".Parquet"])
def test_an_erasure_reaches_the_file_of_that_name_and_no_other(home: Home, ending: str) -> None:
    for name, customer in (("customers-[1]", "C-A"), ("customers-1", "C-B")):
        text = (
            f'{{"customer_id": "{customer}", "name": "Name {customer}"}}\n'
            if "JSON" in ending
            else f"customer_id,name\n{customer},Name {customer}\n"
        )
        target = deliver(
            home, f"crm/{name}{ending}", gzip.compress(text.encode()) if ending.lower().endswith(".gz") else text
        )
        if ending == ".Parquet":
            with connect() as con:
                con.sql(f"select '{customer}' as customer_id, 'Name {customer}' as name").write_parquet(
                    str(home.root / "made.parquet")
                )
            shutil.move(home.root / "made.parquet", target)
    take_in(home, 1)
    deliver(home, "crm/erasures-1.csv", "erasure_id,customer_id,requested_on\nE1,C-A,2026-10-02\n")
    take_in(home, 2)
    assert {row["customer_id"]: row["name"] for row in lake(home, "crm/customers")} == {
        "C-A": "erased",
        "C-B": "Name C-B",
    }


@pytest.mark.parametrize(
    "name", ["home[1]", "home*", "event_date=2020-01-01", "source=zz", "a, 'b' \"c\" %20 {d} #e", "家 [1]"]
)
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    for folder, event in ((name, "mine"), ("home1", "other"), ("homex", "another")):
        home = new_home(tmp_path / "made")
        target = tmp_path / folder
        shutil.move(home.root, target)
        deliver(Home(target), "usage/web/a.csv", f"{USAGE_HEADER}{event},{EVENT}\n")
        deliver(Home(target), "usage/web/b.csv", f"{USAGE_HEADER}{event},{EVENT}\n")
        deliver(Home(target), "usage/web/c.csv", f"{USAGE_HEADER}{event},api.request,2026-10-02T00:00:00Z,K1,2\n")
        take_in(Home(target))
    home = Home(tmp_path / name)
    (tmp_path / "plain").symlink_to(home.root)
    plain = Home(tmp_path / "plain")
    assert accepted_ids(plain) == ["mine"]
    assert [reason for _, _, reason in rejects(plain)] == ["conflicting_event"]
    assert [row["source"] for row in lake(plain, "usage/*")] == ["web"]
    assert [path.parent.name for path in (home.lake / "usage").glob("event_date=202[6]*/*")] == [
        "event_date=2026-10-01"
    ]


@pytest.mark.parametrize("name", ["home?", r"ho\me"])
def test_a_home_that_the_engine_cannot_have_is_refused_by_name(tmp_path: Path, name: str) -> None:
    home = Home(shutil.move(new_home(tmp_path / "made").root, tmp_path / name))
    deliver(home, "usage/web/a.csv", f"{USAGE_HEADER}e,{EVENT}\n")
    with pytest.raises(UsageError, match="cannot be a home: its path has"):
        take_in(home)
    assert not home.intake_log.exists()
