"""The demo company's files: always the same, complete, and as broken as real life."""

from __future__ import annotations

import csv
import filecmp
import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from billing_jobs.formats.payer_names import payer_key
from examples.demo.generate import CATALOG, Size, deliver, generate
from examples.demo.names import japanese_company

SMALL = Size(customers=40, months=2, events_per_day=200, until=date(2026, 8, 1))


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("company")
    generate(out, SMALL)
    return out


@pytest.fixture(scope="module")
def landing(company, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    deliver(company, folder, after=None, until=SMALL.until)
    return folder


def rows_of(landing: Path, pattern: str) -> list[dict[str, str]]:
    return [
        row
        for path in sorted(landing.glob(pattern))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(company, tmp_path):
    generate(tmp_path / "again", SMALL)
    generate(tmp_path / "other", Size(SMALL.customers, SMALL.months, SMALL.events_per_day, SMALL.until, seed=1))
    names = sorted(str(path.relative_to(company)) for path in company.rglob("*") if path.is_file())
    assert names == sorted(
        str(path.relative_to(tmp_path / "again")) for path in (tmp_path / "again").rglob("*") if path.is_file()
    )
    assert filecmp.cmpfiles(company, tmp_path / "again", names, shallow=False)[1:] == ([], [])
    contracts = f"{SMALL.first}/crm/contracts-{SMALL.first:%Y%m%d}.csv"
    assert (company / contracts).read_bytes() != (tmp_path / "other" / contracts).read_bytes()


def test_every_interval_and_every_charge_model_has_a_plan_and_every_plan_a_contract(tmp_path):
    generate(tmp_path, Size(customers=200, months=1, events_per_day=10, until=date(2026, 6, 1)))
    plans = yaml.safe_load((CATALOG / "plans.yml").read_text(encoding="utf-8"))["plans"]
    assert {(plan["interval"]["every"], plan["interval"]["unit"]) for plan in plans} == {
        (1, "week"),
        (2, "week"),
        (1, "month"),
        (3, "month"),
        (6, "month"),
        (1, "year"),
    }
    assert {fee["model"] for plan in plans for fee in plan["fees"]} == {
        "flat",
        "per_unit",
        "graduated",
        "matrix",
        "dynamic",
    }
    assert {plan["currency"] for plan in plans} == {"JPY", "USD"}
    assert {plan.get("tax", "exclusive") for plan in plans} == {"exclusive", "inclusive"}
    signed = {row["plan_id"] for row in rows_of(tmp_path, "*/crm/contracts-*.csv")}
    assert {plan["plan"] for plan in plans} <= signed


def test_usage_comes_in_five_formats_and_each_can_be_read(landing):
    counts = {
        "web": len(rows_of(landing, "usage/web/*.csv")),
        "gateway": sum(
            len(gzip.decompress(path.read_bytes()).splitlines()) - 1 for path in landing.glob("usage/gateway/*.csv.gz")
        ),
        "sms": sum(
            len([json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()])
            for path in landing.glob("usage/sms/*.jsonl.gz")
        ),
        "storage": sum(
            len(path.read_text(encoding="utf-8").splitlines()) for path in landing.glob("usage/storage/*.jsonl")
        ),
        "edge": duckdb.execute(f"select count(*) from read_parquet('{landing}/usage/edge/*.parquet')").fetchall()[0][0],
    }
    assert all(count > 20 for count in counts.values()), counts
    assert sum(counts.values()) > SMALL.events_per_day * 50


def test_some_events_come_twice_some_contradict_themselves_and_some_cannot_be_read(landing):
    rows = [row for row in rows_of(landing, "usage/web/*.csv") if row["event_id"] != "torn"]
    times, bodies = Counter(row["event_id"] for row in rows), Counter(tuple(row.values()) for row in rows)
    assert max(times.values()) > 1
    assert max(bodies.values()) > 1
    assert len({row["event_id"] for row in rows}) < len(bodies), "no event contradicts itself"
    assert any(row["quantity"] == "n/a" for row in rows)
    assert "torn,line" in (landing / "usage/web/web-20260601.csv").read_text(encoding="utf-8")


def test_late_events_are_delivered_in_a_month_that_bills_the_one_before(company):
    late = sorted(company.glob("*/usage/web/*-late.csv"))
    assert late
    for path in late:
        delivered = date.fromisoformat(path.relative_to(company).parts[0])
        used = {row["event_at"][:10] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
        assert max(used) < str(delivered.replace(day=1)) or (delivered - date.fromisoformat(max(used))).days >= 20


def test_delivering_in_steps_gives_the_same_landing_as_all_at_once(company, landing, tmp_path):
    first = deliver(company, tmp_path, after=None, until=date(2026, 6, 30))
    assert not list(tmp_path.glob("crm/*-20260731.csv"))
    then = deliver(company, tmp_path, after=date(2026, 6, 30), until=SMALL.until)
    names = sorted(str(path.relative_to(landing)) for path in landing.rglob("*") if path.is_file())
    assert first + then == len(names), "a file was delivered twice"
    assert filecmp.cmpfiles(landing, tmp_path, names, shallow=False)[1:] == ([], [])


def test_six_hundred_companies_can_be_told_apart_by_what_the_bank_prints():
    names = [japanese_company(number) for number in range(600)]
    assert len({payer_key(name["remitter_name"]) for name in names}) == 600
    assert all(payer_key(name["remitter_name"]) == payer_key(name["name_kana"]) for name in names)


def test_billing_starts_with_the_first_of_the_months_asked_for(landing, tmp_path):
    assert f"billing_starts_on: {SMALL.first}" in (landing / "catalog" / "company.yml").read_text(encoding="utf-8")
    assert f"billing_starts_on: {Size().first}" in (CATALOG / "company.yml").read_text(encoding="utf-8")


def test_no_person_and_no_reachable_address_is_in_the_files(landing):
    customers = rows_of(landing, "crm/customers-*.csv")
    assert all(row["phone"].startswith("03-0000-") for row in customers)
    assert all(row["email"] == "" or row["email"].endswith((".example.jp", ".example.com")) for row in customers)
    assert len({row["name"] for row in customers if row["name"]}) == SMALL.customers
