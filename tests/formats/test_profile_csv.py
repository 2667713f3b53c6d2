from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing_jobs.formats.bank_redaction import redact_bank_csv
from billing_jobs.formats.profile_csv import CsvRules, read_profile_csv

COLUMNS = {"booked_on": "入金日", "amount": "金額", "remitter_name": "会員名", "reference": "請求書番号"}
RULES = CsvRules(columns=COLUMNS, encoding="cp932", date_format="%Y/%m/%d", currency="JPY", account="card")
HEADER = "入金日,金額,会員名,請求書番号\n"


def test_a_row_becomes_a_deposit() -> None:
    deposits, bad = read_profile_csv((HEADER + '2026/10/05,"1,234",山田,INV-1\n').encode("cp932"), rules=RULES)
    assert bad == []
    (deposit,) = deposits
    assert (deposit.booked_on, deposit.value_on, deposit.amount, deposit.direction) == (
        date(2026, 10, 5),
        date(2026, 10, 5),
        Decimal(1234),
        "in",
    )
    assert (deposit.account, deposit.currency, deposit.remitter_name, deposit.reference, deposit.line_no) == (
        "card",
        "JPY",
        "山田",
        "INV-1",
        2,
    )


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("2026/13/05,1234,x,y", "booked_on", "bad_date"),
        ("05.10.2026,1234,x,y", "booked_on", "bad_date"),
        ("2026/10/05,12x,x,y", "amount", "bad_number"),
        ("2026/10/05,0,x,y", "amount", "bad_number"),
        ('2026/10/05,"1,23",x,y', "amount", "bad_number"),
        ("2026/10/05,NaN,x,y", "amount", "bad_number"),
        ("2026/10/05,10000000000000,x,y", "amount", "bad_number"),
        ("2026/10/05,1234,x", "", "wrong_column_count"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_the_others_are_read(line: str, column: str, reason: str) -> None:
    deposits, bad = read_profile_csv(
        f'{HEADER}2026/10/05,1,"a\nb",y\n\n{line}\n2026/10/05,2,x,y\n'.encode("cp932"), rules=RULES
    )
    assert [deposit.amount for deposit in deposits] == [1, 2]
    assert [(one.line_no, one.column_name, one.reason_code) for one in bad] == [(5, column, reason)]


@pytest.mark.parametrize(
    ("columns", "extra", "row", "amount", "direction"),
    [
        ({"amount": "a"}, {}, "-5.50,,", "5.50", "out"),
        ({"amount": "a"}, {"sign_column": "b", "sign_out": ("D",)}, "5,D,", "5", "out"),
        ({"amount": "a"}, {"sign_column": "b", "sign_out": ("D",)}, "5,C,", "5", "in"),
        ({"amount_in": "a", "amount_out": "b"}, {}, "5,,", "5", "in"),
        ({"amount_in": "a", "amount_out": "b"}, {}, ",7,", "7", "out"),
        ({"amount": "a", "direction": "c"}, {}, "5,,out", "5", "out"),
    ],
)
def test_the_direction_comes_from_the_sign_from_two_columns_or_from_a_word(
    columns: dict[str, str], extra: dict[str, object], row: str, amount: str, direction: str
) -> None:
    rules = CsvRules(columns={"booked_on": "d", **columns}, currency="JPY", **extra)  # type: ignore[arg-type]
    ((deposit,), bad) = read_profile_csv(f"d,a,b,c\n2026-10-01,{row}\n".encode(), rules=rules)
    assert (deposit.amount, deposit.direction, bad) == (Decimal(amount), direction, [])


def test_a_file_in_another_encoding_is_refused_as_a_whole() -> None:
    _, (line,) = read_profile_csv(
        (HEADER + "2026/10/05,1,é,y\n").encode("latin-1", errors="replace") + b"\x81", rules=RULES
    )
    assert (line.reason_code, line.is_whole_file) == ("wrong_encoding", True)


def test_a_file_without_the_columns_of_the_profile_is_refused_as_a_whole() -> None:
    _, (line,) = read_profile_csv("日付,金額\n".encode("cp932"), rules=RULES)
    assert (line.reason_code, line.is_whole_file) == ("missing_column", True)
    assert "入金日" in line.expected


def test_a_currency_is_needed_in_the_row_or_in_the_profile() -> None:
    rules = CsvRules(columns={"booked_on": "d", "amount": "a"})
    assert read_profile_csv(b"d,a\n2026-10-01,5\n", rules=rules)[1][0].column_name == "currency"


BANK = CsvRules(
    columns={"booked_on": "day", "amount": "amount", "remitter_name": "name", "remittance_text": "text"}, currency="JPY"
)
OPENED = '2026-10-05,1,A,x\n2026-10-05,2,B,"x\n2026-10-05,3,C,x\n2026-10-05,4,D,x"\n2026-10-05,5,E,x\n'


def read(rows: str, header: str = "day,amount,name,text\n") -> tuple[list[int], list[tuple[int, str]]]:
    deposits, bad = read_profile_csv((header + rows).encode(), rules=BANK)
    return [int(deposit.amount) for deposit in deposits], [(line.line_no, line.reason_code) for line in bad]


def test_a_lone_quote_takes_its_row_and_no_other() -> None:
    assert read(OPENED) == ([1, 3, 5], [(3, "malformed_quotes"), (5, "malformed_quotes")])
    assert read('2026-10-05,1,"A,x\n' + "2026-10-05,2,B,x\n" * 9_000) == ([2] * 9_000, [(2, "malformed_quotes")])
    assert read('2026-10-05,1,"A,x\n2026-10-05,2,"B,x\n2026-10-05,3,C,x\n') == (
        [3],
        [(2, "malformed_quotes"), (3, "malformed_quotes")],
    )
    assert read('"2026-10-05","1,000","A","x\n"2026-10-05","2","B","x"\n') == ([2], [(2, "malformed_quotes")])
    assert read('"2026-10-05","1,000,"A","x"\n"2026-10-05","2","B","x"\n') == ([2], [(2, "malformed_quotes")])
    assert read('2026-10-05,1,A,x\n2026-10-05,2,B,"x') == ([1], [(3, "malformed_quotes")])


def test_a_field_may_go_on_over_lines_and_a_quote_may_be_text() -> None:
    assert read('2026-10-05,1,"A\nof Tokyo","x, y"\n2026-10-05,2,B 5",x\n2026-10-05,3,B ""5"" x,"say ""x"""\n') == (
        [1, 2, 3],
        [],
    )
    rules = CsvRules(columns={"booked_on": "day", "amount": "amount", "remittance_text": "text"}, currency="JPY")
    deposits, bad = read_profile_csv(b'text,day,amount\n"a\nb",2026-10-05,1\n', rules=rules)
    assert ([deposit.remittance_text for deposit in deposits], bad) == (["a\nb"], [])


def test_blanks_around_a_quoted_field_and_an_empty_field_beyond_the_last_column_are_no_fault() -> None:
    assert read('2026-10-05,1,A,x,\n2026-10-05, "1,234" ,A,x\n2026-10-05,3,A,x,,\n2026-10-05,4,A,x,y\n') == (
        [1, 1234, 3],
        [(5, "wrong_column_count")],
    )
    assert read("2026-10-05,1,A,x\n2026-10-05,2,A,x,\n2026-10-05,3,A,x,y\n", header="day,amount,name,text,\n") == (
        [1, 2, 3],
        [],
    )


def test_redacting_leaves_rows_with_lone_quotes_and_empty_fields_where_they_are() -> None:
    content = f"day,amount,name,text\n2026-10-05,9,Z,x,\n{OPENED}".encode()
    made = redact_bank_csv(content, {2, 3}, rules=BANK)
    assert made == f"day,amount,name,text\n2026-10-05,9,,\n2026-10-05,1,,\n{OPENED.split(chr(10), 1)[1]}".encode()
