"""Rare branches of recovery, and how often a run of the chaos went through each.

`marks.yml` names them by a text of the product's source, as `tests/mutants.yaml` names rules. The product knows
nothing of it: `install` lets its modules be loaded with one call before each marked line. So an unmarked line costs
nothing, where a tracer would cost every call of dbt and the rest; and what is counted stands in memory that all forks
share, so a process that is killed in the very branch has counted it.
"""

from __future__ import annotations

import ast
import mmap
import os
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("marks.yml")
CALL = "_chaos_mark"
# Two processes never count in the same place at the same time: each has its own, by its number.
_PLACES, _SIZE = 64, struct.calcsize("Q")


@dataclass(frozen=True)
class Mark:
    """name: what happened, in plain words; file: below the repository; at: a text that stands once in it, whose last
    line is marked; when: an expression of that line's variables, without which every passage counts."""

    name: str
    file: str
    at: str
    when: str = "True"

    def line_in(self, source: str) -> int:
        """The number of the marked line. Raises ValueError when the text stands there not exactly once."""
        if source.count(self.at) != 1:
            raise ValueError(
                f"{self.file}: the text of the mark {self.name!r} stands there {source.count(self.at)} times"
            )
        return source[: source.index(self.at) + len(self.at.rstrip("\n"))].count("\n") + 1


class Marks:
    """All marks, and the counts of this run."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = marks
        self._counts = mmap.mmap(-1, max(1, len(marks)) * _PLACES * _SIZE)

    def count(self, number: int) -> None:
        """Called by a marked line."""
        at = (number * _PLACES + os.getpid() % _PLACES) * _SIZE
        (known,) = struct.unpack_from("Q", self._counts, at)
        struct.pack_into("Q", self._counts, at, known + 1)

    def counted(self) -> dict[str, int]:
        """Name -> how often."""
        size = _PLACES * _SIZE
        return {
            mark.name: sum(struct.unpack_from(f"{_PLACES}Q", self._counts, number * size))
            for number, mark in enumerate(self.marks)
        }

    def install(self) -> None:
        """Marked modules that are imported from here on count. Raises RuntimeError where one is imported already."""
        modules = {_module_of(mark.file) for mark in self.marks}
        if early := sorted(modules & sys.modules.keys()):
            raise RuntimeError(f"imported before they were marked: {', '.join(early)}")
        sys.meta_path.insert(0, _Finder(self, modules))


def read_marks(table: Path = TABLE) -> list[Mark]:
    """The table of marks."""
    given = yaml.safe_load(table.read_text(encoding="utf-8"))
    return [
        Mark(entry["mark"], file, entry["at"], str(entry.get("when", "True")))
        for file, entries in given.items()
        for entry in entries
    ]


def marked(source: str, marks: dict[int, Mark]) -> ast.Module:
    """The source with a call before each marked line (number of a mark -> mark).

    Raises ValueError for a mark whose text no statement begins at.
    """
    tree, wanted = ast.parse(source), {number: mark.line_in(source) for number, mark in marks.items()}
    for node in list(ast.walk(tree)):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if not isinstance(statements, list):
                continue
            for statement in list(statements):
                for number in [number for number, line in wanted.items() if line == statement.lineno]:
                    statements.insert(
                        statements.index(statement), _call(number, marks[number].when, wanted.pop(number))
                    )
    if wanted:
        raise ValueError(f"no statement begins at the text of {', '.join(marks[number].name for number in wanted)}")
    return tree


def _call(number: int, when: str, line: int) -> ast.stmt:
    (call,) = ast.parse(f"if {when}:\n {CALL}({number})").body
    for node in ast.walk(call):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0
    return call


def _module_of(file: str) -> str:
    return ".".join(Path(file).with_suffix("").parts[1:])


class _Finder(MetaPathFinder):
    def __init__(self, marks: Marks, modules: set[str]) -> None:
        self._marks, self._modules = marks, modules

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self._modules:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin:
            spec.loader = _Loader(name, spec.origin, self._marks)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, marks: Marks) -> None:
        super().__init__(name, path)
        self._marks = marks

    def get_code(self, fullname: str) -> CodeType:
        """Always from the source: what is cached has no marks."""
        mine = {n: mark for n, mark in enumerate(self._marks.marks) if _module_of(mark.file) == fullname}
        code: Any = compile(marked(self.get_data(self.path).decode(), mine), self.path, "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[CALL] = self._marks.count
        super().exec_module(module)
