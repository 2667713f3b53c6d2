"""Each folder here is a story that a finance person can read and would sign; docs/stories.md tells the format."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from billing_jobs.adapters.duckdb import sql_text
from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.errors import LedgerBroken
from billing_jobs.jobs.build import build
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.publish import publish
from billing_jobs.jobs.verify import UNSEEN, verify
from billing_jobs.records import Run
from billing_jobs.settings import Home

from .comparing import all_rows, connect, differences
from .harness import Played
from .stories import Story, read_calendars, read_stories

STORIES = read_stories()
CALENDARS = read_calendars()
HOMES = sorted({story.home for story in STORIES})
Homes = Callable[[str], Played]


def named(values: list) -> list:
    """Parameters that show their name; tests/conftest.py keeps those of one home in one process."""
    return [pytest.param(value, id=getattr(value, "name", value)) for value in values]


def whole(home: str, played: Homes) -> Played:
    result = played(home)
    if result.broken:
        pytest.fail(result.broken, pytrace=False)
    return result


@pytest.mark.parametrize("story", named(STORIES))
def test_the_story_ends_as_finance_expects(story: Story, played: Homes) -> None:
    result = whole(story.home, played)
    found = [differences(story, path, result.databases[night]) for night, path in story.expectations()]
    problems = [problem for problem in found if problem]
    if problems:
        pytest.fail("\n".join([f"{story.name}: {story.title['en']}", f"why: {story.why}", *problems]), pytrace=False)


@pytest.mark.parametrize("home", named(HOMES))
def test_every_night_ends_as_it_should(home: str, played: Homes) -> None:
    assert whole(home, played).complaints == []


@pytest.mark.parametrize("home", named(HOMES))
def test_the_ledger_of_the_home_verifies(home: str, played: Homes) -> None:
    result = whole(home, played)
    last = CALENDARS[home][-1]
    run = Run(as_of_date=last.as_of, now=last.now)
    if last.lose or last.forget:
        with pytest.raises(LedgerBroken, match=r"landing/intake\.jsonl"):
            verify(result.home, run)
    else:
        assert verify(result.home, run).messages == ("every commit fits", UNSEEN)


@pytest.mark.parametrize("home", named(["year"]))
def test_what_is_deleted_besides_the_precious_folders_is_rebuilt_row_by_row(home: str, played: Homes, tmp_path) -> None:
    result = whole(home, played)
    last = [night for night in CALENDARS[home] if not night.expect][-1]
    copy = Home(tmp_path / "home")
    for precious in (result.home.landing, result.home.ledger, result.home.documents):
        shutil.copytree(precious, copy.root / precious.name)
    run = Run(as_of_date=last.as_of, now=last.now)
    for job in (ingest, build, publish):
        job(copy, run)
    before, after = all_rows(result.home.published_database), all_rows(copy.published_database)
    # The one row that names the commit its build had seen; the night's own entry in `runs` is written after that build.
    assert before.pop("jobs.run") and after.pop("jobs.run")
    assert before.keys() == after.keys()
    assert {
        table: (before[table] - after[table], after[table] - before[table])
        for table in before
        if before[table] != after[table]
    } == {}


@pytest.mark.parametrize("home", named(["year"]))
def test_the_credit_ledger_of_an_expired_block_sums_to_zero_and_of_another_to_what_is_left(
    home: str, played: Homes
) -> None:
    result = whole(home, played)
    with connect(result.databases[""]) as connection:
        blocks = connection.execute(
            "select bool_or(movement = 'expired'), sum(amount) from credit_ledger group by block_id"
        ).fetchall()
    assert len([is_expired for is_expired, _ in blocks if is_expired]) > 1
    assert {amount for is_expired, amount in blocks if is_expired} == {0}
    assert min(amount for _, amount in blocks) >= 0


@pytest.mark.parametrize("home", named(["year"]))
def test_the_addressee_of_every_document_is_who_its_paper_names_unless_erased(home: str, played: Homes) -> None:
    result = whole(home, played)
    buyer = ", ".join(
        f"json_extract_string(snapshot, '$.buyer.{name}')"
        for name in ("name", "postal_code", "address", "country", "email")
    )
    papers = (
        f"select document_id, {buyer} "
        f"from read_parquet({sql_text(folder_for_engine(result.home.ledger) / '[0-9]*' / 'documents.parquet')})"
    )
    with connect(result.databases[""]) as connection:
        printed = set(connection.execute(papers).fetchall())
        found = connection.execute(
            "select document_id, name, postal_code, address, country, email from invoice_addressees"
        ).fetchall()
    assert {row[0] for row in found} == {row[0] for row in printed}
    assert {name for _, name, *_ in set(found) - printed} == {"erased"}


def test_every_story_says_who_and_when_in_both_languages() -> None:
    prefixes = [story.prefix for story in STORIES]
    assert len(prefixes) == len(set(prefixes))
    for story in STORIES:
        assert {"ja", "en"} <= story.title.keys(), story.name
        known = {night.name for night in CALENDARS[story.home]}
        assert story.steps.keys() <= known, f"{story.name}: a step on a night that its calendar does not have"
        assert {night for night, _ in story.expectations()} - {""} <= known, (
            f"{story.name}: expected rows after a night that does not exist"
        )
        assert story.expectations(), f"{story.name} expects nothing"
        delivered = {path for night in story.steps for path, _ in story.deliveries(night)}
        assert delivered == {path for path in (story.folder / "landing").rglob("*") if path.is_file()}, (
            f"{story.name}: delivered and present files differ"
        )
