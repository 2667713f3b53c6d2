"""The published tables as the models' YAML declares them: what each means, its key, its columns, what they name, whose
it is and who reads it. Nothing is built for it, no dbt is run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from billing_jobs.settings import DBT_PROJECT_DIR

MODELS = DBT_PROJECT_DIR / "models"
MARTS = MODELS / "marts"
# In the order of the work, as the layers of the models have it.
ROOMS = {
    "catalog": "Plans, fees, prices, meters",
    "contracts": "Customers, contracts, quotes",
    "metering": "Usage",
    "invoicing/charges": "Charges and prices",
    "invoicing/documents": "Documents and decisions",
    "receivables": "Money, aging, reminders, mails",
    "revenue": "Revenue and journal",
    "metrics": "Recurring revenue and sales",
}
_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
_NAMED_BLOCK = re.compile(r"{{ doc\('(\w+)'\) }}")


@dataclass(frozen=True)
class Column:
    """`names` is the table whose key the column holds; empty where it names none of these tables."""

    name: str
    type: str
    meaning: str
    is_key: bool
    names: str


@dataclass(frozen=True)
class Table:
    """`owner` is a role; `readers` are the labels of what reads the table."""

    name: str
    room: str
    meaning: str
    owner: str
    readers: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, order=True)
class Relation:
    """Rows of `table` name by `column` a row of `target`."""

    table: str
    column: str
    target: str


def tables() -> list[Table]:
    """Every published table, by room and name."""
    declared = _declared()
    targets = _targets(declared)
    groups = {group["name"]: group["owner"]["name"] for group in _yaml("models/__groups.yml")["groups"]}
    rooms = _yaml("dbt_project.yml")["models"]["billing"]["marts"]
    return [
        Table(
            name=name,
            room=room,
            meaning=_said(model["description"]),
            owner=groups[rooms[room.split("/")[0]]["+group"]],
            readers=tuple(label for label, read in _readers().items() if name in read),
            key=tuple(_meta(model)["key"]),
            columns=tuple(_column(name, model, declared, targets)),
        )
        for room in ROOMS
        for name, (place, model) in declared.items()
        if place == room
    ]


def relations(shown: list[Table] | None = None) -> list[Relation]:
    """Which column of which table names which table, of these tables (of all by default)."""
    return sorted(
        Relation(table.name, column.name, column.names)
        for table in (tables() if shown is None else shown)
        for column in table.columns
        if column.names
    )


def _column(
    table: str, model: dict[str, Any], declared: dict[str, tuple[str, dict[str, Any]]], targets: dict[str, str]
) -> list[Column]:
    own, key = _meta(model).get("names", {}), _meta(model)["key"]
    named = {column["name"]: own.get(column["name"], targets.get(column["name"])) for column in model["columns"]}
    unknown = {target for target in named.values() if target} - declared.keys() | (own.keys() - named.keys())
    if unknown:
        raise ValueError(f"{table} names what is not there: {sorted(unknown)}")
    return [
        Column(
            name=column["name"],
            type=column["data_type"].replace(", ", ","),
            meaning=_said(column.get("description", "")),
            is_key=column["name"] in key,
            # A table does not name itself by its own key, but may by another column (a reversal its deposit).
            names="" if named[column["name"]] == table and [column["name"]] == key else named[column["name"]] or "",
        )
        for column in model["columns"]
    ]


def _targets(declared: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, str]:
    """Name of a column -> the table whose key it holds, wherever it stands: said once, at that table (`named_by`)."""
    return {column: name for name, (_, model) in declared.items() for column in _meta(model).get("named_by", [])}


def _meta(model: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = model["config"]["meta"]
    return meta


@cache
def _declared() -> dict[str, tuple[str, dict[str, Any]]]:
    """Table -> its room and what its YAML says."""
    return {
        model["name"]: (str(path.parent.relative_to(MARTS)), model)
        for path in sorted(MARTS.rglob("*.yml"))
        for model in yaml.safe_load(path.read_text("utf-8"))["models"]
    }


@cache
def _readers() -> dict[str, set[str]]:
    """Label of what reads -> the tables it reads."""
    return {
        exposure["label"]: set(re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"])))
        for exposure in _yaml("models/__exposures.yml")["exposures"]
    }


@cache
def _blocks() -> dict[str, str]:
    pages = sorted((MARTS / "columns").glob("*.md"))
    return {name: text for page in pages for name, text in _BLOCK.findall(page.read_text("utf-8"))}


def _said(description: str) -> str:
    """A description in one line, its doc blocks filled in."""
    return " ".join(_NAMED_BLOCK.sub(lambda block: _blocks()[block[1]], description).split())


def _yaml(path: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DBT_PROJECT_DIR / path).read_text("utf-8"))
    return content
