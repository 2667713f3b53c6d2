"""Taking a payer out of certain records of a bank's file: bytes in, bytes out, record for record. Pure.

What says who paid goes (name, code, text, bank); days, amounts and references stay, and so does every other record, byte for byte.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator

from billing_jobs.formats import zengin_layouts as layouts
from billing_jobs.formats.profile_csv import CsvRules

_OF_A_PAYER = ("remitter_code", "remitter_name", "remittance_text")
_OF_A_PAYER_IN_ZENGIN = ("remitter_code", "remitter_name", "from_bank", "from_branch", "edi_text")


def redact_bank_csv(content: bytes, lines: Collection[int], *, rules: CsvRules) -> bytes:
    """The file without the payers of the rows that begin on these lines; columns that the profile does not name go too."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    encoding = "utf-8" if rules.encoding.lower().startswith("utf-8") else rules.encoding
    kept = {source for name, source in rules.columns.items() if name not in _OF_A_PAYER} | {rules.sign_column}
    taken: list[str] = []
    reader = csv.reader(_remembered(io.StringIO(content[len(mark) :].decode(encoding), newline=""), taken), delimiter=rules.delimiter)
    written: list[str] = []
    header: list[str] = []
    line_no = 1
    for fields in reader:
        raw = "".join(taken)
        taken.clear()
        if not header and line_no >= rules.header_line and any(value.strip() for value in fields):
            header = [name.strip() for name in fields]
        elif line_no in lines:
            masked = [value if name in kept else "" for name, value in zip(header, fields, strict=True)]
            # A row keeps its number of lines, so that file and line still name the same row.
            inner = "".join(re.findall(r"\r\n|\r|\n", raw.rstrip("\r\n")))
            raw = _as_line(masked, rules.delimiter) + inner + raw[len(raw.rstrip("\r\n")) :]
        written.append(raw)
        line_no = reader.line_num + 1
    return mark + "".join(written).encode(encoding)


def redact_zengin(content: bytes, records: Collection[int]) -> bytes:
    """The deposit notice with blanks for the payers of these records (counted from 1)."""
    if not re.search(rb"[\r\n]", content.rstrip(b"\x1a\r\n")):
        size = layouts.RECORD_LENGTH
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        return b"".join(_blanked(part) if number in records else part for number, part in enumerate(parts, start=1))
    parts = re.split(rb"(\r\n|\n|\r)", content)
    return b"".join(_blanked(part) if place % 2 == 0 and place // 2 + 1 in records else part for place, part in enumerate(parts))


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


def _remembered(stream: io.StringIO, taken: list[str]) -> Iterator[str]:
    for line in stream:
        taken.append(line)
        yield line
