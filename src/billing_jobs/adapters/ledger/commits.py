"""The only memory of decisions: numbered folders that are added whole, each holding the hash of the one before.

A commit is written to `ledger/.tmp/`, flushed to disk and renamed to its number; the rename fails where the number is
taken, so of two runs one wins. A crash before the rename leaves nothing but a folder that the next commit sweeps away;
after it, everything. The manifest is written last, which makes it the commit marker on storage that cannot rename.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from billing_jobs import pricing_rules
from billing_jobs.adapters import append_log
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Relation
from billing_jobs.adapters.files import fsync_file, fsync_folder, sha256_of
from billing_jobs.adapters.ledger import chain, commit_rows, proof
from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.errors import LedgerBroken, LedgerConflict, UsageError
from billing_jobs.records import Run
from billing_jobs.settings import Home
from billing_jobs.streams import LEDGER, empty_select


@dataclass(frozen=True)
class Head:
    """The newest commit: its number and the sha256 of its manifest."""

    sequence: int
    sha256: str


@dataclass(frozen=True)
class Commit:
    """What a commit holds. `is_new` is false when the same proposal had been recorded before."""

    sequence: int
    sha256: str
    rows: dict[str, int]
    is_new: bool


NOTHING = Head(0, "")


class Ledger:
    """One home's ledger. Opening it costs nothing; every method looks at the disk."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._root = home.ledger

    def head(self) -> Head:
        """The newest commit. Raises LedgerBroken when its manifest is missing."""
        numbers = chain.sequences(self._root)
        if not numbers:
            return NOTHING
        manifest = chain.manifest_path(self._root, numbers[-1])
        if not manifest.exists():
            raise LedgerBroken(
                f"ledger/{numbers[-1]:06d} has no manifest.json. Restore the folder "
                "from the backup, then run `billing verify`."
            )
        return Head(numbers[-1], sha256_of(manifest))

    def last_run(self) -> Run | None:
        """The newest finished night: its business day, and its `known_until` as `now`; None before the first.

        Read from the manifests, which say the same as the rows of the stream `runs`: every step of a night asks.
        """
        for sequence in reversed(chain.sequences(self._root)):
            manifest = chain.read_manifest(self._root, sequence) or {}
            if manifest.get("streams", {}).get("runs", {}).get("rows"):
                return Run(date.fromisoformat(manifest["as_of_date"]), datetime.fromisoformat(manifest["now"]))
        return None

    def stands_at(self, built_on: Head) -> bool:
        """Whether nothing but the record of finished nights was added since that head:
        what was built on it has seen all there is."""
        return self._moved_by(built_on) == self.head().sequence + 1 and self._head_at(built_on.sequence) == built_on

    def _moved_by(self, built_on: Head) -> int:
        """The number of the first commit after that head that is more than the record of a night,
        or of the next one where there is none."""
        sequence = built_on.sequence + 1
        while (chain.read_manifest(self._root, sequence) or {}).get("job") == "publish":
            sequence += 1
        return sequence

    def _head_at(self, sequence: int) -> Head:
        manifest = chain.manifest_path(self._root, sequence)
        return Head(sequence, sha256_of(manifest)) if manifest.exists() else NOTHING

    def rules_version(self) -> int:
        """The newest version of the pricing rules that anything was recorded under."""
        manifest = chain.read_manifest(self._root, self.head().sequence) or {}
        return int(manifest.get("pricing_rules", pricing_rules.FIRST))

    def glob(self, stream: str) -> str:
        """The pattern of a stream's files, for `read_parquet`."""
        return str(folder_for_engine(self._root) / chain.PATTERN / f"{stream}.parquet")

    def verify(self) -> list[str]:
        """What is wrong with the chain, the first folder that does not fit named first; empty when it holds."""
        return proof.problems(self._home)

    def commit(
        self, *, job: str, run: Run, streams: dict[str, Relation], built_on: Head, catalog_version: str = ""
    ) -> Commit:
        """Record the rows of a proposal, all or nothing; streams without rows are left out.

        Raises LedgerConflict when the ledger has moved on since `built_on`, unless this very proposal is what moved it,
        or all that was added is the record of a finished night. `publish` itself records a night once, and on the very
        head. Raises LedgerBroken when the ledger does not hold.
        """
        content_hash = commit_rows.content_hash(streams)
        with self._writing():
            proof.refuse_what_does_not_hold(self._home)
            head = self.head()
            if head != built_on and (job == "publish" or not self.stands_at(built_on)):
                return self._recorded_before(job, built_on, content_hash)
            commit_rows.refuse_repeated_keys(streams, self._root)
            facts = {
                "job": job,
                "as_of_date": run.as_of_date.isoformat(),
                "now": run.now.isoformat(),
                "built_on": built_on.sha256,
            }
            facts |= {"content_hash": content_hash, "catalog_version": catalog_version}
            return self._write(head, run, streams, facts)

    def _recorded_before(self, job: str, built_on: Head, content_hash: str) -> Commit:
        sequence = built_on.sequence + 1 if job == "publish" else self._moved_by(built_on)
        manifest = chain.read_manifest(self._root, sequence) or {}
        if (manifest.get("built_on"), manifest.get("job"), manifest.get("content_hash")) != (
            built_on.sha256,
            job,
            content_hash,
        ):
            head = self.head()
            raise LedgerConflict(
                f"The proposal of `{job}` was built on commit {built_on.sequence}, but the ledger is at commit "
                f"{head.sequence}. Another run has written since: build again, then repeat the job. Nothing was "
                "recorded."
            )
        rows = {name: entry["rows"] for name, entry in manifest["streams"].items()}
        return Commit(sequence, sha256_of(chain.manifest_path(self._root, sequence)), rows, is_new=False)

    def _write(self, head: Head, run: Run, proposed: dict[str, Relation], facts: dict[str, Any]) -> Commit:
        sequence = head.sequence + 1
        folder = self._root / ".tmp" / f"{sequence:06d}-{os.getpid()}"
        folder.mkdir(parents=True)
        written = {}
        for name in sorted(proposed):
            path = folder / f"{name}.parquet"
            entry = commit_rows.write(name, proposed[name], path, sequence=sequence, now=run.now)
            if entry["rows"] or sequence == 1:
                fsync_file(path)
                written[name] = entry
            else:
                path.unlink()
        logs = {name: append_log.state(path) for name, path in chain.logs(self._home).items()}
        manifest = {
            "sequence": sequence,
            "previous": head.sha256,
            **facts,
            "streams": written,
            **logs,
            "software": version("billing-jobs"),
        }
        manifest["pricing_rules"] = pricing_rules.CURRENT
        marker = folder / "manifest.json"
        marker.write_text(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        fsync_file(marker)
        fsync_folder(folder)
        sha256 = sha256_of(marker)
        self._claim(folder, sequence)
        return Commit(sequence, sha256, {name: entry["rows"] for name, entry in written.items()}, is_new=True)

    def _claim(self, folder: Path, sequence: int) -> None:
        try:
            folder.rename(self._root / f"{sequence:06d}")
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            if not (self._root / f"{sequence:06d}").exists():
                raise
            raise LedgerConflict(
                f"Another run recorded commit {sequence} first. Build again, then repeat the job. Nothing was recorded."
            ) from error
        fsync_folder(self._root)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Let one process at a time write below `.tmp`, so that what lies there before us was left by a crash and can
        go."""
        self._root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            shutil.rmtree(self._root / ".tmp", ignore_errors=True)
            yield
        finally:
            os.close(descriptor)


def open_ledger(home: Home) -> Ledger:
    """The ledger of a home. Raises UsageError when the home has none yet."""
    if not chain.sequences(home.ledger):
        raise UsageError(f"{home.root} has no ledger. Run `billing --home {home.root} init` first.")
    return Ledger(home)


def create_ledger(home: Home, run: Run) -> Head:
    """Write the first commit, a file for every stream, so that no pattern is ever without one; does nothing the second
    time.

    All are empty but the one that says which pricing rules the home begins with: it has nothing that they could move.
    """
    ledger = Ledger(home)
    if ledger.head() == NOTHING:
        with engine.connect() as con:
            empty = {name: con.sql(empty_select(columns)) for name, columns in LEDGER.items()}
            ledger.commit(
                job="init",
                run=run,
                streams={**empty, "pricing_rules": commit_rows.adoption(con, run)},
                built_on=NOTHING,
            )
    return ledger.head()
