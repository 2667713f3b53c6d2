"""Writes a deposit notice as Japanese banks deliver it: 全銀 01 振込入金通知, form A, 200 bytes a record, cp932,
dates in the era."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Deposit:
    """One transfer that reached an account; `amount` in whole yen.

    What the payer wrote is cut by the format, not by us.
    """

    booked_on: date
    amount: int
    remitter_name: str
    remitter_code: str = ""
    message: str = ""


def deposit_notice(deposits: list[Deposit], *, first: date, until: date, made_on: date) -> bytes:
    """The file of one account for the days `first` to `until` (both inclusive), records separated by CR LF."""
    head = (
        "1010"
        + _era(made_on)
        + _era(first)
        + _era(until)
        + "0000"
        + _text("ﾐﾅﾄ", 15)
        + "001"
        + _text("ﾄﾗﾉﾓﾝ", 15)
        + "1"
        + "1000001"
        + _text("ﾐﾅﾄｹｲﾘﾖｳｻ-ﾋﾞｽ(ｶ", 40)
    )
    rows = [_row(number, deposit) for number, deposit in enumerate(deposits, start=1)]
    total = f"8{len(deposits):06}{sum(deposit.amount for deposit in deposits):012}{0:06}{0:012}"
    records = [_text(record, 200) for record in (head, *rows, total, "9")]
    return "".join(record + "\r\n" for record in records).encode("cp932")


def _row(number: int, deposit: Deposit) -> str:
    day = _era(deposit.booked_on)
    money = f"{deposit.amount:010}{0:010}"
    who = _text(deposit.remitter_code, 10) + _text(deposit.remitter_name, 48)
    return (
        f"2{number:06}{day}{day}{money}{who}" + _text("ﾐﾅﾄ", 15) + _text("ﾏﾙﾉｳﾁ", 15) + " " + _text(deposit.message, 20)
    )


def _era(day: date) -> str:
    """YYMMDD with the year of the Reiwa era: 2019 is 1."""
    return f"{day.year - 2018:02}{day:%m%d}"


def _text(value: str, width: int) -> str:
    """Left-aligned and cut to `width` bytes; a voiced mark is never parted from its kana."""
    cut = value[:width]
    return (cut[:-1] if value[width : width + 1] in ("ﾞ", "ﾟ") else cut).ljust(width)
