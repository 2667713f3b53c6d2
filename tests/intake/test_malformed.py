"""Every way in which a file of usage was ever seen broken: the line is refused by number and reason,
its neighbours are taken."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import USAGE_HEADER, accepted_ids, counts, deliver, lake, new_home, rejects, take_in

GOOD_BEFORE = "a,api.request,2026-10-01T00:00:00Z,K1,1"
GOOD_AFTER = "z,api.request,2026-10-01T01:00:00Z,K1,1"

BAD_LINES = [
    (",api.request,2026-10-01T00:00:00Z,K1,1", "event_id", "missing"),
    ("b,,2026-10-01T00:00:00Z,K1,1", "event_type", "missing"),
    ("b,api.request,,K1,1", "event_at", "missing"),
    ("b,api.request,2026-10-01T00:00:00Z,,1", "contract_id", "missing"),
    ("b,api.request,2026-10-01T00:00:00,K1,1", "event_at", "no_offset"),
    ("b,api.request,2026-10-01,K1,1", "event_at", "no_offset"),
    ("b,api.request,2026-02-30T00:00:00Z,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T24:00:00Z,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T23:59:60Z,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,01/10/2026 00:00,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,9999-10-01T00:00:00Z,K1,1", "event_at", "out_of_range"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,NaN", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,Infinity", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1," + "1" * 40, "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,1e400", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,1000000000000000", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,-1e15", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,999999999999999.9999999999999", "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00+25:00,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T00:00:00+14:30,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T00:00:00-13:00,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T00:00:00+09:60,K1,1", "event_at", "bad_timestamp"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,1_000", "quantity", "bad_number"),
    ('b,api.request,2026-10-01T00:00:00Z,K1,"1,000"', "quantity", "bad_number"),
    ("b,api.request,2026-10-01T00:00:00Z,K1", None, "wrong_column_count"),
    ("b,api.request,2026-10-01T00:00:00Z,K1,1,2", None, "wrong_column_count"),
    ('"b,api.request,2026-10-01T00:00:00Z,K1,1', None, "malformed_quotes"),
    ('"b"x,api.request,2026-10-01T00:00:00Z,K1,1', None, "malformed_quotes"),
    (USAGE_HEADER.strip(), None, "header_repeated"),
    ("b\x00,api.request,2026-10-01T00:00:00Z,K1,1", None, "unreadable_characters"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


@pytest.mark.parametrize(("line", "column", "reason"), BAD_LINES, ids=lambda value: str(value)[:60])
def test_a_bad_line_is_refused_with_its_number_and_its_neighbours_are_taken(
    home: Home, line: str, column: str, reason: str
) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}{GOOD_BEFORE}\n\n{line}\n{GOOD_AFTER}\n")
    take_in(home)
    assert rejects(home) == [(4, column, reason)]
    assert accepted_ids(home) == ["a", "z"]
    assert [row["line_no"] for row in lake(home, "usage/*", order="line_no")] == [2, 5]
    assert sum(count[2] for count in counts(home)) == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{bad", "malformed_json"),
        ("[1, 2]", "not_an_object"),
        ("null", "not_an_object"),
        (
            (
                '{"event_id": "b", "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1", '
                '"quantity": NaN}'
            ),
            "bad_number",
        ),
        (
            (
                '{"event_id": "b", "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1", '
                '"properties": [1]}'
            ),
            "bad_properties",
        ),
        (
            (
                '{"event_id": "b", "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1", '
                '"properties": "x"}'
            ),
            "bad_properties",
        ),
        ('{"event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1"}', "missing"),
    ],
)
def test_a_bad_json_line_is_refused_and_its_neighbours_are_taken(home: Home, line: str, reason: str) -> None:
    good = '{"event_id": "%s", "event_type": "t", "event_at": "2026-10-01T00:00:00Z", "contract_id": "K1"}'
    deliver(home, "usage/web/u.jsonl", f"{good % 'a'}\n{line}\n{good % 'z'}\n")
    take_in(home)
    assert [(number, code) for number, _, code in rejects(home)] == [(2, reason)]
    assert accepted_ids(home) == ["a", "z"]


def test_a_line_of_ten_megabytes_costs_only_itself(home: Home) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}{GOOD_BEFORE}\n{'x' * 10_000_000}\n{GOOD_AFTER}\n")
    take_in(home)
    assert rejects(home) == [(3, None, "line_too_long")]
    assert accepted_ids(home) == ["a", "z"]
    assert len(lake(home, "rejects")[0]["raw"]) < 1000


def test_a_line_in_another_encoding_costs_only_itself(home: Home) -> None:
    deliver(
        home,
        "usage/web/u.csv",
        f"{USAGE_HEADER}{GOOD_BEFORE}\n".encode() + "東京,x,,K1,1\n".encode("cp932") + f"{GOOD_AFTER}\n".encode(),
    )
    take_in(home)
    assert rejects(home) == [(3, None, "unreadable_characters")]
    assert accepted_ids(home) == ["a", "z"]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_endings_and_a_byte_order_mark_do_not_matter(home: Home, ending: str) -> None:
    text = USAGE_HEADER + GOOD_BEFORE + "\n\nbroken\n" + GOOD_AFTER
    deliver(home, "usage/web/u.csv", b"\xef\xbb\xbf" + text.replace("\n", ending).encode())
    take_in(home)
    assert rejects(home) == [(4, None, "wrong_column_count")]
    assert accepted_ids(home) == ["a", "z"]


def test_mixed_line_endings_keep_their_numbers(home: Home) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}{GOOD_BEFORE}\r\nbroken\n{GOOD_AFTER}\r\n")
    take_in(home)
    assert rejects(home) == [(3, None, "wrong_column_count")]
    assert accepted_ids(home) == ["a", "z"]


def test_a_row_of_commas_only_is_no_row(home: Home) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}{GOOD_BEFORE}\n,,,,\n{GOOD_AFTER}\n")
    take_in(home)
    assert rejects(home) == []
    assert sum(count[2] for count in counts(home)) == 2


WHOLE_FILES = [
    ("u.csv.gz", gzip.compress((USAGE_HEADER + (GOOD_BEFORE + "\n") * 50).encode())[:-12], "truncated_gzip"),
    ("u.csv.gz", b"not a gzip file", "bad_gzip"),
    ("u.csv", b"", "empty_file"),
    ("u.csv", b"\n\n\n", "empty_file"),
    ("u.csv", "a,b\n1,2\n".encode("utf-16"), "wrong_encoding"),
    ("u.csv", b"event_id,event_id,event_type,event_at,contract_id\n", "duplicate_column"),
    ("u.csv", b"id,when\n1,2\n", "missing_column"),
    ("u.parquet", b"PAR1 but not really PAR1", "unreadable_parquet"),
    ("u.xlsx", b"PK\x03\x04", "unreadable_sheet"),
]


@pytest.mark.parametrize(
    ("name", "content", "reason"), WHOLE_FILES, ids=[f"{name}-{reason}" for name, _, reason in WHOLE_FILES]
)
def test_a_file_that_cannot_be_read_is_refused_and_the_night_goes_on(
    home: Home, name: str, content: bytes, reason: str
) -> None:
    deliver(home, f"usage/web/{name}", content)
    deliver(home, "usage/web/v.csv", f"{USAGE_HEADER}{GOOD_AFTER}\n")
    result = take_in(home)
    assert [code for _, _, code in rejects(home)] == [reason]
    assert any(name in message and reason in message for message in result.messages)
    assert accepted_ids(home) == ["z"]
    assert {row["file_name"]: row["state"] for row in lake(home, "intake")} == {
        f"usage/web/{name}": "refused",
        "usage/web/v.csv": "loaded",
    }


def test_a_reject_says_what_was_expected_and_keeps_the_row(home: Home) -> None:
    deliver(home, "usage/web/u.csv", f"{USAGE_HEADER}b,api.request,yesterday,K1,1\n")
    take_in(home)
    (row,) = lake(home, "rejects")
    assert row["raw"] == "b,api.request,yesterday,K1,1"
    assert "RFC 3339" in row["expected"]
    assert "yesterday" not in row["message"]
