"""Who on the machine may read a home: its owner, and of `published/` and `reports/` the group that is named."""

from __future__ import annotations

import grp
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from billing_jobs.errors import UsageError
from billing_jobs.settings import Home

log = logging.getLogger("billing")
READERS = "BILLING_READERS_GROUP"
OWNERS_ONLY = 0o077


@contextmanager
def private(home: Home) -> Iterator[None]:
    """What is written while the block runs is its owner's alone: files 0600, folders 0700; afterwards the group of
    `BILLING_READERS_GROUP` may read what is published and reported.

    Modes of what lies there already, and of what others deliver, are left as they are. Raises UsageError for a group
    that does not exist or that this user is not in.
    """
    group = _readers(home)
    before = os.umask(OWNERS_ONLY)
    try:
        yield
    finally:
        os.umask(before)
        if group is not None and home.root.exists():
            with _told(home.root):
                _let_pass(home.root, group)
            for folder in (home.published, home.reports):
                _share(folder, group)


def share_with_readers(home: Home, path: Path) -> None:
    """Let the readers in before the path takes its place, so that nobody finds it closed for a moment."""
    group = _readers(home)
    if group is not None:
        _share(path, group)


def _readers(home: Home) -> int | None:
    name = os.environ.get(READERS, "").strip()
    if not name:
        return None
    try:
        group = int(name) if name.isdecimal() else grp.getgrnam(name).gr_gid
        if home.root.exists():
            _let_pass(home.root, group)
    except KeyError:
        raise UsageError(f"BILLING_READERS_GROUP: this machine has no group {name}. Nothing was changed.") from None
    except PermissionError:
        raise UsageError(
            f"BILLING_READERS_GROUP: this user may give nothing to the group {name}; it has to be one of its members "
            "and own the home. Nothing was changed."
        ) from None
    return group


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What another user put there is not ours to give away; the work is done all the same."""
    try:
        yield
    except PermissionError:
        log.warning("%s belongs to another user and could not be given to the readers.", path)


def _let_pass(root: Path, group: int) -> None:
    """The home itself may be passed through, not listed."""
    status = root.stat()
    if status.st_gid != group:
        os.chown(root, -1, group)
    if not status.st_mode & 0o010:
        root.chmod(status.st_mode & 0o7777 | 0o010)


def _share(path: Path, group: int) -> None:
    """Give a file, or a folder with all in it, to the group to read. What vanishes meanwhile is nobody's matter."""
    with suppress(FileNotFoundError), _told(path):
        status = path.lstat()
        if path.is_symlink():
            os.chown(path, -1, group, follow_symlinks=False)
            return
        wanted = 0o750 if path.is_dir() else 0o640
        if status.st_gid != group:
            os.chown(path, -1, group)
        if status.st_mode & 0o777 != wanted:
            path.chmod(wanted)
        if path.is_dir():
            for inside in path.iterdir():
                _share(inside, group)
