"""`landing/.kept/<sha256>`: of every received file a copy, compressed with Zstandard (RFC 8878), under the hash of what
was received.

Loading reads these copies and nothing else, so that a rebuild reads the same bytes whatever happened to the files that
people see. A copy is made when a file is claimed: staged before its receipt is written, put in its place after it; what
a crash leaves staged is put in place or thrown away by the next ingest, as its receipt is there or not. So a copy
without a receipt is never ours.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import zstandard

from billing_jobs.intake.intake_log import Receipt
from billing_jobs.intake.keeping.regular_files import BEING_WRITTEN, NotRegular, open_regular
from billing_jobs.whole_files import flush

KEPT = ".kept"
_STAGED = ".claimed"
_PIECE = 1 << 20
_LEVEL = 1  # half a gigabyte a second and core, a third of the size: higher levels cost more than they save


class Changing(Exception):
    """The file is not, or no longer, what was found; says why."""


class Damaged(Exception):
    """No copy is kept under this hash, or it does not hold what its name says."""


def kept_path(landing: Path, sha256: str) -> Path:
    return landing / KEPT / sha256


def names_kept(landing: Path) -> set[str]:
    """The hashes of which a copy lies in place."""
    folder = landing / KEPT
    return {entry.name for entry in os.scandir(folder) if entry.name[0] != "."} if folder.is_dir() else set()


def names_staged(landing: Path) -> set[str]:
    """The hashes of copies that a crash left staged."""
    return {path.name[1:].removesuffix(_STAGED) for path in (landing / KEPT).glob(f".*{_STAGED}")}


def stage(landing: Path, path: str, sha256: str) -> None:
    """Copy a delivered file, on disk when this returns. Raises Changing if it is another than the one of this hash,
    changes while it is read, or cannot be read."""
    try:
        stream = open_regular(landing / path)
    except OSError as error:
        raise Changing(_told(error)) from error
    with stream:
        before = os.fstat(stream.fileno())
        found = _write_staged(landing, sha256, stream)
        after = os.fstat(stream.fileno())
    there = os.lstat(landing / path) if os.path.lexists(landing / path) else None
    told = (before.st_size, before.st_mtime_ns, before.st_ino)
    if found != sha256 or any(
        one is None or (one.st_size, one.st_mtime_ns, one.st_ino) != told for one in (after, there)
    ):
        _staged_path(landing, sha256).unlink()
        raise Changing(BEING_WRITTEN)


def stage_bytes(landing: Path, content: bytes) -> str:
    """The same with content of our own (a redacted file); returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write_staged(landing, sha256, io.BytesIO(content))
    return sha256


def put_in_place(landing: Path, sha256: str) -> None:
    """A staged copy whose receipt is known to be there."""
    _staged_path(landing, sha256).replace(kept_path(landing, sha256))
    flush(landing / KEPT)


def settle(landing: Path, receipts: Iterable[Receipt]) -> None:
    """Put in place what is staged and has its receipt; throw away what has none."""
    staged = names_staged(landing)
    if not staged:
        return
    known = {receipt.sha256 for receipt in receipts}
    for sha256 in staged:
        if sha256 in known:
            _staged_path(landing, sha256).replace(kept_path(landing, sha256))
        else:
            _staged_path(landing, sha256).unlink()
    flush(landing / KEPT)


def standing(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """The receipt that holds of each delivered name outside the catalog, whose copy a rebuild needs."""
    found: dict[str, Receipt] = {}
    for receipt in receipts:
        if not receipt.refused and not receipt.path.startswith("catalog/"):
            found[receipt.path] = receipt
    return {path: receipt for path, receipt in found.items() if not receipt.removed}


def forget_unneeded(landing: Path, receipts: list[Receipt]) -> None:
    """Copies of what was redacted, or taken away unread, go. One that no receipt tells of stays for whoever looks into
    it."""
    needed = {receipt.sha256 for receipt in standing(receipts).values()}
    gone = (names_kept(landing) & {receipt.sha256 for receipt in receipts}) - needed
    for sha256 in gone:
        kept_path(landing, sha256).unlink()
    if gone:
        flush(landing / KEPT)


def keep_missing(landing: Path, receipts: list[Receipt]) -> list[Receipt]:
    """Copies of what was received before there were any, where the file is still as it was; the receipts of the
    others."""
    there = names_kept(landing)
    lost = []
    for receipt in standing(receipts).values():
        if receipt.sha256 in there:
            continue
        try:
            stage(landing, receipt.path, receipt.sha256)
            there.add(receipt.sha256)
        except Changing:
            lost.append(receipt)
    settle(landing, receipts)
    return lost


def extract(landing: Path, sha256: str, target: Path) -> None:
    """What was received, as a file. Raises Damaged if it is not kept, or not as it was received."""
    digest = hashlib.sha256()
    try:
        with kept_path(landing, sha256).open("rb") as stream, target.open("wb") as written:
            for piece in _pieces_of(stream):
                digest.update(piece)
                written.write(piece)
    except (FileNotFoundError, zstandard.ZstdError) as error:
        raise Damaged(sha256) from error
    if digest.hexdigest() != sha256:
        raise Damaged(sha256)


def holds(landing: Path, sha256: str) -> bool:
    """Whether the copy of this hash is there and whole; a staged one counts."""
    for path in (kept_path(landing, sha256), _staged_path(landing, sha256)):
        digest = hashlib.sha256()
        try:
            with path.open("rb") as stream:
                for piece in _pieces_of(stream):
                    digest.update(piece)
        except (OSError, zstandard.ZstdError):
            continue
        if digest.hexdigest() == sha256:
            return True
    return False


def _pieces_of(stream: BinaryIO) -> Iterable[bytes]:
    with zstandard.ZstdDecompressor().stream_reader(stream) as reader:
        while piece := reader.read(_PIECE):
            yield piece


def _write_staged(landing: Path, sha256: str, stream: BinaryIO) -> str:
    staged = _staged_path(landing, sha256)
    staged.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with staged.open("wb") as raw:
        with zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(raw, closefd=False) as packed:
            while piece := _read(stream):
                digest.update(piece)
                packed.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    return digest.hexdigest()


def _read(stream: BinaryIO) -> bytes:
    """The next piece. What cannot be read is the file's matter, what cannot be written the machine's."""
    try:
        return stream.read(_PIECE)
    except OSError as error:
        raise Changing(_told(error)) from error


def _told(error: OSError) -> str:
    return str(error) if isinstance(error, NotRegular) else f"it cannot be read ({error.strerror})"


def _staged_path(landing: Path, sha256: str) -> Path:
    return landing / KEPT / f".{sha256}{_STAGED}"
