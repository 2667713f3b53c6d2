"""A charge model is added with the files that docs/adding.md says and no other: to a copy of the project,
from `charge_model/`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR, Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.model_cases import one_fee

ADDED = Path(__file__).parent / "charge_model"
ROW = "per_hundred,unit_price,,true,true,false,false,false,百単位,per hundred"
CATALOG = """
meters: [{meter: calls, event_type: api.request, aggregation: sum}]
tax_codes: [{tax_code: standard, kind: standard, rates: [{from: 2019-10-01, rate: 10}]}]
plans:
  - plan: hundreds
    name: {ja: 百, en: Hundreds}
    product: api
    department: api
    entity: main
    currency: JPY
    interval: {every: 1, unit: month}
    fees:
      - {fee: usage, kind: usage, meter: calls, unit: {ja: 件, en: calls}, name: {ja: 件, en: Calls}, in: arrears,
         tax_code: standard, model: per_hundred, versions: [{from: 2026-01-01, unit_price: 40}]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with the row, the query with its page and the line of the union."""
    copy = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    seed = copy / "seeds" / "charge_models.csv"
    seed.write_text(seed.read_text("utf-8") + ROW + "\n", "utf-8")
    room = copy / "models" / "intermediate" / "pricing" / "charge_models"
    for path in ADDED.iterdir():
        shutil.copy(path, room)
    union = room / "int_price_components.sql"
    whole = union.read_text("utf-8")
    begin, end = "united as (\n", "\n)\n\nselect * from united\n"
    assert begin in whole
    assert whole.endswith(end)
    imported = "per_hundred as (\n\n    select * from {{ ref('int_price_components_by_per_hundred') }}\n\n),\n\n"
    more = whole.removesuffix(end).rstrip() + "\n    union all\n    select * from per_hundred\n" + end
    union.write_text(more.replace(begin, imported + begin), "utf-8")
    return copy


def test_sql_prices_it(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_DBT_PROJECT", str(project))
    shop = Shop()
    shop.catalog(
        "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions="[]"
    )
    shop.plan("hundreds", one_fee("per_hundred", versions=[{"valid_from": "2020-01-01", "unit_price": "40"}]))
    shop.sign("hundreds", "hundreds", "2026-10-01")
    shop.use("hundreds", "2026-10-02T00:00:00+00:00", "250")
    home = Home(tmp_path / "home")
    shop.write(home)
    assert build(home, "path:seeds +int_charges_priced") == []
    assert [
        row["computed_amount"] for row in Tables(home).charges("hundreds") if str(row["period_from"]) == "2026-10-01"
    ] == [Decimal(100)]


def test_the_catalog_takes_it_and_without_the_row_it_does_not(project: Path) -> None:
    said = {name: complaints(folder) for name, folder in (("with", project), ("without", DBT_PROJECT_DIR))}
    assert said["with"] == ""
    assert "per_hundred" in said["without"]


def complaints(project: Path) -> str:
    """What the checks of the catalog say about the model, in a process that knows the kinds of this project."""
    script = """
        import sys
        from billing_jobs.errors import CatalogBroken
        from billing_jobs.intake.catalog.checks.whole import check_catalog
        from billing_jobs.intake.catalog.reader import read_catalog

        try:
            check_catalog(read_catalog({"catalog/hundreds.yml": sys.stdin.buffer.read()}))
        except CatalogBroken as error:
            print("\\n".join(line for line in str(error).splitlines() if "model" in line))
    """
    environment = {**os.environ, "BILLING_DBT_PROJECT": str(project)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        input=CATALOG,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout.strip()
