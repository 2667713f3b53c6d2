"""The version of the pricing rules, and what each version changed: the one place in the repository that says it.

A version is raised when the same facts come to another amount than before. In the first night under a newer version the
adjustments of what was billed before are held as `pricing_rule_changed` until a person approves them; what each version
moves and what to do stands in `docs/upgrading.md`. The version is written into the manifest of every commit and into
the run that the models read.
"""

from __future__ import annotations

# version -> the mends that move an amount, by the names that docs/upgrading.md explains and tests/upgrades/*/moved.csv
# gives with their amounts
VERSIONS: dict[int, tuple[str, ...]] = {
    1: (),
    2: (
        "one_quantity_of_a_level",
        "units_that_survive_a_change_of_plan",
        "termination_of_the_plan_that_is_left",
        "default_tax_code",
        "dated_discounts",
        "adjustments_by_plan",
        "usage_in_pause",
        "late_first_bills_on_one_document",
        "tax_of_inclusive_prices",
        "price_per_day",
        "grace_of_a_period_that_begins_in_a_pause",
        "flat_fee_without_usage",
        "order_of_discounts",
        "periods_of_a_coupon",
        "received_on_the_contracts_day",
        "stub_of_a_contract_that_began_here",
        "decision_on_a_minimum_without_usage",
    ),
}
CURRENT = max(VERSIONS)
# A ledger that says nothing was written by the first version.
FIRST = 1
