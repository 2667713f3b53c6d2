"""Reading deposits from a bank's or acquirer's own CSV, as its profile describes it: bytes -> (deposits, bad lines).

No standard says its columns, signs and dates: the profile in `catalog/sources/` does. Rows are read as `csv_rows` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from billing_jobs.formats.csv_rows import CsvRow, fit, split_rows
from billing_jobs.formats.deposits import BadLine, Deposit, Reading

_TEXTS = ("account", "reference", "remitter_code", "remitter_name", "remittance_text", "bank_transaction_id")
# As of every amount that comes in (docs/landing.md).
TOO_LARGE = 10**13
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,12})?")
_TRUE = {"1", "true", "yes", "y"}


@dataclass(frozen=True)
class CsvRules:
    """What a profile says about its CSV. columns: our name -> the file's. sign_out:
    values of `sign_column` that mean money going out."""

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    header_line: int = 0
    date_format: str = "%Y-%m-%d"
    currency: str = ""
    account: str = ""
    sign_column: str = ""
    sign_out: tuple[str, ...] = ()


Row = Mapping[str, str]


def read_profile_csv(content: bytes, *, rules: CsvRules) -> Reading:
    """All deposits in the file's order; `line_no` is the line on which the row begins."""
    try:
        text = content.decode("utf-8-sig" if rules.encoding.lower() in ("utf-8", "utf8") else rules.encoding)
    except UnicodeDecodeError as error:
        line_no = content[: error.start].count(b"\n") + 1
        return [], [
            BadLine(line_no, "", "wrong_encoding", f"text in {rules.encoding}, as the profile says", is_whole_file=True)
        ]
    found, rows = split_rows(text, delimiter=rules.delimiter, header_line=rules.header_line)
    header = [name.strip() for name in found.fields] if found else []
    places = [f"#{place}" for place in range(1, len(header) + 1)]
    missing = [name for name in [*rules.columns.values(), rules.sign_column] if name and name not in (*header, *places)]
    if missing:
        line_no = found.line_no if found else max(rules.header_line, 1)
        return [], [
            BadLine(
                line_no, "", "missing_column", f"the columns {', '.join(missing)} of the profile", is_whole_file=True
            )
        ]
    read = [_read_row(row, header, rules) for row in rows if not row.is_blank]
    return [row for row in read if isinstance(row, Deposit)], [row for row in read if isinstance(row, BadLine)]


def _read_row(found: CsvRow, header: list[str], rules: CsvRules) -> Deposit | BadLine:
    line_no, raw = found.line_no, found.raw.rstrip("\r\n")
    if found.has_lone_quote:
        return BadLine(
            line_no,
            "",
            "malformed_quotes",
            "quotes that open and close around a whole field, and are doubled inside",
            raw,
        )
    fields = fit(found.fields, header)
    if fields is None:
        return BadLine(
            line_no, "", "wrong_column_count", f"{len(header)} columns as in the header, found {len(found.fields)}", raw
        )
    by_place = {f"#{place}": value.strip() for place, value in enumerate(fields, start=1)}
    by_header = by_place | dict(zip(header, (value.strip() for value in fields), strict=True))
    row = {name: by_header[source] for name, source in rules.columns.items()} | {
        name: str(value) for name, value in rules.constants.items()
    }
    booked_on = _day(row.get("booked_on", ""), rules.date_format)
    value_on = _day(row["value_on"], rules.date_format) if row.get("value_on") else booked_on
    if booked_on is None or value_on is None:
        name = "booked_on" if booked_on is None else "value_on"
        return BadLine(line_no, name, "bad_date", f"a day written as {rules.date_format}", raw, found=row.get(name, ""))
    amount = _signed_amount(row, by_header, rules)
    if amount is None or amount == 0 or abs(amount) >= TOO_LARGE:
        return BadLine(
            line_no,
            "amount",
            "bad_number",
            "an amount other than 0 with at most 13 digits before the point, such as 1,234 or -1234.50",
            raw,
            found=row.get("amount") or row.get("amount_in") or row.get("amount_out") or "",
        )
    currency = (row.get("currency") or rules.currency).upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        return BadLine(
            line_no,
            "currency",
            "missing" if not currency else "unknown_value",
            "a currency such as JPY, in the row or in the profile",
            raw,
            found=currency,
        )
    texts = {name: row.get(name, "") for name in _TEXTS}
    texts["account"] = texts["account"] or rules.account
    return Deposit(
        line_no=line_no,
        booked_on=booked_on,
        value_on=value_on,
        amount=abs(amount),
        direction="out" if amount < 0 else "in",
        currency=currency,
        is_reversal=row.get("is_reversal", "").lower() in _TRUE,
        **texts,
    )


def _signed_amount(row: Row, by_header: Row, rules: CsvRules) -> Decimal | None:
    """Positive in, negative out: from a signed column, from two columns, or from a column that says which."""
    if "amount_in" in row:
        money_in, money_out = _number(row["amount_in"] or "0"), _number(row.get("amount_out") or "0")
        return None if money_in is None or money_out is None else money_in - abs(money_out)
    amount = _number(row.get("amount", ""))
    if amount is not None and rules.sign_column:
        return -abs(amount) if by_header[rules.sign_column] in rules.sign_out else abs(amount)
    return -amount if amount is not None and row.get("direction", "").lower() == "out" and amount > 0 else amount


def _number(text: str) -> Decimal | None:
    plain = text.strip().lstrip("¥￥$").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


def _day(text: str, date_format: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), date_format).date()  # noqa: DTZ007 a printed day has no zone
    except ValueError:
        return None
