"""A bank's slip: a line for each deposit, `20261001;11000;ヤマダ ショウテン`, in UTF-8."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from billing_jobs.formats.deposits import BadLine, Deposit, Reading


def read_slip_lines(content: bytes, *, received_on: date) -> Reading:
    """The deposits of a slip, in yen; a line that is not day, amount and name is refused."""
    deposits, bad = [], []
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        day, amount, name = [*line.split(";"), "", ""][:3]
        try:
            booked_on = datetime.strptime(day, "%Y%m%d").date()
            deposits.append(
                Deposit(number, booked_on, booked_on, Decimal(amount), "in", currency="JPY", remitter_name=name)
            )
        except (ValueError, InvalidOperation):
            bad.append(BadLine(number, "", "not_a_slip", "day;amount;name", raw=line))
    return deposits, bad


def redact_slip_lines(content: bytes, lines: Collection[int]) -> bytes:
    """The slip without the names on these lines."""
    rows = content.decode("utf-8").splitlines(keepends=True)
    return "".join(
        f"{row.rpartition(';')[0]};\n" if number in lines else row for number, row in enumerate(rows, start=1)
    ).encode("utf-8")
