"""docs/claims.md says of every claim of the repository whether a broken one holds what it names or stops the night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from billing_jobs.adapters.quality import rule_files
from billing_jobs.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
CLAIM = re.compile(r"'(\w+)' as claim\b")
ROW = re.compile(r"^\| `(?P<claim>\w+)` \| (?P<does>[^|]+) \| (?P<act>[^|]+) \|$", re.MULTILINE)


def rows() -> dict[str, str]:
    found = [(row["claim"], row["does"]) for row in ROW.finditer(PAGE.read_text("utf-8"))]
    assert len(found) == len(dict(found)), "a claim stands twice"
    return dict(found)


def names_of_dbt_tests() -> set[str]:
    return {path.stem.removeprefix("assert_") for path in (DBT_PROJECT_DIR / "tests").rglob("assert_*.sql")}


def models() -> set[str]:
    """Claims that a model of a room of claims names: some have a model of their own,
    those of one grain stand together."""
    return {
        claim
        for path in (DBT_PROJECT_DIR / "models").rglob("claims/*.sql")
        for claim in CLAIM.findall(path.read_text("utf-8"))
    }


def critical_rules() -> set[str]:
    return {rule.rule for rule in rule_files.read(EXPECTATIONS_DIR) if rule.severity == "critical"}


def test_the_page_lists_every_test_every_claim_and_every_critical_rule_and_nothing_else() -> None:
    assert set(rows()) == names_of_dbt_tests() | models() | critical_rules()


@pytest.mark.parametrize("claim", sorted(rows()))
def test_the_page_says_truly_what_a_broken_claim_does(claim: str) -> None:
    does = rows()[claim]
    other = re.fullmatch(r"hold as `(\w+)`", does)
    if claim in models():
        assert does.startswith("hold")
        assert ("issued stop" in does) == (claim in names_of_dbt_tests())
    elif other:
        assert claim in critical_rules()
        assert other[1] in models()
    else:
        assert does == "stop"


@pytest.mark.parametrize(
    "path", sorted((DBT_PROJECT_DIR / "models").rglob("int_claim_*.sql")), ids=lambda path: path.stem
)
def test_a_claim_calls_itself_by_its_name(path: Path) -> None:
    name = path.stem.removeprefix("int_claim_")
    assert CLAIM.findall(path.read_text("utf-8")) == [name]


@pytest.mark.parametrize("path", sorted((DBT_PROJECT_DIR / "models").rglob("*.sql")), ids=lambda path: path.stem)
def test_claims_are_named_in_rooms_of_claims_alone(path: Path) -> None:
    assert path.parent.name == "claims" or not CLAIM.search(path.read_text("utf-8"))


def test_no_claim_is_named_twice() -> None:
    named = [
        claim
        for path in (DBT_PROJECT_DIR / "models").rglob("claims/*.sql")
        for claim in CLAIM.findall(path.read_text("utf-8"))
    ]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "path", sorted((DBT_PROJECT_DIR / "models").rglob("int_claim_*.sql")), ids=lambda path: path.stem
)
def test_a_claim_is_gathered_with_the_others(path: Path) -> None:
    """A claim that no model unites would hold nothing."""
    gathering = [
        other
        for other in (DBT_PROJECT_DIR / "models").rglob("int_*claims_broken.sql")
        if f"ref('{path.stem}')" in other.read_text("utf-8")
    ]
    assert len(gathering) == 1
