"""Every table and column that people read says what it means, and the pages are what the models' YAML says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ops import dictionary, tables, tables_html

Nodes = dict[str, dict[str, Any]]

TABLES = dictionary.tables()
COLUMNS = [(table, column) for table in TABLES for column in table.columns]
# What a figure is counted in, where it is no money: said in words.
UNITS = re.compile(
    r"in the (?:fee's unit|meter's unit|contract's currency|unit|currency)|in its|percent|no money|Level ×|is worth"
)
DAYS = re.compile(r"\b[Ll]ocal|\(UTC\)")


@pytest.fixture(scope="module")
def marts(models: Nodes) -> Nodes:
    return {node["name"]: node for node in models.values() if node["fqn"][1] == "marts"}


def test_the_dictionary_has_every_table_and_column_of_the_marts(marts: Nodes) -> None:
    assert {table.name: {column.name for column in table.columns} for table in TABLES} == {
        name: set(node["columns"]) for name, node in marts.items()
    }


def test_no_column_of_the_marts_is_without_a_meaning() -> None:
    assert [f"{table.name}.{column.name}" for table, column in COLUMNS if len(column.meaning) < 10] == []


def test_dbt_says_the_same_of_each_column(marts: Nodes) -> None:
    """What dbt makes of a description is what is published; the pages read the YAML themselves."""
    said = {
        (name, column): " ".join(found["description"].split())
        for name, node in marts.items()
        for column, found in node["columns"].items()
    }
    assert {(table.name, column.name): column.meaning for table, column in COLUMNS} == said


def test_a_figure_says_its_unit_a_day_where_it_is_local_and_a_moment_that_it_is_utc() -> None:
    silent = []
    for table, column in COLUMNS:
        names = {other.name for other in table.columns}
        currencies = [name for name in re.findall(r"in `(\w+)`", column.meaning) if name in names]
        if column.type.startswith("decimal") and not (currencies or UNITS.search(column.meaning)):
            silent.append(f"{table.name}.{column.name}: no unit")
        if column.type == "date" and not DAYS.search(column.meaning):
            silent.append(f"{table.name}.{column.name}: local or UTC?")
        if column.type.startswith("timestamp") and "(UTC)" not in column.meaning and "`" not in column.meaning:
            silent.append(f"{table.name}.{column.name}: not said to be UTC")
    assert silent == []


def test_what_a_column_names_between_backticks_is_there() -> None:
    """A column of the same table, a published table, or a word that stands in our code."""
    known = {table.name for table in TABLES} | {column.name for _, column in COLUMNS}
    words = {
        *(
            "landing/",
            "docs/claims.md",
            "docs/landing.md",
            "exclusive",
            "inclusive",
            "erased",
            "invoice",
            "credit_note",
        ),
        *("one_off", "credits", "charge", "adjustment", "void", "taxable", "exempt", "reverse_charge", "ja", "en"),
        *("customer", "seller", "contract", "purchase_order", "grant:", "charge:", "billing quote", "{}", "[]", "band"),
        *("currencies", "line_kinds", "refusal_reasons", "matching_rules", "posting_roles"),
        *("aggregations", "charge_models"),  # seeds, as are the five before
        *("rebill_horizon_months", "late_usage", "usage_in_pause"),  # keys of the catalog
    }
    unknown = {
        word for _, column in COLUMNS for word in re.findall(r"`([^`]+)`", column.meaning) if word not in known | words
    }
    assert unknown == set()


def test_every_table_has_an_owner_and_a_reader_and_every_role_owns_something(manifest: dict[str, Any]) -> None:
    assert [table.name for table in TABLES if not table.readers] == []
    roles = {group["owner"]["name"] for group in manifest["groups"].values()}
    assert {table.owner for table in TABLES} == roles
    assert {exposure["owner"]["name"] for exposure in manifest["exposures"].values()} <= roles


def test_what_is_read_from_outside_is_a_mart_or_a_proposal(manifest: dict[str, Any]) -> None:
    layers = {
        manifest["nodes"][key]["fqn"][1]
        for exposure in manifest["exposures"].values()
        for key in exposure["depends_on"]["nodes"]
    }
    assert layers == {"marts", "proposals"}


def test_a_relation_leads_to_a_table_of_one_key_column() -> None:
    keys = {table.name: table.key for table in TABLES}
    found = dictionary.relations()
    assert len(found) > 60
    assert {relation.target for relation in found if len(keys[relation.target]) != 1} == set()
    assert dictionary.Relation("invoice_lines", "document_id", "invoices") in found


def test_the_page_is_what_the_yaml_says() -> None:
    """Red: run `python -m ops.tables`."""
    assert tables.PAGE.read_text("utf-8") == tables.page()


def test_the_page_for_a_browser_draws_every_relation_and_needs_no_other_file() -> None:
    html = tables_html.page()
    pairs = {(relation.table, relation.target) for relation in dictionary.relations()}
    assert html.count("<path ") == len(pairs)
    assert all(f'<section id="{table.name}">' in html for table in TABLES)
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert "&lt;code" not in html
