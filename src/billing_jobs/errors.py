"""The tree of errors. Bad data is a value (a reject with file and line); an exception means that machinery or
configuration is broken.

BillingError
├── UsageError       wrong arguments or an unreadable home                   exit 2
├── CatalogBroken    the catalog cannot be read; names file, line, expected  exit 2
├── CheckFailed      a border check stopped the night, nothing was issued    exit 1
├── BuildFailed      a dbt model or test failed                              exit 1
├── LedgerConflict   the proposal was built on another head of the ledger    exit 1
├── LedgerBroken     the ledger's chain does not fit                         exit 1
└── HomeLocked       another run holds the home's lock                       exit 1
"""

from __future__ import annotations


class BillingError(Exception):
    """Something that the person who runs billing has to know, said in a sentence they can act on."""

    exit_code = 1


class UsageError(BillingError):
    """The command cannot be carried out as given."""

    exit_code = 2


class CatalogBroken(BillingError):
    """The catalog cannot be used; the message names each file, line and what was expected."""

    exit_code = 2


class CheckFailed(BillingError):
    """A check at a border failed with severity critical."""


class BuildFailed(BillingError):
    """dbt could not build a model, or one of its tests failed."""


class LedgerConflict(BillingError):
    """Another run has written to the ledger since this proposal was computed; build again and retry."""


class LedgerBroken(BillingError):
    """A folder of the ledger does not fit the chain of manifests."""


class HomeLocked(BillingError):
    """Another process is working in this home."""
