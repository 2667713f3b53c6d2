"""A folder of models is a room one can read: few models, and a page that says what it owns and in which order to read
it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR

Nodes = dict[str, dict[str, Any]]

MAX_MODELS = 13
MODELS = DBT_PROJECT_DIR / "models"
ROOMS = sorted({path.parent for path in MODELS.rglob("*.sql")})


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(MODELS)))
def test_a_room_has_few_models_and_a_page_that_names_each_once(room: Path) -> None:
    models = {path.stem for path in room.glob("*.sql")}
    assert len(models) <= MAX_MODELS
    page = (room / "README.md").read_text("utf-8")
    assert page.startswith(f"# {room.relative_to(MODELS)}\n")
    assert re.search(r"^Owns: .+", page, re.MULTILINE)
    assert re.search(r"^Does not own: .+", page, re.MULTILINE)
    named = order_of_reading(page)
    assert sorted(named) == sorted(models)


def test_the_order_of_reading_names_no_model_before_one_that_it_reads(models: Nodes) -> None:
    rooms: dict[Path, list[str]] = defaultdict(list)
    for room in ROOMS:
        rooms[room] = order_of_reading((room / "README.md").read_text("utf-8"))
    parents = {
        node["name"]: {models[key]["name"] for key in node["depends_on"]["nodes"] if key in models}
        for node in models.values()
    }
    early = [
        (name, later)
        for named in rooms.values()
        for place, name in enumerate(named)
        for later in named[place + 1 :]
        if later in parents[name]
    ]
    assert not early, early


def order_of_reading(page: str) -> list[str]:
    """The models that a room's page numbers, in its order."""
    return re.findall(r"^\d+\. `([a-z_0-9]+)`", page, re.MULTILINE)
