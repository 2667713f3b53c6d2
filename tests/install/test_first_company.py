"""The first quarter of an hour: the pages' commands print what the pages say; every example is billed as it comes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing_jobs.adapters import examples
from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.cli import cli
from billing_jobs.settings import PROJECT_DIR, Home
from tests.support import installed
from tests.support.told_pages import is_told, run, told

PAGES = ("first_company.md", "first_company.ja.md")
ALL = ("api", "metered-utility", "saas-en", "saas-ja")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_prints_what_it_says(page: str, tmp_path: Path) -> None:
    env = installed.environment(tmp_path / "cache")
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    env["BILLING_CACHE_DIR"] = str(PROJECT_DIR / ".cache")  # the models were read before; this page is about their rows
    commands = list(told((PROJECT_DIR / "docs" / page).read_text("utf-8")))
    assert len(commands) > 6
    for command, words in commands:
        printed = run(command, cwd=tmp_path, env=env)
        assert is_told(printed, words), f"$ {command}\n{printed}\n--- the page says:\n{words}"


def test_the_pages_tell_the_same_commands() -> None:
    english, japanese = ([*told((PROJECT_DIR / "docs" / page).read_text("utf-8"))] for page in PAGES)
    assert [command.split()[0] for command, _ in english] == [command.split()[0] for command, _ in japanese]


@pytest.mark.parametrize(
    ("printed", "words", "is_same"),
    [
        ("done\n3 of 4", "done\n3 of 4", True),
        ("done\n3 of 4", "done\n…", True),
        ("done\n3 of 4\nend", "…\nend", True),
        ("ready in /tmp/x.", "ready in ….", True),
        ("done\n3 of 4", "done\n3 of 5", False),
        ("done\n3 of 4", "done", False),
        ("", "done", False),
    ],
)
def test_what_a_page_says_otherwise_is_seen(printed: str, words: str, is_same: bool) -> None:
    assert is_told(printed, words) is is_same


def test_there_are_four_examples_and_each_marks_three_lines() -> None:
    assert tuple(examples.names()) == ALL
    for name in ALL:
        text = (examples.FOLDER / name / "catalog" / "company.yml").read_text("utf-8")
        marked = [line for line in text.splitlines() if f"# {examples.MARK} " in line]
        assert [line.partition(f"# {examples.MARK} ")[2][0] for line in marked] == ["1", "2", "3"]


# The two others are issued by the pages. Somebody new chose no language, and does not live where that of the seller is
# spoken: who has one language writes in it.
@pytest.mark.parametrize(
    ("name", "total", "language", "abroad"), [("api", "381.91", "en", ""), ("metered-utility", "49449", "ja", "GB")]
)
def test_an_example_is_drafted_as_it_comes(name: str, total: str, language: str, abroad: str, tmp_path: Path) -> None:
    def billing(*arguments: str) -> str:
        return CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), *arguments], catch_exceptions=False).output

    assert "Make it yours: lines " in billing("init", "--example", name)
    newcomer = f"customer_id,name,email,country\nN-1,Newcomer,n@example.com,{abroad}\n"
    (tmp_path / "home" / "landing" / "crm" / "customers-new.csv").write_text(newcomer, encoding="utf-8")
    said = billing("ingest", "build", "--as-of", "2026-10-31", "check")
    assert "[warning]" not in said
    with connect(Home(tmp_path / "home").candidate) as con:
        [sums] = rows(con, "select count(*) as drafts, sum(total_amount) as total from jobs.invoices_to_issue")
        assert rows(con, "select * from rejected_rows") == []
        assert rows(con, "select distinct locale from customers") == [{"locale": language}]
    assert (sums["drafts"], f"{sums['total']:f}".rstrip("0").rstrip(".")) == (3, total)


def test_an_example_goes_into_an_empty_home_only(tmp_path: Path) -> None:
    def billing(*arguments: str) -> tuple[int, str]:
        ended = CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), *arguments], catch_exceptions=False)
        return ended.exit_code, ended.output

    assert billing("init")[0] == 0
    assert billing("init", "--example", "saas-en")[0] == 0
    code, said = billing("init", "--example", "api")
    assert (code, "is in use: landing/catalog/company.yml" in said) == (2, True)
    assert not (tmp_path / "home" / "landing" / "usage" / "gateway").exists()
