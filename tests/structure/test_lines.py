"""Lines of at most 120 characters where no linter looks: the prose of pages, YAML, SQL. (Python is held by ruff.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_jobs.settings import PROJECT_DIR

MOST = 120
FOLDERS = (
    "src", "dbt_project", "expectations", "dags", "ops", "examples", "benchmarks", "conformance", "tests", "docs",
)  # fmt: skip
# Homes as an earlier version made them stay as they are.
AS_THEY_CAME = "home_of_"


def files(ending: str) -> list[Path]:
    found = [
        *PROJECT_DIR.glob(f"*.{ending}"),
        *(path for name in FOLDERS for path in (PROJECT_DIR / name).rglob(f"*.{ending}")),
    ]
    return sorted(path for path in found if not is_as_it_may_be(path.relative_to(PROJECT_DIR)))


def is_as_it_may_be(path: Path) -> bool:
    return AS_THEY_CAME in str(path)


def long_lines(path: Path) -> list[str]:
    """Of a page its prose only: rows of tables, blocks of code and single long words (a link) are left as they are."""
    long, is_page, is_code = [], path.suffix == ".md", False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        is_code ^= is_page and line.lstrip().startswith("```")
        is_as_it_is = is_page and (is_code or line.startswith("|") or " " not in line.strip())
        if len(line) > MOST and not is_as_it_is:
            long.append(f"{path.relative_to(PROJECT_DIR)}:{number}: {len(line)}")
    return long


@pytest.mark.parametrize("ending", ["md", "yml", "sql"])
def test_no_line_is_longer_than_a_screen_is_wide(ending: str) -> None:
    found = files(ending)
    assert len(found) > 30
    assert not [line for path in found for line in long_lines(path)]


def test_a_long_line_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.structure.test_lines.PROJECT_DIR", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        f"{'word ' * 24}\n{'word ' * 25}\n| {'word ' * 25} |\n```\n{'word ' * 25}\n```\n{'x' * 130}\n", "utf-8"
    )
    assert long_lines(page) == ["page.md:2: 125"]
