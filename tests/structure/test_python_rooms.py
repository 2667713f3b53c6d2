"""A folder of the intake or of the adapters is a room one can read: few modules, and a page that says what it owns."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from billing_jobs.settings import PROJECT_DIR

MAX_MODULES = 13
SRC = PROJECT_DIR / "src" / "billing_jobs"
ROOMS = sorted({path.parent for area in ("intake", "adapters") for path in (SRC / area).rglob("*.py")})


def room_id(room: Path) -> str:
    return str(room.relative_to(SRC))


@pytest.mark.parametrize("room", ROOMS, ids=room_id)
def test_a_room_has_few_modules_and_a_page_that_names_each_once(room: Path) -> None:
    modules = modules_of(room)
    assert len(modules) <= MAX_MODULES
    page = (room / "README.md").read_text("utf-8")
    assert page.startswith(f"# {room.relative_to(SRC)}\n")
    assert re.search(r"^Owns: .+", page, re.MULTILINE)
    assert re.search(r"^Does not own: .+", page, re.MULTILINE)
    assert sorted(order_of_reading(page)) == sorted(modules)


@pytest.mark.parametrize("room", ROOMS, ids=room_id)
def test_the_order_of_reading_names_no_module_before_one_that_it_reads(room: Path) -> None:
    named = order_of_reading((room / "README.md").read_text("utf-8"))
    read = {name: modules_read(room, name) for name in named}
    early = [(name, later) for place, name in enumerate(named) for later in named[place + 1 :] if later in read[name]]
    assert not early, early


def modules_of(room: Path) -> set[str]:
    return {path.stem for path in room.glob("*.py")} - {"__init__"}


def modules_read(room: Path, name: str) -> set[str]:
    """The modules of its own room that a module imports."""
    package = ".".join(("billing_jobs", *room.relative_to(SRC).parts))
    found = set()
    for node in ast.walk(ast.parse((room / f"{name}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            found.add((node.module or "").removeprefix(f"{package}.").split(".")[0])
    return found & modules_of(room)


def order_of_reading(page: str) -> list[str]:
    """The modules that a room's page numbers, in its order."""
    return re.findall(r"^\d+\. `([a-z_0-9]+)\.py`", page, re.MULTILINE)
