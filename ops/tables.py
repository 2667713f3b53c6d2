"""Writes `docs/tables.md`, the published tables with their columns: `python -m ops.tables`.

What is in it stands in the models' YAML (see `ops/dictionary.py`); the page is never written by hand.
"""

from __future__ import annotations

import textwrap

from billing_jobs.settings import PROJECT_DIR
from ops.dictionary import MARTS, ROOMS, Table, relations, tables

PAGE = PROJECT_DIR / "docs" / "tables.md"
# One text for this page and for dbt's own (its overview), so that the conventions are said once.
CONVENTIONS = (MARTS.parent / "overview.md").read_text("utf-8").split("\n", 1)[1].rsplit("{% enddocs %}", 1)[0].strip()


def page() -> str:
    """The whole page as Markdown."""
    found = tables()
    parts = [
        "# Tables\n\nWritten by `python -m ops.tables` from the models' YAML; a test fails where it is out of date.\n"
        "Questions with their SQL: [analysts.md](analysts.md). Words: [glossary.md](glossary.md).",
        CONVENTIONS.replace("# Published tables", "## How to read them"),
        _contents(found),
    ]
    for room, title in ROOMS.items():
        of_room = [table for table in found if table.room == room]
        drawn = _drawn(of_room)
        parts += [f"## {title}\n\nOwner: {of_room[0].owner}.", *([drawn] if drawn else [])]
        parts += [_described(table) for table in of_room]
    return "\n\n".join(parts) + "\n"


def _contents(found: list[Table]) -> str:
    lines = [
        f"| {title} | {', '.join(_link(t.name) for t in found if t.room == room)} |" for room, title in ROOMS.items()
    ]
    return "\n".join(["| about | tables |", "| --- | --- |", *lines])


def _drawn(of_room: list[Table]) -> str:
    """The relations of a room's tables, as Mermaid draws them: from who names to who is named."""
    between: dict[tuple[str, str], list[str]] = {}
    for relation in relations(of_room):
        between.setdefault((relation.table, relation.target), []).append(relation.column)
    lines = [f'    {table} }}o--o| {target} : "{", ".join(columns)}"' for (table, target), columns in between.items()]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"]) if lines else ""


def _described(table: Table) -> str:
    rows = [
        f"| {'**' if column.is_key else ''}{column.name}{'**' if column.is_key else ''} | {column.type} | "
        f"{_cell(column.meaning)}{f' → {_link(column.names)}' if column.names else ''} |"
        for column in table.columns
    ]
    head = [
        f"### {table.name}",
        "",
        f"{_cell(table.meaning)}",
        "",
        f"Key: {', '.join(f'`{name}`' for name in table.key)}. Read by: {', '.join(table.readers)}.",
        "",
        "| column | type | means |",
        "| --- | --- | --- |",
    ]
    return "\n".join(_wrapped(head) + rows)


def _wrapped(lines: list[str]) -> list[str]:
    return [
        part
        for line in lines
        for part in (textwrap.wrap(line, 120, break_long_words=False, break_on_hyphens=False) or [""])
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _link(name: str) -> str:
    return f"[{name}](#{name})"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE}: {len(tables())} tables")
