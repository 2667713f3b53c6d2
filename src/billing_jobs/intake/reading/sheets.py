"""A spreadsheet (.xlsx, Office Open XML of ISO/IEC 29500) as the CSV that it stands for, and back.

One sheet with values is read: the line of a row is its number in the sheet, a day is YYYY-MM-DD, a number is written as
it is stored, of a formula the value that the spreadsheet program stored with it. Nothing is computed.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing_jobs.intake.engine import FileRefused
from billing_jobs.intake.reading.limits import MEGABYTE, limits, refusal

ENDING = ".xlsx"
_UNREADABLE = "a whole .xlsx file without a password; save it again, or as CSV, and deliver it under a new name"
_FORMULA = re.compile(rb"<f[ >/]")
_PIECE = 1 << 20


def sheet_as_csv(path: Path, target: Path, *, most: str = "table_rows") -> Path:
    """Write the sheet with values as CSV (UTF-8, commas) to `target`.

    FileRefused where the file is no whole spreadsheet or beyond a limit (`most`: that of its rows), where several
    sheets have values, or where a formula has no stored value.
    """
    try:
        _refuse_large(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of looks that are not read
            _write(path, target, most)
    except FileRefused:
        raise
    except Exception as error:  # whatever a broken file makes the package stumble over
        if isinstance(error, MemoryError | OSError) and not isinstance(error, zipfile.BadZipFile):
            raise
        raise FileRefused("unreadable_sheet", _UNREADABLE) from error
    return target


def csv_as_sheet(text: str) -> bytes:
    """A spreadsheet with one sheet whose cells are the fields of the CSV as text; of the same text the same bytes."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in csv.reader(io.StringIO(text, newline="")):
        cells = [WriteOnlyCell(sheet, value=value or None) for value in row]
        for cell in cells:
            cell.data_type = "s" if cell.value is not None else cell.data_type  # what begins with = is no formula
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return _without_times(made.getvalue())


def _refuse_large(path: Path) -> None:
    """What the archive says of itself is looked at before any of it is unpacked: more than that is never read."""
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > limits().sheet_mb * MEGABYTE:
            raise refusal("sheet_mb", "megabytes unpacked in a spreadsheet")


def _write(path: Path, target: Path, most: str) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    name = _sheet_with_values(book)
    rows = _rows_of(book, name)
    if _has_formulas(path):
        rows = _refuse_uncomputed(rows, _rows_of(load_workbook(path, read_only=True), name))
    target.parent.mkdir(parents=True, exist_ok=True)
    trimmed = target.with_suffix(".trimmed")
    width = 0
    with trimmed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for number, row in enumerate(rows, start=1):
            if number > getattr(limits(), most) + 1:  # a header
                raise refusal(most, "rows", line_no=number)
            texts = [_text(value) for value in row]
            while texts and not texts[-1]:
                texts.pop()
            if len(texts) > limits().columns:
                raise refusal("columns", "columns", found=f"{len(texts):,}", line_no=number)
            width = max(width, len(texts))
            writer.writerow(texts)
    _pad(trimmed, target, width)
    trimmed.unlink()


def _pad(trimmed: Path, target: Path, width: int) -> None:
    """Every row as wide as the widest: a column may have values and no heading."""
    with trimmed.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written, lineterminator="\n")
        writer.writerows([*row, *[""] * (width - len(row))] if row else [] for row in csv.reader(read))


def _sheet_with_values(book: Any) -> str:
    filled = [sheet.title for sheet in book.worksheets if _has_values(sheet)]
    if len(filled) > 1:
        raise FileRefused(
            "unreadable_sheet",
            "one sheet with values; deliver each sheet as a file of its own",
            found=", ".join(filled),
        )
    if not filled:
        raise FileRefused("empty_file", "a header line with the names of the columns")
    return str(filled[0])


def _has_values(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a sheet says of its size may be a bomb
    return any(value is not None for row in sheet.iter_rows(values_only=True) for value in row)


def _rows_of(book: Any, name: str) -> Iterator[tuple[Any, ...]]:
    sheet = book[name]
    sheet.reset_dimensions()
    return (tuple(row) for row in sheet.iter_rows(values_only=True))


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    before = b""
                    while piece := part.read(_PIECE):
                        if _FORMULA.search(before + piece):
                            return True
                        before = piece[-3:]
    return False


def _refuse_uncomputed(
    values: Iterable[tuple[Any, ...]], formulas: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for number, (row, said) in enumerate(zip(values, formulas, strict=True), start=1):
        for value, formula in zip(row, said, strict=False):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                raise FileRefused(
                    "unreadable_sheet",
                    "a stored value for each formula; open the file in the spreadsheet program and save it, or replace "
                    "formulas by their values",
                    found=formula[:100],
                    line_no=number,
                )
        yield row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | str):
        return " ".join(str(value).splitlines())
    # A number with digits after the point, as the file has them: its shortest text is the number that was stored.
    text = f"{Decimal(repr(value)):f}" if type(value).__name__ != "timedelta" else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _without_times(content: bytes) -> bytes:
    """The archive without the moment at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            written.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
