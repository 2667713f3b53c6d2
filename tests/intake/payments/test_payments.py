from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.formats.deposits import Deposit, Reading
from billing_jobs.intake.payments import load_payments
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.received import Delivery
from billing_jobs.records import make_plain_id
from billing_jobs.settings import Home
from tests.intake.deliveries import at, deliver, lake, new_home, rejects, take_in

SAMPLES = Path(__file__).parents[2] / "formats" / "data"
BANK = "source: bank\nkind: payments\nformat: zengin_01\nencoding: cp932\n"
CSV = (
    "source: usd\n"
    "kind: payments\n"
    "format: csv\n"
    "currency: USD\n"
    "account: usd-1\n"
    "columns: {booked_on: day, amount: amount, bank_transaction_id: id}\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    deliver(home, "catalog/sources/bank.yml", BANK)
    deliver(home, "catalog/sources/usd.yml", CSV)
    return home


def test_a_bank_file_becomes_deposits_with_keys_for_matching(home: Home) -> None:
    deliver(home, "payments/bank/a.txt", (SAMPLES / "01_nyukin_a_crlf.txt").read_bytes())
    take_in(home)
    found = lake(home, "payments", order="line_no")
    assert [row["amount"] for row in found] == [
        Decimal(11000),
        Decimal(32340),
        Decimal(55000),
        Decimal(22000),
        Decimal(22000),
    ]
    assert found[0]["payer_key"] == "ヤマダシヨウテン"
    assert [row["is_reversal"] for row in found] == [False, False, False, False, True]
    assert len({row["payment_id"] for row in found}) == 5


def test_overlapping_statements_count_every_deposit_once(home: Home) -> None:
    deliver(home, "payments/usd/a.csv", "day,amount,id\n2026-10-01,5,\n2026-10-01,5,\n2026-10-02,7.00,\n")
    take_in(home, 1)
    deliver(
        home,
        "payments/usd/b.csv",
        "day,amount,id\n2026-10-01,5,\n2026-10-01,5,\n2026-10-01,5,\n2026-10-02,7,\n2026-10-03,1,\n",
    )
    take_in(home, 2)
    assert [row["amount"] for row in lake(home, "payments", order="file_name, line_no")] == [5, 5, 7, 5, 1]
    (line,) = [row for row in lake(home, "intake") if row["file_name"] == "payments/usd/b.csv"]
    assert (line["rows_received"], line["rows_accepted"], line["rows_duplicate"]) == (5, 2, 3)


def test_the_same_bank_file_under_another_name_is_refused(home: Home) -> None:
    for name in ("a.txt", "b.txt"):
        deliver(home, f"payments/bank/{name}", (SAMPLES / "01_nyukin_a_crlf.txt").read_bytes())
    take_in(home)
    assert len(lake(home, "payments")) == 5
    assert [code for _, _, code in rejects(home)] == ["same_file_again"]


def test_a_bad_row_is_listed_and_the_others_are_taken(home: Home) -> None:
    deliver(home, "payments/usd/a.csv", "day,amount,id\n2026-10-01,five,1\n2026-10-01,5,2\n")
    take_in(home)
    assert rejects(home) == [(2, "amount", "bad_number")]
    assert [row["bank_transaction_id"] for row in lake(home, "payments")] == ["2"]


def test_a_file_of_another_type_is_refused_and_read_once_a_profile_fits(home: Home) -> None:
    deliver(home, "payments/bank/a.txt", "day,amount,id\n2026-10-01,5,1\n")
    take_in(home, 1)
    assert [code for _, _, code in rejects(home)] == ["not_zengin"]
    deliver(home, "catalog/sources/bank.yml", CSV.replace("source: usd", "source: bank"))
    take_in(home, 2)
    assert [row["amount"] for row in lake(home, "payments")] == [5]
    assert rejects(home) == []


def test_a_file_on_which_its_reader_breaks_is_refused_and_the_next_is_taken(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load_payments.read_profile_csv

    def broken(content: bytes, **rules: Any) -> Reading:
        if b"huge" in content:
            raise RecursionError("too deep")
        return read(content, **rules)

    monkeypatch.setattr(load_payments, "read_profile_csv", broken)
    deliver(home, "payments/usd/a.csv", "day,amount,id\n2026-10-01,5,huge\n")
    deliver(home, "payments/usd/b.csv", "day,amount,id\n2026-10-01,7,2\n")
    take_in(home)
    assert [row["amount"] for row in lake(home, "payments")] == [7]
    assert [code for _, _, code in rejects(home)] == ["unreadable_file"]


NOTICES = "day,amount,id,name,text\n2026-10-01,5,1,a|b,c\n2026-10-01,5,1,a,b|c\n2026-10-01,5,1,\\a,c\n"
WITH_TEXT = CSV.replace("bank_transaction_id: id}", "bank_transaction_id: name, remitter_name: text}")


def test_two_deposits_whose_words_join_to_one_text_are_two(home: Home) -> None:
    deliver(home, "catalog/sources/usd.yml", WITH_TEXT)
    deliver(home, "payments/usd/a.csv", NOTICES)
    take_in(home)
    found = {row["line_no"]: row["payment_id"] for row in lake(home, "payments")}
    assert len(set(found.values())) == 3


def test_a_deposit_that_was_allocated_keeps_its_id_and_a_yen_sign_moves_none(home: Home) -> None:
    """Banks of Japan print a yen sign where ASCII has the backslash."""
    deposit = Deposit(
        line_no=2, account="1", booked_on=date(2026, 10, 1), value_on=date(2026, 10, 1), amount=Decimal(5),
        currency="JPY", direction="in", remitter_name="\\100", reference="x",
    )  # fmt: skip
    profile, delivery = (
        Profile("bank", "payments", "csv"),
        Delivery("a", "1", "payments", "bank", at(1).now, at(1).now, "1"),
    )

    def id_of(**changes: str) -> str:
        def was_allocated(payment_id: str) -> bool:
            return payment_id == plain("a|b")

        changed = [replace(deposit, **changes)]
        [row] = load_payments.deposit_rows(changed, delivery, profile, known={}, was_allocated=was_allocated)
        return str(row["payment_id"])

    def plain(reference: str) -> str:
        key = ("1", date(2026, 10, 1), "JPY", "in", reference, "", "\\100")
        return make_plain_id("bank", "5", *key, 1)

    assert id_of() == plain("x")
    assert id_of(reference="a|b") == plain("a|b")
    assert id_of(reference="a|c") != plain("a|c")
