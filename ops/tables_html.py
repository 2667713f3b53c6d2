"""The published tables as one static page that needs nothing else: columns, keys, and the relations drawn as SVG."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ops.dictionary import ROOMS, Relation, Table, relations, tables
from ops.tables import CONVENTIONS

COLOURS = ("#0b6e99", "#b5460f", "#2f855a", "#805ad5", "#97266d", "#6b7100", "#2b6cb0", "#9b2c2c", "#4a5568", "#b7791f")
ROW = 19
FROM_X, TO_X = 256, 634


def page() -> str:
    """The whole page as HTML."""
    found = tables()
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["text"] = _inline
    named: dict[str, list[str]] = defaultdict(list)
    for relation in relations(found):
        if relation.table not in named[relation.target]:
            named[relation.target].append(relation.table)
    return environment.get_template("tables.html.j2").render(
        rooms=[
            {"title": title, "tables": [table for table in found if table.room == room]}
            for room, title in ROOMS.items()
        ],
        conventions=_paragraphs(CONVENTIONS.split("\n", 1)[1]),
        drawing=_drawing(found, relations(found)),
        named=named,
    )


def _drawing(found: list[Table], drawn: list[Relation]) -> dict[str, Any]:
    """Tables that name others on the left, those named on the right, a curve for each pair."""
    left = [table.name for table in found if any(relation.table == table.name for relation in drawn)]
    right = [table.name for table in found if any(relation.target == table.name for relation in drawn)]
    height = ROW * (len(left) + 1)
    y_left = {name: ROW * (place + 1) for place, name in enumerate(left)}
    y_right = {name: round(height * (place + 0.5) / len(right)) for place, name in enumerate(right)}
    columns: dict[tuple[str, str], list[str]] = defaultdict(list)
    for relation in drawn:
        columns[relation.table, relation.target].append(relation.column)
    middle = (FROM_X + TO_X) // 2
    return {
        "height": height,
        "sources": [{"name": name, "y": y} for name, y in y_left.items()],
        "targets": [
            {
                "name": target,
                "y": y,
                "colour": COLOURS[place % len(COLOURS)],
                "paths": [
                    {
                        "d": f"M{FROM_X} {y_left[table]} C{middle} {y_left[table]} {middle} {y} {TO_X} {y}",
                        "title": f"{table}: {', '.join(names)}",
                    }
                    for (table, named), names in columns.items()
                    if named == target
                ],
            }
            for place, (target, y) in enumerate(y_right.items())
        ],
    }


def _inline(text: str) -> str:
    """As HTML: words between backticks as code, outside of them words between asterisks as emphasis."""
    shown = ""
    for place, part in enumerate(html.escape(text).split("`")):
        if place % 2:
            shown += f"<code>{part}</code>"
        else:
            strong = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", part)
            shown += re.sub(r"\*([^*]+)\*", r"<em>\1</em>", strong)
    return shown


def _paragraphs(text: str) -> str:
    """As HTML: paragraphs and one level of list items, which is all that the conventions are written in."""
    shown = ""
    for block in text.strip().split("\n\n"):
        if block.startswith("- "):
            items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
            shown += "".join(["<ul>", *(f"<li>{_inline(' '.join(item.split()))}</li>" for item in items), "</ul>"])
        else:
            shown += f"<p>{_inline(' '.join(block.split()))}</p>"
    return shown
