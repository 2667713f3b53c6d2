"""The layouts of banks' files besides CSV: how each is read, and how a payer is taken out of one.

A new layout is a module and a row here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from billing_jobs.formats.bank_redaction import redact_zengin
from billing_jobs.formats.deposits import Reading
from billing_jobs.formats.zengin_deposits import read_zengin_deposits


class Reader(Protocol):
    """Bytes of a file to its deposits and refused lines.

    `received_on` settles what the file leaves open (a year of two digits), so that a rebuild reads the same.
    """

    def __call__(self, content: bytes, *, received_on: date) -> Reading: ...


class Redactor(Protocol):
    """The same bytes without what says who paid on these lines (as the reader counts them)."""

    def __call__(self, content: bytes, lines: Collection[int], /) -> bytes: ...


@dataclass(frozen=True)
class BankFormat:
    """One layout, under the name that a profile says as its `format`."""

    read: Reader
    redact: Redactor


BANK_FORMATS = {"zengin_01": BankFormat(read_zengin_deposits, redact_zengin)}
