"""Reading the chain of manifests, and proving that nothing in it was changed, lost or added by hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from billing_jobs.adapters import append_log
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.files import sha256_of
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home


def sequences(root: Path) -> list[int]:
    """The numbers of all commits, ascending."""
    if not root.exists():
        return []
    return sorted(int(folder.name) for folder in root.iterdir() if folder.name.isdigit() and folder.is_dir())


def manifest_path(root: Path, sequence: int) -> Path:
    """Where a commit's manifest lies."""
    return root / f"{sequence:06d}" / "manifest.json"


def read_manifest(root: Path, sequence: int) -> dict[str, Any] | None:
    """A commit's manifest, or None when it is missing or no JSON object."""
    try:
        manifest = json.loads(manifest_path(root, sequence).read_bytes())
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def problems(home: Home) -> list[str]:
    """Walk the chain from the first commit; every fault of the first folder that does not fit,
    since all later ones hang on it."""
    previous = ""
    for position, sequence in enumerate(sequences(home.ledger), start=1):
        if sequence != position:
            return [f"ledger/{position:06d} is missing (the next folder is {sequence:06d})."]
        found = _folder_problems(home, sequence, previous)
        if found:
            return [f"ledger/{sequence:06d}: {problem}" for problem in found]
        previous = hashlib.sha256(manifest_path(home.ledger, sequence).read_bytes()).hexdigest()
    return [] if previous else ["ledger/ holds no commit."]


def _folder_problems(home: Home, sequence: int, previous: str) -> list[str]:
    manifest = read_manifest(home.ledger, sequence)
    if manifest is None:
        return ["manifest.json is missing or is not JSON."]
    found = []
    if manifest.get("sequence") != sequence:
        found.append(f"manifest.json says it is commit {manifest.get('sequence')}.")
    if manifest.get("previous") != previous:
        found.append(f"it does not follow from commit {sequence - 1}: the hash of that manifest differs.")
    streams = manifest.get("streams", {})
    present = {path.name for path in (home.ledger / f"{sequence:06d}").iterdir()}
    expected = {"manifest.json", *(f"{name}.parquet" for name in streams)}
    found += [f"{name} is there but not in the manifest." for name in sorted(present - expected)]
    found += [f"{name} is in the manifest but not there." for name in sorted(expected - present)]
    for name in sorted(streams):
        found += _file_problems(home.ledger / f"{sequence:06d}" / f"{name}.parquet", streams[name])
    return found + [
        problem for name, path in logs(home).items() for problem in _log_problems(path, manifest.get(name, {}))
    ]


def _file_problems(path: Path, entry: dict[str, Any]) -> list[str]:
    if not path.exists():
        return []
    if sha256_of(path) != entry.get("sha256"):
        return [f"{path.name} was changed: its hash is not the one recorded."]
    with engine.connect() as con:
        count = engine.rows(con, "select count(*) as rows from read_parquet(?)", [str(in_folder(path))])[0]["rows"]
    return [] if count == entry.get("rows") else [f"{path.name} holds {count} rows, recorded are {entry.get('rows')}."]


def logs(home: Home) -> dict[str, Path]:
    """Name in a manifest -> file beside the commits that only grows: mails, and the papers with their hashes."""
    return {"sending": home.sending_log, "papers": home.paper_log}


def _log_problems(path: Path, recorded: dict[str, Any]) -> list[str]:
    length = int(recorded.get("length", 0))
    if not length or append_log.state(path, length) == {"length": length, "sha256": recorded.get("sha256")}:
        return []
    return [f"the first {length} bytes of {path.name} are not those that were there at this commit."]
