"""Each mistake in the catalog is told with file, line, what was found, what was expected and what to do."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.catalog.checks import whole
from billing_jobs.intake.catalog.reader import read_catalog
from billing_jobs.intake.catalog.schema import FILE
from billing_jobs.intake.catalog.tables import flatten_catalog
from billing_jobs.intake.catalog.yaml_reader import read_yaml, scalar
from billing_jobs.streams import CATALOG as TABLES
from tests.intake.deliveries import CATALOG


def complaints(**files: str) -> str:
    """What is said about a catalog of the standard file and `files` (name without .yml -> text;
    `sources__x` is sources/x)."""
    texts = {"catalog/base.yml": CATALOG.encode()} | {
        f"catalog/{name.replace('__', '/')}.yml": text.encode() for name, text in files.items()
    }
    try:
        whole.check_catalog(read_catalog(texts))
    except CatalogBroken as error:
        return str(error)
    return ""


def with_fee(fee: str, *, meters: str = "") -> str:
    head = (
        "plans:\n"
        "  - plan: extra\n"
        "    name: {ja: x, en: y}\n"
        "    entity: main\n"
        "    currency: JPY\n"
        "    interval: {every: 1, unit: month}\n"
        "    fees:\n"
    )
    return f"{head}      - {fee}\n{meters}"


def test_the_standard_catalog_has_no_mistake() -> None:
    assert complaints() == ""


def test_the_schema_is_a_schema() -> None:
    path = FILE
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


USAGE = "kind: usage, in: arrears, tax_code: standard, meter: calls"
LEAVING = "kind: termination, in: arrears, tax_code: standard"
MISTAKES_IN_FEES = [
    (f"{{fee: f, {USAGE}, model: per_unit, versions: [{{from: 2026-01-01}}]}}", 8, "has no `unit_price`"),
    (
        f"{{fee: f, {USAGE}, model: flat, versions: [{{from: 2026-01-01, amount: 1}}]}}",
        8,
        "a usage fee with model `flat`",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: graduated, versions: [{{from: 2026-01-01, tiers: [{{up_to: 5, "
            f"unit_price: 1}}]}}]}}"
        ),
        8,
        "expected an open last tier",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: graduated, versions: [{{from: 2026-01-01, tiers: [{{up_to: 5, "
            f"unit_price: 1}}, {{up_to: 5, unit_price: 1}}, {{unit_price: 1}}]}}]}}"
        ),
        8,
        "expected rising bounds",
    ),
    (
        f"{{fee: f, {USAGE}, model: matrix, versions: [{{from: 2026-01-01, prices: [{{unit_price: 1}}]}}]}}",
        8,
        "no `dimension`",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: matrix, dimension: zone, versions: [{{from: 2026-01-01, "
            f"prices: [{{unit_price: 1}}]}}]}}"
        ),
        8,
        "expected one of: region",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: matrix, dimensions: [region], versions: [{{from: 2026-01-01, "
            f"prices: [{{values: {{zone: x}}, unit_price: 1}}]}}]}}"
        ),
        8,
        "`zone` is no dimension of fee `f`",
    ),
    (f"{{fee: f, {USAGE}, model: package, versions: [{{from: 2026-01-01, unit_price: 1}}]}}", 8, "has no `package`"),
    (
        f"{{fee: f, {USAGE}, model: per_day, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        8,
        "is a usage fee with model `per_day`",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: percentage, versions: [{{from: 2026-01-01, percentage: {{rate: 1}}, "
            f"package: {{size: 1, price: 1}}}}]}}"
        ),
        8,
        "does not use it",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: graduated_percentage, versions: [{{from: 2026-01-01, "
            f"tiers: [{{unit_price: 1}}]}}]}}"
        ),
        8,
        "expected `rate` or `flat` or both",
    ),
    (
        f"{{fee: f, {USAGE}, model: stairstep, versions: [{{from: 2026-01-01, tiers: [{{flat: 1, unit_price: 1}}]}}]}}",
        8,
        "has `unit_price`, which its model does not use",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: percentage, versions: [{{from: 2026-01-01, percentage: {{rate: 1, "
            f"free_events: 1.5}}}}]}}"
        ),
        8,
        "expected a whole number",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: percentage, allowance: 5, versions: [{{from: 2026-01-01, "
            f"percentage: {{rate: 1, free_amount: 5}}}}]}}"
        ),
        8,
        "event by event",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: percentage, versions: [{{from: 2026-01-01, percentage: {{rate: 1, "
            f"minimum_per_event: 5, maximum_per_event: 4}}}}]}}"
        ),
        8,
        "maximum",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: per_unit, allowance: {{quantity: 5, shared: once}}, "
            f"versions: [{{from: 2026-01-01, unit_price: 1}}]}}"
        ),
        8,
        "anchor: calendar",
    ),
    (f"{{fee: f, {USAGE}, model: dynamic, versions: [{{from: 2026-01-01}}]}}", 8, "no `price_field`"),
    (
        (
            f"{{fee: f, {USAGE}, model: per_unit, versions: [{{from: 2026-01-01, unit_price: 1, minimum: 5, "
            f"maximum: 4}}]}}"
        ),
        8,
        "minimum 5 above maximum 4",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: per_unit, versions: [{{from: 2026-01-01, unit_price: 1}}, {{from: 2026-01-01, "
            f"unit_price: 2}}]}}"
        ),
        8,
        "two versions from 2026-01-01",
    ),
    (
        (
            "{fee: f, kind: recurring, in: advance, tax_code: standart, model: flat, versions: [{from: 2026-01-01, "
            "amount: 1}]}"
        ),
        8,
        "did you mean `standard`?",
    ),
    (
        (
            "{fee: f, kind: usage, in: arrears, tax_code: standard, model: per_unit, versions: [{from: 2026-01-01, "
            "unit_price: 1}]}"
        ),
        8,
        "without a meter",
    ),
    (
        (
            f"{{fee: f, {LEAVING.replace('arrears', 'advance')}, model: flat, versions: [{{from: 2026-01-01, "
            f"amount: 1}}]}}"
        ),
        8,
        "is a termination in advance",
    ),
    (
        f"{{fee: f, {LEAVING}, model: per_unit, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        8,
        "is a termination fee with model `per_unit`",
    ),
    (
        f"{{fee: f, {LEAVING}, model: flat, optional: true, versions: [{{from: 2026-01-01, amount: 1}}]}}",
        8,
        "of kind termination with `optional`",
    ),
    (
        (
            f"{{fee: f, {LEAVING}, model: flat, interval: {{every: 1, unit: year}}, versions: [{{from: 2026-01-01, "
            f"amount: 1}}]}}"
        ),
        8,
        "of kind termination with `interval`",
    ),
    (
        (
            f"{{fee: f, {USAGE.replace('arrears', 'advance')}, model: per_unit, versions: [{{from: 2026-01-01, "
            f"unit_price: 1}}]}}"
        ),
        8,
        "usage is known afterwards",
    ),
    (
        f"{{fee: f, {USAGE}, model: per_unit, filter: {{zone: [a]}}, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        8,
        "`zone`, which is no dimension of meter `calls`",
    ),
    (
        (
            f"{{fee: f, {USAGE}, model: matrix, dimension: region, allowance: 1, versions: [{{from: 2026-01-01, "
            f"prices: [{{unit_price: 1}}]}}]}}"
        ),
        8,
        "whose model `matrix` has",
    ),
    (
        f"{{fee: f, {USAGE}, model: per_unit, versions: [{{from: 2026-01-01, unit_price: 1}}]}}\n"
        f"      - {{fee: g, {USAGE}, model: per_unit, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        9,
        "neither is more specific",
    ),
    (
        (
            "{fee: credits, kind: recurring, in: advance, tax_code: standard, model: flat, "
            "versions: [{from: 2026-01-01, amount: 1}]}"
        ),
        8,
        "a draw of prepaid credits",
    ),
    (
        (
            f"{{fee: f, {USAGE.replace('calls', 'call')}, model: per_unit, versions: [{{from: 2026-01-01, "
            f"unit_price: 1}}]}}"
        ),
        8,
        "did you mean `calls`?",
    ),
]


@pytest.mark.parametrize(("fee", "line", "words"), MISTAKES_IN_FEES, ids=[words for _, _, words in MISTAKES_IN_FEES])
def test_a_mistake_in_a_fee_is_told_with_its_line(fee: str, line: int, words: str) -> None:
    said = complaints(extra=with_fee(fee))
    assert f"catalog/extra.yml:{line}: " in said
    assert words in said


ONE = "kind: usage, in: arrears, tax_code: standard, meter: peak"
PEAK = "meters:\n  - {meter: peak, event_type: p, aggregation: max}\n"
OF_ONE_QUANTITY = [
    (f"{{fee: f, {ONE}, model: dynamic, versions: [{{from: 2026-01-01}}]}}", "model `dynamic` in fee `f`"),
    (
        f"{{fee: f, {ONE}, model: percentage, versions: [{{from: 2026-01-01, percentage: {{rate: 1, fixed: 5}}}}]}}",
        "`fixed` in fee `f`",
    ),
    (
        (
            f"{{fee: f, {ONE}, model: percentage, versions: [{{from: 2026-01-01, percentage: {{rate: 1, "
            f"free_events: 5}}}}]}}"
        ),
        "`free_events` in fee `f`",
    ),
    (
        (
            f"{{fee: f, {ONE}, model: per_unit, allowance: {{quantity: 1, roll_over: {{periods: 1}}}}, "
            f"versions: [{{from: 2026-01-01, unit_price: 1}}]}}"
        ),
        "an allowance with `roll_over` in fee `f`",
    ),
    (
        (
            f"{{fee: f, {ONE}, model: per_unit, allowance: {{quantity: 1, shared: once}}, "
            f"versions: [{{from: 2026-01-01, unit_price: 1}}]}}"
        ),
        "with `shared` in fee `f`",
    ),
    (
        f"{{fee: f, {USAGE}, model: per_unit, part_period: whole, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        "`part_period` in fee `f`",
    ),
    (
        f"{{fee: f, {ONE}, model: per_unit, part_period: half, versions: [{{from: 2026-01-01, unit_price: 1}}]}}",
        "expected one of by_days, served, whole",
    ),
]


@pytest.mark.parametrize(("fee", "words"), OF_ONE_QUANTITY, ids=[words for _, words in OF_ONE_QUANTITY])
def test_what_one_quantity_of_a_charge_cannot_be_priced_by_is_refused(fee: str, words: str) -> None:
    said = complaints(extra=with_fee(fee, meters=PEAK))
    assert "catalog/extra.yml:8: " in said
    assert words in said


@pytest.mark.parametrize("part", ["by_days", "served", "whole"])
def test_a_fee_of_one_quantity_says_how_a_part_of_a_period_is_charged(part: str) -> None:
    fee = (
        f"{{fee: f, {ONE}, model: percentage, allowance: 3, part_period: {part}, versions: [{{from: 2026-01-01, "
        f"percentage: {{rate: 1}}}}]}}"
    )
    assert complaints(extra=with_fee(fee, meters=PEAK)) == ""


MISTAKES = [
    ("plans:\n  - plan: x\n    nmae: 1\n", "catalog/extra.yml:3: unknown key `nmae` in plans[1]; did you mean `name`?"),
    ("plan:\n  - plan: x\n", "catalog/extra.yml:1: unknown key `plan` in the file; did you mean `plans`?"),
    (
        "meters:\n  - {meter: m, event_type: t, aggregation: total}\n",
        "catalog/extra.yml:2: meters[1].aggregation: found `total`; expected one of sum, count",
    ),
    (
        "meters:\n  - {meter: m, event_type: t, aggregation: time_weighted_sum}\n",
        "meter `m` weights a level by time, but has no `per`",
    ),
    (
        "meters:\n  - {meter: m, event_type: t, aggregation: unique_count}\n",
        "meter `m` counts different values, but names no property",
    ),
    (
        "meters:\n  - {meter: m, event_type: t, aggregation: max, carry_over: true}\n",
        "`carry_over` in meter `m`, whose aggregation is `max`",
    ),
    ("meters:\n  - {meter: m, aggregation: sum}\n", "`event_type` is missing in meters[1]"),
    (
        "meters:\n  - {meter: calls, event_type: t, aggregation: sum}\n",
        "meter `calls` is already at catalog/base.yml:9",
    ),
    (
        "time_bands:\n  - {time_bands: t, windows: [{band: a, from: '08:00', until: '22:00'}]}\n",
        "00:00 to 08:00 on mon in month 1 of time bands `t` is in no window",
    ),
    (
        (
            "time_bands:\n  - {time_bands: t, windows: [{band: a, from: '00:00', until: '24:00'}, {band: b, "
            "from: '22:00', until: '06:00', days: [holiday], months: [5]}]}\n"
        ),
        "00:00 to 06:00 on holiday in month 5 of time bands `t` is in 2 windows (a and b)",
    ),
    (
        (
            "time_bands:\n  - {time_bands: t, windows: [{band: a, "
            "from: '00:00', until: '24:00', season: {from: '10-01', until: '03-16'}}]}\n"
        ),
        "00:00 to 24:00 on mon in month 3 from day 16 of time bands `t` is in no window",
    ),
    (
        (
            "time_bands:\n  - {time_bands: t, windows: [{band: a, from: '00:00', until: '24:00'}, {band: b, "
            "from: '09:00', until: '24:00', dates: ['12-31']}]}\n"
        ),
        "00:00 to 09:00 on 12-31 of time bands `t` is in no window",
    ),
    (
        (
            "time_bands:\n  - {time_bands: t, windows: [{band: a, from: '00:00', until: '24:00'}, {band: b, "
            "from: '00:00', until: '24:00', dates: ['2026-02-29']}]}\n"
        ),
        "2026-02-29 is no day of the calendar",
    ),
    (
        "accounts:\n  - {role: bank, account: 1110, name: {ja: a, en: b}}\n",
        "found `1110`; expected text; write it in quotes",
    ),
    ("calendars:\n  - {calendar: c, closed: [2026-02-30]}\n", "found `2026-02-30`; expected a day as YYYY-MM-DD"),
    ("calendars:\n  - {calendar: c, bank: yes}\n", "found `yes`; expected true or false"),
    ("payment_terms:\n  - {payment_terms: t, days: 30, closing_day: 99}\n", "both `days` and `closing_day`"),
    (
        "payment_terms:\n  - {payment_terms: t, closing_day: 99, roll: next, calendar: nowhere}\n",
        "`nowhere` is not in `calendars`",
    ),
    (
        (
            "entities:\n"
            "  - {entity: e, name: {ja: a, en: b}, time_zone: Asia/Tokio, currency: JPY, payment_terms: net30}\n"
        ),
        "did you mean `Asia/Tokyo`?",
    ),
    (
        (
            "entities:\n"
            "  - {entity: e, name: {ja: a, en: b}, time_zone: Asia/Tokyo, currency: JPZ, payment_terms: net30}\n"
        ),
        "`JPZ` is no currency known here",
    ),
    (
        (
            "entities:\n"
            "  - {entity: e, name: {ja: a, en: b}, time_zone: Asia/Tokyo, currency: XAU, payment_terms: net30}\n"
        ),
        "`XAU` is no currency known here; expected a code of ISO 4217 that has a minor unit",
    ),
    (
        (
            "entities:\n"
            "  - {entity: e, name: {ja: a, en: b}, time_zone: Asia/Tokyo, currency: JPY, payment_terms: net30}\n"
        ),
        "invoice_number of entity `e` is `INV-{yyyy}-{seq:6}`, and so is invoice_number of entity `main`",
    ),
    (
        "discounts:\n  - {discount: d, name: {ja: a, en: b}, amount: 10000000000000, currency: JPY}\n",
        (
            "catalog/extra.yml:2: discounts[1].amount: found `10000000000000`; expected a number with at most 13 "
            "digits before the point and 12 after it; correct it"
        ),
    ),
    (
        "discounts:\n  - {discount: d, name: {ja: a, en: b}, amount: 1e-13, currency: JPY}\n",
        "discounts[1].amount: found `1E-13`; expected a number with at most 13",
    ),
    (
        with_fee(
            f"{{fee: f, {USAGE}, model: per_unit, allowance: 1e15, versions: [{{from: 2026-01-01, unit_price: 1}}]}}"
        ),
        "a number with at most 15 digits",
    ),
    ("meters:\n  - {meter: m\n", "not readable as YAML"),
    (
        "dunning_policies:\n  - {policy: p, minimum_open_amount: {JPZ: 5}, steps: []}\n",
        (
            "catalog/extra.yml:2: `JPZ` is no currency known here; expected a code of ISO 4217 that has a minor unit; "
            "did you mean `"
        ),
    ),
    (
        (
            "entities:\n"
            "  - {entity: e, name: {ja: a, en: b}, time_zone: Asia/Tokyo, currency: JPY, payment_terms: net30, "
            "correction_limit: {USD: 5}}\n"
        ),
        "`correction_limit` names no JPY, the seller's currency",
    ),
    ("publish: {personal: maybe}\n", "publish.personal: found `maybe`; expected one of yes, no"),
    ("publish: no\n", "publish: found `no`; expected a group of keys"),
    ("meters: []\nmeters: []\n", "catalog/extra.yml:2: key `meters` a second time"),
    ("meters: [&m {meter: m, event_type: t, aggregation: sum}, {<<: *m, meter: n}]\n", "a merge key `<<`"),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES, ids=[words[:50] for _, words in MISTAKES])
def test_a_mistake_is_told_with_what_was_expected(text: str, words: str) -> None:
    assert words in complaints(extra=text)


MISTAKES_IN_PROFILES = [
    ("source: web\nkind: usage\nformat: csv\ncolumns: {event_idd: x}\n", "`event_idd` is no column of usage"),
    ("source: web\nkind: usage\nformat: zengin_01\n", "expected csv, jsonl or parquet"),
    ("source: web\nkind: payments\nformat: csv\ncolumns: {amount: x}\n", "without `booked_on`"),
    ("source: other\nkind: usage\nformat: csv\n", "expected the file catalog/sources/other.yml"),
    ("source: web\nkind: usage\nformat: csv\nencoding: utf-99\n", "`utf-99` is no encoding"),
    ("source: web\nkind: usage\nformat: csv\ntimestamp: {format: '%Y'}\n", "add `zone`"),
    (
        "source: web\nkind: usage\nformat: csv\ntimestamp: {zone: UTC, label: end}\n",
        "add e.g. resolution_seconds: 3600",
    ),
    (
        "source: web\nkind: usage\nformat: csv\nexpected: {calendar: jp_bank}\n",
        "expected daily, weekly, monthly or {every",
    ),
    ("source: web\nkind: payments\nformat: zengin_01\nexpected: {calendar: bank}\n", "`bank` is not in `calendars`"),
    (
        "source: web\nkind: payments\nformat: zengin_01\nexpected: {calendar: jp_bank, entity: mian}\n",
        "did you mean `main`?",
    ),
    ("source: web\nkind: payments\nformat: zengin_01\nexpected: {bank_days: 2}\n", "calendar"),
    ("source: web\nkind: payments\nformat: zengin_01\nentity: mian\n", "did you mean `main`?"),
    (
        "source: web\nkind: usage\nformat: csv\nbank_transaction_id: unique\n",
        "`bank_transaction_id` in a profile of usage",
    ),
    ("source: web\nkind: payments\nformat: zengin_01\nbank_transaction_id: each\n", "unique"),
    ("source: web\nkind: usage\nformat: csv\nevent_id: row\n", "`line`, or {from: [columns]}"),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES_IN_PROFILES, ids=[words for _, words in MISTAKES_IN_PROFILES])
def test_a_mistake_in_a_profile_is_told(text: str, words: str) -> None:
    said = complaints(sources__web=text)
    assert "catalog/sources/web.yml:" in said
    assert words in said


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    said = complaints(one="meters:\n  - {meter: m}\n", two="calendars:\n  - {calender: c}\n")
    assert said.startswith("The catalog has 4 mistakes:")
    assert "catalog/one.yml:2" in said
    assert "catalog/two.yml:2" in said


def test_a_file_that_is_not_utf8_is_told_with_its_line() -> None:
    with pytest.raises(CatalogBroken, match=r"catalog/a.yml:2: characters that are not UTF-8"):
        read_catalog({"catalog/a.yml": b"# x\n# " + "東".encode("cp932")})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.0000005", Decimal("0.0000005")), ("5e-7", Decimal("5e-7")), ("12000", 12000), ("0001", "0001"),
        ("off", "off"), ("no", "no"), ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"), ("true", True), ("null", None), (".", "."), ("105-0001", "105-0001"),
        ("1_000", "1_000"), ("-.5", Decimal("-0.5")),
        ("e1", "e1"), ("-E12", "-E12"), ("1e99999999999999999999", "1e99999999999999999999"),
        ("9" * 5000, Decimal("9" * 5000)),
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_is_written(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_limits_are_kept_by_currency_and_exact() -> None:
    more = (
        "correction_limit: {JPY: 1000000, USD: 10000.10, KWD: 1000.001, CLF: 100.0001}, bank_fees: {amounts: {JPY: "
        "[440], USD: [15.5]}, limit: {USD: 20}}"
    )
    entity = (
        f"{{entity: e, name: {{ja: a, en: b}}, time_zone: Asia/Tokyo, currency: JPY, payment_terms: net30, {more}}}"
    )
    tables = flatten_catalog(
        read_catalog(
            {
                "catalog/a.yml": (
                    f"entities: [{entity}]\ndunning_policies: [{{policy: p, minimum_open_amount: 500, steps: []}}]\n"
                ).encode()
            }
        )
    )
    (row,), (policy,) = tables["entities"], tables["dunning_policies"]
    assert (row["correction_limits"], row["bank_fee_limits"]) == (
        '{"JPY": "1000000", "USD": "10000.10", "KWD": "1000.001", "CLF": "100.0001"}',
        '{"USD": "20"}',
    )
    assert [(fee["currency"], fee["amount"]) for fee in tables["bank_fee_amounts"]] == [
        ("JPY", 440),
        ("USD", Decimal("15.5")),
    ]
    assert (policy["minimum_open_amount"], policy.get("minimum_open_amounts")) == (500, None)


def test_a_quoted_scalar_is_text() -> None:
    assert read_yaml("{a: \"1000001\", b: 'true'}").value == {"a": "1000001", "b": "true"}


def test_the_tables_have_the_columns_of_the_streams_and_prices_are_exact() -> None:
    fee = (
        f"{{fee: f, {USAGE}, model: graduated, versions: [{{from: 2026-01-01, tiers: [{{up_to: 10, "
        f"unit_price: 0.0000005}}, {{flat: 3}}]}}]}}"
    )
    tables = flatten_catalog(read_catalog({"catalog/a.yml": CATALOG.encode(), "catalog/b.yml": with_fee(fee).encode()}))
    assert set(tables) == set(TABLES)
    assert all(set(row) <= set(TABLES[name]) for name, rows in tables.items() for row in rows)
    tiers = [
        (tier["tier_no"], tier["from_quantity"], tier["up_to"], tier["unit_price"], tier["flat_amount"])
        for tier in tables["fee_tiers"]
    ]
    assert tiers == [(1, 0, 10, Decimal("0.0000005"), 0), (2, 10, None, 0, 3)]


def test_words_in_one_language_are_said_in_the_other_too() -> None:
    english = CATALOG.replace("name: {ja: 会社, en: Company}", "name: {en: Company}")
    assert english != CATALOG
    [row] = flatten_catalog(read_catalog({"catalog/a.yml": english.encode()}))["entities"]
    assert (row["name_ja"], row["name_en"], row["only_language"]) == ("Company", "Company", "en")
    [row] = flatten_catalog(read_catalog({"catalog/a.yml": CATALOG.encode()}))["entities"]
    assert (row["name_ja"], row["name_en"], row["only_language"]) == ("会社", "Company", None)


def test_words_in_no_language_are_a_mistake() -> None:
    said = complaints(extra="accounts:\n  - {role: bank, account: '1110', name: {}}\n")
    assert "extra.yml:2: accounts[1].name: found" in said and "in Japanese (`ja`) and in English (`en`)" in said


def said_at_once(**files: str) -> str:
    texts = {"catalog/base.yml": CATALOG.encode()} | {
        f"catalog/{name.replace('__', '/')}.yml": text.encode() for name, text in files.items()
    }
    try:
        whole.check_texts(texts)
    except CatalogBroken as error:
        return str(error)
    return ""


def test_mistakes_of_form_and_of_meaning_are_told_at_once() -> None:
    """And nothing is blamed for naming an entry that is only badly written."""
    said = said_at_once(
        plans=with_fee("{fee: f, kind: recurring, in: advance, model: flat, tax_code: standrad, versions: "
                       "[{from: 2026-01-01, amount: 1}]}"),
        discounts="discounts:\n  - {discount: d, plan: odd, percent: 5, name: {ja: a, en: b}, from: 2026-01-01}\n",
        odd="plans:\n  - {plan: odd, curency: JPY}\n",
    )  # fmt: skip
    assert "unknown key `curency` in plans[1]; did you mean `currency`?" in said
    assert "`standrad` is not in `tax_codes`; expected the name of one of them; did you mean `standard`?" in said
    assert "`odd` is not in" not in said


def test_where_a_file_cannot_be_read_nothing_is_said_to_be_missing() -> None:
    said = said_at_once(taxes="tax_codes: [", plans=with_fee("{fee: f, kind: recurring, in: advance, model: flat, "
                        "tax_code: lost, versions: [{from: 2026-01-01, amount: 1}]}"))  # fmt: skip
    assert "not readable as YAML" in said and "lost" not in said


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("yearly", "{every: 1, unit: year}"),
        ("Quarterly", "{every: 3, unit: month}"),
        ("毎月", "{every: 1, unit: month}"),
        ("often", "{every: 1, unit: month}"),
    ],
)
def test_an_interval_in_one_word_is_told_how_to_be_written(word: str, mended: str) -> None:
    text = with_fee("{fee: f, kind: recurring, in: advance, model: flat, tax_code: standard, versions: "
                    "[{from: 2026-01-01, amount: 1}]}").replace("{every: 1, unit: month}", word)  # fmt: skip
    assert f"plans[1].interval: found `{word}`; expected a group of keys; write {mended}" in complaints(plans=text)


BANK = "source: bank\nkind: payments\nformat: csv\ncolumns: {booked_on: d, amount: a}\ncurrency: JPY\n"
METER = "source: web\nkind: usage\nformat: csv\ntimestamp: {zone: Asia/Tokyo, format: "


@pytest.mark.parametrize(
    ("given", "mended"),
    [("YYYY/MM/DD", "%Y/%m/%d"), ("%Y/%m", "%Y/%m/%d"), ("%Y-%M-%d", "%Y/%m/%d"), ("%Q", "%Y/%m/%d")],
)
def test_a_format_that_reads_no_day_is_refused_with_the_catalog(given: str, mended: str) -> None:
    said = complaints(sources__bank=f'{BANK}date_format: "{given}"\n')
    assert f"sources/bank.yml:6: `{given}` is no format that a day can be read by" in said
    assert f"write e.g. `{mended}`" in said


@pytest.mark.parametrize(
    ("given", "mended"),
    [("yyyy/MM/dd HH:mm:ss", "%Y/%m/%d %H:%M:%S"), ("%d.%m.%Y", "%Y-%m-%d %H:%M:%S"), ("%H:%M", "%Y-%m-%d %H:%M:%S")],
)
def test_a_format_that_reads_no_time_is_refused_with_the_catalog(given: str, mended: str) -> None:
    said = complaints(sources__web=f'{METER}"{given}"}}\n')
    assert f"`{given}` is no format that a time can be read by" in said and f"write e.g. `{mended}`" in said


@pytest.mark.parametrize("given", ["%d.%m.%Y", "%y%m%d", "%Y年%m月%d日", "%b %d, %Y"])
def test_formats_of_days_that_people_use_are_taken(given: str) -> None:
    assert complaints(sources__bank=f'{BANK}date_format: "{given}"\n') == ""


@pytest.mark.parametrize(
    "given", ["%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M", "%m/%d/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S%z"]
)
def test_formats_of_times_that_people_use_are_taken(given: str) -> None:
    assert complaints(sources__web=f'{METER}"{given}"}}\n') == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("calendars:\n  - {calendar: c, country: UK}\n", "days.yml:2: the holidays of country `UK` are not known"),
        ("calendars:\n  - {calendar: c, country: DE-XX}\n", "or `DE-"),
        ("calendars:\n  - {calendar: c, market: NYSEX}\n", "did you mean `NYSE`"),
        ("calendars:\n  - {calendar: c, country: Japan}\n", "expected a country as ISO 3166 writes it"),
    ],
)
def test_holidays_that_nobody_knows_are_refused(text: str, said: str) -> None:
    assert said in complaints(days=text)


@pytest.mark.parametrize(
    ("said", "days", "late"),
    [("daily", 1, None), ("weekly", 7, None), ("monthly", 31, None), ("{every: 10, unit: day, days_late: 0}", 10, 0),
     ("{every: 2, unit: month}", 62, None)],
)  # fmt: skip
def test_how_often_a_source_of_usage_sends_is_days(said: str, days: int, late: int | None) -> None:
    text = f"source: web\nkind: usage\nformat: csv\nexpected: {said}\n"
    (row,) = flatten_catalog(
        read_catalog({"catalog/a.yml": CATALOG.encode(), "catalog/sources/web.yml": text.encode()})
    )["sources"]
    assert (row["expected_every_days"], row["expected_days_late"], row["expected_bank_days"]) == (days, late, None)
    assert complaints(sources__web=text) == ""


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [("usage", "{calendar: c}", "expected daily, weekly, monthly or {every: …, unit: …}"),
     ("usage", "often", "expected of usage: daily, weekly, monthly"),
     ("payments", "daily", "expected {calendar: …}")],
)  # fmt: skip
def test_a_rhythm_in_a_form_of_another_kind_is_refused(kind: str, said: str, told: str) -> None:
    columns = "columns: {booked_on: d, amount: a}\n" if kind == "payments" else ""
    calendars = "calendars: [{calendar: c, country: JP}]\n"
    assert told in complaints(
        sources__web=f"source: web\nkind: {kind}\nformat: csv\nexpected: {said}\n{columns}", days=calendars
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {customer: x}", "`customer` is no column of customers; expected one of customer_id, name"),
        ("account: x", "`account` in a profile of customers; expected none there"),
        ("date_format: DD.MM.YYYY", "`DD.MM.YYYY` is no format that a day can be read by"),
    ],
)
def test_a_mistake_in_a_profile_of_a_table_is_told(text: str, said: str) -> None:
    assert said in complaints(sources__web=f"source: web\nkind: customers\nformat: csv\n{text}\n")
    assert "expected csv" in complaints(sources__web="source: web\nkind: customers\nformat: parquet\n")
    assert "`id` in a profile of usage" in complaints(
        sources__web="source: web\nkind: usage\nformat: csv\nid: {from: [a]}\n"
    )
