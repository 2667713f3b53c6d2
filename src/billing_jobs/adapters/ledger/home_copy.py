"""One consistent copy of what is precious in a home, beside whatever is running there, and the way back.

What refers to something is copied before what it refers to: first how long the logs are, then the commits that they
cover, the papers that their log names, and at last landing/, which only gains. So every row of the copy's ledger has
its facts and every mail its document. Nothing waits for the home's lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from billing_jobs.adapters import append_log
from billing_jobs.adapters.files import fsync_file, fsync_folder, replace_bytes, sha256_of
from billing_jobs.adapters.ledger import chain
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home

LIST = "backup.json"
# Folders of landing/ whose names begin with a point and that are ours.
OURS = (".versions", ".kept")
ROUNDS = 5


@dataclass
class Copied:
    """What a copy holds: path -> [size, sha256], the newest commit, and a sentence for what was left out."""

    sequence: int = 0
    files: dict[str, list[Any]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def copy_home(home: Home, target: Path, *, now: datetime) -> Copied:
    """Make `target` (a folder that is not there yet, or is empty) a copy of the home's landing/, ledger/, documents/.

    It appears in one step, when it is whole and on disk. Raises UsageError for a target that cannot be one.
    """
    _refuse_target(home, target)
    making = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.rmtree(making, ignore_errors=True)
    copied = Copied()
    try:
        _copy_ledger(home, Home(making), copied)
        _copy_landing(home, Home(making), copied)
        listed = {"made_at": now.isoformat(), "sequence": copied.sequence, "files": copied.files}
        _flush_folders(making)
        replace_bytes(making / LIST, json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True).encode())
        if target.exists():
            target.rmdir()
        making.rename(target)
        fsync_folder(target.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return copied


def put_back(copy: Path, home: Home) -> Copied:
    """Lay a copy's three folders into a home that has none of them, each file read and compared with the list.

    Raises UsageError, and leaves the home as it was, when the copy is not whole or the home is in use.
    """
    copied = _read_list(copy)
    full = [folder.name for folder in _precious(home) if folder.exists() and any(folder.iterdir())]
    if full:
        raise UsageError(
            f"{home.root} has {' and '.join(f'{name}/' for name in full)} already. Restore into an empty home, or move "
            "them away first; nothing was changed."
        )
    making = home.root / ".restoring"
    shutil.rmtree(making, ignore_errors=True)
    try:
        faults = [fault for name, known in copied.files.items() if (fault := _lay(copy, making, name, known))]
        if faults:
            raise UsageError(
                f"{copy} is not the copy that was made; nothing was restored. Take another backup.\n"
                + "\n".join(faults)
            )
        _flush_folders(making)
        for folder in _precious(home):
            (making / folder.name).mkdir(exist_ok=True)
            if folder.exists():
                folder.rmdir()
            (making / folder.name).rename(folder)
        fsync_folder(home.root)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return copied


def _precious(home: Home) -> tuple[Path, Path, Path]:
    return home.landing, home.ledger, home.documents


def _refuse_target(home: Home, target: Path) -> None:
    inside = target.resolve()
    if inside == home.root.resolve() or home.root.resolve() in inside.parents:
        raise UsageError(
            f"{target} lies in the home. Give a folder outside it, best on another disk; nothing was made."
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already and not empty. Give each backup a folder of its own.")
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is not there. Make it first; nothing was made.")


def _copy_ledger(home: Home, to: Home, copied: Copied) -> None:
    lengths = {name: _whole_lines(path) for name, path in reversed(chain.logs(home).items())}
    for sequence in chain.sequences(home.ledger):
        manifest = chain.read_manifest(home.ledger, sequence) or {}
        if any((manifest.get(name) or {}).get("length", 0) > length for name, length in lengths.items()):
            break  # made since
        for path in sorted(chain.folder_of(home.ledger, sequence).iterdir()):
            _copy(home, to, path, copied)
        copied.sequence = sequence
    for name, path in chain.logs(home).items():
        if path.exists():
            _copy(home, to, path, copied, length=lengths[name])
    papers = append_log.read(to.paper_log)
    quotes = sorted((home.documents / "quotes").glob("*.pdf"))
    for path in [*(home.root / str(entry["path"]) for entry in papers), *quotes]:
        if path.is_file():
            _copy(home, to, path, copied)
    for folder in _precious(to):
        folder.mkdir(parents=True, exist_ok=True)


def _copy_landing(home: Home, to: Home, copied: Copied) -> None:
    """Again from the start where personal data was erased meanwhile: a log and a file would not fit."""
    before = dict(copied.files)
    for _ in range(ROUNDS):
        copied.files, copied.left_out = dict(before), []
        shutil.rmtree(to.landing, ignore_errors=True)
        to.landing.mkdir(parents=True)
        erased = _whole_lines(home.erasures_log)
        logs = {path: _whole_lines(path) for path in (home.intake_log, home.erasures_log) if path.exists()}
        for path in _files_of(home.landing):
            if path not in (home.intake_log, home.erasures_log):
                _copy_at_rest(home, to, path, copied)
        for path, length in logs.items():
            _copy(home, to, path, copied, length=length)
        if _whole_lines(home.erasures_log) == erased:
            return
    raise UsageError("Personal data is being erased in landing/. Run `billing backup` again when that has ended.")


def _files_of(landing: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(landing):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or name in OURS)
        for name in sorted(files):
            if not name.startswith(".") and not name.endswith(".part"):
                yield Path(folder) / name


def _copy_at_rest(home: Home, to: Home, path: Path, copied: Copied) -> None:
    """A delivered file as it is; one that somebody is writing, or that cannot be read, is left out and told."""
    name = os.fsencode(path.relative_to(home.root).as_posix()).decode("utf-8", errors="backslashreplace")
    try:
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):
            copied.left_out.append(f"{name} was left out: it is no regular file.")
            return
        _copy(home, to, path, copied)
        after = path.lstat()
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name is no UTF-8"
        copied.left_out.append(f"{name} was left out: it cannot be read ({why}).")
        return
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        relative = path.relative_to(home.root).as_posix()
        copied.files.pop(relative, None)
        (to.root / relative).unlink()
        copied.left_out.append(f"{name} was left out: it is still being written; the next backup has it.")


def _copy(home: Home, to: Home, path: Path, copied: Copied, *, length: int | None = None) -> None:
    """Copy a file, or its first bytes, flush it, and list its size and hash."""
    relative = path.relative_to(home.root).as_posix()
    copied.files[relative] = _stream(path, to.root / relative, length)


def _stream(source: Path, target: Path, length: int | None = None) -> list[Any]:
    digest, left = hashlib.sha256(), length
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(1 << 20 if left is None else min(left, 1 << 20)):
            digest.update(piece)
            written.write(piece)
            left = None if left is None else left - len(piece)
        size = written.tell()
    shutil.copystat(source, target)
    fsync_file(target)
    return [size, digest.hexdigest()]


def _lay(copy: Path, making: Path, name: str, known: list[Any]) -> str:
    """Put one file of the copy in place; what is wrong with it, or nothing."""
    source = copy / name
    if not source.is_file() or source.is_symlink():
        return f"{name} is missing."
    if source.stat().st_size != known[0] or sha256_of(source) != known[1]:
        return f"{name} was changed: its size or hash is not the one in {LIST}."
    return "" if _stream(source, making / name) == known else f"{name} changed while it was read."


def _read_list(copy: Path) -> Copied:
    try:
        found = json.loads((copy / LIST).read_bytes())
        files = {str(name): [int(size), str(sha256)] for name, (size, sha256) in found["files"].items()}
        sequence = int(found["sequence"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{copy} is no backup: its {LIST} is missing or cannot be read. Copies of other tools are put back by hand "
            "(docs/operations.md, Backup and restore); nothing was changed."
        ) from error
    outside = [name for name in files if Path(name).is_absolute() or ".." in Path(name).parts]
    if outside or not all(Path(name).parts[0] in ("landing", "ledger", "documents") for name in files):
        raise UsageError(f"{copy}/{LIST} names files outside the three folders of a home; nothing was changed.")
    return Copied(sequence, files)


def _whole_lines(path: Path) -> int:
    """The length of a log without a line that is being written."""
    try:
        return path.read_bytes().rfind(b"\n") + 1
    except FileNotFoundError:
        return 0


def _flush_folders(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        fsync_folder(Path(folder))
