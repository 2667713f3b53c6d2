"""Spreadsheets of one sheet: values as they are stored, rows by their numbers, nothing computed, nothing too large."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from billing_jobs.errors import UsageError
from billing_jobs.intake.reading.sheets import csv_as_sheet, sheet_as_csv
from billing_jobs.settings import Home
from tests.intake.deliveries import deliver, lake, new_home, rejects, take_in

CUSTOMERS: list[list[Any]] = [
    ["customer_id", "name", "address"],
    ["C1", "青葉商事", "東京"],
    [None],
    ["C2", "Kita", None],
]


def sheet(rows: list[list[Any]], *, others: dict[str, list[list[Any]]] | None = None) -> bytes:
    book = Workbook()
    for number, (title, found) in enumerate({"一覧": rows, **(others or {})}.items()):
        page = book.active if number == 0 else book.create_sheet()
        page.title = title
        for row in found:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def reasons(home: Home) -> list[tuple[str, str, str | None, int]]:
    rows = lake(home, "rejects", order="file_name, line_no")
    return [(row["file_name"], row["reason_code"], row["found"], row["line_no"]) for row in rows]


def test_a_table_is_taken_from_a_sheet_with_the_rows_of_the_sheet(home: Home) -> None:
    deliver(home, "crm/customers.xlsx", sheet([*CUSTOMERS, [None, "nobody"]], others={"Sheet2": []}))
    take_in(home)
    found = [(row["line_no"], row["customer_id"], row["name"]) for row in lake(home, "crm/customers", order="line_no")]
    assert found == [(2, "C1", "青葉商事"), (4, "C2", "Kita")]
    assert rejects(home) == [(5, "customer_id", "missing")]


def test_days_numbers_and_flags_are_what_they_were_typed_as(home: Home) -> None:
    rows: list[list[Any]] = [
        ["contract_id", "customer_id", "plan_id", "service_from", "quantity", "auto_renew", "updated_at", "department"],
        [1001, "C1", "team", date(2026, 9, 1), 12.5, True, "2026-09-01T00:00:00Z", datetime(2026, 9, 1, 13, 5)],
        ["K2", "C1", "team", "2026/9/1", 0.1, False, None, "two\nlines"],
        ["K3", "C1", "team", "2026/9/1", 1e12, False, None, 7],
    ]
    deliver(home, "crm/contracts.xlsx", sheet(rows))
    take_in(home)
    found = lake(home, "crm/contracts", order="line_no")
    assert [(row["contract_id"], str(row["service_from"]), f"{row['quantity'].normalize():f}") for row in found] == [
        ("1001", "2026-09-01", "12.5"), ("K2", "2026-09-01", "0.1"), ("K3", "2026-09-01", "1000000000000"),
    ]  # fmt: skip
    assert [(row["auto_renew"], row["department"]) for row in found] == [
        (True, "2026-09-01T13:05:00"), (False, "two lines"), (False, "7"),
    ]  # fmt: skip


def test_usage_and_a_bank_s_file_may_be_sheets(home: Home) -> None:
    deliver(home, "catalog/sources/bank.yml", "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\n"
            "header_line: 3\n"
            "encoding: cp932\ncolumns: {booked_on: 日付, amount: 金額, remitter_name: 名前}\n")  # fmt: skip
    deliver(
        home,
        "payments/bank/a.xlsx",
        sheet([["入出金明細"], [], ["日付", "金額", "名前"], [date(2026, 10, 1), 5500, "アオバ"]]),
    )
    deliver(home, "usage/web/a.xlsx", sheet([["event_id", "event_type", "event_at", "contract_id", "quantity"],
            ["e1", "t", "2026-10-01T00:00:00Z", "K1", 3]]))  # fmt: skip
    take_in(home)
    assert [(str(row["booked_on"]), int(row["amount"]), row["remitter_name"]) for row in lake(home, "payments")] == [
        ("2026-10-01", 5500, "アオバ")
    ]
    assert [(row["event_id"], int(row["quantity"]), row["line_no"]) for row in lake(home, "usage/*")] == [("e1", 3, 2)]


def test_a_formula_counts_by_its_stored_value_and_without_one_the_file_is_refused(home: Home, tmp_path: Path) -> None:
    content = sheet([["customer_id", "name"], ["C1", "=1+1"]])
    deliver(home, "crm/customers-never-computed.xlsx", content)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w") as written:
        for name in read.namelist():
            part = read.read(name)
            written.writestr(
                name, part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")
            )
    deliver(home, "crm/customers-computed.xlsx", made.getvalue())
    take_in(home)
    assert [row["name"] for row in lake(home, "crm/customers")] == ["2"]
    assert reasons(home) == [("crm/customers-never-computed.xlsx", "unreadable_sheet", "=1+1", 2)]


def test_what_is_no_one_sheet_is_refused_and_its_neighbours_are_taken(home: Home) -> None:
    deliver(home, "crm/customers-a.xlsx", sheet(CUSTOMERS, others={"more": CUSTOMERS}))
    deliver(home, "crm/customers-b.xlsx", b"PK\x03\x04 torn")
    deliver(home, "crm/customers-c.xlsx", b"\xd0\xcf\x11\xe0 with a password")
    deliver(home, "crm/customers-d.xlsx", sheet([]))
    deliver(home, "crm/customers-e.xls", b"\xd0\xcf\x11\xe0")
    deliver(home, "crm/customers-f.xlsx", sheet(CUSTOMERS))
    take_in(home)
    assert [row[:3] for row in reasons(home)] == [
        ("crm/customers-a.xlsx", "unreadable_sheet", "一覧, more"),
        ("crm/customers-b.xlsx", "unreadable_sheet", None),
        ("crm/customers-c.xlsx", "unreadable_sheet", None),
        ("crm/customers-d.xlsx", "empty_file", None),
        ("crm/customers-e.xls", "unknown_format", None),
    ]
    assert len(lake(home, "crm/customers")) == 2


def test_a_sheet_that_unpacks_to_too_much_is_never_unpacked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    deliver(home, "crm/customers-bomb.xlsx", made.getvalue())
    monkeypatch.setenv("BILLING_LIMIT_SHEET_MB", "2")
    take_in(home)
    ((_, reason, _, _),) = reasons(home)
    assert reason == "too_large" and "BILLING_LIMIT_SHEET_MB" in lake(home, "rejects")[0]["expected"]


def test_rows_and_columns_of_a_sheet_have_their_limits(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_LIMIT_TABLE_ROWS", "3")
    monkeypatch.setenv("BILLING_LIMIT_COLUMNS", "4")
    deliver(home, "crm/customers-a.xlsx", sheet(CUSTOMERS * 2))
    deliver(home, "crm/customers-b.xlsx", sheet([["customer_id", "name", "a", "b", "c"]]))
    take_in(home)
    assert [(name, reason) for name, reason, _, _ in reasons(home)] == [
        ("crm/customers-a.xlsx", "too_large"), ("crm/customers-b.xlsx", "too_large"),
    ]  # fmt: skip
    monkeypatch.setenv("BILLING_LIMIT_SHEET_MB", "none")
    with pytest.raises(UsageError):
        take_in(home, 2)


def test_what_a_sheet_says_of_its_size_is_not_believed(home: Home) -> None:
    content = sheet(CUSTOMERS)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w") as written:
        for name in read.namelist():
            written.writestr(name, read.read(name).replace(b'ref="A1:C4"', b'ref="A1:XFD1048576"'))
    assert b"XFD1048576" in zipfile.ZipFile(made).read("xl/worksheets/sheet1.xml")
    deliver(home, "crm/customers.xlsx", made.getvalue())
    take_in(home)
    assert len(lake(home, "crm/customers")) == 2


def test_who_asks_for_erasure_is_erased_from_sheets(home: Home) -> None:
    path = deliver(home, "crm/customers.xlsx", sheet(CUSTOMERS))
    deliver(home, "catalog/sources/bank.yml", "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\n"
            "columns: {booked_on: day, amount: yen, remitter_name: who}\n")  # fmt: skip
    bank = deliver(home, "payments/bank/a.xlsx", sheet([["day", "yen", "who"], [date(2026, 10, 1), 5, "青葉商事"],
                   [date(2026, 10, 1), 7, "Kita"]]))  # fmt: skip
    take_in(home, 1)
    before = [row["payment_id"] for row in lake(home, "payments", order="line_no")]
    deliver(home, "crm/erasures.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 2)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    assert rows[1] == ("C1", "erased", None) and rows[3][:2] == ("C2", "Kita")
    assert "青葉" not in str(list(load_workbook(bank).active.iter_rows(values_only=True)))
    assert [row["name"] for row in lake(home, "crm/customers", order="line_no")] == ["erased", "Kita"]
    found = lake(home, "payments", order="line_no")
    assert [row["payment_id"] for row in found] == before
    assert found[0]["remitter_name"] == ""


def test_a_sheet_made_of_text_is_the_same_bytes_and_the_same_text_again(tmp_path: Path) -> None:
    text = 'a,b\n"=1+1","x,y"\n\n0012,\n'
    content = csv_as_sheet(text)
    assert content == csv_as_sheet(text)
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert sheet_as_csv(path, tmp_path / "a.csv").read_text("utf-8") == 'a,b\n=1+1,"x,y"\n\n0012,\n'
