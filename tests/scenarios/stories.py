"""Reading of stories: `story.yml`, the nights of its home, and which files come when. Format: docs/stories.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HERE = Path(__file__).parent
TOKYO = ZoneInfo("Asia/Tokyo")
STORY_KEYS = {"title", "why", "prefix", "calendar", "currency", "where", "totals", "steps"}
NIGHT_KEYS = {"as_of", "now", "month_end", "expect", "name", "deliver", "lose", "forget"}


@dataclass(frozen=True)
class Night:
    """One run. `expect`: '' (goes through), 'nothing', 'view' or 'stops: <words in the message>'."""

    name: str
    as_of: date
    now: datetime
    month_end: bool = False
    expect: str = ""
    deliver: tuple[tuple[str, str], ...] = ()
    lose: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """One folder: what is delivered when, and which rows finance expects."""

    name: str
    folder: Path
    title: dict[str, str]
    why: str
    prefix: str
    home: str
    nights: tuple[Night, ...]
    currency: str = ""
    where: dict[str, str] = field(default_factory=dict)
    totals: dict[str, list[str]] = field(default_factory=dict)

    def deliveries(self, night: str) -> list[tuple[Path, str]]:
        """The files of this story that land before the night: where they lie in the story, and their path below landing/."""
        return [(self.folder / "landing" / source, target) for step in self.nights if step.name == night for source, target in step.deliver]

    def expectations(self) -> list[tuple[str, Path]]:
        """(night, file) for each expected table; the night is '' for the state after the last one."""
        folder = self.folder / "expected"
        found = [("", path) for path in folder.glob("*.csv")] + [(path.parent.name, path) for path in folder.glob("*/*.csv")]
        return sorted(found)


def read_night(raw: dict[str, Any], where: Path) -> Night:
    """A step of a story or a night of a calendar; by default it runs at 02:00 in Tokyo on the day after its business day."""
    unknown = set(raw) - NIGHT_KEYS
    if unknown:
        raise ValueError(f"{where}: unknown keys {sorted(unknown)} in a step; known are {sorted(NIGHT_KEYS)}")
    as_of = raw["as_of"]
    now = raw.get("now") or datetime.combine(as_of + timedelta(days=1), time(2), TOKYO)
    deliver = tuple(next(iter(item.items())) if isinstance(item, dict) else (item, item) for item in raw.get("deliver", []))
    return Night(
        name=str(raw.get("name", as_of)),
        as_of=as_of,
        now=now,
        month_end=raw.get("month_end", False),
        expect=raw.get("expect", ""),
        deliver=deliver,
        lose=tuple(raw.get("lose", [])),
        forget=tuple(raw.get("forget", [])),
    )


def read_story(folder: Path) -> Story:
    """The story of a folder; a key that nobody knows is an error, so that a slip of the pen is not a silent default."""
    path = folder / "story.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(raw) - STORY_KEYS
    if unknown:
        raise ValueError(f"{path}: unknown keys {sorted(unknown)}; known are {sorted(STORY_KEYS)}")
    if not re.fullmatch(r"[a-z0-9]+", raw["prefix"]):
        raise ValueError(f"{path}: prefix must be lower-case letters and digits, found {raw['prefix']!r}")
    return Story(
        name=folder.name,
        folder=folder,
        title=raw["title"],
        why=raw["why"],
        prefix=raw["prefix"],
        home=raw.get("calendar", folder.name),
        nights=tuple(read_night(step, path) for step in raw["steps"]),
        currency=raw.get("currency", ""),
        where=raw.get("where", {}),
        totals=raw.get("totals", {}),
    )


def read_stories() -> list[Story]:
    """Every folder with a story.yml, by name."""
    return [read_story(path.parent) for path in sorted(HERE.glob("*/story.yml"))]


def read_calendars() -> dict[str, tuple[Night, ...]]:
    """The shared homes: their nights in order."""
    path = HERE / "calendars.yml"
    return {name: tuple(read_night(night, path) for night in nights) for name, nights in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def nights_of(home: str, stories: list[Story]) -> tuple[Night, ...]:
    """The nights of a home: of its calendar, else the steps of the one story that has this home for itself."""
    calendars = read_calendars()
    if home in calendars:
        return calendars[home]
    return next(story.nights for story in stories if story.home == home)
