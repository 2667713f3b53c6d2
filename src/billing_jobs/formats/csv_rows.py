"""Rows of a bank's CSV, as the bank may have typed it: text in, rows out. Pure.

Rows and quotes are those of RFC 4180, section 2, as far as the file keeps to it. A field may be quoted and go on over
several lines. A quote that is opened and never closed would swallow the rows behind it, up to the next quote or the end
of the file; so a line that has as many columns as the header is a row of its own, and the quote that was open before it
stands alone. Otherwise quotes are read as `csv` reads them: one inside an unquoted field is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# A field that goes on for longer than this is no field: its quote was never closed.
MOST_LINES, MOST_CHARACTERS = 100, 131_072
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True)
class CsvRow:
    """One row. raw: as it came, with its line end; has_lone_quote: a quote of it has no partner,
    so that its fields say nothing."""

    line_no: int
    raw: str
    fields: list[str]
    has_lone_quote: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(value.strip() for value in self.fields)


def split_rows(text: str, *, delimiter: str, header_line: int = 0) -> tuple[CsvRow | None, list[CsvRow]]:
    """The header (the first row that is not blank, from `header_line` on) and the rows behind it;
    what stands before it is left out."""
    lines = [line for line in _LINE.findall(text) if line]
    at = max(header_line - 1, 0)
    while at < len(lines):
        row, at = _next_row(lines, at, delimiter, [])
        if not row.is_blank:
            return row, list(_rows_behind(lines, at, delimiter, row.fields))
    return None, []


def fit(fields: Sequence[str], header: Sequence[str]) -> list[str] | None:
    """A field for each column of the header, or None.

    Empty columns at its end, and empty fields beyond them, may be there or not.
    """
    named = next((place for place in range(len(header), 0, -1) if header[place - 1].strip()), 0)
    if len(fields) < named or any(value.strip() for value in fields[len(header) :]):
        return None
    return [*fields, *[""] * len(header)][: len(header)]


def _rows_behind(lines: Sequence[str], at: int, delimiter: str, header: Sequence[str]) -> Iterator[CsvRow]:
    is_open = False
    while at < len(lines):
        row, at = _next_row(lines, at, delimiter, header)
        if is_open and not row.has_lone_quote and row.raw.count('"') % 2:
            # The other end of the quote that stood alone.
            yield replace(row, has_lone_quote=True)
            is_open = False
        else:
            is_open = is_open or row.has_lone_quote
            yield row


def _next_row(lines: Sequence[str], at: int, delimiter: str, header: Sequence[str]) -> tuple[CsvRow, int]:
    """The row that begins on this line, and the line behind it."""
    fields, is_closed = _split(lines[at], delimiter)
    if is_closed:
        return _on_one_line(CsvRow(at + 1, lines[at], fields), delimiter, header), at + 1
    raw = lines[at]
    for after in range(at + 1, min(at + MOST_LINES, len(lines))):
        raw += lines[after]
        if len(raw) > MOST_CHARACTERS or _is_row(lines[after], delimiter, header):
            break
        fields, is_closed = _split(raw, delimiter)
        if is_closed:
            return CsvRow(at + 1, raw, fields), after + 1
    return CsvRow(at + 1, lines[at], fields, has_lone_quote=True), at + 1


def _on_one_line(row: CsvRow, delimiter: str, header: Sequence[str]) -> CsvRow:
    """With blanks before a quoted field passed over where only so it has the columns of the header."""
    if not header or row.is_blank or '"' not in row.raw or fit(row.fields, header):
        return row
    again, is_closed = _split(row.raw, delimiter, skip_blanks=True)
    if is_closed and fit(again, header):
        return replace(row, fields=again)
    return replace(row, has_lone_quote=row.raw.count('"') % 2 == 1)


def _is_row(line: str, delimiter: str, header: Sequence[str]) -> bool:
    """Whether a line has the columns of the header by itself, with its quotes read as quotes or as text; a quote that
    closes its first field closes one that was opened before."""
    as_text = line.rstrip("\r\n").split(delimiter)
    return any(
        header and fit(fields, header) and '"' not in fields[0] for fields in (_split(line, delimiter)[0], as_text)
    )


def _split(row: str, delimiter: str, *, skip_blanks: bool = False) -> tuple[list[str], bool]:
    """The fields of a row, and whether each quote that opens one is closed."""
    text = row.rstrip("\r\n")
    fields: list[str] = []
    at = 0
    while True:
        start = at
        while skip_blanks and text[start : start + 1] == " ":
            start += 1
        value, at, is_closed = _quoted(text, start) if text[start : start + 1] == '"' else ("", at, True)
        end = text.find(delimiter, at)
        end = len(text) if end < 0 else end
        fields.append(value + text[at:end])
        if not is_closed or end == len(text):
            return fields, is_closed
        at = end + len(delimiter)


def _quoted(text: str, at: int) -> tuple[str, int, bool]:
    """What stands in the quotes that open here, the place behind them, and whether they close;
    two of them inside are one."""
    parts, start = [], at + 1
    while (end := text.find('"', start)) >= 0:
        parts.append(text[start:end])
        if text[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1, True
        parts.append('"')
        start = end + 2
    return "".join([*parts, text[start:]]), len(text), False
