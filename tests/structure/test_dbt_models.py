"""What every model owes its reader: its grain, a proof of its key, no clock, a size that one can read."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import yaml

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.support.house import House

Nodes = dict[str, dict[str, Any]]

MAX_LINES = 100  # of code: blank lines and comments count, the CTEs that only import a model do not
# Longer than that when lines came to be of 120 characters at most, where 150 had hidden it: these may become shorter,
# no other may become as long.
LONGER = {
    "int_usage_metered": 137,
    "int_usage_summed_daily": 120,
    "int_price_components_by_percentage": 119,
    "int_credit_purchases_recognised": 110,
    "int_termination_fees_rated": 110,
    "int_usage_day_fingerprints": 108,
    "int_billing_periods_nominal": 106,
    "int_usage_events_superseded": 102,
    "int_discount_amounts": 101,
}
CLOCK = re.compile(
    r"\b(now\(\)|current_date|current_timestamp|today\(\)|get_current_time|localtimestamp|random\(\)|uuid\(\))",
    re.IGNORECASE,
)
FLOAT = re.compile(r"(::\s*(double|float|real)\b|\bas\s+(double|float|real)\b)", re.IGNORECASE)
KEY_TESTS = {"unique", "unique_key"}
PROVING_MATERIALIZATIONS = {
    "table",
    "view",
    "incremental",
}  # of macros/materializations: they prove `meta: key:` in the build of the model itself


def test_every_model_says_its_grain(models: Nodes) -> None:
    silent = [node["name"] for node in models.values() if not node["description"].strip().startswith("One row")]
    assert not silent, silent


def test_every_model_proves_its_key(manifest: dict[str, Any], models: Nodes) -> None:
    proven = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") in KEY_TESTS
    }
    proven |= {
        key
        for key, node in models.items()
        if node["config"]["meta"].get("key") and node["config"]["materialized"] in PROVING_MATERIALIZATIONS
    }
    logs = {
        key for key, node in models.items() if node["fqn"][1] == "staging"
    }  # a log keeps every row it received; its state's key is proven one layer up
    logs |= {key for key, node in models.items() if node["config"]["meta"].get("proven_by_test")}
    missing = [models[key]["name"] for key in models if key not in proven and key not in logs]
    assert not missing, missing


def test_a_view_that_leaves_its_proof_to_its_reader_is_read_by_a_table_with_a_row_for_each_of_its_rows(
    models: Nodes,
) -> None:
    """Its only reader, or a published table: where that one fails, the night ends before anything is issued."""
    by_name = {node["name"]: node for node in models.values()}
    for key, node in models.items():
        if reader := node["config"]["meta"].get("proven_by_reader"):
            assert node["config"]["materialized"] == "view"
            readers = [other["name"] for other in models.values() if key in other["depends_on"]["nodes"]]
            assert readers == [reader] or (reader in readers and by_name[reader]["fqn"][1] == "marts")
            assert by_name[reader]["config"]["materialized"] == "table"
            assert by_name[reader]["config"]["meta"]["key"] == node["config"]["meta"]["key"]
            assert not re.search(
                r"\b(where|qualify|having|distinct|group by|anti join|semi join)\b", by_name[reader]["raw_code"]
            ), reader


def test_a_view_on_raw_events_is_proven_by_a_test_on_what_is_made_of_them(
    manifest: dict[str, Any], models: Nodes
) -> None:
    """To prove such a view by itself would read all events once more."""
    tests = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    for key, node in models.items():
        if proof := node["config"]["meta"].get("proven_by_test"):
            assert node["config"]["materialized"] == "view"
            assert "model.billing.stg_usage__events" in node["depends_on"]["nodes"]
            assert key in _all_parents(manifest, tests[proof]["unique_id"])


def _all_parents(manifest: dict[str, Any], key: str) -> set[str]:
    parents: set[str] = set()
    waiting = [key]
    while waiting:
        for parent in manifest["nodes"].get(waiting.pop(), {}).get("depends_on", {}).get("nodes", []):
            if parent not in parents:
                parents.add(parent)
                waiting.append(parent)
    return parents


def test_a_view_that_leaves_its_proof_to_a_model_shows_the_rows_of_that_model(models: Nodes) -> None:
    by_name = {node["name"]: node for node in models.values()}
    for key, node in models.items():
        if prover := node["config"]["meta"].get("proven_by"):
            assert node["depends_on"]["nodes"] == [key.replace(node["name"], prover)]
            assert node["config"]["meta"]["key"] == by_name[prover]["config"]["meta"]["key"]
            assert not re.search(r"\b(join|unnest|union)\b", node["raw_code"]), node["name"]


def test_no_model_looks_at_the_clock(models: Nodes, manifest: dict[str, Any]) -> None:
    code = {
        node["name"]: node["raw_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "test"}
    }
    code |= {
        macro["name"]: macro["macro_sql"] for macro in manifest["macros"].values() if macro["package_name"] == "billing"
    }
    found = {name: CLOCK.findall(text) for name, text in code.items() if CLOCK.search(text)}
    assert not found, found


def test_no_float_stands_near_an_amount(models: Nodes) -> None:
    found = [node["name"] for node in models.values() if FLOAT.search(node["raw_code"])]
    assert not found, found


def test_models_stay_readable(models: Nodes) -> None:
    lines = House(models).lines
    long = {name: count for name, count in lines.items() if count > LONGER.get(name, MAX_LINES)}
    assert not long, long
    assert not [name for name in LONGER if lines.get(name, 0) <= MAX_LINES], "short enough now: no exception any more"


def test_published_tables_are_contracts(models: Nodes) -> None:
    loose = [
        node["name"]
        for node in models.values()
        if node["fqn"][1] == "marts" and not node["config"]["contract"]["enforced"]
    ]
    assert not loose, loose


def test_what_several_columns_mean_is_said_once() -> None:
    """As a doc block below `models/marts/columns/`, which each of them names."""
    places: dict[str, list[str]] = defaultdict(list)
    for page in (DBT_PROJECT_DIR / "models").rglob("*.yml"):
        for model in (yaml.safe_load(page.read_text("utf-8")) or {}).get("models", []):
            for column in model.get("columns", []):
                places[" ".join(column.get("description", "").split())].append(f"{model['name']}.{column['name']}")
    found = {text: names for text, names in places.items() if len(names) > 1 and text and "doc(" not in text}
    assert not found, found


def test_models_use_no_template_logic_but_the_incremental_one(models: Nodes) -> None:
    blocks = re.compile(r"{%-?\s*(if|for|set|macro)\b[^%]*%}")
    for node in models.values():
        used = [
            block.group(0) for block in blocks.finditer(node["raw_code"]) if "is_incremental()" not in block.group(0)
        ]
        assert not used, (node["name"], used)
