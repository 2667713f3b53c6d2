"""docs/architecture.md is true to the code where a program can tell: rooms and their order, a night's steps,
what adds up."""

from __future__ import annotations

import json
import re
import tomllib

from billing_jobs.jobs import monthly
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.settings import DBT_PROJECT_DIR, PROJECT_DIR
from tests.structure.test_dbt_layers import AREA_ORDER, MAY_READ
from tests.structure.test_promised_tables import PROMISED

TEXT = (PROJECT_DIR / "docs" / "architecture.md").read_text("utf-8")
PAGE = " ".join(TEXT.split())
README = (PROJECT_DIR / "README.md").read_text("utf-8")
MODELS = DBT_PROJECT_DIR / "models"
SRC = PROJECT_DIR / "src" / "billing_jobs"
# How the page calls the steps that a scheduler calls otherwise.
SAID = {"build_issued": "build what hangs on the ledger", "build_allocated": "build receivables", "check_out": "check"}


def rooms(folder: str) -> list[str]:
    """The first column of the table of this folder's rooms."""
    table = TEXT[TEXT.index(f"| `{folder}` | owns |") :].split("\n\n")[0]
    return re.findall(r"^\| `([\w/]+)` \|", table, re.MULTILINE)[1:]


def order_of_areas(text: str) -> list[set[str]]:
    """Areas in the order of their arrows; those beside each other in one set."""
    return [set(re.findall(r"\w+", step)) for step in text.split(" → ")]


def by_place() -> list[set[str]]:
    return [{area for area, place in AREA_ORDER.items() if place == at} for at in sorted(set(AREA_ORDER.values()))]


def test_the_arrows_between_areas_are_those_that_the_models_keep() -> None:
    (said,) = re.findall(r"sideways only (.+?);", PAGE)
    assert order_of_areas(said) == by_place()


def test_the_rooms_of_models_are_the_folders_in_the_order_of_their_arrows() -> None:
    areas = [f"intermediate/{area}" for area in sorted(AREA_ORDER, key=AREA_ORDER.__getitem__)]
    assert rooms("dbt_project/models/") == ["staging", *areas, "marts", "proposals"]
    assert {path.name for path in (MODELS / "intermediate").iterdir() if path.is_dir()} == set(AREA_ORDER)
    assert {path.name for path in MODELS.iterdir() if path.is_dir()} == set(MAY_READ)


def test_the_rooms_of_python_are_its_packages_in_the_order_of_their_imports() -> None:
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text("utf-8"))
    layers = [
        set(re.findall(r"billing_jobs\.(\w+)", layer))
        for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]
    ]
    packages = {path.parent.name for path in SRC.glob("*/__init__.py")}
    said = rooms("src/billing_jobs/")
    assert set(said) == packages
    place = {name: at for at, layer in enumerate(layers) for name in layer}
    assert [place[name] for name in said] == sorted(place[name] for name in said)
    (imports,) = re.findall(r"Imports go down: (.+?)\. dbt", PAGE)
    (modules,) = re.findall(r" → single modules \(([^)]+)\)", imports)
    named = [set(re.findall(r"`(\w+)`", step)) for step in imports.split(" → ")]
    assert set(re.findall(r"`(\w+)`", modules)) <= layers[4]
    assert [step if at != 4 else layers[4] for at, step in enumerate(named)] == layers


def test_the_readme_names_the_same_rooms() -> None:
    (areas,) = re.findall(r"`intermediate/\{([\w,]+)\}`", README)
    assert areas.split(",") == sorted(AREA_ORDER, key=AREA_ORDER.__getitem__)
    (line,) = re.findall(r"^\| `src/billing_jobs/` \| (.+) \|$", README, re.MULTILINE)
    assert {path.parent.name for path in SRC.glob("*/__init__.py")} <= set(re.findall(r"`(\w+)`", line))


def test_a_night_has_the_steps_that_are_said() -> None:
    (said,) = re.findall(r"A night: `([^`]+)`", PAGE)
    assert said.split(" → ") == [SAID.get(step, step) for step in NIGHT]
    assert "A month end adds `close`." in PAGE
    assert set(monthly.MONTH_END) - set(NIGHT) == {"close", "build_closed"}


def test_what_is_received_is_parted_as_it_is_said() -> None:
    (said,) = re.findall(r"Events received = ([^.]+)\.", PAGE)
    columns = [
        column.removeprefix("events_")
        for column in PROMISED["usage_accounting"].split()
        if column.startswith("events_")
    ]
    assert ["received", *said.split(" + ")] == columns


def test_defaults_are_those_of_the_catalog() -> None:
    schema = json.loads((SRC / "intake" / "catalog" / "catalog.schema.json").read_text("utf-8"))
    months = schema["$defs"]["entity"]["properties"]["rebill_horizon_months"]["default"]
    assert f"a rebill horizon ({months} months by default)" in PAGE
