"""A file is read once by the engine's own reader, its doubtful rows line by line:
the same comes out as when all of it is read line by line."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.duckdb import connect
from billing_jobs.intake.usage import typed_rows
from billing_jobs.settings import Home
from tests.intake.deliveries import counts, deliver, lake, new_home, take_in

FILES = 5
COLUMNS = "event_id,event_type,event_at,contract_id,quantity,property_region,properties"
FIELDS: dict[str, list[str]] = {
    "event_id": [
        "e{n}",
        "e{n}",
        "e{n}",
        '"e{n}"',
        ' "e{n}"',
        '"e{n}" ',
        ' "e{n}" ',
        "e{n} ",
        "e1",
        '"e""{n}"',
        'e"{n}',
        '""',
        "",
        "\u3000e{n}",
    ],
    "event_type": ["t", "t", "t", '"t"', "東京", " t", "", '"t', '"t"x', '"t,u"'],
    "event_at": [
        "2026-10-01T00:00:00Z",
        "2026-10-02 10:00:00+09:00",
        "2026-10-01t00:00:00z",
        "2026-10-01",
        "never",
        '" 2026-10-03T00:00:00Z"',
    ],
    "contract_id": ["K1", "K2", "K2\u00a0", '"K1"', ""],
    "quantity": ["1", "2.50", "-3", "1e3", "NaN", '"1,000"', "12345678901234.123456789012", ""],
    "property_region": ["tokyo", "", '"大阪"', '"a""b"', " x "],
    "properties": [
        "",
        '"{}"',
        '"{""b"": 1, ""a"": ""x""}"',
        '"{""a"": ""x""}"',
        '"[1]"',
        "{bad",
        '"{""a"":1,""a"":2}"',
        '"{""a"": null, ""n"": {""m"": [1, 2.50]}}"',
    ],
}
OTHER_LINES = [
    "",
    "",
    "   ",
    ",,,,,,",
    "torn",
    COLUMNS,
    "a,b",
    '"',
    "e\x00,t,2026-10-01T00:00:00Z,K1,1,,",
    "\t",
    '"',
    "#",
]
VALUES: dict[str, list[Any]] = {
    "event_id": ["e{n}", "e{n}", "e{n}", " e{n} ", 7, None, ""],
    "event_at": ["2026-10-01T00:00:00Z", "2026-10-02T10:00:00+09:00", "never"],
    "contract_id": ["K1", "K2", " "],
    "quantity": [1, 2.5, "3", None, "x", 12345678901234567],
    "properties": [
        {},
        {"a": "x"},
        {"b": 1, "a": True},
        {"a": None, "b": [1.5, {"c": "d"}]},
        [1],
        "x",
        '{"a": "\\u3000"}',
        None,
        {'q"': 1},
        {"a": 0.1},
    ],
    "property_region": ["tokyo", None, " 大阪"],
}


def csv_line(draw: random.Random, number: int) -> str:
    if draw.random() < 0.08:
        return draw.choice(OTHER_LINES)
    # Most fields are plain, so that lines with one oddity are many.
    fields = [draw.choice(values) if draw.random() < 0.2 else values[0] for values in FIELDS.values()]
    return ",".join(fields).replace("{n}", str(number)) + ("," if draw.random() < 0.05 else "")


def json_line(draw: random.Random, number: int) -> str:
    if draw.random() < 0.08:
        return draw.choice(["", "  ", "{bad", "[1]", "null", "7", '{"event_id": "x"'])
    row = {name: draw.choice(values) if draw.random() < 0.3 else values[0] for name, values in VALUES.items()}
    chosen = {
        name: value.replace("{n}", str(number)) if isinstance(value, str) else value
        for name, value in row.items()
        if draw.random() > 0.05
    }
    separators = draw.choice([(", ", ": "), (",", ":")])
    return json.dumps({"event_type": "t", **chosen}, ensure_ascii=draw.random() < 0.5, separators=separators)


def deliver_all(home: Home) -> None:
    for seed in range(FILES):
        draw = random.Random(seed)
        ending = draw.choice(["\n", "\n", "\r\n"])
        multi_line = ['"e\nm",t,2026-10-01T00:00:00Z,K1,1,,'] if seed % 5 == 4 else []
        lines = [line for number in range(60) if (line := csv_line(draw, number)).count('"') % 2 == 0 or seed % 4 == 3]
        top = draw.choice(["", "\n\n", "\ufeff"])
        text = top + ending.join([COLUMNS, *lines, *multi_line]) + draw.choice(["", ending, ending * 3])
        deliver(home, f"usage/s{seed}/u.csv", text)
        rows = "\n".join(json_line(draw, number) for number in range(60)) + draw.choice(["", "\n"])
        deliver(home, f"usage/s{seed}/v.jsonl.gz", gzip.compress(rows.encode()))
        deliver(home, f"usage/s{seed}/w.jsonl", rows.replace("K1", "K3"))


def everything(home: Home) -> tuple[list[Any], ...]:
    return (
        lake(home, "usage/*", order="file_name, line_no"),
        lake(home, "rejects", order="file_name, line_no"),
        counts(home),
    )


def test_reading_once_gives_what_reading_line_by_line_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once, by_line = new_home(tmp_path / "once"), new_home(tmp_path / "by_line")
    read = []
    real = typed_rows._read_once
    monkeypatch.setattr(typed_rows, "_read_once", lambda *arguments: read.append(real(*arguments)) or read[-1])
    deliver_all(once)
    take_in(once)
    assert sum(number is not None for number in read) > 2 * FILES  # else this compares nothing
    monkeypatch.setattr(typed_rows, "_read_once", lambda *_: None)
    deliver_all(by_line)
    take_in(by_line)
    for ours, expected in zip(everything(once), everything(by_line), strict=True):
        assert ours == expected
    assert {row["reason_code"] for row in lake(once, "rejects")} >= {
        "wrong_column_count",
        "malformed_quotes",
        "header_repeated",
        "bad_properties",
        "conflicting_event",
    }


def test_a_large_file_with_a_few_broken_lines_keeps_its_line_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path)
    broken = {2, 3, 70_000, 70_001, 150_000, 200_001}
    lines = ["event_id,event_type,event_at,contract_id,quantity"]
    lines += [
        "" if number == 70_001 else "torn,line" if number in broken else f'e{number},"t",2026-10-01T00:00:00Z,K1,1'
        for number in range(2, 200_002)
    ]
    deliver(home, "usage/web/u.csv", "\n".join(lines) + "\n")
    by_line: list[str] = []
    real = typed_rows._read_once
    monkeypatch.setattr(
        typed_rows, "_read_once", lambda *arguments: by_line.append(real(*arguments) or "all") or by_line[-1]
    )
    take_in(home)
    assert by_line == ["line_no"]
    assert [row["line_no"] for row in lake(home, "rejects", order="line_no")] == sorted(broken - {70_001})
    with connect() as con:
        found = con.execute(
            "select count(*), count(*) filter (event_id <> 'e' || line_no) "
            f"from read_parquet('{home.lake}/usage/*/*.parquet')"
        ).fetchall()
    assert found == [(200_000 - len(broken), 0)]
