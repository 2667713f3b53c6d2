"""Laws that hold for every price list and every stream of events: random ones, in one home of 500 contracts and their
twins.

A twin uses the same in another order, from other files, and with events between that are retracted.
"""

from __future__ import annotations

import os
import random
import tempfile
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.model_cases import one_fee

CONTRACTS = 500
LAST_DIGITS = Decimal("1e-11")  # the product of each step is kept to twelve decimals
MODELS = ("per_unit", "graduated", "volume", "stairstep", "package", "percentage", "graduated_percentage")
PRICED = "path:seeds +int_charges_priced +int_charge_segments_rated +int_charge_claims_broken"
AGAIN = "path:models/intermediate/metering path:models/intermediate/pricing"
HOMES = int(os.environ.get("BILLING_LAW_HOMES", "1"))
Tier = tuple[str, str | None, str, str]


@dataclass(frozen=True)
class Price:
    model: str
    unit_price: Decimal
    size: Decimal
    tiers: list[Tier]
    least: Decimal | None
    most: Decimal | None

    def of(self, quantity: Decimal, events: int) -> Decimal:
        """What a quantity above zero costs before minimum and maximum, worked out without the platform."""
        if self.model == "per_unit":
            return quantity * self.unit_price
        if self.model == "package":
            return (quantity / self.size).to_integral_value(ROUND_CEILING) * self.unit_price
        if self.model == "percentage":
            return quantity * self.size / 100 + events * self.unit_price
        reached = [tier for tier in self.tiers if quantity > Decimal(tier[0])]
        if self.model == "stairstep":
            return Decimal(reached[-1][3])
        if self.model == "volume":
            return quantity * Decimal(reached[-1][2]) + Decimal(reached[-1][3])
        return sum(
            (
                (min(quantity, Decimal(high or "Infinity")) - Decimal(low)) * Decimal(price) + Decimal(flat)
                for low, high, price, flat in reached
            ),
            start=Decimal(0),
        )


@dataclass
class Book:
    """A price list and who used how much, from one seed."""

    prices: dict[str, Price] = field(default_factory=dict)
    used: dict[str, tuple[str, list[Decimal]]] = field(default_factory=dict)

    def fill(self, shop: Shop, *, dice: random.Random) -> None:
        shop.catalog(
            "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions="[]"
        )
        for plan_id, price in self.prices.items():
            numbers: dict[str, Any] = {
                "unit_price": price.unit_price,
                "package_size": price.size,
                "minimum": price.least,
                "maximum": price.most,
            }
            if price.model == "percentage":
                numbers |= {"rate": price.size, "fixed_amount": price.unit_price}
            shop.plan(
                plan_id, one_fee(price.model, tiers=price.tiers, versions=[{"valid_from": "2020-01-01", **numbers}])
            )
        for contract_id, (plan_id, quantities) in self.used.items():
            for name, in_order in ((contract_id, quantities), (twin_of(contract_id), quantities[::-1])):
                shop.sign(name, plan_id, "2026-10-01")
                for day, quantity in enumerate(in_order, start=2):
                    shop.use(
                        name, f"2026-10-{day:02}T00:00:00+00:00", quantity, file=f"usage/app/{dice.choice('abc')}.csv"
                    )
            self.retract(shop, twin_of(contract_id), dice=dice)
        dice.shuffle(shop.rows["usage"])

    def retract(self, shop: Shop, contract_id: str, *, dice: random.Random) -> None:
        """Usage that is taken back: as if it had never come."""
        for number in range(dice.randint(0, 2)):
            at, mistaken = f"2026-10-{dice.randint(2, 28):02}T00:00:00+00:00", f"{contract_id}-mistaken-{number}"
            shop.use(contract_id, at, Decimal(dice.randint(1, 400_000)), event_id=mistaken, file="usage/app/a.csv")
            shop.use(contract_id, at, 0, retracts=mistaken, file="usage/app/b.csv")


def twin_of(contract_id: str) -> str:
    return f"{contract_id}-twin"


def drawn(seed: int) -> Book:
    dice, book = random.Random(seed), Book()
    for number in range(42):
        bounds = sorted(dice.sample(range(1, 1000), dice.randint(0, 3)))
        model = MODELS[number % len(MODELS)]
        flats = sorted(dice.randint(0, 500) for _ in range(len(bounds) + 1))
        ends = [*map(str, bounds), None]
        starts = ["0", *map(str, bounds)]
        # Odd graduated lists have no flat amounts: they are continuous.
        tiers = [
            (low, high, f"0.{dice.randint(0, 99999):05}", str(flat if number % 2 else 0))
            for low, high, flat in zip(starts, ends, flats, strict=True)
        ]
        if model == "stairstep":
            tiers = [(low, high, "0", str(flat)) for (low, high, _, _), flat in zip(tiers, flats, strict=True)]
        least, most = (
            (Decimal(dice.randint(0, 50)), Decimal(dice.randint(51, 400))) if dice.random() < 0.3 else (None, None)
        )
        book.prices[f"law{number}"] = Price(
            model, Decimal(dice.randint(0, 9999)) / 1000, Decimal(dice.randint(1, 50)), tiers, least, most
        )
    plans = list(book.prices)
    for number in range(CONTRACTS):
        plan_id = plans[number % len(plans)]
        if number % 5 == 0 and len(book.prices[plan_id].tiers) > 1:
            # At a boundary, and one unit of the twelfth decimal above it.
            bound = Decimal(dice.choice(book.prices[plan_id].tiers)[1] or 1000)
            quantities = [bound] if dice.random() < 0.5 else [bound, Decimal("0.000000000001")]
        else:
            quantities = [
                Decimal(dice.randint(1, 400_000)) / dice.choice([1, 10, 1000]) for _ in range(dice.randint(0, 4))
            ]
        book.used[f"contract{number}"] = (plan_id, quantities)
    return book


def owed_in(book: Book, *, dice: random.Random) -> tuple[Tables, dict[str, dict[str, Any]]]:
    home, shop = Home(Path(tempfile.mkdtemp(prefix="laws-"))), Shop()
    book.fill(shop, dice=dice)
    shop.write(home)
    assert build(home, PRICED) == []
    tables = Tables(home)
    assert tables.rows("select * from int_charge_claims_broken") == []
    first = tables.rows("select * from int_charges_priced order by all")
    assert build(home, AGAIN) == []
    assert tables.rows("select * from int_charges_priced order by all") == first, "a rerun changed a charge"
    rows = tables.rows(
        "select contract_id, quantity, unrounded_amount, computed_amount from int_charges_priced "
        "where period_from = date '2026-10-01'"
    )
    return tables, {row.pop("contract_id"): row for row in rows}


@settings(max_examples=HOMES, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_the_laws_of_charging(seed: int) -> None:
    book = drawn(seed)
    tables, owed = owed_in(book, dice=random.Random(seed))
    assert len(owed) == 2 * CONTRACTS
    for contract_id, (plan_id, quantities) in book.used.items():
        price, row = book.prices[plan_id], owed[contract_id]
        quantity = sum(quantities, start=Decimal(0))
        assert row == owed[twin_of(contract_id)], (
            "the order of the events, the file that they came in, or a retracted one changed a charge"
        )
        expected = price.of(quantity, len(quantities)) if quantity else Decimal(0)
        assert abs(row["unrounded_amount"] - expected) < LAST_DIGITS, (contract_id, price, quantities)
        if price.least is not None and price.most is not None:
            assert price.least <= row["computed_amount"] <= price.most, (contract_id, price, row)
    assert_graduated_never_falls_or_jumps(book, owed)
    wrong = """
        select segments.charge_id from int_charge_segments_rated as segments
        left join (select charge_id, segment_from, sum(amount) as amount from int_price_components
            group by all) as steps using (charge_id, segment_from)
        where segments.unrounded_amount <> coalesce(steps.amount, 0) and segments.month = date '2026-10-01'
    """
    assert tables.rows(wrong) == [], "the steps of a price do not add up to it"


def assert_graduated_never_falls_or_jumps(book: Book, owed: dict[str, dict[str, Any]]) -> None:
    for plan_id, price in book.prices.items():
        if price.model not in ("graduated", "graduated_percentage"):
            continue
        rows = sorted(
            (owed[name] for name, (used_plan, _) in book.used.items() if used_plan == plan_id),
            key=lambda row: row["quantity"],
        )
        dearest, has_flats = (
            max(Decimal(tier[2]) for tier in price.tiers),
            any(Decimal(tier[3]) for tier in price.tiers),
        )
        for below, above in pairwise(rows):
            rise = above["unrounded_amount"] - below["unrounded_amount"]
            assert rise >= 0, (plan_id, below, above)
            assert has_flats or rise <= (above["quantity"] - below["quantity"]) * dearest + LAST_DIGITS, (
                plan_id,
                below,
                above,
            )
