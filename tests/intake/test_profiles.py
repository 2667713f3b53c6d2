from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import accepted_ids, deliver, lake, new_home, rebuild, rejects, take_in

HEADER = "when,who,how_much,zone\n"
ROW = "2026-10-01 09:00:00,K1,3,tokyo\n"
PROFILE = """
source: meter
kind: usage
format: csv
columns: {event_at: when, contract_id: who, quantity: how_much, property_region: zone}
constants: {event_type: api.request}
timestamp: {zone: Asia/Tokyo}
event_id: {from: [when, who]}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def instants(home: Home) -> list[datetime]:
    return [row["event_at"].astimezone(UTC) for row in lake(home, "usage/*", order="line_no")]


def test_a_profile_names_columns_constants_zone_and_id(home: Home) -> None:
    deliver(home, "catalog/sources/meter.yml", PROFILE)
    deliver(home, "usage/meter/u.csv", HEADER + ROW + ROW)
    take_in(home)
    (event,) = lake(home, "usage/*")
    assert (event["event_type"], event["contract_id"], event["quantity"], event["properties"]) == (
        "api.request",
        "K1",
        Decimal(3),
        '{"region":"tokyo"}',
    )
    assert instants(home) == [datetime(2026, 10, 1, 0, 0, tzinfo=UTC)]
    assert len(event["event_id"]) == 32


def test_a_file_that_needs_a_profile_is_refused_until_one_comes_and_its_rows_count_from_then(home: Home) -> None:
    deliver(home, "usage/meter/u.csv", HEADER + ROW)
    take_in(home, 1)
    assert [code for _, _, code in rejects(home)] == ["missing_column"]
    deliver(home, "catalog/sources/meter.yml", PROFILE)
    take_in(home, 5)
    (event,) = lake(home, "usage/*")
    assert str(event["received_at"])[:10] == "2026-10-05"
    (line,) = [row for row in lake(home, "intake") if row["stream"] == "usage"]
    assert (line["state"], str(line["received_at"])[:10], str(line["rows_received_at"])[:10]) == (
        "loaded",
        "2026-10-01",
        "2026-10-05",
    )
    assert rejects(home) == []
    rebuild(home)
    assert lake(home, "usage/*") == [event]
    assert [row for row in lake(home, "intake") if row["stream"] == "usage"] == [line]


def test_a_file_that_was_read_stays_read_when_the_profile_changes(home: Home) -> None:
    deliver(home, "catalog/sources/meter.yml", PROFILE)
    deliver(home, "usage/meter/a.csv", HEADER + ROW)
    take_in(home, 1)
    deliver(home, "catalog/sources/meter.yml", PROFILE.replace("zone: Asia/Tokyo", "zone: UTC"))
    deliver(home, "usage/meter/b.csv", HEADER + ROW.replace("K1", "K2"))
    take_in(home, 2)
    assert [at.hour for at in sorted(instants(home))] == [0, 9]
    rebuild(home)
    assert [at.hour for at in sorted(instants(home))] == [0, 9]


def test_a_file_of_two_sources_has_ids_of_each(home: Home) -> None:
    deliver(home, "catalog/sources/meter.yml", PROFILE.replace("event_id: {from: [when, who]}", "event_id: line"))
    deliver(home, "usage/meter/u.csv", HEADER + ROW + ROW)
    take_in(home)
    assert len(set(accepted_ids(home))) == 2


ELECTRICITY = """
source: grid
kind: usage
format: csv
columns: {event_at: DateTime, quantity: kWh}
constants: {event_type: energy, contract_id: K1}
timestamp: {format: "%m/%d/%Y %H:%M:%S", zone: America/Toronto, label: end, resolution_seconds: 3600,
midnight: end_of_printed_day}
event_id: {from: [DateTime]}
flags: {band: {off_peak: Off-peak, on_peak: On-peak}}
"""


def test_a_label_at_the_end_of_the_hour_gives_its_start_also_at_midnight_and_when_clocks_change(home: Home) -> None:
    deliver(home, "catalog/sources/grid.yml", ELECTRICITY)
    labels = [
        "11/25/2011 01:00:00",
        "11/25/2011 23:00:00",
        "11/25/2011 00:00:00",
        "03/11/2012 01:00:00",
        "03/11/2012 03:00:00",
    ]
    deliver(
        home,
        "usage/grid/u.csv",
        "DateTime,kWh,Off-peak,On-peak\n"
        + "".join(f"{label},0.5,{number % 2},{1 - number % 2}\n" for number, label in enumerate(labels)),
    )
    take_in(home)
    starts = [
        datetime(2011, 11, 25, 5),
        datetime(2011, 11, 26, 3),
        datetime(2011, 11, 26, 4),
        datetime(2012, 3, 11, 5),
        datetime(2012, 3, 11, 6),
    ]
    assert instants(home) == [start.replace(tzinfo=UTC) for start in starts]
    assert [row["properties"] for row in lake(home, "usage/*", order="line_no")][:2] == [
        '{"band":"on_peak"}',
        '{"band":"off_peak"}',
    ]


def test_null_words_required_names_encoding_and_delimiter_of_a_profile(home: Home) -> None:
    profile = (
        PROFILE
        + "required: [property_price]\nnull_values: ['NULL']\nencoding: cp932\ndelimiter: ';'\nnegative: refuse\n"
    )
    deliver(
        home,
        "catalog/sources/meter.yml",
        profile.replace("property_region: zone", "property_region: zone, property_price: 単価"),
    )
    rows = [
        "2026-10-01 09:00:00;K1;3;東京;1.5",
        "2026-10-01 10:00:00;K1;3;東京;NULL",
        "2026-10-01 11:00:00;K1;-3;東京;1",
    ]
    deliver(home, "usage/meter/u.csv", ("when;who;how_much;zone;単価\n" + "\n".join(rows)).encode("cp932"))
    take_in(home)
    assert [row["properties"] for row in lake(home, "usage/*")] == ['{"price":"1.5","region":"東京"}']
    assert rejects(home) == [(3, "property_price", "missing"), (4, "quantity", "negative")]


def test_a_required_property_may_stand_in_the_json(home: Home) -> None:
    deliver(
        home, "catalog/sources/sms.yml", "source: sms\nkind: usage\nformat: jsonl\nrequired: [property_unit_price]\n"
    )
    event = (
        '{"event_id": "%s", "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1", "properties": '
        "{%s}}\n"
    )
    deliver(home, "usage/sms/u.jsonl", event % ("a", '"unit_price": 0.5') + event % ("b", '"other": 1'))
    take_in(home)
    assert accepted_ids(home) == ["a"]
    assert rejects(home) == [(2, "property_unit_price", "missing")]


def test_payments_without_a_profile_wait(home: Home) -> None:
    deliver(home, "payments/bank/u.csv", "day,amount\n2026-10-01,5\n")
    result = take_in(home)
    assert result.messages == (
        "payments/bank/u.csv waits: source bank has no profile yet; add catalog/sources/bank.yml",
    )
    assert [row["state"] for row in lake(home, "intake")] == ["waiting"]
    assert not take_in(home, 2).changed
    deliver(
        home,
        "catalog/sources/bank.yml",
        "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\ncolumns: {booked_on: day, amount: amount}\n",
    )
    take_in(home, 3)
    (deposit,) = lake(home, "payments")
    assert (deposit["amount"], str(deposit["received_at"])[:10]) == (Decimal(5), "2026-10-03")
