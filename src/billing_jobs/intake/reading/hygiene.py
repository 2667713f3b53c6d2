"""Making a text file safe for the engine: one look at its bytes, and a cleaned copy only where they are not as they
should be.

A character is unreadable where its bytes are no UTF-8 (RFC 3629), or none of the encoding that a profile names. In the
copy an unreadable character becomes UNREADABLE, a line beyond LINE_LIMIT is cut and ends in TOO_LONG, and every line
ends in a line feed, so that line numbers stay those of the delivered file and a bad line costs that line only.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from billing_jobs.intake.engine import FileRefused
from billing_jobs.intake.reading.limits import MEGABYTE, limits, refusal

UNREADABLE, TOO_LONG = "\uf8f0", "\uf8f1"
LINE_LIMIT = 1_000_000
_KEPT = 500
_PIECE = 1 << 20
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_CONTROL_TO_MARK = dict.fromkeys(_CONTROL, UNREADABLE)

codecs.register_error("billing_mark", lambda error: (UNREADABLE, getattr(error, "end", 0)))


@dataclass(frozen=True)
class Text:
    """A text file that the engine can read. lines: how many it has; is_marked: some hold UNREADABLE or TOO_LONG."""

    path: Path
    lines: int
    is_marked: bool = False


def prepare_text(path: Path, *, encoding: str, scratch: Path, most: str = "table_rows") -> Text:
    """The file itself if the engine can read it as it is, else a cleaned UTF-8 copy in `scratch`.

    FileRefused: a broken gzip file, a file in UTF-16 that no profile announces, or one beyond a limit (`most`: that of
    its lines).
    """
    try:
        is_ours = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
        lines = _lines_if_clean(path, _Meter(most)) if is_ours else None
        if lines is not None:
            return Text(path, lines)
        return _write_cleaned(path, encoding, scratch / "cleaned.txt", _Meter(most))
    except EOFError as error:
        raise FileRefused("truncated_gzip", "a whole gzip file; deliver it again under a new name") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused("bad_gzip", "a gzip file, as its name says; deliver it again under a new name") from error


class _Meter:
    """Counts what was read of a file. Raises FileRefused as soon as it is beyond a limit, before more is unpacked."""

    def __init__(self, most: str) -> None:
        self._most, self._rows, self._bytes = most, getattr(limits(), most), limits().unpacked_mb * MEGABYTE
        self._lines = self._read = 0

    def add(self, length: int, lines: int) -> None:
        """So many more bytes (or characters) and lines."""
        self._read += length
        self._lines += lines
        if self._read > self._bytes:
            raise refusal("unpacked_mb", "megabytes unpacked")
        if self._lines > self._rows + 1:  # a header
            raise refusal(self._most, "rows")


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, decompressed where the name ends in .gz."""
    return cast("BinaryIO", gzip.open(path)) if path.name.endswith(".gz") else path.open("rb")


def read_bytes(path: Path) -> bytes:
    """The whole content of a small file (a bank's, not usage), decompressed where the name ends in .gz.

    FileRefused if it is broken.
    """
    try:
        with open_bytes(path) as stream:
            content = stream.read(limits().bank_mb * MEGABYTE + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused("bad_gzip", "a whole gzip file; deliver it again under a new name") from error
    if len(content) > limits().bank_mb * MEGABYTE:
        raise refusal("bank_mb", "megabytes unpacked")
    if content.count(b"\n") > limits().bank_rows:
        raise refusal("bank_rows", "rows")
    return content


def _lines_if_clean(path: Path, meter: _Meter) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    returns = line_feeds = pairs = 0
    last = b""
    clean = True
    with open_bytes(path) as stream:
        while piece := stream.read(_PIECE):
            if not last and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise FileRefused(
                    "wrong_encoding",
                    "UTF-8; this file is UTF-16, name its encoding in the source's profile or save it as UTF-8",
                )
            feeds = piece.count(b"\n")
            meter.add(len(piece), feeds)
            if clean and (
                (len(piece) == _PIECE and not feeds)
                or len(piece.translate(None, _CONTROL)) != len(piece)
                or not _decodes(decoder, piece)
            ):
                clean = False  # the rest is still read: a broken gzip file shows only at its end
            line_feeds += feeds
            if b"\r" in piece or last.endswith(b"\r"):
                returns += piece.count(b"\r")
                pairs += piece.count(b"\r\n") + (last.endswith(b"\r") and piece.startswith(b"\n"))
            last = piece
    is_clean = clean and _decodes(decoder, b"", final=True) and (returns == 0 or returns == line_feeds == pairs)
    return line_feeds + (not last.endswith(b"\n")) if is_clean else None


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _write_cleaned(path: Path, encoding: str, target: Path, meter: _Meter) -> Text:
    target.parent.mkdir(parents=True, exist_ok=True)
    lines, is_marked = 0, False
    with open_bytes(path) as stream, target.open("w", encoding="utf-8", newline="\n") as cleaned:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="billing_mark", newline=None)
        while line := text.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT and not line.endswith("\n"):
                rest = line
                while rest and not rest.endswith("\n"):
                    rest = text.readline(LINE_LIMIT)
                    meter.add(len(rest), 0)
                line = f"{line[:_KEPT]}{TOO_LONG}\n"
            line = line.translate(_CONTROL_TO_MARK)
            lines += 1
            meter.add(len(line), 1)
            is_marked = is_marked or UNREADABLE in line or TOO_LONG in line
            cleaned.write(line)
    return Text(target, lines, is_marked)


def locate_lines(path: Path, positions: Collection[int]) -> tuple[set[int], set[int]]:
    """The numbers of the lines that begin at these bytes, as the engine's CSV reader counts them, and of those without
    anything to read.

    It counts from 1, and a line after a carriage return and a line feed begins, for it, with that line feed.
    """
    at, blank, offset = set(), set(), 0
    wanted, before = set(positions), b""
    with open_bytes(path) as stream:
        for number, line in enumerate(stream, start=1):
            if (offset if before.endswith(b"\r\n") else offset + 1) in wanted:
                at.add(number)
            if not line.strip(b"\r\n"):
                blank.add(number)
            offset, before = offset + len(line), line
    return at, blank


def pick_lines(path: Path, numbers: Sequence[int]) -> list[str | None]:
    """The lines of a clean text file with these numbers (from 1, ascending), None where nothing stands on one."""
    lines, passed = [], 0
    with open_bytes(path) as stream:
        for number in numbers:
            lines.append(next(islice(stream, number - 1 - passed, None)).rstrip(b"\r\n").decode() or None)
            passed = number
    return lines
