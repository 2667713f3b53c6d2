"""Layers are rows, areas are columns: arrows go down, and sideways only in the order of the areas."""

from __future__ import annotations

from typing import Any

from billing_jobs.jobs import build
from tests.support.house import House

Nodes = dict[str, dict[str, Any]]

MAY_READ = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"staging", "intermediate", "marts", "seed"},
    "proposals": {"marts", "intermediate"},
}
AREA_ORDER = {"contracts": 0, "metering": 1, "pricing": 2, "invoicing": 3, "receivables": 4, "revenue": 5, "notices": 5}
BEFORE_INVOICING = {area for area, place in AREA_ORDER.items() if place < AREA_ORDER["invoicing"]}
# A merge of customers does not reach what was billed before it was known, and that only the ledger says (decision 022).
# Nor does a new spelling of ids reach what was given out (decision 027).
OF_EARLIER_NIGHTS = {
    ("int_customer_merges_judged", "stg_ledger__customers_billed"),
    ("int_charges_identified", "stg_ledger__charges_named_before"),
    ("int_one_off_charges_priced", "stg_ledger__charges_named_before"),
}
MAX_PARENTS = 12


def layer(key: str, models: Nodes) -> str:
    return key.split(".", maxsplit=1)[0] if key not in models else models[key]["fqn"][1]


def area(node: dict[str, Any]) -> str:
    return node["fqn"][2] if len(node["fqn"]) > 3 else ""


def test_every_model_reads_only_from_the_layers_its_own_may_read(models: Nodes) -> None:
    broken = [
        f"{node['name']} ({layer(key, models)}) reads {parent}"
        for key, node in models.items()
        for parent in node["depends_on"]["nodes"]
        if layer(parent, models) not in MAY_READ[layer(key, models)]
    ]
    assert not broken, "\n".join(broken)


def test_arrows_between_areas_follow_the_way_of_the_money(models: Nodes) -> None:
    broken = []
    for key, node in models.items():
        for parent in node["depends_on"]["nodes"]:
            if layer(key, models) != "intermediate" or layer(parent, models) != "intermediate":
                continue
            mine, theirs = area(node), area(models[parent])
            backward = AREA_ORDER[theirs] > AREA_ORDER[mine]
            across = AREA_ORDER[theirs] == AREA_ORDER[mine] and theirs != mine
            if backward or across:
                broken.append(f"{node['name']} ({mine}) reads {parent} ({theirs})")
    assert not broken, "\n".join(broken)


def test_nothing_before_invoicing_reads_the_ledger(models: Nodes) -> None:
    reads = {
        (node["name"], models[parent]["name"])
        for key, node in models.items()
        if layer(key, models) == "intermediate" and area(node) in BEFORE_INVOICING
        for parent in node["depends_on"]["nodes"]
        if layer(parent, models) == "staging" and models[parent]["name"].startswith("stg_ledger__")
    }
    assert reads == OF_EARLIER_NIGHTS


def test_a_recording_rebuilds_nothing_of_what_was_agreed_used_and_priced(models: Nodes) -> None:
    rebuilt = House(models).built_by(f"{build.FOR_ALLOCATION} {build.AFTER_RECORDING}")
    assert not {
        node["name"]
        for key, node in models.items()
        if layer(key, models) == "intermediate" and area(node) in BEFORE_INVOICING and node["name"] in rebuilt
    }


def test_staging_has_one_source_and_joins_nothing(models: Nodes) -> None:
    for key, node in models.items():
        if layer(key, models) == "staging":
            own = [
                parent
                for parent in node["depends_on"]["nodes"]
                if parent.startswith("source.") and not parent.endswith(".run")
            ]
            assert len(own) <= 1, f"{node['name']} reads {own}"
            assert " join " not in f" {' '.join(node['raw_code'].lower().split())} ", f"{node['name']} joins"


def test_names_say_the_layer(models: Nodes) -> None:
    prefixes = {"staging": "stg_", "intermediate": "int_"}
    for key, node in models.items():
        prefix = prefixes.get(layer(key, models))
        if prefix:
            assert node["name"].startswith(prefix), node["name"]
        else:
            assert not node["name"].startswith(("stg_", "int_", "fct_", "dim_")), node["name"]


def test_a_table_exists_once(models: Nodes) -> None:
    names = [node["name"] for node in models.values()]
    assert len(names) == len(set(names))


def test_parents_stay_few(models: Nodes) -> None:
    many = {
        node["name"]: len(set(node["depends_on"]["nodes"]))
        for node in models.values()
        if len(set(node["depends_on"]["nodes"])) > MAX_PARENTS
    }
    assert not many, many
