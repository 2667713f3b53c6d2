"""The claims about rated charges are shown planted faults: each must name whose charges are broken, and nobody where a
level only stands. What depends on a charge in doubt is in doubt with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import jinja2
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.dbt.invoicing.book import working_in
from tests.dbt.pricing.cases import built
from tests.structure.test_claims import CLAIM

CLAIMS = DBT_PROJECT_DIR / "models/intermediate/pricing/claims"
USAGE, SEGMENTS = "no_usage_is_in_two_segments_of_a_fee", "segments_add_up_to_their_charge"
BILLING_PERIODS, AMOUNTS = (
    "served_billing_periods_neither_overlap_nor_leave_a_gap",
    "every_charge_has_an_amount_and_a_tax_rate",
)
FAULTS = {
    "billed twice": (USAGE, "update int_usage_by_segment set total = 2 * total where charge_id = (from picked)"),
    "lost between day and segment": (USAGE, "delete from int_usage_by_segment where charge_id = (from picked)"),
    "counted twice": (
        USAGE,
        "update int_usage_by_segment set event_count = event_count + 1 where charge_id = (from picked)",
    ),
    "more in a segment": (
        SEGMENTS,
        "update int_charge_segments_rated set unrounded_amount = unrounded_amount + 1 where charge_id = (from picked)",
    ),
    "a billing period too long": (
        BILLING_PERIODS,
        (
            "update int_billing_periods_served set served_until = served_until + 1 where contract_id = 'used_100' "
            "and period_from = date '2026-09-01'"
        ),
    ),
    "a billing period lost": (
        BILLING_PERIODS,
        (
            "delete from int_billing_periods_served where contract_id = 'committed_missed' "
            "and period_from = date '2026-03-01'"
        ),
    ),
    "a billing period without a day": (
        BILLING_PERIODS,
        "update int_billing_periods_served set served_until = served_from where contract_id = 'used_100' "
        "and period_from = (select max(period_from) from int_billing_periods_served where contract_id = 'used_100')",
    ),
    "no rate": (AMOUNTS, "update int_charges_priced set tax_rate = null where charge_id = (from picked)"),
    "no amount": (AMOUNTS, "update int_charges_priced set computed_amount = null where charge_id = (from picked)"),
    "no day": (AMOUNTS, "update int_charges_priced set bill_on = null where charge_id = (from picked)"),
    "never due": (AMOUNTS, "update int_charges_priced set due_at = null where charge_id = (from picked)"),
}


def sql_of(model: str) -> str:
    macros = (DBT_PROJECT_DIR / "macros" / "served_parts.sql").read_text(encoding="utf-8")
    text = (CLAIMS / f"{model}.sql").read_text(encoding="utf-8")
    return jinja2.Environment().from_string(macros + text).render(ref=lambda name: name)


@contextmanager
def copied(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built home's tables, to plant a fault in."""
    home = built().home
    shutil.copy(home.warehouse, tmp_path / "warehouse.duckdb")
    with working_in(home.root), duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        yield con


def claims() -> dict[str, str]:
    """The claims of the room, each with the model that names what breaks it."""
    return {
        claim: path.stem for path in CLAIMS.glob("*.sql") for claim in CLAIM.findall(path.read_text(encoding="utf-8"))
    }


def test_every_claim_has_a_planted_fault() -> None:
    assert set(claims()) == {claim for claim, _ in FAULTS.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_claim_names_the_contract_and_nobody_else(fault: str, tmp_path: Path) -> None:
    claim, planted = FAULTS[fault]
    check = f"select distinct claim, contract_id from ({sql_of(claims()[claim])}) where claim = '{claim}'"
    with copied(tmp_path) as con:
        assert con.execute(check).fetchall() == []
        con.execute(
            "create table picked as select charge_id from int_charges_priced where contract_id = 'used_100' "
            "and period_from = date '2026-09-01'"
        )
        con.execute(planted)
        assert con.execute(check).fetchall() == [
            (claim, "committed_missed" if fault == "a billing period lost" else "used_100")
        ]


def in_doubt(con: duckdb.DuckDBPyConnection, contract_id: str, fee_id: str) -> set[tuple[str, str, bool]]:
    """Contract, fee and whether it depends, of all charges that are in doubt when the first charge of a fee is."""
    con.execute(
        "insert into int_charge_claims_broken select 'a_claim', contract_id, plan_id, fee_id, charge_id "
        "from int_charges_priced "
        "where contract_id = ? and fee_id = ? order by period_from limit 1",
        [contract_id, fee_id],
    )
    spread = (
        f"select distinct contract_id, fee_id, is_dependent from ({sql_of('int_charge_doubts_spread')}) "
        "join int_charges_priced using (charge_id)"
    )
    return set(con.execute(spread).fetchall())


def test_the_minimum_and_the_commitment_that_count_a_charge_are_in_doubt_with_it(tmp_path: Path) -> None:
    with copied(tmp_path) as con:
        found = in_doubt(con, "committed_missed", "usage")
    assert found == {
        ("committed_missed", "usage", False),
        ("committed_missed", "floor", True),
        ("committed_missed", "term", True),
    }


def test_who_shares_a_fixed_discount_is_in_doubt_too(tmp_path: Path) -> None:
    with copied(tmp_path) as con:
        assert in_doubt(con, "fixed_beyond_all", "usage") == {
            ("fixed_beyond_all", "usage", False),
            ("fixed_beyond_all", "base", True),
        }


def test_who_shares_free_units_is_in_doubt_too_and_later_periods_that_they_may_roll_into(tmp_path: Path) -> None:
    with copied(tmp_path) as con:
        con.execute("update int_charges_priced set user_customer_id = 'used_100' where contract_id = 'list_price'")
        con.execute("truncate int_included_units_rolled_over")
        con.execute(
            "insert into int_included_units_rolled_over by name select charge_id, 0 as allowance "
            "from int_charges_priced"
            " where user_customer_id = 'used_100' and fee_id = 'usage'"
        )
        assert in_doubt(con, "used_100", "usage") == {
            ("used_100", "usage", False),
            ("used_100", "usage", True),
            ("list_price", "usage", True),
        }


def test_a_claim_about_a_whole_contract_puts_all_its_charges_in_doubt(tmp_path: Path) -> None:
    with copied(tmp_path) as con:
        con.execute("insert into int_charge_claims_broken values ('a_claim', 'fixed_beyond_all', '', '', '')")
        spread = f"select count(*), bool_or(is_dependent) from ({sql_of('int_charge_doubts_spread')})"
        charges = con.execute(
            "select count(*), false from int_charges_priced where contract_id = 'fixed_beyond_all'"
        ).fetchall()
        assert con.execute(spread).fetchall() == charges
