"""How each group of cases is said in the platform's own words. Importing this package registers all of them."""

from conformance.claims import (
    aggregations,
    allocations,
    balances,
    charge_models,
    commitments,
    discounts,
    periods,
    pieces,
    proration,
    reasons,
    revenue,
    taxes,
    time_of_day,
    time_of_use,
    wallets,
    windows,
)

__all__ = [
    "aggregations", "allocations", "balances", "charge_models", "commitments", "discounts", "periods", "pieces",
    "proration", "reasons", "revenue",
    "taxes", "time_of_day", "time_of_use", "wallets", "windows",
]  # fmt: skip
