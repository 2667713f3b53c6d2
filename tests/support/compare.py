"""Two homes side by side: where their published tables, ledgers, mails, papers and journal exports differ, row by row.

    python -m tests.support.compare HOME HOME [--limit 20]

Rows meet by the key that the model declares (`meta: key`); where a table has none, or the key does not tell its rows
apart, whole rows are compared. Exit code 0 when nothing differs, 1 when something does. What only the second home has
of tables and columns is named, and is no
difference: columns may be added. Left out is what says how a home came about and not what it says: the number of a
commit, the ledger's head, the hashes of a candidate, the results of border rules, the id that a mail server gave.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from billing_jobs.settings import Home
from tests.support.home_tables import Row, Table, tables_of

SECTIONS = ("published", "ledger", "mails", "journals", "papers")


@dataclass
class Difference:
    """How one table of the second home differs from that of the first."""

    name: str
    key: list[str]
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.changed)

    def lines(self, limit: int) -> Iterator[str]:
        """One line for the table, then at most `limit` lines of each kind."""
        counts = [f"{len(found)} {kind}" for kind, found in self._kinds() if found]
        if counts:
            yield f"{self.name} (key: {', '.join(self.key) or 'the whole row'}): {', '.join(counts)}"
        for kind, found in self._kinds():
            yield from (f"  {kind:<10} {line}" for line in found[:limit])
            if len(found) > limit:
                yield f"  {kind:<10} … and {len(found) - limit} more"
        yield from (f"  note       {self.name}: {note}" for note in self.notes)

    def _kinds(self) -> list[tuple[str, list[str]]]:
        return [("missing", self.missing), ("unexpected", self.unexpected), ("changed", self.changed)]


def compare(first: Home, second: Home) -> list[Difference]:
    """The tables of the first home that the second has otherwise, and what the second has besides."""
    tables = [tables_of(home) for home in (first, second)]
    found = [
        _between(name, *(side.get(name) for side in tables)) for name in sorted({*tables[0], *tables[1]}, key=_place)
    ]
    return [difference for difference in found if difference or difference.notes]


def _place(name: str) -> tuple[int, str]:
    return SECTIONS.index(name.partition(" ")[0]), name


def _between(name: str, first: Table | None, second: Table | None) -> Difference:
    if first is None or second is None:
        only = first or second
        assert only is not None
        said = [
            f"the whole table with {len(only.rows)} rows is only in the {'second' if first is None else 'first'} home"
        ]
        is_added = first is None and not name.startswith(("papers", "journals"))
        return Difference(
            name,
            [],
            missing=said if second is None else [],
            unexpected=said if first is None and not is_added else [],
            notes=said if is_added else [],
        )
    if name.startswith("papers"):
        (one,), (other,) = first.rows, second.rows
        lines = difflib.unified_diff(one["text"].splitlines(), other["text"].splitlines(), n=0, lineterm="")
        changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        is_drawn_otherwise = not changed and one["sha256"] != other["sha256"]
        return Difference(
            name,
            ["line"],
            changed=["the same text, drawn otherwise: the bytes differ"] if is_drawn_otherwise else changed,
        )
    shared = [column for column in first.columns if column in second.columns]
    key = [column for column in second.key if column in shared]
    if not all(len({_key(row, key) for row in table.rows}) == len(table.rows) for table in (first, second)):
        key = []
    found = _rows_between(name, shared, key, first.rows, second.rows)
    gone, new = [
        [column for column in a.columns if column not in b.columns] for a, b in ((first, second), (second, first))
    ]
    found.missing += [f"column {column}" for column in gone]
    found.notes += [f"new column {column}" for column in new]
    return found


def _rows_between(name: str, columns: list[str], key: list[str], first: list[Row], second: list[Row]) -> Difference:
    if not key:
        before, after = (Counter(_said(row, columns) for row in rows) for rows in (first, second))
        return Difference(
            name, key, missing=sorted((before - after).elements()), unexpected=sorted((after - before).elements())
        )
    ours, theirs = ({_key(row, key): row for row in rows} for rows in (first, second))
    found = Difference(name, key)
    found.missing = [_said(ours[one], columns) for one in sorted(ours.keys() - theirs.keys())]
    found.unexpected = [_said(theirs[one], columns) for one in sorted(theirs.keys() - ours.keys())]
    for one in sorted(ours.keys() & theirs.keys()):
        moved = [
            f"{column}: {ours[one].get(column, '')} -> {theirs[one].get(column, '')}"
            for column in columns
            if ours[one].get(column) != theirs[one].get(column)
        ]
        if moved:
            found.changed.append(f"{_said(ours[one], key)}   {'; '.join(moved)}")
    return found


def _key(row: Row, key: list[str]) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in key)


def _said(row: Row, columns: list[str]) -> str:
    return " ".join(f"{column}={row[column]}" for column in columns if row.get(column))


def main(arguments: list[str]) -> int:
    """Print what differs; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.compare", description="Say row by row where two homes differ."
    )
    parser.add_argument("homes", nargs=2, type=Path, metavar="HOME")
    parser.add_argument("--limit", type=int, default=20, help="lines of each kind and table (default 20)")
    options = parser.parse_args(arguments)
    for home in options.homes:
        if not (home / "ledger").is_dir():
            parser.error(f"{home} is no home: it has no ledger/")
    found = compare(*(Home(home) for home in options.homes))
    for difference in found:
        sys.stdout.writelines(f"{line}\n" for line in difference.lines(options.limit))
    differing = sum(map(bool, found))
    sys.stdout.write(f"{differing} tables, papers or files differ.\n" if differing else "The homes say the same.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
