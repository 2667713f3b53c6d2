"""A home as it stands, beside itself: what is done in the copy leaves the home as it is, and whoever writes in the home
meanwhile leaves the copy as it is.

Files that are never written again in place are linked, which costs neither time nor room; what grows is copied. A
commit is a link to its folder: a second name for its files would look to the next night as if they were changed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from billing_jobs.adapters.ledger import chain
from billing_jobs.settings import Home

# Folders of ours in landing/ and lake/; every other hidden name there is somebody's unfinished business.
_OURS = (".kept", ".versions")
_BUILT = (".dbt/models.sha256", "warehouse.duckdb", "warehouse.duckdb.wal")


def copy_home(home: Home, room: Home) -> None:
    """Lay the home into an empty folder on the same disk. The home's lock must be held, and no longer than this."""
    for path in _files_of(home.landing):
        _lay(home, room, path, _copy if path in (home.intake_log, home.erasures_log) else _link)
    for path in _files_of(home.lake):
        _lay(home, room, path, _link if path.suffix == ".parquet" else _copy)
    for path in (home.lake / ".seen.json", *(home.root / name for name in _BUILT)):
        if path.exists():
            _lay(home, room, path, _copy)
    room.ledger.mkdir(parents=True, exist_ok=True)
    for sequence in chain.sequences(home.ledger):
        chain.folder_of(room.ledger, sequence).symlink_to(chain.folder_of(home.ledger, sequence).resolve())
    for path in chain.logs(home).values():
        if path.exists():
            _lay(home, room, path, _copy)
    if home.documents.exists():
        room.documents.symlink_to(home.documents.resolve())


def _files_of(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") or name in _OURS]
        for name in files:
            path = Path(folder) / name
            if not name.startswith(".") and not name.endswith(".part") and not path.is_symlink() and path.is_file():
                yield path


def _lay(home: Home, room: Home, path: Path, put: Callable[[Path, Path], None]) -> None:
    target = room.root / path.relative_to(home.root)
    target.parent.mkdir(parents=True, exist_ok=True)
    put(path, target)


def _link(source: Path, target: Path) -> None:
    """A second name of the file; a copy where the file system has none, or the file is another user's."""
    try:
        os.link(source, target)
    except OSError:
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
