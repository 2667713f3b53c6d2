"""How each group of cases is said in the platform's own words. Importing this package registers all of them."""

from conformance.claims import aggregations, allocations, balances, charge_models, commitments, discounts, periods, proration, reasons, revenue, taxes, wallets

__all__ = ["aggregations", "allocations", "balances", "charge_models", "commitments", "discounts", "periods", "proration", "reasons", "revenue", "taxes", "wallets"]
