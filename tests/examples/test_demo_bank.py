"""The demo's bank: what customers pay answers what was published, and its files are what a bank would deliver."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from examples.demo.bank import FEE, answer_invoices
from examples.demo.names import half_width, japanese_company
from examples.demo.zengin import Deposit, deposit_notice

AFTER, UNTIL, DUE = date(2026, 5, 31), date(2026, 6, 30), date(2026, 6, 30)


@pytest.fixture
def published(tmp_path) -> Path:
    """Open invoices of one customer of each habit (the rest of its number by 20 tells which): C00009 has three."""
    path = tmp_path / "billing.duckdb"
    con = duckdb.connect(str(path))
    con.execute("create table customers (customer_id varchar, remitter_code varchar, country varchar)")
    con.execute("""create table invoices (
        document_number varchar, document_type varchar, customer_id varchar, currency varchar,
        invoice_date date, due_date date, open_amount decimal(20,4))""")
    for number in (1, 2, 4, 5, 6, 8, 9, 11):
        currency = "USD" if number == 8 else "JPY"
        con.execute(
            "insert into customers values (?, ?, ?)",
            [f"C{number:05}", "7000000001" if number == 1 else "", "US" if number == 8 else "JP"],
        )
        due = date(2026, 6, 16) if number == 8 else DUE
        con.execute(
            "insert into invoices values (?, 'invoice', ?, ?, ?, ?, 55000)",
            [f"INV-2026-{number:06}", f"C{number:05}", currency, AFTER, due],
        )
    for extra in (101, 102):
        con.execute(
            "insert into invoices values (?, 'invoice', 'C00009', 'JPY', ?, ?, 1100)",
            [f"INV-2026-{extra:06}", AFTER, DUE],
        )
    con.close()
    return path


def deposits_in(path: Path) -> list[tuple[str, int, str]]:
    """(code, amount, name) of the data records, cut by bytes."""
    records = path.read_bytes().split(b"\r\n")
    return [
        (r[39:49].decode("cp932").strip(), int(r[19:29]), r[49:97].decode("cp932").strip())
        for r in records
        if r[:1] == b"2"
    ]


def test_each_customer_pays_by_its_habit(published, tmp_path):
    answer_invoices(published, tmp_path, after=AFTER, until=UNTIL)
    paid = deposits_in(tmp_path / "2026-06-30/payments/bank_main/nyukin-20260630.txt")
    amounts = sorted(amount for _, amount, _ in paid)
    assert amounts == sorted([55000, 55000 - int(FEE), 55000, 55000, 57200, 55000]), (
        "on time, short by the fee, twice, three at once, early; one never pays"
    )
    (by_card,) = csv.DictReader(
        (tmp_path / "2026-06-30/payments/card_acquirer/settled-20260630.csv").read_text(encoding="cp932").splitlines()
    )
    assert (by_card["請求書番号"], by_card["金額"]) == ("INV-2026-000004", "55000")
    assert ("7000000001", 55000, japanese_company(0)["remitter_name"]) in paid


def test_dollars_come_as_a_statement_with_the_names_of_its_profile(published, tmp_path):
    answer_invoices(published, tmp_path, after=AFTER, until=UNTIL)
    (path,) = tmp_path.glob("*/payments/bank_usd/*.csv")
    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert (row["Amount"], row["Booked"]) == ("55000.00", "06/30/2026")


def test_the_answer_to_the_same_invoices_is_the_same_bytes(published, tmp_path):
    for name in ("one", "two"):
        answer_invoices(published, tmp_path / name, after=AFTER, until=UNTIL)
    files = [
        sorted((path.name, path.read_bytes()) for path in (tmp_path / name).rglob("*") if path.is_file())
        for name in ("one", "two")
    ]
    assert files[0] == files[1]
    assert len(files[0]) >= 2


def test_an_invoice_is_paid_on_one_day_even_if_nobody_has_matched_the_money(published, tmp_path):
    answer_invoices(published, tmp_path, after=UNTIL, until=date(2026, 7, 31))
    assert [
        code for code, _, _ in deposits_in(tmp_path / "2026-07-31/payments/bank_main/nyukin-20260731.txt") if code
    ] == []
    assert not list(tmp_path.glob("*/payments/bank_usd/*.csv"))


def test_a_deposit_notice_is_200_bytes_a_record_with_its_totals():
    notice = deposit_notice(
        [Deposit(date(2026, 6, 30), 1234, "ｶ)ﾂｷﾐｻﾞｶｹｲｿｸ", "", "INV-2026-000001"),
            Deposit(date(2026, 6, 30), 10**10 - 1, "X" * 60)],
        first=date(2026, 6, 1), until=date(2026, 6, 30), made_on=date(2026, 6, 30),
    )  # fmt: skip
    records = notice.split(b"\r\n")
    assert [len(record) for record in records] == [200, 200, 200, 200, 200, 0]
    assert records[0][4:10] == b"080630"
    assert records[3][1:19] == b"000002010000001233"
    assert records[1][128:148].strip() == b"INV-2026-000001"


def test_a_name_is_cut_before_a_kana_that_would_lose_its_voiced_mark():
    long = "ア" * 47 + "ガ"
    notice = deposit_notice([Deposit(date(2026, 6, 30), 1, half_width(long))], first=AFTER, until=UNTIL, made_on=UNTIL)
    assert notice.split(b"\r\n")[1][49:97].decode("cp932") == "ｱ" * 47 + " "


def test_half_width_kana_has_no_small_signs_and_marks_of_their_own():
    assert half_width("シュッパン") == "ｼﾕﾂﾊﾟﾝ"
    assert half_width("ビール") == "ﾋﾞ-ﾙ"
