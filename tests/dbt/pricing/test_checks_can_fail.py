"""The check that no usage is billed twice or lost is shown planted faults: it must find them, and nothing where a level only stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.dbt.invoicing.book import working_in
from tests.dbt.pricing.cases import built

FAULTS = {
    "billed twice": "update int_usage_gathered set total = 2 * total where charge_id = (from picked)",
    "lost between day and segment": "delete from int_usage_gathered where charge_id = (from picked)",
    "counted twice": "update int_usage_gathered set event_count = event_count + 1 where charge_id = (from picked)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_usage_that_is_billed_twice_or_lost_is_found(fault: str, tmp_path: Path) -> None:
    home = built().home
    shutil.copy(home.warehouse, tmp_path / "warehouse.duckdb")
    written = (DBT_PROJECT_DIR / "tests/pricing/assert_no_usage_is_in_two_segments_of_a_fee.sql").read_text(encoding="utf-8")
    check = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", written)
    with working_in(home.root), duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        assert con.execute(check).fetchall() == []
        con.execute("create table picked as select charge_id from int_charges_priced where contract_id = 'used_100' and period_from = date '2026-09-01'")
        con.execute(FAULTS[fault])
        found = con.execute(check).fetchall()
    assert [row[0] for row in found] == ["used_100"]
