"""The documents say what the code says: messages, names, files, packages.

How a document quotes
- “A message of the program” stands between these quotation marks, letter by letter as it is printed. What varies (a
  name, a number) or is left out is `…`. Nothing else stands between them; words that are meant otherwise take "these"
  ones.
- In a block of code that is marked `text` every line is a message, with an example of what varies.
- A `name_with_underscores` between backticks is a name of the code: a table, a column, a key, a rule, a reason.
- A `path.py` (or .sql, .yml, .toml, .j2, .typ, .md) between backticks is a file of the repository; its first folders
  may be left out.
"""

from __future__ import annotations

import errno
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR, PROJECT_DIR
from tests.support.printed import VARIES, code_files, is_example, is_printed, names_in_code, of_python, templates

DOCS = PROJECT_DIR / "docs"
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(PROJECT_DIR / name for name in ("README.md", "CHANGELOG.md", "examples/README.md", "benchmarks/README.md")),
]
NIGHT_TABLE = "At 3 in the morning"
QUOTED = re.compile(r"“([^”]*)”")
TEXT_BLOCK = re.compile(r"^```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
TICKED = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"(?<!\w)[A-Za-z][A-Za-z0-9]*_\w*[A-Za-z0-9](?![\w*…])")
CODE_FILE = re.compile(r"(?<![\w./<…*-])[A-Za-z_][\w./-]*\.(?:py|sql|yml|toml|j2|typ|md)\b")

# What libraries and the system say, and the test that makes them say it.
OF_OTHERS = {
    "could not be displayed with font": "tests/documents/test_pdf.py",
    os.strerror(errno.ENOSPC): "tests/adapters/test_full_disk.py",
}
# Names of other programs that documents mention.
NAMES_OF_OTHERS = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__EXECUTOR"}


@cache
def printed() -> set[str]:
    return templates()


@cache
def names() -> set[str]:
    tests = {path.stem.removeprefix("assert_") for path in (DBT_PROJECT_DIR / "tests").rglob("assert_*.sql")}
    stories = {path.name for path in (PROJECT_DIR / "tests").rglob("*") if path.is_dir()}
    return names_in_code() | tests | stories | NAMES_OF_OTHERS


@cache
def files() -> set[str]:
    return code_files()


def page_id(path: Path) -> str:
    return str(path.relative_to(PROJECT_DIR))


def is_said(quote: str) -> bool:
    foreign = [test for words, test in OF_OTHERS.items() if words in quote]
    return bool(foreign) or is_printed(quote, printed())


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_message_that_a_page_quotes_is_one_that_the_program_prints(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [quote for quote in QUOTED.findall(text) if not is_said(quote)]
    lines = [line for block in TEXT_BLOCK.findall(text) for line in block.splitlines()]
    assert not [line for line in lines if not is_example(line, printed())]


@pytest.mark.parametrize("path", sorted((PROJECT_DIR / "dags").glob("*.py")), ids=page_id)
def test_the_notes_of_a_dag_quote_what_the_program_prints(path: Path) -> None:
    quotes = [quote for text in of_python(path.read_text("utf-8")) for quote in QUOTED.findall(text)]
    assert not [quote for quote in quotes if not is_said(quote)]


def test_what_is_said_at_three_in_the_morning_is_quoted() -> None:
    """Each row of the table names what the program prints, but for a process that could say nothing."""
    text = (DOCS / "operations.md").read_text("utf-8")
    section = text[text.index(f"## {NIGHT_TABLE}") :].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert len(rows) > 20
    assert [row[1] for row in rows if not QUOTED.search(row[1])] == ["(nothing: it was killed)"]


@pytest.mark.parametrize(("words", "test"), OF_OTHERS.items(), ids=list(OF_OTHERS))
def test_what_others_say_is_seen_in_a_test(words: str, test: str) -> None:
    assert words in (PROJECT_DIR / test).read_text("utf-8")


def test_a_message_that_nobody_prints_is_found() -> None:
    assert is_said(f"Process {VARIES} is working in {VARIES}. Wait until it ends")
    assert is_said(f"[warning] bank_file_did_not_come: {VARIES}")
    for wrong in (
        "another process is working in this home",
        f"[critical] bank_file_did_not_come: {VARIES}",
        f"is working in {VARIES} Process",
        VARIES,
    ):
        assert not is_said(wrong), wrong
    assert is_example("plans.yml:14: unknown key `curency` in plans[1]; did you mean `currency`?", printed())
    assert not is_example("plans.yml:14: no such key `curency` in plans[1]; did you mean `currency`?", printed())


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=page_id)
def test_every_name_between_backticks_is_one_of_the_code(page: Path) -> None:
    """But for the changelog, which tells of names that are gone."""
    ticked = [CODE_FILE.sub("", text) for text in TICKED.findall(BLOCK.sub("", page.read_text("utf-8")))]
    assert not {name for text in ticked for name in NAME.findall(text) if name not in names()}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_file_of_code_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = {name for ticked in TICKED.findall(text) for name in CODE_FILE.findall(ticked)}
    assert not named - files()
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_page_rests_on_a_document_outside_the_repository(page: Path) -> None:
    links = [page.parent / link for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")) if "://" not in link]
    assert all(link.resolve().is_relative_to(PROJECT_DIR) for link in links)
    assert not re.findall(
        r"\b(?:DESIGN|HOUSE|STYLE)\b|\bthe design\b|\bdesign (?:columns|laws)\b", page.read_text("utf-8")
    )


def test_the_page_about_packages_names_those_that_are_declared_and_no_other() -> None:
    """Names in backticks in the first column of its tables."""
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(package for extra in extras for package in extra)]
    page = (DOCS / "decisions" / "001-packages.md").read_text("utf-8")
    first_cells = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")]
    named = {name.lower() for cell in first_cells for name in TICKED.findall(cell)}
    assert named == {re.split(r"[\[<>=]", package)[0].lower() for package in declared}
