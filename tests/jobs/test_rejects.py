"""Refused rows: what was found, in which language, for whom, and until when they are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.cli.rejects_text import rejects_text
from billing_jobs.cli.status_text import status_text
from billing_jobs.jobs.rejects import rejects
from billing_jobs.jobs.status import status
from billing_jobs.jobs.withdraw import withdraw
from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, at, deliver, deliver_usage, new_home, take_in

HEADER = "customer_id,name,name_kana,email,payment_terms,effective_on\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = new_home(tmp_path)
    deliver(made, "catalog/base.yml", CATALOG)
    return made


def listed(home: Home, **asked: Any) -> list[tuple[str, int, str, str | None]]:
    rows = rejects(home, at(9), **asked)["rows"]
    return [(row["file_name"], row["line_no"], row["reason_code"], row["found"]) for row in rows]


def said(home: Home, **asked: Any) -> list[str]:
    return list(rejects_text(rejects(home, at(9), **asked)))


def test_a_refusal_says_the_value_that_was_found(home: Home) -> None:
    deliver(home, "crm/customers.csv", HEADER + "C1,Aoba,,,,soon\n")
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,many", "e2,t,yesterday,K1,1")
    deliver(
        home, "crm/one_off_charges.csv", "charge_id,customer_id,charged_on,amount,currency\nO1,C1,2026-10-01,1 0,JPY\n"
    )
    take_in(home)
    assert listed(home) == [
        ("crm/customers.csv", 2, "bad_date", "soon"),
        ("crm/one_off_charges.csv", 2, "bad_number", "1 0"),
        ("usage/web/a.csv", 2, "bad_number", "many"),
        ("usage/web/a.csv", 3, "bad_timestamp", "yesterday"),
    ]
    assert said(home, file_name="usage/web/a.csv")[0] == (
        "usage/web/a.csv:2: quantity: found `many`; expected a decimal number with at most 15 digits before the point "
        "(bad_number: no number can be read)"
    )


def test_a_payment_that_is_refused_says_what_stood_there(home: Home) -> None:
    deliver(home, "catalog/sources/bank.yml", "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\n"
            "columns: {booked_on: day, amount: yen, remitter_name: who}\n")  # fmt: skip
    deliver(home, "payments/bank/a.csv", "day,yen,who\n2026-10-01,x1,AOBA\n10/2/26,5,AOBA\n")
    take_in(home)
    assert listed(home) == [
        ("payments/bank/a.csv", 2, "bad_number", "x1"),
        ("payments/bank/a.csv", 3, "bad_date", "10/2/26"),
    ]


def test_ingest_shows_the_first_five_rows_of_each_file_and_how_to_see_the_others(home: Home) -> None:
    deliver_usage(home, "web/a.csv", *(f"e{number},t,2026-10-01T00:00:00Z,K1,q{number}" for number in range(8)))
    told = [line.strip() for line in take_in(home).messages]
    assert told[0] == "usage/web/a.csv: 8 rows were refused"
    assert [line.split("`")[1] for line in told[1:6]] == [f"q{number}" for number in range(5)]
    assert told[6] == "… and 3 more: `billing rejects usage/web/a.csv`"


def test_what_may_be_personal_is_shown_by_the_command_and_not_by_the_night(home: Home) -> None:
    deliver(home, "crm/customers.csv", HEADER + "C1,,,,,\n,Jane Roe,,jane@roe.example,,\nC2,n,,,,jane@roe.example\n")
    deliver(home, "crm/payment_methods.csv", "payment_method_id,customer_id,kind,card_exp_month\nP1,C1,card,Jane\n")
    told = "\n".join(take_in(home).messages)
    assert "customers.csv:4: effective_on: expected a day" in told
    assert "payment_methods.csv:2" in told
    assert "Jane" not in told and "jane" not in told
    assert ("crm/payment_methods.csv", 2, "bad_number", "Jane") in listed(home)
    assert "found `jane@roe.example`" in "\n".join(said(home))


def test_a_row_that_came_again_is_no_longer_told_of(home: Home) -> None:
    deliver(home, "crm/customers.csv", HEADER + "C1,Aoba,,,,soon\nC2,Kita,,,,soon\n")
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,many", "e2,t,2026-10-01T00:00:00Z,K1,many")
    take_in(home, 1)
    assert [row["rows"] for row in status(home, at(1))["refused_rows"]] == [2, 2]
    deliver(home, "crm/customers-mended.csv", HEADER + "C1,Aoba,,,,2026-10-01\nC2,Kita,,,,later\n")
    deliver_usage(home, "web/b.csv", "e1,t,2026-10-01T00:00:00Z,K1,4")
    take_in(home, 2)
    assert listed(home) == [
        ("crm/customers-mended.csv", 3, "bad_date", "later"),
        ("crm/customers.csv", 3, "bad_date", "soon"),
        ("usage/web/a.csv", 3, "bad_number", "many"),
    ]
    assert "2 rows that have come again since are not listed" in "\n".join(said(home))
    assert len(listed(home, shows_all=True)) == 5
    deliver(home, "crm/customers-3.csv", HEADER + "C2,Kita,,,,\n")
    deliver_usage(home, "web/c.csv", "e2,t,2026-10-01T00:00:00Z,K1,4")
    take_in(home, 3)
    assert status(home, at(3))["refused_rows"] == []


def test_an_event_that_was_in_conflict_is_settled_by_its_amendment(home: Home) -> None:
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1", "e1,t,2026-10-01T00:00:00Z,K1,2")
    take_in(home, 1)
    assert listed(home) == [("usage/web/a.csv", 3, "conflicting_event", "e1")]
    deliver(home, "usage/web/b.csv", "event_id,event_type,event_at,contract_id,quantity,amends\n"
            "e1b,t,2026-10-01T00:00:00Z,K1,2,e1\n")  # fmt: skip
    take_in(home, 2)
    assert listed(home) == []


def test_a_file_is_told_of_until_it_comes_again_under_a_longer_name_or_is_taken_back(home: Home) -> None:
    deliver(home, "crm/contracts.csv", "contract,plan\nK1,team\n")
    deliver(home, "crm/customers.csv", "id;who\n1;a\n")
    take_in(home, 1)
    deliver(home, "crm/customers_2.csv", "customer_id,name\n1,a\n")
    deliver_usage(home, "web/contracts-2.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 2)
    assert listed(home) == [
        ("crm/contracts.csv", 1, "missing_column", "no contract_id, customer_id, plan_id, service_from")
    ]


def test_japanese_where_the_seller_or_the_environment_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(home, "catalog/base.yml", CATALOG.replace("{entity: main,", "{entity: main, locale: ja,"))
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,many")
    deliver(home, "crm/contracts.txt", "x")
    told = take_in(home).messages
    assert told[0].startswith("crm/contracts.txt は受け取れません(unknown_format)。正しくは ")
    assert told[0].endswith("のどれかで終わる名前")
    assert told[1] == "usage/web/a.csv: 1 行が拒否されました"
    assert said(home, file_name="usage/web/a.csv")[0] == (
        "usage/web/a.csv:2: quantity: `many` が見つかりました。正しくは 小数点の前が 15 桁までの数"
        "(bad_number: 数値が読めない)"
    )
    assert "拒否された行があります" in status(home, at(1))["next"][-1]
    monkeypatch.setenv("BILLING_LANG", "en")
    assert said(home, file_name="usage/web/a.csv")[0].endswith("(bad_number: no number can be read)")


def test_a_file_that_a_person_takes_back_and_bytes_that_came_twice_are_told_no_longer(home: Home) -> None:
    deliver(home, "crm/contracts.csv", "contract,plan\nK1,team\n")
    deliver(
        home, "crm/one_off_charges-1.csv", "charge_id,customer_id,charged_on,amount,currency\nO1,C1,2026-10-01,5,JPY\n"
    )
    deliver(
        home, "crm/one_off_charges-2.csv", "charge_id,customer_id,charged_on,amount,currency\nO1,C1,2026-10-01,5,JPY\n"
    )
    take_in(home, 1)
    assert [name for name, *_ in listed(home)] == ["crm/contracts.csv"]
    assert [reason for _, _, reason, _ in listed(home, shows_all=True)] == ["missing_column", "same_file_again"]
    withdraw(home, at(2), file_name="crm/contracts.csv", reason="wrong export", decided_by="keiri")
    take_in(home, 3)
    assert status(home, at(3))["refused_rows"] == []


def test_after_an_erasure_status_is_quiet(home: Home) -> None:
    deliver(home, "crm/customers.csv", "customer_id,name,email\nC1,Aoba,a@b.example\nC2,Kita,k@b.example\n")
    deliver(home, "crm/payer_aliases.csv", "alias,customer_id\nAOBA,C1\n")
    take_in(home, 1)
    deliver(home, "crm/erasures.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 2)
    take_in(home, 3)
    said = status(home, at(3))
    assert (said["refused_rows"], said["files_new"], said["files_waiting"]) == ([], 0, [])
    assert [line for line in said["next"] if "rejects" in line or "ingest" in line] == []


def test_status_tells_warnings_that_have_money_and_no_others(home: Home) -> None:
    take_in(home)
    text = {"ja": "何かあります", "en": "Something is there"}
    results = [
        {"rule": rule, "success": success, "rows": 2, "money": money, "text": text}
        for rule, success, money in (
            ("dear", False, {"JPY": "1200", "USD": "3.50"}), ("free", False, {"JPY": "0"}), ("bare", False, {}),
            ("fine", True, {"JPY": "9"}),
        )
    ]  # fmt: skip
    home.reports.mkdir(exist_ok=True)
    (home.reports / "check.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    said = status(home, at(1))
    assert [(row["rule"], row["money"]) for row in said["warnings"]] == [("dear", "1200 JPY, 3.50 USD")]
    assert any("reports/data_quality.html" in line for line in said["next"])
    assert "Warnings with money" in "\n".join(status_text(said))
