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
STEP_KEYS = {"as_of", "night", "deliver", "commands"}
NIGHT_KEYS = {"as_of", "now", "month_end", "expect", "name", "lose", "forget"}


@dataclass(frozen=True)
class Night:
    """One run. `expect`: '' (goes through), 'nothing', 'view' or 'stops: <words in the message>'."""

    name: str
    as_of: date
    now: datetime
    month_end: bool = False
    expect: str = ""
    lose: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """One folder: what is delivered before which night of its home, and which rows finance expects.

    steps: night name to (file of the story, path below landing/) of each file that lands before it; commands: what a
    person runs then.
    """

    name: str
    folder: Path
    title: dict[str, str]
    why: str
    prefix: str
    home: str
    steps: dict[str, tuple[tuple[str, str], ...]]
    currency: str = ""
    where: dict[str, str] = field(default_factory=dict)
    totals: dict[str, list[str]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    def deliveries(self, night: str) -> list[tuple[Path, str]]:
        """The files of this story that land before the night: where they lie in the story,
        and their path below landing/."""
        return [(self.folder / "landing" / source, target) for source, target in self.steps.get(night, ())]

    def expectations(self) -> list[tuple[str, Path]]:
        """(night, file) for each expected table; the night is '' for the state after the last one."""
        folder = self.folder / "expected"
        found = [("", path) for path in folder.glob("*.csv")] + [
            (path.parent.name, path) for path in folder.glob("*/*.csv")
        ]
        return sorted(found)


def known_only(raw: dict[str, Any], known: set[str], where: Path) -> dict[str, Any]:
    """The mapping itself; a key that nobody knows is an error, so that a slip of the pen is not a silent default."""
    unknown = set(raw) - known
    if unknown:
        raise ValueError(f"{where}: unknown keys {sorted(unknown)}; known are {sorted(known)}")
    return raw


def read_step(raw: dict[str, Any], where: Path) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The night's name and what lands before it; `{file: path}` lands under another path."""
    step = known_only(raw, STEP_KEYS, where)
    return str(step.get("night", step.get("as_of"))), tuple(
        next(iter(item.items())) if isinstance(item, dict) else (item, item) for item in step.get("deliver", [])
    )


def read_night(raw: dict[str, Any], where: Path) -> Night:
    """A night of a calendar; by default it runs at 02:00 in Tokyo on the day after its business day."""
    night = known_only(raw, NIGHT_KEYS, where)
    as_of = night["as_of"]
    return Night(
        name=str(night.get("name", as_of)),
        as_of=as_of,
        now=night.get("now") or datetime.combine(as_of + timedelta(days=1), time(2), TOKYO),
        month_end=night.get("month_end", False),
        expect=night.get("expect", ""),
        lose=tuple(night.get("lose", [])),
        forget=tuple(night.get("forget", [])),
    )


def read_story(folder: Path) -> Story:
    """The story of a folder."""
    path = folder / "story.yml"
    raw = known_only(yaml.safe_load(path.read_text(encoding="utf-8")), STORY_KEYS, path)
    if not re.fullmatch(r"[a-z0-9]+", raw["prefix"]):
        raise ValueError(f"{path}: prefix must be lower-case letters and digits, found {raw['prefix']!r}")
    return Story(
        name=folder.name,
        folder=folder,
        title=raw["title"],
        why=raw["why"],
        prefix=raw["prefix"],
        home=raw["calendar"],
        steps=dict(read_step(step, path) for step in raw["steps"]),
        currency=raw.get("currency", ""),
        where=raw.get("where", {}),
        totals=raw.get("totals", {}),
        commands={str(step.get("night", step.get("as_of"))): step.get("commands", []) for step in raw["steps"]},
    )


def read_stories() -> list[Story]:
    """Every folder with a story.yml, by name."""
    return [read_story(path.parent) for path in sorted(HERE.glob("*/story.yml"))]


def read_calendars() -> dict[str, tuple[Night, ...]]:
    """The homes that stories share: their nights in order."""
    path = HERE / "calendars.yml"
    return {
        name: tuple(read_night(night, path) for night in nights)
        for name, nights in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }
