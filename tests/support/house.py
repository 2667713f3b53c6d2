"""The house in figures: how long the way of a row through the models is, how large the rooms are, what a night builds.

    python -m tests.support.house

Reads dbt's manifest of the project. `tests/structure/test_house.py` holds the figures within their limits.
"""

from __future__ import annotations

import json
import re
import statistics
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from billing_jobs.jobs import build
from billing_jobs.settings import DBT_PROJECT_DIR

Nodes = dict[str, dict[str, Any]]

# The CTEs that only import a model are no lines that one has to read.
IMPORT_CTE = re.compile(
    r"^\w+ as (?:not materialized )?\(\s+select \* from \{\{ (?:ref|source)\([^)]*\) \}\}(?: where [^\n]*)?\s+\),?\n+",
    re.MULTILINE,
)


# The way of an amount, from fact to paper and from deposit to what is open: the models that nobody would leave out, and
# between two of them the shortest chain. What reads the facts in passing (a claim, an explanation) is no way for an
# amount.
EVENT_TO_LINE = (
    *(
        "stg_usage__events",
        "int_usage_summed_daily",
        "int_billable_usage",
        "int_charge_segments_with_quantity",
        "int_charges_priced",
    ),
    *(
        "int_charges_owed",
        "int_billing_adjustments",
        "int_invoice_lines_drafted",
        "int_invoice_lines_taxed",
        "draft_invoice_lines",
    ),
)
DEPOSIT_TO_ALLOCATION = (
    "stg_payments__deposits",
    "int_deposits_resolved",
    "int_deposits_matched_by_amount",
    "int_allocations_proposed",
    "allocations_to_record",
)
ALLOCATION_TO_AGING = ("stg_ledger__allocations", "receivables_aging")


@dataclass(frozen=True)
class House:
    """The models of a manifest and the arrows between them: a parent is what a model reads."""

    models: Nodes

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """For each model, by name, the models that it reads."""
        return {
            node["name"]: {self.models[key]["name"] for key in node["depends_on"]["nodes"] if key in self.models}
            for node in self.models.values()
        }

    @cached_property
    def children(self) -> dict[str, set[str]]:
        """For each model, by name, the models that read it."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, parents in self.parents.items():
            for parent in parents:
                found[parent].add(name)
        return found

    @cached_property
    def levels(self) -> dict[str, int]:
        """For each model how many models stand on the longest chain that ends with it, itself included."""
        found: dict[str, int] = {}

        def level(name: str) -> int:
            if name not in found:
                found[name] = 1 + max((level(parent) for parent in self.parents[name]), default=0)
            return found[name]

        for name in self.parents:
            level(name)
        return found

    @property
    def longest_chain(self) -> int:
        return max(self.levels.values())

    @property
    def narrow_levels(self) -> int:
        """Levels of one or two models: where one waits for another and nothing else can be built meanwhile."""
        return sum(1 for width in Counter(self.levels.values()).values() if width <= 2)

    def way(self, first: str, last: str) -> list[str]:
        """The shortest chain of models from one to another, both included."""
        waiting, came_from = deque([first]), {first: ""}
        while waiting:
            name = waiting.popleft()
            for child in sorted(self.children[name]):
                if child not in came_from:
                    came_from[child] = name
                    waiting.append(child)
        chain = [last]
        while chain[-1] != first:
            chain.append(came_from[chain[-1]])
        return chain[::-1]

    def way_by(self, stations: Sequence[str]) -> list[str]:
        """The shortest chain that passes these models in this order."""
        return [stations[0], *(name for first, last in pairwise(stations) for name in self.way(first, last)[1:])]

    @property
    def rooms(self) -> Counter[str]:
        """How many models each folder has."""
        return Counter(str(Path(node["original_file_path"]).parent) for node in self.models.values())

    @property
    def lines(self) -> dict[str, int]:
        """Lines of code of each model, without the CTEs that only import."""
        return {node["name"]: IMPORT_CTE.sub("", node["raw_code"]).count("\n") + 1 for node in self.models.values()}

    def built_by(self, select: str) -> set[str]:
        """The models that a selection builds: names with + before or after them,
        joined by a blank (or) and a comma (and)."""
        return set().union(
            *(set.intersection(*(self._selected(name) for name in part.split(","))) for part in select.split())
        )

    def _selected(self, part: str) -> set[str]:
        name = part.strip("+")
        after = self._reached(name, self.children) if part.endswith("+") else set()
        before = self._reached(name, self.parents) if part.startswith("+") else set()
        return {name} | after | before

    @property
    def invoicing_night(self) -> int:
        """Models built in a night that issues documents and pays some of them: all,
        then what hangs on what was recorded, twice."""
        return len(self.parents) + len(self.built_by(build.FOR_ALLOCATION)) + len(self.built_by(build.AFTER_RECORDING))

    @staticmethod
    def _reached(name: str, arrows: dict[str, set[str]]) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for name in arrows.get(waiting.pop(), set()):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return found

    def figures(self) -> dict[str, int]:
        """What is measured, by the name under which `tests/structure/test_house.py` holds it."""
        lines = self.lines.values()
        return {
            "models": len(self.parents),
            "longest chain of models": self.longest_chain,
            "levels of one or two models": self.narrow_levels,
            "models of the largest folder": max(self.rooms.values()),
            "usage event to invoice line": len(self.way_by(EVENT_TO_LINE)),
            "deposit to aging": len(self.way_by(DEPOSIT_TO_ALLOCATION)) + len(self.way_by(ALLOCATION_TO_AGING)),
            "models built in an invoicing night": self.invoicing_night,
            "lines of a model, median": round(statistics.median(lines)),
            "lines of a model, longest": max(lines),
        }


def parse(project: Path, target: Path) -> dict[str, Any]:
    """dbt's manifest of the project, parsed anew into `target`. Raises RuntimeError when it cannot be parsed."""
    from dbt.cli.main import dbtRunner

    where = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--target-path",
        str(target),
        "--log-path",
        str(target),
    ]
    result = dbtRunner().invoke(["--quiet", "parse", *where])
    if not result.success:
        raise RuntimeError(f"The dbt project cannot be parsed: {result.exception}")
    parsed: dict[str, Any] = json.loads((target / "manifest.json").read_text("utf-8"))
    return parsed


def models_of(manifest: dict[str, Any]) -> Nodes:
    """The models of a manifest by their unique id."""
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}


def main() -> None:
    """Print the figures of the project, one a line."""
    with tempfile.TemporaryDirectory() as target:
        house = House(models_of(parse(DBT_PROJECT_DIR, Path(target))))
    for name, figure in house.figures().items():
        click.echo(f"{figure:>5}  {name}")


if __name__ == "__main__":
    main()
