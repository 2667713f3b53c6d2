"""Whether a mail can be addressed to what a customer's row says, by its form alone; nobody is asked whether the mailbox
exists.

The form is RFC 5321's (section 4.1.2, Mailbox) as `email-validator` judges it, with one exception: addresses that
Japanese carriers gave out with dots in a row or before the `@` (`a..b@docomo.ne.jp`, `a.@ezweb.ne.jp`) break it and are
in use.
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

SEVERAL, NO_ADDRESS = "several_addresses", "not_an_address"
_BETWEEN = re.compile(r"[,;、，；\r\n]+")


def address_of(given: str | None) -> str:
    """The address without blanks around it."""
    return (given or "").strip()


def fault_of(given: str | None) -> str:
    """Why this is not one usable address, as a word that holds nothing of it; '' if it is one, or nothing was given."""
    address = address_of(given)
    if not address or _is_usable(address):
        return ""
    pieces = _pieces(address)
    return SEVERAL if len(pieces) > 1 and all(_is_usable(piece) for piece in pieces) else NO_ADDRESS


def addresses_of(listed: str | None) -> tuple[list[str], int]:
    """The usable addresses of a list, each once, and how many of its entries are none."""
    pieces = _pieces(address_of(listed))
    usable = {piece.lower(): piece for piece in pieces if _is_usable(piece)}
    return list(usable.values()), sum(not _is_usable(piece) for piece in pieces)


def fault_of_list(listed: str | None) -> str:
    """Why an entry of the list is no usable address; '' if all are."""
    return NO_ADDRESS if addresses_of(listed)[1] else ""


def _pieces(listed: str) -> list[str]:
    """Entries between commas and their like.

    Blanks part addresses only: `Taro <t@y.jp>` is one entry, and none that is usable.
    """
    entries = [entry.strip() for entry in _BETWEEN.split(listed) if entry.strip()]
    parted = [entry.split() if all(_is_usable(word) for word in entry.split()) else [entry] for entry in entries]
    return [piece for pieces in parted for piece in pieces]


@lru_cache(maxsize=1000)  # a list asks of each of its entries several times
def _is_usable(address: str) -> bool:
    local, mark, domain = address.rpartition("@")
    plain = re.sub(r"\.{2,}", ".", local).strip(".")
    try:
        validate_email(
            f"{plain}{mark}{domain}", check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        return False
    return len(local) <= 64
