"""No two keys are one id, in SQL as in Python; what was given out keeps its id."""

from __future__ import annotations

import hashlib
from itertools import product
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from billing_jobs.records import make_id, make_plain_id
from billing_jobs.settings import DBT_PROJECT_DIR
from tests.dbt.pricing.cases import built
from tests.dbt.pricing.id_cases import BESIDE, BILLED, PAIRS, plain

TEXTS = ["", "a", "|", "\\", "a|b", "a\\", "\\|", "|\\", "\\\\", "a'b"]


def in_sql(macro: str, keys: list[tuple[Any, ...]]) -> list[str]:
    """What the macro makes of the keys, as the engine computes it."""
    module = Environment().from_string((DBT_PROJECT_DIR / "macros" / "make_id.sql").read_text("utf-8")).module
    names = [f"p{number}" for number in range(len(keys[0]))]
    with duckdb.connect() as con:
        con.execute(f"create table keys ({', '.join(f'{name} varchar' for name in names)})")
        con.executemany(f"insert into keys values ({', '.join('?' * len(names))})", keys)
        return [found for (found,) in con.execute(f"select {getattr(module, macro)(names)} from keys").fetchall()]


def test_no_two_keys_of_nasty_parts_are_one_id_and_sql_says_the_same_as_python() -> None:
    keys = list(product(TEXTS, repeat=3))
    made = [make_id(*key) for key in keys]
    assert len(set(made)) == len(keys)
    assert in_sql("make_id", keys) == made
    assert in_sql("make_plain_id", keys) == [make_plain_id(*key) for key in keys]
    others = {make_id(*key) for length in (1, 2, 4) for key in product(TEXTS[1:7], repeat=length)}
    assert not others & set(made)


@pytest.mark.parametrize("key", [("A", "B", 3), ("株式会社", None, "x y"), ("", "", "")])
def test_an_id_of_parts_without_those_letters_is_what_it_was(key: tuple[Any, ...]) -> None:
    joined = "|".join("" if part is None else str(part) for part in key)
    assert make_id(*key) == make_plain_id(*key) == hashlib.md5(joined.encode()).hexdigest()


@pytest.mark.parametrize("pair", PAIRS, ids=repr)
def test_customers_and_contracts_whose_names_join_to_one_text_are_billed_both(pair: Any) -> None:
    charges = [
        built().rows(
            "select charge_id, fee_id, computed_amount from int_charges_priced "
            "where customer_id = ? and contract_id = ? and period_from <= '2026-10-31'",
            *names,
        )
        for names in pair
    ]
    assert [sorted((row["fee_id"], row["computed_amount"]) for row in found) for found in charges] == [
        [("base", 9000), ("one_off", 500), ("one_off", 500)]
    ] * 2
    assert not {row["charge_id"] for row in charges[0]} & {row["charge_id"] for row in charges[1]}


def test_what_was_billed_under_an_id_of_before_keeps_it_and_only_that() -> None:
    found = {
        (row["customer_id"], row["contract_id"]): row["charge_id"]
        for row in built().rows(
            "select customer_id, contract_id, charge_id from int_charges_priced "
            "where fee_id = 'base' and period_from = '2026-10-01'"
        )
    }
    assert [found[names] for names in BILLED] == [plain(*names) for names in BILLED]
    assert found[BESIDE] not in (plain(*BESIDE), found[BILLED[1]])
    one_offs = built().rows("select charge_id, instance from int_charges_priced where customer_id = 'Ledger|1'")
    recorded = {row["charge_id"] for row in built().rows("select charge_id from stg_ledger__charges_named_before")}
    assert {row["instance"] for row in one_offs if row["charge_id"] in recorded} == {"", "2\\3 S|T"}


def test_every_id_of_all_cases_is_of_one_charge() -> None:
    assert built().rows("select charge_id from int_charges_priced group by charge_id having count(*) > 1") == []
