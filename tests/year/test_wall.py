"""The oracle is a second computation: what it imports, it imports from the standard library, YAML and itself."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import billing_jobs.year.oracle

FILES = sorted(Path(billing_jobs.year.oracle.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_oracle_imports_nothing_of_this_project(path: Path) -> None:
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            named.add(node.module or "")
    own = {name for name in named if name.startswith("billing_jobs.year.oracle.")}
    assert {name.split(".")[0] for name in named - own} <= {*sys.stdlib_module_names, "yaml"}


def test_there_is_no_sql_in_it() -> None:
    assert FILES
    assert [path.name for path in FILES if "select " in path.read_text(encoding="utf-8").lower()] == []
