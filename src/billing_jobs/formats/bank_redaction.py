"""Taking a payer out of certain records of a bank's file: bytes in, bytes out, record for record. Pure.

A deposit notice is redacted by the layout of the Japanese Bankers Association (`zengin_layouts`), a CSV by its profile.
What says who paid goes (name, code, text, bank); days, amounts and references stay, and so does every other record,
byte for byte.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

from billing_jobs.formats import zengin_layouts as layouts
from billing_jobs.formats.csv_rows import fit, split_rows
from billing_jobs.formats.profile_csv import CsvRules

_OF_A_PAYER = ("remitter_code", "remitter_name", "remittance_text")
_OF_A_PAYER_IN_ZENGIN = ("remitter_code", "remitter_name", "from_bank", "from_branch", "edi_text")


def redact_bank_csv(content: bytes, lines: Collection[int], *, rules: CsvRules) -> bytes:
    """The file without the payers of the rows that begin on these lines; columns that the profile does not name
    go too."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    encoding = "utf-8" if rules.encoding.lower().startswith("utf-8") else rules.encoding
    kept = {source for name, source in rules.columns.items() if name not in _OF_A_PAYER} | {rules.sign_column}
    text = content[len(mark) :].decode(encoding)
    found, rows = split_rows(text, delimiter=rules.delimiter, header_line=rules.header_line)
    header = [name.strip() for name in found.fields] if found else []
    before = text[: len(text) - sum(len(row.raw) for row in rows)]
    written = [before]
    for row in rows:
        raw, fields = row.raw, fit(row.fields, header)
        if row.line_no in lines and fields is not None:
            masked = [
                value if name in kept or f"#{place}" in kept else ""
                for place, (name, value) in enumerate(zip(header, fields, strict=True), start=1)
            ]
            # A row keeps its number of lines, so that file and line still name the same row.
            inner = "".join(re.findall(r"\r\n|\r|\n", raw.rstrip("\r\n")))
            raw = _as_line(masked, rules.delimiter) + inner + raw[len(raw.rstrip("\r\n")) :]
        written.append(raw)
    return mark + "".join(written).encode(encoding)


def redact_zengin(content: bytes, records: Collection[int]) -> bytes:
    """The deposit notice with blanks for the payers of these records (counted from 1)."""
    if not re.search(rb"[\r\n]", content.rstrip(b"\x1a\r\n")):
        size = layouts.RECORD_LENGTH
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        return b"".join(_blanked(part) if number in records else part for number, part in enumerate(parts, start=1))
    parts = re.split(rb"(\r\n|\n|\r)", content)
    return b"".join(
        _blanked(part) if place % 2 == 0 and place // 2 + 1 in records else part for place, part in enumerate(parts)
    )


def _blanked(record: bytes) -> bytes:
    layout = layouts.DATA_B if layouts.is_form_b(record.ljust(layouts.RECORD_LENGTH)) else layouts.DATA_A
    for name in _OF_A_PAYER_IN_ZENGIN:
        first, length = layout[name]
        field = record[first - 1 : first - 1 + length]
        record = record[: first - 1] + b" " * len(field) + record[first - 1 + length :]
    return record


def _as_line(row: list[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", delimiter=delimiter).writerow(row)
    return text.getvalue().removesuffix("\n")
