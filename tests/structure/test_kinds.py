"""Kinds are rows of seeds, read by SQL and by Python: each is documented, used and complete."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from billing_jobs import seeds
from billing_jobs.settings import DBT_PROJECT_DIR, PROJECT_DIR
from tests.support.house import House

REASONS = {row["reason_code"]: row for row in seeds.rows("refusal_reasons")}
RULES = {row["rule"]: row for row in seeds.rows("matching_rules")}
MODELS = DBT_PROJECT_DIR / "models"


def _text_of(*folders: Path) -> str:
    return "\n".join(
        path.read_text("utf-8")
        for folder in folders
        for ending in ("*.py", "*.sql")
        for path in sorted(folder.rglob(ending))
    )


def test_every_reason_for_a_refusal_means_something_in_both_languages_and_is_given_somewhere() -> None:
    silent = [code for code, row in REASONS.items() if not (row["meaning_ja"] and row["meaning_en"])]
    assert not silent, silent
    code = _text_of(PROJECT_DIR / "src", DBT_PROJECT_DIR / "models", DBT_PROJECT_DIR / "macros")
    unused = [reason for reason in REASONS if not re.search(rf"\b{reason}\b", code)]
    assert not unused, unused


def test_the_page_of_the_landing_zone_lists_the_reasons_and_no_other() -> None:
    page = (PROJECT_DIR / "docs" / "landing.md").read_text("utf-8")
    table = page.split("| reason_code | of | |", 1)[1].split("\n\n", 1)[0]
    listed = {code for line in table.splitlines()[2:] for code in re.findall(r"`([a-z_0-9]+)`", line.split("|")[1])}
    assert listed == set(REASONS)


@pytest.mark.parametrize(
    "path",
    sorted((PROJECT_DIR / "tests" / "scenarios").glob("*/expected/rejected_rows.csv")),
    ids=lambda path: path.parts[-3],
)
def test_a_reason_that_a_story_expects_has_a_meaning(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        unknown = [
            row["reason_code"] for row in csv.DictReader(stream) if row.get("reason_code", "missing") not in REASONS
        ]
    assert not unknown, unknown


def test_every_charge_model_is_priced_by_a_model_of_sql() -> None:
    """A row without SQL would be taken from the catalog and owe nothing."""
    code = _text_of(DBT_PROJECT_DIR / "models" / "intermediate" / "pricing" / "charge_models")
    unpriced = [model for model in seeds.names("charge_models", "model") if not re.search(rf"'{model}'", code)]
    assert not unpriced, unpriced


def test_every_value_that_a_kind_of_change_requires_is_looked_for() -> None:
    judged = (
        DBT_PROJECT_DIR / "models" / "intermediate" / "contracts" / "agreements" / "int_contract_changes_judged.sql"
    ).read_text("utf-8")
    required = {row["required_value"] for row in seeds.rows("change_kinds")} - {""}
    assert required == set(re.findall(r"when '(\w+)'\s+then (?:compared|cast)", judged))


def _rules_said(text: str) -> set[str]:
    """The rules that rows of these queries have; one that hangs on how the payer is known stands there by its end."""
    said = set(re.findall(r"'(\w+)' as rule\b", text))
    ends = {f"{row['identified_by']}_amount" for row in RULES.values() if row["identified_by"]}
    return said - {"_amount"} | (ends if "_amount" in said else set())


def test_every_rule_of_matching_acts_and_none_acts_that_the_seed_does_not_have() -> None:
    text = _text_of(*(MODELS / "intermediate" / area for area in ("receivables", "invoicing")))
    said = _rules_said(text)
    assert not said - set(RULES)
    assert not [rule for rule in set(RULES) - said if f"'{rule}'" not in text]


def test_rules_act_in_the_order_of_the_seed(models: dict[str, dict[str, Any]]) -> None:
    """Each reads what all before it in the list of the macro have matched, and nothing of those behind it."""
    macro = (DBT_PROJECT_DIR / "macros" / "matches_of_rules.sql").read_text("utf-8")
    listed = re.findall(r"'(\w+)'", macro.split("set order = [", 1)[1].split("]", 1)[0])
    names = [f"int_deposits_matched_by_{name}" for name in listed]
    house = House(models)
    for place, name in enumerate(names):
        assert house.built_by(f"+{name}") & set(names) == set(names[: place + 1])
    code = {node["name"]: node["raw_code"] for node in models.values()}
    places = [sorted(int(RULES[rule]["priority"]) for rule in _rules_said(code[name])) for name in names]
    assert all(places), "a model of the list says none of the rules"
    assert all(one[-1] < next_one[0] for one, next_one in pairwise(places)), places


def test_what_issuing_says_of_its_rules_is_what_the_seed_says() -> None:
    """Where documents are voided or credited the words stand beside the amounts."""
    text = _text_of(MODELS / "intermediate" / "invoicing" / "settlement")
    said = re.findall(
        r"'(\w+)' as rule,\n +cast\(([\d.]+) as decimal\(3, 2\)\) as confidence,\n +'([^']+)' as reason,", text
    )
    assert sorted(rule for rule, _, _ in said) == ["credit_note", "void"]
    for rule, confidence, reason in said:
        assert (Decimal(RULES[rule]["confidence"]), RULES[rule]["meaning_en"]) == (Decimal(confidence), reason)


@pytest.mark.parametrize("seed", sorted(path.stem for path in seeds.FOLDER.glob("*.csv")))
def test_a_seed_has_a_name_in_both_languages_where_it_has_one(seed: str) -> None:
    silent = [
        row
        for row in seeds.rows(seed)
        for column, value in row.items()
        if column.endswith(("_ja", "_en")) and not value
    ]
    assert not silent, silent
