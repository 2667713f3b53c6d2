"""The usage part of the lake as files: which days there are, which files of a source lie in them,
and how a new file's days come in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.intake.engine import Engine, literal
from billing_jobs.streams import USAGE, Columns, empty_select
from billing_jobs.whole_files import make_folder, put_in_place

_PREFIX = "event_date="
# Events of small files of this run are remembered: opening hundreds of small Parquet files again for each next file
# costs more.
_REMEMBERED_PER_FILE_MAX = 100_000
_REMEMBERED_MAX = 5_000_000
_REMEMBERED: Columns = {"event_id": "VARCHAR", "source": "VARCHAR", "path": "VARCHAR"}


class UsageLake:
    """A list of `lake/usage` that is read once and kept up as files come in, so that a load opens only files that can
    matter to it.

    sources: the source of every file_id; a file of another source can never hold the same event.
    """

    def __init__(self, con: Engine, folder: Path, sources: Mapping[str, str]) -> None:
        self._con = con
        self._folder = folder_for_engine(folder)
        self._remembered: set[str] = set()
        self._remembered_rows = 0
        con.execute(f"create or replace temp table remembered as {empty_select(_REMEMBERED)}")
        self._sources = sources
        self._days: dict[date, set[str]] = {}
        for entry in os.scandir(folder):
            if entry.name.startswith(_PREFIX):
                self._days[date.fromisoformat(entry.name.removeprefix(_PREFIX))] = {
                    path.name for path in Path(entry.path).glob("*.parquet")
                }

    def met_events(self, source: str, days: Iterable[date], window_days: int) -> str:
        """The query of event_id and path of the source's events on these days and around them."""
        offsets = [timedelta(days=offset) for offset in range(-window_days, window_days + 1)]
        wanted = {day + offset for day in days for offset in offsets} & self._days.keys()
        remembered = f"select event_id, path from remembered where source = {literal(source)}"
        files = [
            self._path(day, name)
            for day in sorted(wanted)
            for name in sorted(self._days[day])
            if self._must_be_opened(_file_id(name), source)
        ]
        return f"{remembered} union all select event_id, filename from {_listed(files)}" if files else remembered

    def bodies(self, paths: Iterable[str]) -> str:
        """The relation of all events in these files of the lake."""
        return (
            _listed([Path(path) for path in paths]) if paths else f"({empty_select({**USAGE, 'event_date': 'DATE'})})"
        )

    def _must_be_opened(self, file_id: str, source: str) -> bool:
        return file_id not in self._remembered and self._sources.get(file_id) == source

    def remember(self, file_id: str, source: str, accepted: int) -> None:
        """Keep the ids of a small file's events (of the table `accepted`) at hand for the next files of this run."""
        if accepted > _REMEMBERED_PER_FILE_MAX or self._remembered_rows + accepted > _REMEMBERED_MAX:
            return
        place = f"{literal(f'{self._folder}/{_PREFIX}')} || event_date || {literal(f'/{file_id}.parquet')}"
        self._con.execute(f"insert into remembered select event_id, {literal(source)}, {place} from accepted")
        self._remembered.add(file_id)
        self._remembered_rows += accepted

    def take_in(self, written: Path, file_id: str, days: Iterable[date]) -> None:
        """Move these days' files, written below `written`, into the lake under the file's id."""
        for day in sorted(days):
            day_folder = self.day_folder(written, day)
            make_folder(self._folder / day_folder.name)
            for number, part in enumerate(sorted(day_folder.glob("*.parquet"))):
                name = f"{file_id}{f'-{number}' if number else ''}.parquet"
                put_in_place(part, self._path(day, name))
                self._days.setdefault(day, set()).add(name)

    @staticmethod
    def day_folder(folder: Path, day: date) -> Path:
        return folder / f"{_PREFIX}{day}"

    def remove(self, file_id: str) -> None:
        """Take out events of a load that a crash cut off before its intake line:
        the file would meet itself as a duplicate."""
        for day, names in self._days.items():
            for name in {name for name in names if _file_id(name) == file_id}:
                self._path(day, name).unlink()
                names.remove(name)

    def _path(self, day: date, name: str) -> Path:
        return self._folder / f"{_PREFIX}{day}" / name


def _file_id(name: str) -> str:
    return name.removesuffix(".parquet").split("-", 1)[0]


def _listed(files: Iterable[Path]) -> str:
    return (
        f"read_parquet([{', '.join(literal(file) for file in files)}], hive_partitioning = true, "
        f"hive_types = {{'event_date': date}}, filename = true)"
    )
