"""One file that asks too much of the machine is refused by a stated limit; its neighbours are taken."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from billing_jobs.adapters.duckdb import connect
from billing_jobs.errors import CatalogBroken, UsageError
from billing_jobs.intake.catalog import yaml_reader
from billing_jobs.intake.catalog.yaml_reader import read_yaml
from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, USAGE_HEADER, accepted_ids, deliver, lake, new_home, rejects, take_in

EVENT = "t,2026-10-01T00:00:00Z,K1,1"
BANK = (
    "source: bank\nkind: payments\nformat: csv\naccount: '1'\ncurrency: JPY\n"
    "columns: {booked_on: day, amount: amount, remitter_name: name}\n"
)
MEASURED = """
import resource, sys
from pathlib import Path
from billing_jobs.settings import Home
from tests.intake.deliveries import take_in
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
take_in(Home(Path(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    deliver(home, "catalog/base.yml", CATALOG)
    deliver(home, "catalog/sources/bank.yml", BANK)
    deliver(home, "usage/web/z.csv", f"{USAGE_HEADER}z,{EVENT}\n")
    return home


def reasons(home: Home) -> dict[str, tuple[str, str]]:
    return {row["file_name"]: (row["reason_code"], row["expected"]) for row in lake(home, "rejects")}


def test_what_a_small_file_unpacks_to_is_never_unpacked_whole(home: Home) -> None:
    """A gigabyte of zeros in 1 MB, as a bank's file, a table and usage."""
    bomb = gzip.compress(b"day,amount,name\n") + gzip.compress(b"\0" * 50_000_000, 9) * 20
    for name in ("payments/bank/b.csv.gz", "crm/customers-b.csv.gz", "usage/web/b.csv.gz"):
        deliver(home, name, bomb)
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, str(home.root)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"BILLING_LIMIT_UNPACKED_MB": "200"},
    )
    assert int(said.stdout.split()[-1]) < 400_000  # KiB; a bank's file took six times its size
    found = reasons(home)
    assert [found[name][0] for name in sorted(found)] == ["too_large"] * 3
    assert found["payments/bank/b.csv.gz"][1].startswith("at most 32 megabytes unpacked; deliver it in parts, or set")
    assert accepted_ids(home) == ["z"]


def test_a_header_of_a_hundred_thousand_columns_is_refused_at_once(home: Home) -> None:
    names = [f"c{number}" for number in range(100_000)]
    deliver(home, "usage/web/b.csv", ",".join(["event_id", *names]) + "\n")
    deliver(home, "crm/customers-b.csv", ",".join(["customer_id", "name", *names]) + "\n")
    deliver(
        home, "crm/customers-c.jsonl", json.dumps({"customer_id": "C1", "name": "n", **dict.fromkeys(names[:5_000], 1)})
    )
    with connect() as con:
        columns = ", ".join(f"1 as c{number}" for number in range(1_001))
        con.sql(f"select 'C1' as customer_id, 'n' as name, {columns}").write_parquet(str(home.root / "wide.parquet"))
    deliver(home, "crm/customers-d.parquet", (home.root / "wide.parquet").read_bytes())
    take_in(home)
    found = reasons(home)
    assert len(found) == 4
    assert {reason for reason, _ in found.values()} == {"too_large"}
    assert found["usage/web/b.csv"][1] == "at most 1,000 columns; deliver it in parts, or set BILLING_LIMIT_COLUMNS"
    assert accepted_ids(home) == ["z"]


def test_rows_are_limited_by_kind_and_the_limit_can_be_set(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_LIMIT_ROWS", "2")
    monkeypatch.setenv("BILLING_LIMIT_TABLE_ROWS", "1")
    monkeypatch.setenv("BILLING_LIMIT_BANK_ROWS", "2")
    for number in (2, 3):
        deliver(
            home, f"usage/web/{number}.csv", USAGE_HEADER + "".join(f"{number}{i},{EVENT}\n" for i in range(number))
        )
        deliver(home, f"crm/customers-{number}.csv", "customer_id,name\n" + "C,n\n" * (number - 1))
        deliver(home, f"payments/bank/{number}.csv", "day,amount,name\n" + "2026-10-01,1,A\n" * (number - 1))
    with connect() as con:
        con.sql("select 'C1' as customer_id, 'n' as name from range(2)").write_parquet(str(home.root / "p.parquet"))
    deliver(home, "crm/customers-p.parquet", (home.root / "p.parquet").read_bytes())
    take_in(home)
    assert sorted(reasons(home)) == [
        "crm/customers-3.csv", "crm/customers-p.parquet", "payments/bank/3.csv", "usage/web/3.csv",
    ]  # fmt: skip
    assert accepted_ids(home) == ["20", "21", "z"]


def test_a_limit_that_is_no_number_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_LIMIT_COLUMNS", "many")
    with pytest.raises(UsageError, match="BILLING_LIMIT_COLUMNS is many; expected a whole number above zero"):
        take_in(home)


def test_a_line_of_json_that_is_too_deep_is_refused_alone(home: Home) -> None:
    def event(name: str, properties: object) -> str:
        said = {"event_id": name, "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1"}
        return json.dumps({**said, "properties": properties}) + "\n"

    deep: object = 1
    for _ in range(120):
        deep = [1, deep]
    flat = {"a": "[{" * 200, "b": [[1]] * 200, "c": '"' + "[" * 150}
    broken = '{"event_id": "x", "a": ' + "[" * 100_000 + "\n"
    deliver(home, "usage/web/d.jsonl", event("d1", {"a": deep}) + event("d2", flat) + broken + event("d3", {}))
    deliver(home, "crm/customers-d.jsonl", event("x", deep) + '{"customer_id": "C1", "name": "n"}\n')
    take_in(home)
    assert rejects(home) == [(1, None, "too_deep"), (1, None, "too_deep"), (3, None, "too_deep")]
    assert accepted_ids(home) == ["d2", "d3", "z"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: " + "[" * 200_000 + "]" * 200_000, "more than 100 values within values"),
        ("- " * 5_000 + "x", "more than 100 values within values"),
        ("\n".join(" " * depth + "k:" for depth in range(150)), "more than 100 values within values"),
        ("a: &a 1\nb: [" + ", ".join(["*a"] * 101) + "]", "more than 100 aliases"),
        (
            "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
            "aliases that come to more than",
        ),
    ],
    ids=["flow", "sequences", "mappings", "aliases", "multiplied"],
)
def test_a_catalog_beyond_a_limit_is_said_with_its_line(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "_VALUES_MAX", 5_000)
    ((line, sentence),) = read_yaml(text).mistakes
    assert said in sentence
    assert line >= 1


def test_such_a_catalog_stops_the_night_in_a_sentence(home: Home) -> None:
    deliver(home, "catalog/more.yml", "plans: " + "[" * 200_000)
    with pytest.raises(CatalogBroken, match=r"catalog/more\.yml:1: more than 100 values within values"):
        take_in(home)
