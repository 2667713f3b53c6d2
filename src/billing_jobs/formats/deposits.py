"""What every reader of payments gives back: deposits, and lines that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Deposit:
    """One movement on our account. `amount` is positive in units of the currency; `direction` says in or out. Absent
    texts are empty.

    booked_on: the day in the cash journal. value_on: the day that counts as "paid on". is_reversal: the bank takes an
    earlier deposit back.
    """

    line_no: int
    booked_on: date
    value_on: date
    amount: Decimal
    direction: str
    account: str = ""
    currency: str = ""
    reference: str = ""
    remitter_code: str = ""
    remitter_name: str = ""
    remittance_text: str = ""
    bank_transaction_id: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is refused and why; with `is_whole_file` nothing of the file can be trusted to be what it seems.

    found: what stands in the column, where it is one column's fault.
    """

    line_no: int
    column_name: str
    reason_code: str
    expected: str
    raw: str = ""
    is_whole_file: bool = False
    found: str = ""


Reading = tuple[list[Deposit], list[BadLine]]
