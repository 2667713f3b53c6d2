"""Files that are there whole or not at all: written beside their place, flushed to disk, then renamed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from billing_jobs.adapters.duckdb import Relation
from billing_jobs.engine_paths import in_folder
from billing_jobs.whole_files import flush, make_folder, put_in_place


def fsync_file(path: Path) -> None:
    """Return when the file's bytes are on disk."""
    flush(path)


def fsync_folder(path: Path) -> None:
    """Return when the folder's entries (creations, renames) are on disk."""
    fsync_file(path)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a small file in one step."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.write_bytes(content)
    put_in_place(temporary, path)


def replace_parquet(relation: Relation, path: Path) -> None:
    """Write a relation to a Parquet file in one step."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    relation.write_parquet(str(in_folder(temporary)))
    put_in_place(temporary, path)
