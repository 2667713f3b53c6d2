"""The example companies that a new home may begin with: a small catalog, customers, usage, a bank's statement."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters.files import replace_bytes
from billing_jobs.errors import UsageError
from billing_jobs.settings import PROJECT_DIR, Home

FOLDER = PROJECT_DIR / "examples" / "first"
MARK = "<--"
"""Stands in a catalog behind each line that its owner changes first."""


def names() -> list[str]:
    """What there is to begin with; nothing where `BILLING_PROJECT_DIR` names a folder without examples."""
    return sorted(path.name for path in FOLDER.glob("*") if path.is_dir())


def refuse_a_home_in_use(home: Home) -> None:
    """Raises UsageError where anything was delivered already: an example would be billed beside it."""
    there = sorted(path for path in home.landing.rglob("*") if path.is_file()) if home.landing.exists() else []
    if there:
        raise UsageError(
            f"{home.root} is in use: {there[0].relative_to(home.root)} lies in it. An example goes into an empty home: "
            "give another folder with --home."
        )


def move_in(home: Home, name: str) -> list[tuple[Path, int]]:
    """Put the files of an example where other systems would deliver them. Which lines (file, number) are to be changed
    first."""
    source = FOLDER / name
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        replace_bytes(home.landing / path.relative_to(source), path.read_bytes())
    return [
        (path, number)
        for path in sorted(home.landing.glob("catalog/*.yml"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if f"# {MARK} " in line
    ]
