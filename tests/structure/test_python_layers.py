"""Walls of the Python code that import-linter cannot see: the clock, the mail library, size, machine paths."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from billing_jobs.settings import PROJECT_DIR

SRC = PROJECT_DIR / "src" / "billing_jobs"
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 70
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def test_only_the_shell_and_the_scheduler_read_the_clock() -> None:
    found = []
    for path in python_files(SRC):
        if path.name == "cli.py" or "cli" in path.relative_to(SRC).parts[:-1]:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if (
                isinstance(called, ast.Attribute)
                and isinstance(called.value, ast.Name)
                and (called.value.id, called.attr) in CLOCK_CALLS
            ):
                found.append(f"{path.relative_to(PROJECT_DIR)}:{node.lineno}")
    assert not found, found


def test_mail_leaves_through_one_library_only() -> None:
    for path in python_files(SRC, PROJECT_DIR / "dags", PROJECT_DIR / "examples"):
        assert "import smtp" + "lib" not in path.read_text(), path


def test_modules_and_functions_stay_short() -> None:
    long = []
    for path in python_files(SRC):
        text = path.read_text()
        if text.count("\n") > MAX_MODULE_LINES:
            long.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES:
                long.append(f"{path.name}:{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines")
    assert not long, long


def test_a_lock_file_names_versions_and_hashes_only() -> None:
    for name in ("requirements.lock", "requirements-bootstrap.lock"):
        text = (PROJECT_DIR / name).read_text()
        assert not re.search(r"https?://|index-url|find-links", text), name
        pinned = re.findall(r"^[a-z0-9][^\n]*?==", text, re.MULTILINE)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)


def test_a_dag_file_is_one_dag_of_its_own_name() -> None:
    for path in (PROJECT_DIR / "dags").glob("*.py"):
        text = path.read_text()
        assert f'dag_id="{path.stem}"' in text
        assert text.count("@dag(") == 1
        assert text.count("\n") < 80, path.name
