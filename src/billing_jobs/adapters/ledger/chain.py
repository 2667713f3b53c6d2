"""The chain of manifests: which commits there are, and what a manifest must say to be one.

A manifest that says something else is a fault with a sentence of its own, never a guess.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from billing_jobs.errors import LedgerBroken
from billing_jobs.settings import Home

# What lies in `ledger/` beside the commits and the logs: a commit that is being written.
WRITING = ".tmp"
PATTERN = "[0-9]" * 6
_NUMBER = re.compile(PATTERN, re.ASCII)
_NAME = re.compile(r"[a-z_]+", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def sequences(root: Path) -> list[int]:
    """The numbers of all commits, ascending. A folder with any other name is none of ours and is never read."""
    if not root.exists():
        return []
    with os.scandir(root) as entries:
        return sorted(int(entry.name) for entry in entries if _NUMBER.fullmatch(entry.name) and entry.is_dir())


def logs(home: Home) -> dict[str, Path]:
    """Name in a manifest -> file beside the commits that only grows: mails, papers with their hashes, seals."""
    return {"sending": home.sending_log, "papers": home.paper_log, "seals": home.seal_log}


def strangers(home: Home) -> list[str]:
    """A sentence for everything in `ledger/` that this software did not put there."""
    if not home.ledger.exists():
        return []
    known = {WRITING, home.sending_reserve.name, *(path.name for path in logs(home).values())}
    return [
        f"ledger/{entry.name} is none of ours: it is not read. Take it away."
        for entry in sorted(home.ledger.iterdir())
        if entry.name not in known and not (_NUMBER.fullmatch(entry.name) and entry.is_dir())
    ]


def prefix_hashes(path: Path, lengths: dict[int, Any] | list[int]) -> dict[int, str]:
    """length -> sha256 of the first so many bytes of a file, for each length that it has; read once."""
    digest, at, found = hashlib.sha256(), 0, {}
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        for length in sorted(lengths):
            while at < length and (piece := stream.read(min(length - at, 1 << 20))):
                digest.update(piece)
                at += len(piece)
            if at < length:
                break
            found[length] = digest.hexdigest()
    return found


def folder_of(root: Path, sequence: int) -> Path:
    """Where a commit lies."""
    return root / f"{sequence:06d}"


def manifest_path(root: Path, sequence: int) -> Path:
    """Where a commit's manifest lies."""
    return folder_of(root, sequence) / "manifest.json"


def read_manifest(root: Path, sequence: int) -> dict[str, Any] | None:
    """A commit's manifest, or None when it is missing. Raises LedgerBroken for what is no manifest."""
    try:
        content = manifest_path(root, sequence).read_bytes()
    except OSError:
        return None
    manifest, faults = parse(content)
    if manifest is None:
        raise LedgerBroken(
            f"ledger/{sequence:06d}: {faults[0]} Restore the folder from the backup, then run `billing verify`."
        )
    return manifest


def parse(content: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    """The manifest that these bytes are, or None and what keeps them from being one."""
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return None, ["manifest.json is no JSON."]
    if not isinstance(manifest, dict):
        return None, ["manifest.json is no JSON object."]
    faults = [f"manifest.json: {name} is not {what}." for name, what, holds in _MUST_BE if not holds(manifest)]
    return (None, faults) if faults else (manifest, [])


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _is_time(value: object, read: Any) -> bool:
    try:
        return isinstance(value, str) and read(value) is not None
    except ValueError:
        return False


def _are_streams(value: object) -> bool:
    return isinstance(value, dict) and all(
        bool(_NAME.fullmatch(name))
        and isinstance(entry, dict)
        and _is_count(entry.get("rows"))
        and _is_hash(entry.get("sha256"))
        for name, entry in value.items()
    )


def _is_log(value: object) -> bool:
    return value is None or (
        isinstance(value, dict) and _is_count(value.get("length")) and _is_hash(value.get("sha256"))
    )


_MUST_BE: tuple[tuple[str, str, Any], ...] = (
    ("sequence", "a number", lambda manifest: _is_count(manifest.get("sequence"))),
    ("previous", "a hash", lambda manifest: manifest.get("previous") == "" or _is_hash(manifest.get("previous"))),
    ("built_on", "a hash", lambda manifest: manifest.get("built_on") == "" or _is_hash(manifest.get("built_on"))),
    ("job", "a name", lambda manifest: _is_text(manifest.get("job"))),
    ("as_of_date", "a day", lambda manifest: _is_time(manifest.get("as_of_date"), date.fromisoformat)),
    (
        "now",
        "an instant with its zone",
        lambda manifest: _is_time(manifest.get("now"), lambda text: datetime.fromisoformat(text).tzinfo),
    ),
    ("pricing_rules", "a number", lambda manifest: _is_count(manifest.get("pricing_rules", 0))),
    ("streams", "a list of files with rows and sha256", lambda manifest: _are_streams(manifest.get("streams"))),
    *(
        (name, "a length and a sha256", lambda manifest, name=name: _is_log(manifest.get(name)))
        for name in ("sending", "papers", "seals")
    ),
)
