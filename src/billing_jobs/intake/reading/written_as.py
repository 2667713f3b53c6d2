"""How a table that no profile describes is written: its encoding and what stands between its columns.

UTF-16 says so itself by its byte order mark. Of a file that is no UTF-8 nothing says what it is: it is read as cp932
(the Shift_JIS of Windows, what Japanese spreadsheets save) where all of it can be, no line with other than ASCII
characters is UTF-8, and no single Japanese character stands within a Latin word, as an accented letter would come out.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Collection, Iterator
from gzip import BadGzipFile
from pathlib import Path

from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.hygiene import open_bytes
from billing_jobs.intake.reading.limits import MEGABYTE, limits
from billing_jobs.intake.reading.read_records import Shape

_DELIMITERS = (",", ";", "\t", "|")
_PIECE = 1 << 16
_WITHIN_A_WORD = re.compile("[A-Za-z][^\x00-\x7f][A-Za-z ]|[A-Za-z][^\x00-\x7f]$", re.MULTILINE)


def shape_by(said: Profile, path: Path, columns: Collection[str]) -> Shape:
    """The shape of a CSV or JSON Lines file by its profile, and by itself where that says nothing else than the
    defaults; `columns` are the names that its header may have besides those of the profile."""
    try:
        encoding = _encoding_of(path) if said.encoding == Profile.encoding else said.encoding
        header = _header_line(path, encoding, said.header_line)
    except (EOFError, BadGzipFile, zlib.error, OSError):
        return Shape()  # reading says what is wrong with it
    known = {*columns, *said.columns.values()}
    delimiter = _delimiter_of(header, known) if said.delimiter == Profile.delimiter else said.delimiter
    return Shape(encoding, delimiter, said.header_line)


def _encoding_of(path: Path) -> str:
    with open_bytes(path) as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    return "cp932" if not _is_utf8(path) and _is_cp932(path) else "utf-8"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _is_cp932(path: Path) -> bool:
    with open_bytes(path) as stream:
        for line in stream:
            if line.isascii():
                continue
            try:
                text = line.decode("cp932")
            except UnicodeDecodeError:
                return False
            if _WITHIN_A_WORD.search(text.rstrip("\r\n")) or _reads_as_utf8(line):
                return False
    return True


def _reads_as_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    """No more than a file may come to unpacked; what is beyond is refused when it is read."""
    left = limits().unpacked_mb * MEGABYTE
    with open_bytes(path) as stream:
        while left > 0 and (piece := stream.read(_PIECE)):
            left -= len(piece)
            yield piece


def _header_line(path: Path, encoding: str, header_line: int) -> str:
    with open_bytes(path) as stream:
        text = stream.read(_PIECE).decode(encoding, errors="replace")
    lines = text.lstrip("\ufeff").splitlines()[max(header_line - 1, 0) :]
    return next((line for line in lines if line.strip()), "")


def _delimiter_of(header: str, columns: Collection[str]) -> str:
    """That by which the header names most columns; a comma where none does better."""

    def named(delimiter: str) -> int:
        return sum(name.strip(' "') in columns for name in header.split(delimiter))

    return max(_DELIMITERS, key=named)
