"""The catalog as flat tables, one function a group of tables, with every default filled in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from billing_jobs.intake.catalog_checks import NUMBER_PATTERNS
from billing_jobs.intake.catalog_reader import Catalog
from billing_jobs.intake.closed_days import list_closed_days
from billing_jobs.intake.tax_code_checks import default_from
from billing_jobs.intake.usage_tables import meter_row, time_band_rows, usage_rules

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def flatten_catalog(catalog: Catalog) -> Tables:
    """Rows of every table of `streams.CATALOG`, without the version's columns."""
    tables: Tables = {}
    for make in (_entities, _taxes, _terms, _dunning, _accounts_and_meters, _time_bands, _plans, _fees, _fee_numbers, _discounts):
        tables |= make(catalog)
    tables["sources"] = [_source(entry.value) for entry in catalog.sources]
    return tables


def _values(catalog: Catalog, key: str) -> list[Row]:
    return [entry.value for entry in catalog.of(key)]


def _label(value: Row, key: str, *, named: str | None = None) -> Row:
    label = value.get(key, {})
    return {f"{named or key}_ja": label.get("ja"), f"{named or key}_en": label.get("en")}


def _entities(catalog: Catalog) -> Tables:
    entities, amounts = [], []
    for value in _values(catalog, "entities"):
        fees, sender = value.get("bank_fees", {}), value.get("mail_from", {})
        plain = ("postal_code", "tel", "email", "time_zone", "currency", "registration_number", "reply_to")
        row: Row = {name: value.get(name) for name in plain} | {"entity_id": value["entity"]}
        for key in ("name", "address", "contact", "notes"):
            row |= _label(value, key)
        row |= {"rounding": value.get("rounding", "half_up"), "tax_rounding": value.get("tax_rounding", "half_up")}
        row |= {f"{key}_pattern": value.get(key, default) for key, default in NUMBER_PATTERNS.items()}
        # An entity without a first day of billing bills from its first contract on.
        row |= {"billing_starts_on": value.get("billing_starts_on", "1900-01-01"), "rebill_horizon_months": value.get("rebill_horizon_months", 13)}
        row |= {"adjustments": value.get("adjustments"), "closing_lag_days": value.get("closing_lag_days", 10)}
        row |= {"payment_terms_id": value.get("payment_terms"), "dunning_policy_id": value.get("dunning_policy")}
        row |= {"bank_accounts": json.dumps(value.get("bank_accounts", []), ensure_ascii=False)}
        row |= _limit(value.get("correction_limit"), "correction_limit") | _limit(fees.get("limit"), "bank_fee_limit")
        row |= {"mail_from_email": sender.get("email"), "mail_from_name": sender.get("name")}
        notices = value.get("notices", {})
        row |= {f"{name}_notice_days": notices.get(name) for name in ("trial", "renewal", "ending", "price", "card")}
        row |= {"usage_notice_shares": json.dumps(notices.get("usage", [])), "credit_notice_shares": json.dumps(notices.get("credits", []))}
        row |= _late_usage(value)
        entities.append(row)
        charged = fees.get("amounts", [])
        by_currency = charged if isinstance(charged, dict) else {value["currency"]: charged}
        amounts += [{"entity_id": value["entity"], "currency": code, "amount": amount} for code, found in by_currency.items() for amount in found]
    return {"entities": entities, "bank_fee_amounts": amounts}


def _limit(value: Any, name: str) -> Row:
    """A limit as a number (of the seller's currency), or as the text of its amounts by currency, exact as written."""
    if isinstance(value, dict):
        return {f"{name}s": json.dumps({code: str(amount) for code, amount in value.items()})}
    return {name: value}


def _late_usage(entity: Row) -> Row:
    late = entity.get("late_usage")
    rule = late if isinstance(late, dict) else {}
    return {
        "late_usage_ignored_after_days": rule.get("ignore_after_days"),
        "late_usage_ignored_from": rule.get("from"),
        "is_less_usage_credited": late == "credit_note_for_negative",
    }


def _taxes(catalog: Catalog) -> Tables:
    codes = _values(catalog, "tax_codes")
    return {
        "tax_codes": [{"tax_code": code["tax_code"], "kind": code["kind"], **_label(code, "name"), "default_from": default_from(code)} for code in codes],
        "tax_rates": [{"tax_code": code["tax_code"], "valid_from": rate["from"], "rate": rate["rate"]} for code in codes for rate in code["rates"]],
    }


def _terms(catalog: Catalog) -> Tables:
    terms = []
    for value in _values(catalog, "payment_terms"):
        closing = value.get("closing_day")
        row: Row = {"payment_terms_id": value["payment_terms"], "closing_day": closing, "net_days": value.get("days")}
        row |= {"month_offset": value.get("month_offset", 0) if closing else None, "pay_day": value.get("pay_day", 99) if closing else None}
        terms.append(row | {"roll": value.get("roll", "none"), "calendar_id": value.get("calendar")})
    closed = [{"calendar_id": value["calendar"], "closed_on": day} for value in _values(catalog, "calendars") for day in list_closed_days(value)]
    return {"payment_terms": terms, "closed_days": closed}


def _dunning(catalog: Catalog) -> Tables:
    policies = _values(catalog, "dunning_policies")
    return {
        "dunning_policies": [
            {"policy_id": value["policy"], **_limit(value.get("minimum_open_amount", 0), "minimum_open_amount"), "days_between": value.get("days_between", 0)}
            for value in policies
        ],
        "dunning_steps": [{"policy_id": value["policy"], **step} for value in policies for step in value["steps"]],
    }


def _accounts_and_meters(catalog: Catalog) -> Tables:
    accounts = [{"role": value["role"], "account": value["account"], **_label(value, "name")} for value in _values(catalog, "accounts")]
    return {"accounts": accounts, "meters": [meter_row(value) for value in _values(catalog, "meters")]}


def _source(value: Row) -> Row:
    expected = value.get("expected", {})
    row: Row = {name: value[name] for name in ("source", "kind", "format")}
    row |= {"expected_calendar_id": expected.get("calendar"), "expected_entity_id": expected.get("entity")}
    row |= {"entity_id": value.get("entity"), "is_bank_transaction_id_unique": value.get("bank_transaction_id") == "unique"}
    return row | {"expected_bank_days": expected.get("bank_days", 1) if expected else None}


def _time_bands(catalog: Catalog) -> Tables:
    return time_band_rows(_values(catalog, "time_bands"))


def _plans(catalog: Catalog) -> Tables:
    plans = []
    for value in _values(catalog, "plans"):
        row: Row = {"plan_id": value["plan"], "entity_id": value["entity"], "currency": value["currency"], **_label(value, "name")}
        others = {version["currency"] for fee in value["fees"] for version in fee["versions"] if "currency" in version}
        row |= {"currencies": json.dumps(sorted(others | {value["currency"]}))}
        row |= {"product": value.get("product"), "department": value.get("department"), "anchor": value.get("anchor", "contract")}
        row |= {"interval_every": value["interval"]["every"], "interval_unit": value["interval"]["unit"], "trial_days": value.get("trial_days", 0)}
        row |= {"proration": value.get("proration", "daily"), "price_basis": value.get("tax", "exclusive"), "adjustments": value.get("adjustments")}
        row |= {"usage_in_pause": value.get("usage_in_pause", "bill")}
        plans.append(row | {"lead_days": value.get("lead_days", 0), "grace_days": value.get("grace_days", 0)})
    return {"plans": plans}


def _fees(catalog: Catalog) -> Tables:
    fees = []
    for plan in _values(catalog, "plans"):
        for number, value in enumerate(plan["fees"], start=1):
            interval = value.get("interval", {})
            row: Row = {"plan_id": plan["plan"], "fee_id": value["fee"], "fee_no": number, "kind": value["kind"], "timing": value["in"]}
            row |= {name: value.get(name) for name in ("model", "meter", "tax_code", "until")} | {"dimensions": json.dumps(_dimensions(value), ensure_ascii=False)}
            row |= usage_rules(value)
            # A fee without a name of its own is shown under its plan's name.
            row |= _label(value if "name" in value else plan, "name") | _label(value, "unit")
            row |= {"interval_every": interval.get("every"), "interval_unit": interval.get("unit")}
            fees.append(row | {"is_optional": value.get("optional", False)})
    return {"fees": fees}


def _fee_numbers(catalog: Catalog) -> Tables:
    versions: list[Row] = []
    tiers: list[Row] = []
    prices: list[Row] = []
    for plan in _values(catalog, "plans"):
        for fee in plan["fees"]:
            for version in fee["versions"]:
                key: Row = {"plan_id": plan["plan"], "fee_id": fee["fee"], "currency": version.get("currency", plan["currency"]), "valid_from": version["from"]}
                numbers = {name: version.get(name) for name in ("amount", "unit_price", "minimum", "maximum")} | _packages_and_rates(version)
                versions.append(key | numbers | {"applies_to": version.get("applies_to", "all"), "is_mid_period": version.get("mid_period", False)})
                tiers += _tiers(key, version.get("tiers", []))
                prices += _prices(key, fee, version.get("prices", []))
    return {"fee_versions": versions, "fee_tiers": tiers, "fee_prices": prices}


def _dimensions(fee: Row) -> list[str]:
    return list(fee.get("dimensions", [fee["dimension"]] if "dimension" in fee else []))


def _packages_and_rates(version: Row) -> Row:
    package, percentage = version.get("package"), version.get("percentage", {})
    numbers = {"rate": percentage.get("rate"), "fixed_amount": percentage.get("fixed")}
    numbers |= {name: percentage.get(name) for name in ("free_events", "free_amount", "minimum_per_event", "maximum_per_event")}
    return numbers | ({"package_size": package["size"], "unit_price": package["price"]} if package else {})


def _prices(key: Row, fee: Row, prices: list[Row]) -> list[Row]:
    rows = []
    for number, price in enumerate(prices, start=1):
        values = price.get("values", {name: price["value"] for name in _dimensions(fee)[:1] if price.get("value") is not None})
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
            "is_coupon": value.get("coupon", False),
        }
        row |= {name: value.get(name) for name in ("percent", "amount", "currency", "periods")} | _label(value, "name")
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
