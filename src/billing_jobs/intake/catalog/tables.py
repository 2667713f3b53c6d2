"""The catalog as flat tables, one function a group of tables, with every default filled in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from billing_jobs.intake.catalog.checks.tax_codes import default_from
from billing_jobs.intake.catalog.closed_days import list_closed_days
from billing_jobs.intake.catalog.defaults import with_defaults
from billing_jobs.intake.catalog.reader import Catalog
from billing_jobs.intake.catalog.seller_tables import label_of, limit_of, seller_rows
from billing_jobs.intake.catalog.usage_tables import meter_row, time_band_rows, usage_rules

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def flatten_catalog(catalog: Catalog) -> Tables:
    """Rows of every table of `streams.CATALOG`, without the version's columns."""
    tables: Tables = {}
    for make in (
        _publishing,
        _entities,
        _taxes,
        _terms,
        _dunning,
        _accounts_and_meters,
        _time_bands,
        _plans,
        _fees,
        _fee_numbers,
        _discounts,
    ):
        tables |= make(catalog)
    tables["sources"] = [_source(entry.value) for entry in catalog.sources]
    return tables


# The definition of the schema for each key of the file.
_KINDS = {
    "entities": "entity", "tax_codes": "tax_code", "payment_terms": "payment_terms", "calendars": "calendar",
    "dunning_policies": "dunning_policy",
    "accounts": "account", "meters": "meter", "plans": "plan", "time_bands": "time_bands", "discounts": "discount",
}  # fmt: skip


def _values(catalog: Catalog, key: str) -> list[Row]:
    return [with_defaults(entry.value, _KINDS[key]) for entry in catalog.of(key)]


def _publishing(catalog: Catalog) -> Tables:
    """One row, or none where nothing is said. Of two files that differ the one that shows less holds."""
    said = [entry.value["personal"] for entry in catalog.of("publish") if "personal" in entry.value]
    return {"publishing": [{"personal": "no" not in said}] if said else []}


def _entities(catalog: Catalog) -> Tables:
    return seller_rows(_values(catalog, "entities"))


def _taxes(catalog: Catalog) -> Tables:
    codes = _values(catalog, "tax_codes")
    return {
        "tax_codes": [
            {
                "tax_code": code["tax_code"],
                "kind": code["kind"],
                **label_of(code, "name"),
                "default_from": default_from(code),
            }
            for code in codes
        ],
        "tax_rates": [
            {"tax_code": code["tax_code"], "valid_from": rate["from"], "rate": rate["rate"]}
            for code in codes
            for rate in code["rates"]
        ],
    }


def _terms(catalog: Catalog) -> Tables:
    terms = []
    for value in _values(catalog, "payment_terms"):
        closing = value.get("closing_day")
        row: Row = {"payment_terms_id": value["payment_terms"], "closing_day": closing, "net_days": value.get("days")}
        row |= {
            "month_offset": value.get("month_offset", 0) if closing else None,
            "pay_day": value.get("pay_day", 99) if closing else None,
        }
        terms.append(row | {"roll": value["roll"], "calendar_id": value.get("calendar")})
    closed = [
        {"calendar_id": value["calendar"], "closed_on": day}
        for value in _values(catalog, "calendars")
        for day in list_closed_days(value)
    ]
    return {"payment_terms": terms, "closed_days": closed}


def _dunning(catalog: Catalog) -> Tables:
    policies = _values(catalog, "dunning_policies")
    return {
        "dunning_policies": [
            {
                "policy_id": value["policy"],
                **limit_of(value["minimum_open_amount"], "minimum_open_amount"),
                "days_between": value["days_between"],
            }
            for value in policies
        ],
        "dunning_steps": [{"policy_id": value["policy"], **step} for value in policies for step in value["steps"]],
    }


def _accounts_and_meters(catalog: Catalog) -> Tables:
    accounts = [
        {"role": value["role"], "account": value["account"], **label_of(value, "name")}
        for value in _values(catalog, "accounts")
    ]
    return {"accounts": accounts, "meters": [meter_row(value) for value in _values(catalog, "meters")]}


_DAYS = {"day": 1, "week": 7, "month": 31}


def _source(value: Row) -> Row:
    said = value.get("expected", {})
    expected = said if isinstance(said, dict) and "calendar" in said else {}
    row: Row = {name: value[name] for name in ("source", "kind", "format")}
    row |= {"expected_calendar_id": expected.get("calendar"), "expected_entity_id": expected.get("entity")}
    row |= {
        "entity_id": value.get("entity"),
        "is_bank_transaction_id_unique": value.get("bank_transaction_id") == "unique",
    }
    row |= {"expected_bank_days": expected.get("bank_days", 1) if expected else None}
    return row | _rhythm(said)


def _rhythm(said: Any) -> Row:
    """How often a source of usage sends: at most so many days lie between two deliveries, and as many more are no cause
    for alarm."""
    words = {"daily": (1, "day"), "weekly": (1, "week"), "monthly": (1, "month")}
    if isinstance(said, str):
        every, unit = words[said]
        return {"expected_every_days": every * _DAYS[unit], "expected_days_late": None}
    if "every" not in said:
        return {}
    return {"expected_every_days": said["every"] * _DAYS[said["unit"]], "expected_days_late": said.get("days_late")}


def _time_bands(catalog: Catalog) -> Tables:
    return time_band_rows(_values(catalog, "time_bands"))


def _plans(catalog: Catalog) -> Tables:
    plans = []
    for value in _values(catalog, "plans"):
        row: Row = {
            "plan_id": value["plan"],
            "entity_id": value["entity"],
            "currency": value["currency"],
            **label_of(value, "name"),
        }
        others = {version["currency"] for fee in value["fees"] for version in fee["versions"] if "currency" in version}
        row |= {"currencies": json.dumps(sorted(others | {value["currency"]}))}
        row |= {"product": value.get("product"), "department": value.get("department"), "anchor": value["anchor"]}
        row |= {
            "interval_every": value["interval"]["every"],
            "interval_unit": value["interval"]["unit"],
            "trial_days": value["trial_days"],
        }
        row |= {"proration": value["proration"], "price_basis": value["tax"], "adjustments": value.get("adjustments")}
        row |= {"usage_in_pause": value.get("usage_in_pause", "bill")}
        plans.append(row | {"lead_days": value["lead_days"], "grace_days": value["grace_days"]})
    return {"plans": plans}


def _fees(catalog: Catalog) -> Tables:
    fees = []
    for plan in _values(catalog, "plans"):
        for number, given in enumerate(plan["fees"], start=1):
            value = with_defaults(given, "fee")
            interval = value.get("interval", {})
            row: Row = {
                "plan_id": plan["plan"],
                "fee_id": value["fee"],
                "fee_no": number,
                "kind": value["kind"],
                "timing": value["in"],
            }
            row |= {name: value.get(name) for name in ("model", "meter", "tax_code", "until")} | {
                "dimensions": json.dumps(_dimensions(value), ensure_ascii=False)
            }
            row |= usage_rules(value)
            # A fee without a name of its own is shown under its plan's name.
            row |= label_of(value if "name" in value else plan, "name") | label_of(value, "unit")
            row |= {"interval_every": interval.get("every"), "interval_unit": interval.get("unit")}
            fees.append(row | {"is_optional": value["optional"]})
    return {"fees": fees}


def _fee_numbers(catalog: Catalog) -> Tables:
    versions: list[Row] = []
    tiers: list[Row] = []
    prices: list[Row] = []
    for plan in _values(catalog, "plans"):
        for fee in plan["fees"]:
            for given in fee["versions"]:
                version = with_defaults(given, "version")
                key: Row = {
                    "plan_id": plan["plan"],
                    "fee_id": fee["fee"],
                    "currency": version.get("currency", plan["currency"]),
                    "valid_from": version["from"],
                }
                numbers = {
                    name: version.get(name) for name in ("amount", "unit_price", "minimum", "maximum")
                } | _packages_and_rates(version)
                versions.append(
                    key | numbers | {"applies_to": version["applies_to"], "is_mid_period": version["mid_period"]}
                )
                tiers += _tiers(key, version.get("tiers", []))
                prices += _prices(key, fee, version.get("prices", []))
    return {"fee_versions": versions, "fee_tiers": tiers, "fee_prices": prices}


def _dimensions(fee: Row) -> list[str]:
    return list(fee.get("dimensions", [fee["dimension"]] if "dimension" in fee else []))


def _packages_and_rates(version: Row) -> Row:
    package, percentage = version.get("package"), version.get("percentage", {})
    numbers = {"rate": percentage.get("rate"), "fixed_amount": percentage.get("fixed")}
    numbers |= {
        name: percentage.get(name) for name in ("free_events", "free_amount", "minimum_per_event", "maximum_per_event")
    }
    return numbers | ({"package_size": package["size"], "unit_price": package["price"]} if package else {})


def _prices(key: Row, fee: Row, prices: list[Row]) -> list[Row]:
    rows = []
    for number, price in enumerate(prices, start=1):
        values = price.get(
            "values", {name: price["value"] for name in _dimensions(fee)[:1] if price.get("value") is not None}
        )
        named = json.dumps(values, ensure_ascii=False, sort_keys=True)
        rows.append(key | {"price_no": number, "dimension_values": named, "unit_price": price["unit_price"]})
    return rows


def _discounts(catalog: Catalog) -> Tables:
    rows = []
    for number, value in enumerate(_values(catalog, "discounts"), start=1):
        row: Row = {
            "discount_id": value["discount"],
            "discount_no": number,
            "plan_id": value.get("plan"),
            "fee_id": value.get("fee"),
            "is_coupon": value["coupon"],
        }
        row |= {name: value.get(name) for name in ("percent", "amount", "currency", "periods")} | label_of(
            value, "name"
        )
        rows.append(row | {"valid_from": value.get("from"), "valid_until": value.get("until")})
    return {"discounts": rows}


def _tiers(key: Row, tiers: list[Row]) -> list[Row]:
    bounds = [0, *(tier.get("up_to") for tier in tiers)]
    return [
        key
        | {
            "tier_no": number + 1,
            "from_quantity": bounds[number],
            "up_to": bounds[number + 1],
            # A rate in percent is the price of one unit of money.
            "unit_price": Decimal(str(tier["rate"])).scaleb(-2) if "rate" in tier else tier.get("unit_price", 0),
            "flat_amount": tier.get("flat", 0),
        }
        for number, tier in enumerate(tiers)
    ]
