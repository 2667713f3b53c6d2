"""Whose fault an error is that came up while one file was loaded: the file's, which is refused, or the machine's,
which stops the run."""

from __future__ import annotations

import errno
import os

import duckdb

from billing_jobs.errors import BillingError
from billing_jobs.intake.engine import FileRefused

# Faults that would meet the next file as well. Refusing files for them would leave good rows unbilled.
_OF_THE_MACHINE = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
    errno.EACCES, errno.EPERM, errno.ESTALE, errno.ENODEV,
)  # fmt: skip


def refusal_of(error: Exception) -> FileRefused | None:
    """The refusal that an unforeseen error becomes; None if it is no fault of the file.

    Of the error only its kind is told: its words may hold a value.
    """
    if isinstance(error, FileRefused):
        return error
    if isinstance(error, BillingError) or _is_of_the_machine(error):
        return None
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return FileRefused(
            "too_large",
            "a file that fits into memory; deliver it in parts, under new names",
            found="more than the engine could hold",
        )
    return FileRefused(
        "unreadable_file",
        "a file that can be read to its end; deliver it whole under a new name",
        found=type(error).__name__,
    )


def _is_of_the_machine(error: Exception) -> bool:
    """The engine says in words what the system told it."""
    if isinstance(error, OSError):
        return error.errno in _OF_THE_MACHINE
    return isinstance(error, duckdb.IOException) and any(os.strerror(code) in str(error) for code in _OF_THE_MACHINE)
