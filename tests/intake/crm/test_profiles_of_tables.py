"""Tables of customers, contracts and decisions in a system's own way, by a profile: headings, days, constants, ids."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import deliver, lake, new_home, rebuild, rejects, take_in
from tests.intake.test_sheets import sheet

PROFILE = """
source: kintone
kind: customers
format: csv
header_line: 2
files: "customers-k*"
columns: {customer_id: 顧客番号, name: 会社名, address: "#4"}
constants: {country: JP}
null_values: [なし]
"""
TABLE = "顧客一覧,,,\n顧客番号,会社名,担当,\nC1,青葉商事,山田,東京\nC2,北斗物流,なし,なし\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = new_home(tmp_path)
    deliver(made, "catalog/sources/kintone.yml", PROFILE)
    return made


def customers(home: Home) -> list[tuple[Any, ...]]:
    rows = lake(home, "crm/customers", order="file_name, line_no")
    return [(row["customer_id"], row["name"], row["address"], row["country"], row["extra"]) for row in rows]


EXPECTED = [("C1", "青葉商事", "東京", "JP", '{"担当":"山田"}'), ("C2", "北斗物流", None, "JP", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_japanese_and_empty_headings_are_named_by_the_profile(home: Home, encoding: str) -> None:
    deliver(home, "crm/customers-k1.csv", TABLE.encode(encoding))
    take_in(home)
    assert customers(home) == EXPECTED
    assert [row["line_no"] for row in lake(home, "crm/customers", order="line_no")] == [3, 4]


def test_a_sheet_is_read_by_it_and_other_files_of_the_kind_are_not(home: Home) -> None:
    deliver(home, "crm/customers-k1.xlsx", sheet([line.split(",") for line in TABLE.splitlines()]))
    deliver(home, "crm/customers-own.csv", "customer_id,name\nC9,Own\n")
    deliver(home, "crm/customers-k2.csv", "x\ncustomer_id,name\nC8,by our own names\n")
    take_in(home)
    assert customers(home) == [
        *EXPECTED, ("C8", "by our own names", None, "JP", None), ("C9", "Own", None, None, None),
    ]  # fmt: skip


def test_a_file_is_tried_again_with_each_new_version_and_a_rebuild_gives_the_same(home: Home) -> None:
    deliver(home, "crm/contracts-k.csv", "契約,顧客,プラン,開始\nK1,C1,team,26.9.1\n")
    take_in(home, 1)
    assert rejects(home) == [(1, None, "missing_column")]
    deliver(home, "catalog/sources/deals.yml", "source: deals\nkind: contracts\nformat: csv\ndate_format: '%y.%m.%d'\n"
            "columns: {contract_id: 契約, customer_id: 顧客, plan_id: プラン, service_from: 開始}\n")  # fmt: skip
    take_in(home, 2)
    found = lake(home, "crm/contracts")
    assert [(row["contract_id"], str(row["service_from"]), row["received_at"].day) for row in found] == [
        ("K1", "2026-09-01", 2)
    ]
    assert rejects(home) == []
    rebuild(home)
    assert lake(home, "crm/contracts") == found


def test_an_id_may_be_made_of_columns_by_a_recipe_that_anybody_can_repeat(home: Home) -> None:
    deliver(home, "catalog/sources/shop.yml", "source: shop\nkind: one_off_charges\nformat: csv\nfiles: '*-shop*'\n"
            "id: {from: [customer_id, 日付, 品目]}\ncolumns: {charged_on: 日付, description: 品目}\n")  # fmt: skip
    deliver(home, "crm/one_off_charges-shop.csv", "customer_id,日付,品目,amount,currency\nC1,2026/9/1, 椅子 ,500,JPY\n")
    take_in(home)
    (row,) = lake(home, "crm/one_off_charges")
    assert row["charge_id"] == hashlib.md5("C1\x1f2026/9/1\x1f椅子".encode()).hexdigest()


def test_decisions_may_come_in_a_sheet_with_headings_of_their_own(home: Home) -> None:
    deliver(home, "catalog/sources/hanko.yml", "source: hanko\nkind: decisions\nformat: csv\nfiles: '*.xlsx'\n"
            "columns: {decision_id: 番号, kind: 種別, decided_by: 決裁者, decided_at: 日時, "
            "reason: 理由}\n")  # fmt: skip
    deliver(home, "decisions/a.xlsx", sheet([["番号", "種別", "決裁者", "日時", "理由"],
            ["D1", "waive", "鈴木", "2026-10-01T10:00:00+09:00", "障害"]]))  # fmt: skip
    take_in(home)
    assert [(row["decision_id"], row["kind"], row["decided_by"]) for row in lake(home, "decisions")] == [
        ("D1", "waive", "鈴木")
    ]


@pytest.mark.parametrize("name", ["customers-k1.csv", "customers-k1.xlsx"])
def test_who_asks_for_erasure_is_erased_by_the_profile_s_names(home: Home, name: str) -> None:
    content = (
        sheet([line.split(",") for line in TABLE.splitlines()]) if name.endswith("xlsx") else TABLE.encode("cp932")
    )
    path = deliver(home, f"crm/{name}", content)
    take_in(home, 1)
    deliver(home, "crm/erasures.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 2)
    assert customers(home) == [("C1", "erased", None, "JP", None), EXPECTED[1]]
    if name.endswith("csv"):
        assert path.read_bytes().decode("cp932") == TABLE.replace("青葉商事,山田,東京", "erased,,")


def test_a_bank_s_column_without_a_heading_is_named_by_its_number(home: Home) -> None:
    deliver(home, "catalog/sources/bank.yml", "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\n"
            "columns: {booked_on: 日付, amount: '#2', remitter_name: '#3'}\n")  # fmt: skip
    deliver(home, "payments/bank/a.csv", "日付,,\n2026-10-01,500,アオバ\n")
    take_in(home)
    assert [(int(row["amount"]), row["remitter_name"]) for row in lake(home, "payments")] == [(500, "アオバ")]


def test_of_several_profiles_that_fit_the_one_with_the_longest_pattern_reads_the_file(home: Home) -> None:
    deliver(home, "catalog/sources/zzz.yml", "source: zzz\nkind: customers\nformat: csv\nheader_line: 2\n"
            "columns: {customer_id: 顧客番号, name: 担当}\n")  # fmt: skip
    deliver(home, "crm/customers-k1.csv", TABLE)
    take_in(home)
    assert customers(home) == EXPECTED
