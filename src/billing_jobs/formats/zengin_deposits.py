"""Reading deposit notices (振込入金通知, Zengin type 01): bytes -> (deposits, bad lines).

Source: the Japanese Bankers Association's record formats for 振込入金通知 (`zengin_layouts`); where they are silent, or
banks are laxer than they, it is said here.

One header, data records, one trailer for each account, one end record. Records may follow each other without a
separator or be ended by CRLF, LF or CR. A cancelled deposit (取消区分 1) is a reversal of an earlier one. The trailer
may count cancelled records or leave them out; banks differ. A trailer that fits neither way does not lose the deposits:
the records stand as read, and the mismatch is reported for a person to ask the bank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing_jobs.formats import zengin_layouts as layouts
from billing_jobs.formats.deposits import BadLine, Deposit, Reading
from billing_jobs.formats.japanese_dates import read_era_date

_SHORTEST = {b"1": 67, b"2": 97, b"8": 19, b"9": 1}
_CANCELLED, _STANDING = "1", ("", "0")


@dataclass
class _Group:
    """The records between a header and its trailer."""

    header: bytes
    line_no: int
    deposits: list[Deposit] = field(default_factory=list)
    has_bad_lines: bool = False

    @property
    def account(self) -> str:
        parts = [
            layouts.field(self.header, layouts.HEADER, name) for name in ("bank_code", "branch_code", "account_number")
        ]
        return "-".join(parts)


def read_zengin_deposits(content: bytes, *, received_on: date) -> Reading:
    """All deposits of the file in its order; `line_no` counts records from 1.

    The account is bank-branch-number of the header.
    """
    records = list(_split(content))
    if not records or records[0][1][:1] != b"1":
        return [], [
            BadLine(1, "", "not_zengin", "a Zengin file that begins with a header record (1)", is_whole_file=True)
        ]
    business_type, code_set = (
        layouts.field(records[0][1], layouts.HEADER, "business_type"),
        layouts.field(records[0][1], layouts.HEADER, "code_set"),
    )
    if business_type != layouts.DEPOSIT_NOTICE:
        return [], [
            BadLine(
                1,
                "business_type",
                "wrong_type",
                f"type 01 (deposit notice), found type {business_type}",
                is_whole_file=True,
            )
        ]
    if code_set == "1":
        return [], [
            BadLine(1, "code_set", "ebcdic", "JIS characters (code set 0); ask the bank for them", is_whole_file=True)
        ]
    return _read_groups(records, received_on)


def _read_groups(records: list[tuple[int, bytes]], received_on: date) -> Reading:
    deposits: list[Deposit] = []
    bad: list[BadLine] = []
    group: _Group | None = None
    for line_no, record in records:
        kind = record[:1]
        if problem := _find_wrong_length(line_no, record):
            bad.append(problem)
            if group:
                group.has_bad_lines = True
        elif kind == b"1":
            bad += _find_missing_trailer(group)
            group = _Group(record, line_no)
        elif kind == b"2" and group is not None:
            read = _read_data(record, line_no, group.account, received_on)
            if isinstance(read, Deposit):
                group.deposits.append(read)
                deposits.append(read)
            else:
                group.has_bad_lines = True
                bad.append(read)
        elif kind == b"8" and group is not None:
            bad += _check_trailer(record, line_no, group)
            group = None
        elif kind != b"9":
            bad.append(
                BadLine(
                    line_no,
                    "record_type",
                    "unknown_record",
                    "a record of type 1, 2, 8 or 9 in its place",
                    _shown(record),
                )
            )
    bad += _find_missing_trailer(group)
    if records[-1][1][:1] != b"9":
        bad.append(
            BadLine(
                records[-1][0], "record_type", "missing_end", "an end record (9) at the end; the file may be cut off"
            )
        )
    return deposits, bad


def _split(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbered records, padded to full length: trailing blanks are often lost on the way."""
    content = content.rstrip(b"\x1a\r\n")
    if re.search(rb"[\r\n]", content):
        records = re.split(rb"\r\n|\n|\r", content)
    else:
        records = [
            content[start : start + layouts.RECORD_LENGTH] for start in range(0, len(content), layouts.RECORD_LENGTH)
        ]
    for line_no, record in enumerate(records, start=1):
        if record.strip():
            yield (
                line_no,
                record.ljust(layouts.RECORD_LENGTH) if len(record) >= _SHORTEST.get(record[:1], 1) else record,
            )


def _find_wrong_length(line_no: int, record: bytes) -> BadLine | None:
    if len(record) == layouts.RECORD_LENGTH:
        return None
    return BadLine(
        line_no, "", "wrong_length", f"a record of {layouts.RECORD_LENGTH} bytes, found {len(record)}", _shown(record)
    )


def _read_data(record: bytes, line_no: int, account: str, received_on: date) -> Deposit | BadLine:
    layout = layouts.DATA_B if layouts.is_form_b(record) else layouts.DATA_A
    text = {name: layouts.field(record, layout, name) for name in layout}
    booked_on = read_era_date(text["booked_on"], received_on=received_on)
    if booked_on is None:
        return BadLine(
            line_no, "booked_on", "bad_date", "a day as YYMMDD of the Japanese era (bytes 8-13)", _shown(record)
        )
    amount = _amount(text.get("second_amount", "")) or _amount(text["amount"])
    if amount is None or amount == 0:
        return BadLine(
            line_no,
            "amount",
            "bad_number",
            "an amount above 0 in digits (bytes 20-29, in form B 129-140)",
            _shown(record),
        )
    if text["cancel_mark"] not in (_CANCELLED, *_STANDING):
        return BadLine(line_no, "cancel_mark", "unknown_value", "1 (cancelled), 0 or blank in byte 128", _shown(record))
    is_cancelled = text["cancel_mark"] == _CANCELLED
    return Deposit(
        line_no=line_no,
        account=account,
        booked_on=booked_on,
        value_on=read_era_date(text["value_on"], received_on=received_on) or booked_on,
        amount=amount,
        currency="JPY",
        direction="out" if is_cancelled else "in",
        # Blank and zero both mean that the bank gave no code.
        remitter_code=text["remitter_code"] if text["remitter_code"].strip("0") else "",
        remitter_name=text["remitter_name"],
        remittance_text=text["edi_text"],
        bank_transaction_id=text["inquiry_number"] if text["inquiry_number"].strip("0") else "",
        is_reversal=is_cancelled,
    )


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text.isascii() and text.isdigit() else None


def _check_trailer(record: bytes, line_no: int, group: _Group) -> Iterator[BadLine]:
    """The bank's count and total against what was read; with unreadable records they cannot fit and those are already
    reported."""
    if group.has_bad_lines:
        return
    standing = [deposit for deposit in group.deposits if not deposit.is_reversal]
    sums = {(len(rows), sum((row.amount for row in rows), Decimal(0))) for rows in (group.deposits, standing)}
    count, total = (_amount(layouts.field(record, layouts.TRAILER, name)) for name in ("count", "total"))
    if (count, total) not in sums:
        found = " or ".join(f"{rows} deposits of {amount}" for rows, amount in sorted(sums))
        yield BadLine(
            line_no,
            "total",
            "trailer_mismatch",
            f"a trailer that fits the records read ({found}), found {count} of {total}; ask the bank",
            _shown(record),
        )


def _find_missing_trailer(group: _Group | None) -> Iterator[BadLine]:
    if group is not None:
        yield BadLine(
            group.line_no,
            "record_type",
            "missing_trailer",
            "a trailer record (8) that closes this header's records; the file may be cut off",
        )


def _shown(record: bytes) -> str:
    return record.decode("cp932", errors="replace").rstrip()
