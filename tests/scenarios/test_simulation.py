"""The book of the year's stories under another catalog: only what that catalog prices otherwise moves,
and nothing else in the home does."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import CatalogBroken, UsageError
from billing_jobs.jobs.simulate import simulate

from .harness import Played
from .test_stories import named, whole

DOUBLED, WITHOUT_PLAN = "week_desk", "ownprice"


def fingerprints(root: Path) -> dict[str, str]:
    """Every file of the home but those of simulations, with its bytes' hash."""
    paths = [
        path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_relative_to(root / "simulations")
    ]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("home", named(["year"]))
def test_a_doubled_price_doubles_its_charges_and_moves_nothing_else(
    home: str, played: Callable[[str], Played], tmp_path: Path
) -> None:
    place = whole(home, played).home
    run = runs.last_run(place)
    assert run is not None
    catalog = tmp_path / "dearer"
    shutil.copytree(place.landing / "catalog", catalog, ignore=shutil.ignore_patterns(".*"))
    plans = catalog / "plans.yml"
    plans.write_text(plans.read_text(encoding="utf-8").replace("amount: 700}", "amount: 1400}"), encoding="utf-8")
    (catalog / f"{WITHOUT_PLAN}.yml").unlink()
    before = fingerprints(place.root)
    result = simulate(place, run, catalog=catalog)
    assert fingerprints(place.root) == before
    [folder] = place.simulations.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [
        "charges.csv",
        "charges.parquet",
        "customers.csv",
        "customers.parquet",
        "index.html",
    ]
    charges, customers = rows(folder / "charges.csv"), rows(folder / "customers.csv")
    doubled = [row for row in charges if row["plan_id"] == DOUBLED]
    lost = [row for row in charges if row["contract_id"].startswith(f"{WITHOUT_PLAN}-")]
    others = [row for row in charges if row not in doubled and row not in lost]
    assert doubled and all(Decimal(row["simulated_amount"]) == 2 * Decimal(row["current_amount"]) for row in doubled)
    assert lost and {Decimal(row["simulated_amount"]) for row in lost} == {Decimal(0)}
    assert {Decimal(row["delta"]) for row in others} == {Decimal(0)}
    assert {row["kind"] for row in others} >= {"recurring", "usage", "one_off", "credit", "minimum"}
    verdicts = {row["customer_id"]: row["verdict"] for row in customers}
    moved = dict.fromkeys((row["customer_id"] for row in doubled), "pays_more") | dict.fromkeys(
        (row["customer_id"] for row in lost), "pays_less"
    )
    assert verdicts == dict.fromkeys(verdicts, "same") | moved
    assert result.counts["customer"] == len(customers)
    for column in ("current_amount", "simulated_amount", "delta"):
        assert sum(Decimal(row[column]) for row in customers) == sum(Decimal(row[column]) for row in charges), column
    assert all(
        Decimal(row["delta"]) == Decimal(row["simulated_amount"]) - Decimal(row["current_amount"])
        for row in [*charges, *customers]
    )
    assert {row["delta"] for row in customers if row["verdict"] == "same"} == {"0.0000"}
    assert sum(Decimal(row["delta"]) for row in doubled) == sum(Decimal(row["current_amount"]) for row in doubled) > 0
    assert any("contracts have no price in this catalog" in message for message in result.messages)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "dearer" in page and "<svg" in page
    assert not [word for word in ("http://", "https://", "<script", "@import", "url(") if word in page]


@pytest.mark.parametrize("home", named(["year"]))
def test_a_catalog_that_cannot_be_used_leaves_nothing_behind(
    home: str, played: Callable[[str], Played], tmp_path: Path
) -> None:
    place = whole(home, played).home
    run = runs.last_run(place)
    assert run is not None
    before = sorted(place.simulations.glob("*"))
    with pytest.raises(UsageError, match="has no catalog"):
        simulate(place, run, catalog=tmp_path)
    (tmp_path / "plans.yml").write_text("plans:\n  - plan: alone\n", encoding="utf-8")
    with pytest.raises(CatalogBroken, match=r"catalog/plans\.yml:2"):
        simulate(place, run, catalog=tmp_path)
    assert sorted(place.simulations.glob("*")) == before
