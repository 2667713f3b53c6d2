from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.intake.crm.kinds import KINDS, kind_of_file
from billing_jobs.settings import Home
from billing_jobs.streams import CRM
from tests.intake.deliveries import deliver, lake, new_home, rejects, take_in


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("crm/contracts_2026.csv", "contracts"), ("crm/contract_changes.csv", "contract_changes"),
        ("crm/quotes.csv", "quotes"), ("crm/quote_lines1.csv", "quote_lines"),
        ("crm/sub/customers-a.jsonl", "customers"), ("decisions/x.jsonl", "decisions"), ("crm/other.csv", None),
        ("usage/customers/customers.csv", None),
    ],
)  # fmt: skip
def test_the_beginning_of_the_name_names_the_kind(path: str, kind: str | None) -> None:
    found = kind_of_file(path)
    assert (found.name if found else None) == kind


def test_every_kind_of_the_lake_can_be_delivered() -> None:
    assert {kind.name for kind in KINDS} == set(CRM)


def test_customers_are_typed_and_unknown_columns_are_kept(home: Home) -> None:
    deliver(
        home,
        "crm/customers.csv",
        'customer_id,name,name_kana,address,birth_date,vip\nC1,山田商店,ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ,"東京都\n港区",1990-05-01,yes\n',
    )
    take_in(home)
    (row,) = lake(home, "crm/customers")
    assert (row["address"], str(row["birth_date"]), row["extra"], row["payer_key"]) == (
        "東京都\n港区",
        "1990-05-01",
        '{"vip":"yes"}',
        "ヤマダシヨウテン",
    )
    assert row["line_no"] == 2


def test_the_customers_own_name_is_a_key_for_matching_too(home: Home) -> None:
    deliver(home, "crm/customers.csv", "customer_id,name\nC1,株式会社　山田 商店\nC2,Acme Inc.\n")
    take_in(home)
    assert [(row["payer_key"], row["name_key"]) for row in lake(home, "crm/customers", order="line_no")] == [
        (None, "山田商店"),
        (None, "ACMEINC"),
    ]


ADDRESSES = {
    "taro@example.jp": None, "a..b@docomo.ne.jp": None, "a.@ezweb.ne.jp": None, ".a@docomo.ne.jp": None, "": None,
    "なし": "not_an_address", "-": "not_an_address", "taro＠example.jp": "not_an_address",
    "Taro <t@y.jp>": "not_an_address", "a@b.jp、c@d.jp": "several_addresses",
}  # fmt: skip


@pytest.mark.parametrize(("column", "made"), [("email", "email_problem"), ("cc_emails", "cc_problem")])
def test_an_address_is_judged_when_its_customer_is_read_and_refuses_nobody(home: Home, column: str, made: str) -> None:
    lines = [f"C{number},x,{address}" for number, address in enumerate(ADDRESSES)]
    deliver(home, "crm/customers.csv", f"customer_id,name,{column}\n" + "\n".join(lines) + "\n")
    take_in(home)
    assert rejects(home) == []
    found = [row[made] for row in lake(home, "crm/customers", order="line_no")]
    several_are_welcome = {"a@b.jp、c@d.jp": None} if column == "cc_emails" else {}
    assert found == list((ADDRESSES | several_are_welcome).values())


def test_the_line_after_a_field_of_two_lines_has_its_own_number(home: Home) -> None:
    deliver(home, "crm/customers.csv", 'customer_id,name,tax_status\nC1,"a\nb",taxable\nC2,x,fr\nC3,y,exempt\n')
    take_in(home)
    assert rejects(home) == [(4, "tax_status", "unknown_value")]
    assert [row["line_no"] for row in lake(home, "crm/customers", order="line_no")] == [2, 5]


def test_a_quote_that_never_closes_costs_its_line_only(home: Home) -> None:
    deliver(home, "crm/customers.csv", 'customer_id,name\nC1,"a\nC2,b\nC3,"c"\n')
    take_in(home)
    assert [code for _, _, code in rejects(home)] == ["malformed_quotes"]
    assert [row["customer_id"] for row in lake(home, "crm/customers", order="line_no")] == ["C2", "C3"]


CONTRACTS = "contract_id,customer_id,plan_id,service_from,quantity,trial_days,auto_renew,updated_at\n"
BAD_CONTRACTS = [
    ("K1,,team,2026-10-01,,,,", "customer_id", "missing"),
    ("K1,C1,team,2026-13-01,,,,", "service_from", "bad_date"),
    ("K1,C1,team,01.10.2026,,,,", "service_from", "bad_date"),
    ("K1,C1,team,2026-10-01,NaN,,,", "quantity", "bad_number"),
    ("K1,C1,team,2026-10-01,1000000000000000,,,", "quantity", "bad_number"),
    ("K1,C1,team,2026-10-01,1,1.5,,", "trial_days", "bad_number"),
    ("K1,C1,team,2026-10-01,1,,perhaps,", "auto_renew", "bad_flag"),
    ("K1,C1,team,2026-10-01,1,,,2026-10-01 00:00:00", "updated_at", "bad_timestamp"),
]


@pytest.mark.parametrize(
    ("line", "column", "reason"), BAD_CONTRACTS, ids=[f"{column}-{reason}" for _, column, reason in BAD_CONTRACTS]
)
def test_a_contract_that_is_not_as_promised_is_refused(home: Home, line: str, column: str, reason: str) -> None:
    deliver(
        home, "crm/contracts.csv", f"{CONTRACTS}{line}\nK2,C1,team,2026-10-01,0.5,14,true,2026-10-01T00:00:00+09:00\n"
    )
    take_in(home)
    assert rejects(home) == [(2, column, reason)]
    (row,) = lake(home, "crm/contracts")
    assert (row["contract_id"], row["quantity"], row["trial_days"], row["auto_renew"]) == (
        "K2",
        Decimal("0.5"),
        14,
        True,
    )


@pytest.mark.parametrize("written", ["10000000000000", "-1e13", "1e400", "9999999999999.9999999999999"])
def test_an_amount_that_leaves_no_room_for_a_sum_is_refused_with_what_would_be_right(home: Home, written: str) -> None:
    header = "charge_id,customer_id,charged_on,amount,currency\n"
    deliver(
        home,
        "crm/one_off_charges.csv",
        f"{header}O1,C1,2026-10-01,{written},JPY\nO2,C1,2026-10-01,9999999999999.9999,JPY\n",
    )
    take_in(home)
    assert rejects(home) == [(2, "amount", "bad_number")]
    assert [row["expected"] for row in lake(home, "rejects")] == [
        "a decimal number with at most 13 digits before the point"
    ]
    assert [row["amount"] for row in lake(home, "crm/one_off_charges")] == [Decimal("9999999999999.9999")]


def test_a_decision_that_this_release_does_not_act_on_is_refused_and_so_is_an_unknown_change(home: Home) -> None:
    deliver(
        home,
        "crm/contract_changes.csv",
        "change_id,contract_id,effective_on,kind\nX2,K1,2026-10-01,cancel\nX3,K1,2026-10-01,stop\n",
    )
    decision = (
        '{"decision_id": "D1", "kind": "reopen", "decided_by": "sato", "decided_at": "2026-10-01T00:00:00Z", '
        '"reason": "asked"}\n'
    )
    deliver(home, "decisions/one.jsonl", decision)
    take_in(home)
    assert sorted(rejects(home)) == [(1, "kind", "kind_not_supported"), (3, "kind", "unknown_value")]


def test_a_message_names_no_personal_data(home: Home) -> None:
    deliver(home, "crm/customers.csv", "customer_id,name,birth_date\nC1,Taro,not-a-day\n")
    take_in(home)
    (row,) = lake(home, "rejects")
    assert "Taro" not in row["message"] + row["expected"]
    assert "not-a-day" not in row["message"] + row["expected"]


def test_the_line_number_of_a_quote_line_is_not_the_line_of_the_file(home: Home) -> None:
    deliver(home, "crm/quote_lines.csv", "quote_id,line_no,plan_id,description\nQ1,7,team,\nQ1,8,,\n")
    take_in(home)
    (row,) = lake(home, "crm/quote_lines")
    assert (row["quote_line_no"], row["line_no"]) == (7, 2)
    assert rejects(home) == [(3, "plan_id", "missing")]


@pytest.mark.parametrize(
    ("name", "states"), [("contract_changes", ["loaded", "refused"]), ("contracts", ["loaded", "loaded"])]
)
def test_the_same_bytes_under_another_name_are_refused_where_every_row_counts(
    home: Home, name: str, states: list[str]
) -> None:
    text = (
        "change_id,contract_id,customer_id,plan_id,service_from,effective_on,kind\n"
        "X1,K1,C1,team,2026-10-01,2026-10-01,cancel\n"
    )
    deliver(home, f"crm/{name}_1.csv", text)
    take_in(home, 1)
    deliver(home, f"crm/{name}_2.csv", text)
    take_in(home, 2)
    assert [row["state"] for row in lake(home, "intake", order="file_name")] == states


def test_a_file_of_no_known_kind_is_refused(home: Home) -> None:
    deliver(home, "crm/invoices.csv", "a\n1\n")
    deliver(home, "readme.txt", "hello")
    take_in(home)
    assert [code for _, _, code in rejects(home)] == ["unknown_kind", "unknown_kind"]
