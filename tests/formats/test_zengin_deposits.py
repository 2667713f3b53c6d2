from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.formats import zengin_layouts as layouts
from billing_jobs.formats.deposits import Reading
from billing_jobs.formats.zengin_deposits import read_zengin_deposits

DATA = Path(__file__).with_name("data")
FORM_A = (DATA / "01_nyukin_a_crlf.txt").read_bytes()
HEADER, *DEPOSITS, TRAILER, END = FORM_A.strip(b"\r\n").split(b"\r\n")


def read(content: bytes) -> Reading:
    return read_zengin_deposits(content, received_on=date(2026, 9, 1))


def put(record: bytes, name: str, value: bytes, *, layout: layouts.Layout = layouts.DATA_A) -> bytes:
    first, length = layout[name]
    return record[: first - 1] + value.ljust(length) + record[first - 1 + length :]


def trailer(count: int, total: int) -> bytes:
    return put(
        put(TRAILER, "count", b"%06d" % count, layout=layouts.TRAILER),
        "total",
        b"%012d" % total,
        layout=layouts.TRAILER,
    )


def file_of(*records: bytes) -> bytes:
    return b"\r\n".join(records) + b"\r\n"


def test_form_a_gives_deposits_with_account_days_names_and_references() -> None:
    deposits, bad = read(FORM_A)
    assert bad == []
    assert [deposit.amount for deposit in deposits] == [11000, 32340, 55000, 22000, 22000]
    assert {deposit.account for deposit in deposits} == {"0001-001-1234567"}
    assert {(deposit.booked_on, deposit.value_on) for deposit in deposits} == {(date(2026, 8, 31), date(2026, 8, 31))}
    assert deposits[0].remitter_name == "ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ"
    assert [deposit.remitter_code for deposit in deposits] == ["", "", "0000001234", "", ""]
    assert deposits[3].remittance_text == "INV-202608-0007"


def test_a_cancelled_record_is_a_reversal_going_out() -> None:
    deposits, _ = read(FORM_A)
    assert [(deposit.is_reversal, deposit.direction) for deposit in deposits[3:]] == [(False, "in"), (True, "out")]


@pytest.mark.parametrize("separator", [b"", b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("ending", [b"", b"\x1a", b"\r\n\x1a"])
def test_separators_and_endings_do_not_matter(separator: bytes, ending: bytes) -> None:
    records = [HEADER, *DEPOSITS, TRAILER, END]
    assert read(separator.join(records) + ending) == read(FORM_A)


def test_a_file_that_lost_its_trailing_blanks_is_read() -> None:
    assert read(b"\r\n".join(record.rstrip() for record in (HEADER, *DEPOSITS, TRAILER, END))) == read(FORM_A)


def test_form_b_takes_the_second_amount_and_the_first_where_it_is_zero() -> None:
    deposits, bad = read((DATA / "01_nyukin_b_crlf.txt").read_bytes())
    assert bad == []
    assert [deposit.amount for deposit in deposits] == [Decimal("12345678901"), Decimal(11000)]


def test_a_trailer_may_count_cancelled_records() -> None:
    deposits, bad = read((DATA / "01_nyukin_a_trailer_gross_crlf.txt").read_bytes())
    assert (len(deposits), bad) == (5, [])


def test_a_trailer_that_does_not_fit_is_reported_and_the_deposits_stand() -> None:
    deposits, bad = read(file_of(HEADER, *DEPOSITS, trailer(4, 120341), END))
    assert len(deposits) == 5
    assert [(line.line_no, line.reason_code) for line in bad] == [(7, "trailer_mismatch")]


BAD_RECORDS = [
    ("booked_on", b"081332", "booked_on", "bad_date"),
    ("booked_on", b"000000", "booked_on", "bad_date"),
    ("amount", b"00000x1000", "amount", "bad_number"),
    ("amount", b"0000000000", "amount", "bad_number"),
    ("cancel_mark", b"7", "cancel_mark", "unknown_value"),
]


@pytest.mark.parametrize(("name", "value", "column", "reason"), BAD_RECORDS)
def test_a_bad_record_is_refused_by_number_and_the_others_are_read(
    name: str, value: bytes, column: str, reason: str
) -> None:
    deposits, bad = read(file_of(HEADER, DEPOSITS[0], put(DEPOSITS[1], name, value), *DEPOSITS[2:], TRAILER, END))
    assert len(deposits) == 4
    assert [(line.line_no, line.column_name, line.reason_code) for line in bad] == [(3, column, reason)]


def test_a_record_of_the_wrong_length_is_refused_and_the_others_are_read() -> None:
    deposits, bad = read(file_of(HEADER, DEPOSITS[0] + b"xx", *DEPOSITS[1:], TRAILER, END))
    assert len(deposits) == 4
    assert [(line.line_no, line.reason_code) for line in bad] == [(2, "wrong_length")]


def test_several_accounts_are_several_groups_with_one_end() -> None:
    other = put(HEADER, "account_number", b"7654321", layout=layouts.HEADER)
    deposits, bad = read(file_of(HEADER, *DEPOSITS, TRAILER, other, DEPOSITS[0], trailer(1, 11000), END))
    assert [deposit.account for deposit in deposits][-1] == "0001-001-7654321"
    assert len(deposits) == 6
    assert bad == []


def test_a_group_without_deposits_is_no_mistake() -> None:
    assert read(file_of(HEADER, trailer(0, 0), END)) == ([], [])


@pytest.mark.parametrize(
    ("records", "reasons"),
    [([HEADER, *DEPOSITS], ["missing_trailer", "missing_end"]), ([HEADER, *DEPOSITS, TRAILER], ["missing_end"])],
)
def test_a_file_that_is_cut_off_says_so(records: list[bytes], reasons: list[str]) -> None:
    deposits, bad = read(file_of(*records))
    assert len(deposits) == 5
    assert [line.reason_code for line in bad] == reasons


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_zengin"),
        (b"day,amount\n", "not_zengin"),
        ((DATA / "03_meisai_crlf.txt").read_bytes(), "wrong_type"),
        (file_of(put(HEADER, "code_set", b"1", layout=layouts.HEADER), *DEPOSITS), "ebcdic"),
    ],
)
def test_another_kind_of_file_is_refused_as_a_whole(content: bytes, reason: str) -> None:
    deposits, (line,) = read(content)
    assert (deposits, line.reason_code, line.is_whole_file) == ([], reason, True)
