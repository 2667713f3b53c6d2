"""The power is cut after every call that matters: what is on the disk then is a state that the next run carries on.

A disk that keeps no promise it did not give: of a file it has what was there at its last fsync, of a folder the names
of its last fsync. A rename may reach it earlier, so each rename is cut a second time with the name there already.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.ledger import paper_shelf
from billing_jobs.adapters.ledger.commits import create_ledger, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.settings import Home
from tests.adapters.ledger.test_commits import RUN
from tests.intake import deliveries
from tests.jobs.test_backup import a_night

Disk = dict[int, bytes | dict[str, int]]  # number of a file or folder -> its bytes, or its names


class Recorder:
    """Watches what is flushed and renamed below a folder; `cuts` holds the disk after each of these calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.disk: Disk = {}
        for path in [root, *root.rglob("*")]:
            self._keep(path)
        self.cuts: list[tuple[str, Disk]] = []

    def _keep(self, path: Path) -> None:
        if path.is_dir():
            self.disk[path.stat().st_ino] = {entry.name: entry.inode() for entry in os.scandir(path)}
        elif path.is_file():
            self.disk[path.stat().st_ino] = path.read_bytes()

    def flushed(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path == self.root or self.root in path.parents:
            self._keep(path)
            self.cuts.append((f"fsync {path.name}", dict(self.disk)))

    def renamed(self, target: Path) -> None:
        if self.root in target.parents:
            folder = target.parent.stat().st_ino
            names = self.disk.get(folder, {})
            assert isinstance(names, dict)
            early = names | {target.name: target.lstat().st_ino}
            self.cuts.append((f"rename {target.name}", self.disk | {folder: early}))

    def lay_out(self, disk: Disk, target: Path) -> Home:
        self._lay(disk, self.root.stat().st_ino, target)
        return Home(target)

    def _lay(self, disk: Disk, number: int, target: Path) -> None:
        found = disk.get(number, b"")
        if isinstance(found, dict):
            target.mkdir()
            for name, inner in found.items():
                self._lay(disk, inner, target / name)
        elif number in disk or not self._is_folder(number):
            target.write_bytes(found)
        else:
            target.mkdir()

    def _is_folder(self, number: int) -> bool:
        return any(path.is_dir() and path.stat().st_ino == number for path in self.root.rglob("*"))


@contextmanager
def recorded(root: Path) -> Iterator[Recorder]:
    recorder = Recorder(root)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "replace", "rename"):
            patch.setattr(os, name, _watching(getattr(os, name), recorder))
        yield recorder


def _watching(real: Any, recorder: Recorder) -> Any:
    def call(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        if real.__name__ == "fsync":
            recorder.flushed(given[0])
        else:
            recorder.renamed(Path(given[1]))
        return found

    return call


def new_home(folder: Path) -> Home:
    home = deliveries.new_home(folder)
    deliveries.deliver(home, "catalog/company.yml", deliveries.CATALOG)
    for day in ("01", "02"):
        deliveries.deliver_usage(
            home, f"app/{day}.csv", f"e{day},api.request,2026-10-{day}T12:00:00+09:00,K1,5",
            f"f{day},api.request,2026-10-{day}T23:30:00+00:00,K1,7",
        )  # fmt: skip
    return home


def files_of_usage(home: Home) -> dict[str, set[str]]:
    """Id of a file that counts as taken in -> the lake's files that hold its events."""
    done = {path.stem for path in (home.lake / "intake").glob("*.parquet")} - {"_empty"}
    found = [path.relative_to(home.lake).as_posix() for path in (home.lake / "usage").rglob("*.parquet")]
    return {key: {name for name in found if Path(name).name.startswith(key)} for key in done}


def test_a_cut_during_an_ingest_leaves_what_the_next_one_carries_on(tmp_path: Path) -> None:
    home = new_home(tmp_path / "one")
    with recorded(home.root) as recorder:
        deliveries.take_in(home)
    whole, rows = files_of_usage(home), deliveries.lake(home, "usage/*")
    assert len(rows) == 4 and len(recorder.cuts) > 40
    states = set()
    for number, (said, disk) in enumerate(recorder.cuts):
        place = recorder.lay_out(disk, tmp_path / f"cut-{number}")
        for path in place.lake.rglob("[!.]*.parquet"):
            if not path.relative_to(place.lake).as_posix().startswith("."):
                assert path.read_bytes()[-4:] == b"PAR1", f"{said}: {path.name} has its name before its bytes"
        done = files_of_usage(place)
        assert all(done[key] == whole[key] for key in done), f"{said}: a file counts as taken in before its events"
        if frozenset(done) not in states:
            states.add(frozenset(done))
            deliveries.take_in(place)
            assert deliveries.lake(place, "usage/*") == rows, said
    assert len(states) == 4  # none, one, the other, and the catalog with both


def test_a_cut_during_a_night_leaves_whole_commits_and_nothing_that_refers_to_what_is_not_there(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    create_ledger(home, RUN)
    for folder in (home.documents, home.landing / "crm"):
        folder.mkdir(parents=True)
    with recorded(home.root) as recorder:
        list(a_night(home, 1))
    assert len(recorder.cuts) > 20
    for number, (said, disk) in enumerate(recorder.cuts):
        place = recorder.lay_out(disk, tmp_path / f"cut-{number}")
        assert open_ledger(place).verify() == [], said
        assert paper_shelf.faults(place) == ([], []), said
        if sending.read(place):
            assert paper_shelf.manifest(place), f"{said}: a mail left before its paper was on disk"
