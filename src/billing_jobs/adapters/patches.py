"""Names of other packages that something quicker stands in for while a block runs; the packages are as they come before
and after it.

With `BILLING_PLAIN=1` nothing is replaced. Where a package, in another version than the one these were written for,
lacks one of the names, nothing of it is replaced either, and one warning says what is missing: what is quicker may be
missed, never needed.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

log = logging.getLogger("billing")

PLAIN = "BILLING_PLAIN"


@dataclass(frozen=True)
class Patch:
    """`name` (`Class.method` or `function`) in `module`, and `quicker`: what stands in its place, given what is there
    as it comes.

    `needs` are further names of the same module that the replacement reads.
    """

    module: str
    name: str
    quicker: Callable[[Any], Any]
    needs: tuple[str, ...] = ()


def is_plain() -> bool:
    """Whether the machine asks for the packages as they come; `BILLING_PLAIN=0` and an empty value do not."""
    return os.environ.get(PLAIN, "") not in ("", "0")


@contextmanager
def patched(patches: Iterable[Patch]) -> Iterator[None]:
    """Replace all of them while the block runs, or none: when the machine asks for plain packages,
    or when a name is missing."""
    chosen = () if is_plain() else tuple(patches)
    if lacking := missing(chosen):
        _warn_once(tuple(lacking))
        chosen = ()
    replaced: list[tuple[Any, str, Any]] = []
    try:
        for patch in chosen:
            owner, name = _owner(patch.module, patch.name)
            replaced.append((owner, name, vars(owner).get(name, _INHERITED)))
            setattr(owner, name, patch.quicker(inspect.getattr_static(owner, name)))
        yield
    finally:
        for owner, name, before in reversed(replaced):
            if before is _INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def missing(patches: Iterable[Patch]) -> list[str]:
    """The names, with their modules, that the installed packages do not have."""
    asked = [(patch.module, name) for patch in patches for name in (patch.name, *patch.needs)]
    return [f"{module}.{name}" for module, name in dict.fromkeys(asked) if not _is_there(module, name)]


_INHERITED = object()


def _owner(module: str, name: str) -> tuple[Any, str]:
    """The module or class that holds the last part of `name`, and that part."""
    *path, last = name.split(".")
    return functools.reduce(getattr, path, import_module(module)), last


def _is_there(module: str, name: str) -> bool:
    try:
        owner, last = _owner(module, name)
    except (ImportError, AttributeError):
        return False
    return hasattr(owner, last)


@functools.cache
def _warn_once(lacking: tuple[str, ...]) -> None:
    packages = sorted({name.partition(".")[0] for name in lacking})
    log.warning(
        "%s: the installed version lacks %s. It is used as it comes: the rows are the same, the work takes longer.",
        " and ".join(packages),
        ", ".join(lacking),
    )
