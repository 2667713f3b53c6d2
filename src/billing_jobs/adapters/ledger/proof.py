"""Proving that nothing in the ledger was changed, lost or added by hand.

A commit that fitted once and whose files are by size, time and place in the file system those that were read then need
not be read again. What is kept of it (`.proven.json` in the home) can be thrown away: then everything is read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from billing_jobs.adapters.ledger import chain, proven, seals
from billing_jobs.adapters.ledger.proven import Fitting, Proven
from billing_jobs.errors import LedgerBroken
from billing_jobs.settings import Home

# What is read again each night although it looks as it did: bits fall over without a trace in the file system.
READ_AGAIN_BYTES, READ_AGAIN_FILES = 16_000_000, 500
# What has been looked at since a night of this process began, by the ledger's folder.
_in_hand: dict[Path, Proven] = {}


def problems(home: Home) -> list[str]:
    """Read every commit; every fault of the first folder that does not fit, since all later ones hang on it."""
    return _Walk(home).problems()


def refuse_what_does_not_hold(home: Home, *, read_again: bool = False) -> None:
    """Read the commits that are new or look changed, and keep that the ledger held. A home without a ledger holds.

    `read_again`: also those that have not been read for the longest, as much as READ_AGAIN_BYTES. Raises LedgerBroken
    for a ledger that `billing verify` would refuse.
    """
    if not chain.sequences(home.ledger):
        return
    walk = _Walk(home, trusts=True, read_again=read_again)
    if found := walk.problems():
        raise broken(found)


@contextmanager
def looked_at_once(home: Home) -> Iterator[None]:
    """Within the block, which holds the home's lock, only the first look goes through the whole ledger."""
    kept = proven.read(home)
    _in_hand[home.ledger] = Proven()
    try:
        yield
    finally:
        seen = _in_hand.pop(home.ledger)
        if seen.commits:
            proven.write(home, kept, seen)


def broken(found: list[str]) -> LedgerBroken:
    """The error that stops whoever would build on this ledger, or record in it."""
    return LedgerBroken(
        "The ledger does not hold.\n"
        + "\n".join(found)
        + "\nNothing more is recorded or sent. Restore what is named from the newest backup (docs/operations.md, "
        "Backup and restore) and run `billing verify` again; never edit it."
    )


@dataclass
class _Walk:
    """One way along the chain, from the first commit to the head."""

    home: Home
    trusts: bool = False
    read_again: bool = False
    # Log -> length that a manifest recorded -> (its sha256, the commit).
    recorded: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)

    def problems(self) -> list[str]:
        in_hand = _in_hand.get(self.home.ledger)
        kept = in_hand if in_hand and in_hand.commits else proven.read(self.home)
        found, walked = self._walk(kept, in_hand.commits if in_hand else {})
        found += self._log_problems(kept if self.trusts else Proven())
        found = found or seals.problems(self.home, whole=not self.trusts)
        if found:
            return found
        if in_hand is not None:
            _in_hand[self.home.ledger] = walked.with_logs_of(kept)
        else:
            proven.write(self.home, kept, walked)
        return []

    def _walk(self, kept: Proven, seen: Container[int]) -> tuple[list[str], Proven]:
        """What is wrong, and what was found to fit on the way. `seen`: commits that need no second look."""
        root, previous, walked = self.home.ledger, "", Proven()
        numbers = chain.sequences(root)
        again = set(self._due(kept)) if self.read_again else set()
        for position, sequence in enumerate(numbers, start=1):
            if sequence != position:
                return [f"ledger/{position:06d} is missing (the next folder is {sequence:06d})."], walked
            known = kept.commits.get(sequence)
            if known and self._trusts(sequence, known, seen, again):
                walked.commits[sequence] = known
                previous = known.manifest
                continue
            marks = proven.marks_of(chain.folder_of(root, sequence))
            found, manifest, previous = self._folder_problems(sequence, previous)
            if not found and known and known.manifest != previous:
                found = ["its manifest is another than the one that stood here when it was last read."]
            if found:
                return [f"ledger/{sequence:06d}: {problem}" for problem in found], walked
            walked.add(sequence, previous, marks, manifest)
        if kept.commits and (newest := max(kept.commits)) > len(numbers):
            return [
                f"ledger/{newest:06d} is missing: the ledger ends with commit {len(numbers)}, and this home has had "
                f"commit {newest}. Restore the folders from the newest backup."
            ], walked
        walked.next_to_read = max(again, default=kept.next_to_read - 1) + 1
        return [] if numbers else ["ledger/ holds no commit."], walked

    def _trusts(self, sequence: int, known: Fitting, seen: Container[int], again: set[int]) -> bool:
        if not self.trusts or sequence in again:
            return False
        return sequence in seen or proven.looks_the_same(str(self.home.ledger), sequence, known)

    def _due(self, kept: Proven) -> Iterator[int]:
        """The commits whose turn it is to be read again."""
        order = sorted(kept.commits)
        start = kept.next_to_read if kept.next_to_read in kept.commits else 1
        left_bytes, left_files = READ_AGAIN_BYTES, READ_AGAIN_FILES
        for sequence in [number for number in order if number >= start]:
            sizes = kept.commits[sequence].sizes()
            left_bytes, left_files = left_bytes - sum(sizes), left_files - len(sizes)
            if left_bytes < 0 or left_files < 0:
                return
            yield sequence

    def _folder_problems(self, sequence: int, previous: str) -> tuple[list[str], dict[str, Any], str]:
        folder = chain.folder_of(self.home.ledger, sequence)
        try:
            content = (folder / "manifest.json").read_bytes()
        except OSError:
            return ["manifest.json is missing or cannot be read."], {}, ""
        manifest, found = chain.parse(content)
        if manifest is None:
            return found, {}, ""
        if manifest["sequence"] != sequence:
            found.append(f"manifest.json says it is commit {manifest['sequence']}.")
        if manifest["previous"] != previous:
            found.append(f"it does not follow from commit {sequence - 1}: the hash of that manifest differs.")
        found += _file_problems(folder, manifest["streams"])
        for name in chain.logs(self.home):
            if state := manifest.get(name):
                self.recorded.setdefault(name, {}).setdefault(state["length"], (state["sha256"], sequence))
        return found, manifest, hashlib.sha256(content).hexdigest()

    def _log_problems(self, kept: Proven) -> list[str]:
        """The first commit, for each log, at which the log was another than it is now."""
        found = []
        for name, path in chain.logs(self.home).items():
            recorded = dict(self.recorded.get(name, {}))
            if name in kept.logs:
                recorded.setdefault(kept.logs[name][0], (kept.logs[name][1], max(kept.commits)))
            hashes = chain.prefix_hashes(path, recorded)
            differing = [
                (sequence, length)
                for length, (sha256, sequence) in recorded.items()
                if length and hashes.get(length) != sha256
            ]
            if differing:
                sequence, length = min(differing)
                found.append(
                    f"ledger/{sequence:06d}: the first {length} bytes of {path.name} are not those that were there at "
                    "this commit."
                )
        return found


def _file_problems(folder: Path, streams: dict[str, Any]) -> list[str]:
    present = {path.name for path in folder.iterdir()}
    expected = {"manifest.json", *(f"{name}.parquet" for name in streams)}
    found = [f"{name} is there but not in the manifest." for name in sorted(present - expected)]
    found += [f"{name} is in the manifest but not there." for name in sorted(expected - present)]
    for name in sorted(streams):
        path = folder / f"{name}.parquet"
        if path.name in present and _sha256_of(path) != streams[name]["sha256"]:
            found.append(f"{path.name} was changed: its hash is not the one recorded.")
    return found


def _sha256_of(path: Path) -> str:
    """The hash of a file; of what cannot be read as one, nothing that a manifest could say."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"
