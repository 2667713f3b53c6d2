"""The folder `documents/`: each PDF is written once, and `ledger/papers.jsonl` remembers its hash. Nothing here
overwrites.

Who issues a qualified invoice keeps a copy (Consumption Tax Act 消費税法, art. 57-4 para. 6); one that was given out as
a file is kept so that it cannot be corrected or deleted unseen (Electronic Books Preservation Act 電子帳簿保存法,
art. 7; Enforcement Regulation, art. 4 para. 1 item 3).

A paper is made from what was committed, so its hash comes after that commit; the next manifest records the length and
hash of the log, as it does for the log of mails.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from billing_jobs.adapters import append_log
from billing_jobs.adapters.files import fsync_file, fsync_folder, sha256_of
from billing_jobs.records import file_name_of
from billing_jobs.settings import Home
from billing_jobs.whole_files import make_folder


class PaperDiffers(Exception):
    """A paper with this number lies there already, with other bytes."""


def path_of(document_number: str, invoice_date: date) -> str:
    """Where a document's PDF lies, below the home: documents/2026/10/INV-2026-000001.pdf."""
    return f"documents/{invoice_date:%Y}/{invoice_date:%m}/{file_name_of(document_number)}.pdf"


class Shelf:
    """The papers of one home.

    The manifest is read once, when the shelf is opened; the home's lock keeps other writers away.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._manifest = manifest(home)

    def missing(self, document_numbers: Iterable[str]) -> list[str]:
        """The numbers of documents that have no paper, or none that the manifest knows."""
        return [number for number in document_numbers if self.find(number) is None]

    def find(self, document_number: str) -> Path | None:
        """The paper of a document, if it was rendered and is there."""
        entry = self._manifest.get(document_number)
        path = self._home.root / entry["path"] if entry else None
        return path if path and path.exists() else None

    def put(self, *, document_number: str, invoice_date: date, pdf: bytes, now: datetime) -> None:
        """Lay a paper on the shelf: whole or not at all.

        Raises PaperDiffers when other bytes were given out under this number.
        """
        known, digest = self._manifest.get(document_number), hashlib.sha256(pdf).hexdigest()
        relative = known["path"] if known else path_of(document_number, invoice_date)
        target = self._home.root / relative
        if known and known["sha256"] != digest:
            raise PaperDiffers(
                f"{document_number}: the paper given out has sha256 {known['sha256'][:12]}…, rendering gives "
                f"{digest[:12]}…"
            )
        if target.exists() and sha256_of(target) != digest:
            raise PaperDiffers(
                f"{document_number}: {relative} holds other bytes than its document renders to; it was left as it is"
            )
        if not target.exists():
            _write_once(target, pdf)
        if not known:
            entry = {
                "document_number": document_number,
                "path": relative,
                "sha256": digest,
                "size": len(pdf),
                "rendered_at": now.isoformat(),
            }
            append_log.append(self._home.paper_log, entry)
            self._manifest[document_number] = entry


def manifest(home: Home) -> dict[str, dict[str, Any]]:
    """document_number -> {document_number, path, sha256, size, rendered_at}; a line torn by a crash is passed over."""
    known: dict[str, dict[str, Any]] = {}
    for entry in append_log.read(home.paper_log):
        if all(isinstance(entry.get(name), str) for name in ("document_number", "path", "sha256")):
            known.setdefault(entry["document_number"], entry)
    return known


def faults(home: Home) -> tuple[list[str], list[str]]:
    """What is wrong on the shelf: papers that are gone, and papers whose bytes are not those that were rendered."""
    missing, changed = [], []
    for number, entry in manifest(home).items():
        path = home.root / entry["path"]
        if not path.exists():
            missing.append(f"{number}: {entry['path']} is missing; `billing render` makes it again")
        elif sha256_of(path) != entry["sha256"]:
            changed.append(
                f"{number}: {entry['path']} was changed after it was rendered; take it away and `billing render` "
                "makes it again, byte for byte"
            )
    return missing, changed


def _write_once(target: Path, content: bytes) -> None:
    make_folder(target.parent)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    temporary.write_bytes(content)
    fsync_file(temporary)
    try:
        os.link(temporary, target)  # unlike a rename, this fails when another process was first
    finally:
        temporary.unlink()
    fsync_folder(target.parent)
