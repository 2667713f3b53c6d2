"""Usage that a quote assumes, by meter and dimension value, becomes the events that would come of it;
what cannot be told is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.assumed_usage import assumptions_of, events_of

METER = {
    "price_field": None,
    "dimensions": "[]",
    "time_bands": None,
    "is_carried_over": False,
    "filter": None,
    "is_additive": False,
    "zone": "Asia/Tokyo",
}
TRAFFIC = {
    **METER,
    "fee_id": "traffic",
    "meter": "traffic",
    "event_type": "traffic.sent",
    "aggregation": "sum",
    "field": "quantity",
    "dimensions": '["region"]',
}
MONTHS = [(date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 2, 28), date(2026, 3, 31))]
TIMES = [
    {"time_bands": "tariff", "band": band, "local_date": day, "from_minute": minute}
    for band, day, minute in [
        ("night", date(2026, 2, 1), 0), ("night", date(2026, 1, 31), 1320), ("summer", date(2026, 7, 1), 0),
        ("night", date(2026, 3, 1), 0),
        ("day", date(2026, 2, 1), 480),
    ]
]  # fmt: skip


def said(meter: str, quantity: str, **more: Any) -> dict[str, Any]:
    return {
        "quote_id": "Q1",
        "meter": meter,
        "quantity": Decimal(quantity),
        "events": None,
        "properties": None,
        "extra": None,
        **more,
    }


def fee(**changes: Any) -> dict[str, Any]:
    return {**TRAFFIC, "fee_id": changes.get("meter", "traffic"), **changes}


def events(row: dict[str, Any], *fees: dict[str, Any]) -> list[dict[str, Any]]:
    (assumed,) = assumptions_of(1, [row], fees)
    return list(events_of(assumed, months=MONTHS, times=TIMES))


def test_each_month_has_an_event_at_local_noon_with_its_dimension() -> None:
    found = events(said("traffic", "1000", extra='{"property_region": "japan"}'), TRAFFIC)
    assert [(event["event_at"], event["quantity"], event["properties"]) for event in found] == [
        ("2026-01-31T03:00:00+00:00", 1000, '{"region": "japan"}'), ("2026-02-28T03:00:00+00:00", 1000, (
            '{"region": '
            '"japan"}'
        )),
    ]  # fmt: skip
    assert len({event["event_id"] for event in found}) == 2


def test_a_quantity_may_come_in_several_events_that_add_up_to_it() -> None:
    found = events(said("traffic", "1000", events=3, properties='{"region": "japan"}'), TRAFFIC)
    assert [event["quantity"] for event in found[:3]] == [
        Decimal("333.333333"),
        Decimal("333.333333"),
        Decimal("333.333334"),
    ]


def test_what_is_counted_comes_in_as_many_events_and_different_values() -> None:
    assert len(events(said("calls", "7"), fee(meter="calls", aggregation="count", field=None, dimensions="[]"))) == 14
    found = events(said("users", "3"), fee(meter="users", aggregation="unique_count", field="user", dimensions="[]"))
    assert [event["properties"] for event in found[:3]] == ['{"user": "0"}', '{"user": "1"}', '{"user": "2"}']


def test_a_level_is_told_once_at_the_first_midnight() -> None:
    for level in ({"aggregation": "time_weighted_sum"}, {"aggregation": "sum", "is_carried_over": True}):
        (event,) = events(said("disk", "50"), fee(meter="disk", dimensions="[]", field="gigabytes", **level))
        assert (event["event_at"], event["quantity"], event["properties"]) == (
            "2026-01-30T15:00:00+00:00",
            1,
            '{"gigabytes": "50"}',
        )


def test_usage_of_a_band_falls_into_its_first_time_of_each_month() -> None:
    found = events(said("traffic", "10", properties='{"band": "night"}'), fee(dimensions="[]", time_bands="tariff"))
    assert [(event["event_at"], event["properties"]) for event in found] == [
        ("2026-01-31T13:00:00+00:00", "{}"),
        ("2026-02-28T15:00:00+00:00", "{}"),
    ]


def test_one_event_of_two_meters_with_properties_of_their_own_is_two_assumptions() -> None:
    fees = [fee(meter=name, event_type="llm", field=name, dimensions="[]") for name in ("input", "output")]
    first, second = assumptions_of(1, [said("input", "9"), said("output", "4")], fees)
    assert (
        first.is_charged_by(fees[0], fees),
        first.is_charged_by(fees[1], fees),
        second.is_charged_by(fees[1], fees),
    ) == (True, False, True)


def test_the_paper_names_it_at_the_fee_with_the_most_specific_filter_and_at_additive_ones() -> None:
    plain, special, extra = fee(), fee(filter='{"region": ["japan"]}'), fee(is_additive=True)
    (assumed,) = assumptions_of(1, [said("traffic", "1", properties='{"region": "japan"}')], [plain, special, extra])
    assert [assumed.is_charged_by(each, [plain, special, extra]) for each in (plain, special, extra)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (said("storage", "1"), "expected a meter of its plan: calls, input, traffic"),
        (said("traffic", "1"), "with the properties none; expected region"),
        (said("traffic", "1", properties='{"regoin": "japan"}'), "with the properties regoin; expected region"),
        (said("traffic", "1", properties="japan"), "expected a JSON object"),
        (said("traffic", "-1", properties='{"region": "japan"}'), "below 0"),
        (said("calls", "1.5", events=1), "expected a whole number"),
        (said("input", "5"), "whose events calls counts too; expected one of these meters, with the number of events"),
    ],
)
def test_what_cannot_be_assumed_is_refused_with_what_was_expected(row: dict[str, Any], words: str) -> None:
    fees = [
        TRAFFIC,
        fee(meter="calls", event_type="llm", aggregation="count", field=None, dimensions="[]"),
        fee(meter="input", event_type="llm", field="input", dimensions="[]"),
    ]
    with pytest.raises(UsageError, match=words):
        assumptions_of(1, [row], fees)


def test_a_band_that_the_term_does_not_have_and_too_many_events_are_refused() -> None:
    with pytest.raises(UsageError, match="a band that the term does not have: summer"):
        events(said("traffic", "10", properties='{"band": "summer"}'), fee(dimensions="[]", time_bands="tariff"))
    with pytest.raises(UsageError, match="more than 200000 events"):
        events(said("calls", "100001"), fee(meter="calls", aggregation="count", field=None, dimensions="[]"))
