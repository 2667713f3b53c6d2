"""What the program can print, as templates: the texts in its code with `…` for what is put in when it runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from billing_jobs import messages
from billing_jobs.adapters.quality import rule_files
from billing_jobs.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR, PROJECT_DIR

VARIES = "…"
TELLING = 15  # letters that a template must have of its own to be told by
SRC = PROJECT_DIR / "src" / "billing_jobs"
_NAMED_FIELD = re.compile(r"\{[\w.!:,]*\}")
_SQL_TEXT = re.compile(r"'((?:[^'\n]|'')*)'")
_SQL_JOINED = re.compile(r"'\s*\|\|[^'\n]*\|\|\s*'")


def squeezed(text: str) -> str:
    """Blanks as one blank, and several things that vary beside each other as one."""
    return re.sub(rf"{VARIES}(?:\s*{VARIES})+", VARIES, re.sub(r"\s+", " ", text)).strip()


def templates() -> set[str]:
    """Every text of the code that may reach a person: literals of Python (no docstring), of SQL,
    and of the border rules."""
    found = {text for path in SRC.rglob("*.py") for text in of_python(path.read_text("utf-8"))}
    found |= {
        text
        for folder in (SRC, DBT_PROJECT_DIR)
        for path in folder.rglob("*.sql")
        for text in _of_sql(path.read_text("utf-8"))
    }
    found |= {
        text for path in EXPECTATIONS_DIR.rglob("*.yml") for text in _scalars(yaml.safe_load(path.read_text("utf-8")))
    }
    # Messages in English stand in their catalogue.
    found |= {_NAMED_FIELD.sub(VARIES, texts["en"]) for texts in messages.catalogue().values()}
    return {text for text in map(squeezed, found) if text} | _of_rules(found) | _of_tests(found)


def of_python(code: str) -> Iterator[str]:
    """Literals and f-strings that are no docstring."""
    tree = ast.parse(code)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else VARIES for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (docstrings | parts):
            yield _NAMED_FIELD.sub(VARIES, node.value)


def _of_sql(code: str) -> Iterator[str]:
    for text in _SQL_TEXT.findall(_SQL_JOINED.sub(VARIES, code)):
        yield text.replace("''", "'")


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    elif isinstance(value, str):
        yield value


def _of_rules(found: set[str]) -> set[str]:
    """How the check prints a border rule: with its severity and its name."""
    form = _NAMED_FIELD.sub(VARIES, messages.catalogue()["check_failed"]["en"])
    return {
        form.replace(VARIES, rule.severity, 1).replace(VARIES, rule.rule, 1)
        for rule in rule_files.read(EXPECTATIONS_DIR)
    }


def _of_tests(found: set[str]) -> set[str]:
    """How a build prints a test of the models that failed: with its name."""
    (form,) = {text for text in found if text.startswith(f"Test {VARIES} found ")}
    return {form.replace(VARIES, path.stem, 1) for path in (DBT_PROJECT_DIR / "tests").rglob("assert_*.sql")}


def is_printed(quote: str, printed: set[str]) -> bool:
    """Whether one template has the fixed parts of the quote in their order;
    `…` in the quote stands for what varies or is left out."""
    parts = [part for part in squeezed(quote).split(VARIES) if part.strip()]
    return any(_follow(parts, template) for template in printed)


def is_example(line: str, printed: set[str]) -> bool:
    """Whether the line, or what stands in it after `file:line: `, begins as a whole template does,
    with values in place of what varies."""
    starts = (line, re.sub(r"^\S+:\d+: ", "", line))
    telling = (template for template in printed if len(template.replace(VARIES, "")) >= TELLING)
    return any(_pattern(template).match(start) for template in telling for start in starts)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".+?".join(map(re.escape, template.split(VARIES))))


def _follow(parts: list[str], template: str) -> bool:
    place = 0
    for part in parts:
        place = template.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return bool(parts)


def names_in_code() -> set[str]:
    """Every word of the code, its data and its file names."""
    words: set[str] = set()
    for path in _files("src", "dbt_project", "expectations", "dags", "ops", "examples", "benchmarks", "conformance"):
        words |= set(re.findall(r"\w+", f"{path.stem} {path.read_text('utf-8', errors='ignore')}"))
    return words


def code_files() -> set[str]:
    """The repository's files by every ending of their path: `a/b/c.py` is also `b/c.py` and `c.py`."""
    own = _files(
        "src", "dbt_project", "expectations", "dags", "ops", "examples", "benchmarks", "conformance", "tests", "docs"
    )
    paths = [path.relative_to(PROJECT_DIR).parts for path in [*own, *PROJECT_DIR.glob("*.*")]]
    return {"/".join(parts[start:]) for parts in paths for start in range(len(parts))}


def _files(*folders: str) -> list[Path]:
    paths = (path for name in folders for path in (PROJECT_DIR / name).rglob("*"))
    return [
        path
        for path in paths
        if path.is_file() and path.suffix != ".pyc" and not any(part.endswith(".egg-info") for part in path.parts)
    ]
