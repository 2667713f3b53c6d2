"""The log of mails survives a crash in the middle of a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.mail import sending
from billing_jobs.settings import Home

AT = "2026-01-31T17:00:00+00:00"


def test_records_come_back_in_the_order_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for phase in ("intent", "outcome"):
        sending.append(home, {"mail_key": "m1", "phase": phase, "at": AT})
    assert [record["phase"] for record in sending.read(home)] == ["intent", "outcome"]
    assert sending.torn_lines(home) == []


def test_a_torn_line_is_skipped_reported_and_never_glued_to_the_next(tmp_path: Path) -> None:
    home = Home(tmp_path)
    sending.append(home, {"mail_key": "m1", "phase": "intent", "at": AT})
    with home.sending_log.open("ab") as log:
        log.write(b'{"mail_key": "m2", "pha')
    assert [record["mail_key"] for record in sending.read(home)] == ["m1"]
    sending.append(home, {"mail_key": "m3", "phase": "intent", "at": AT})
    assert [record["mail_key"] for record in sending.read(home)] == ["m1", "m3"]
    assert sending.torn_lines(home) == [2]


def test_a_field_that_the_stream_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        sending.append(Home(tmp_path), {"mail_key": "m1", "colour": "red"})
    assert sending.read(Home(tmp_path)) == []


def test_the_table_for_dbt_has_the_columns_and_types_of_the_stream(tmp_path: Path) -> None:
    home, target = Home(tmp_path), tmp_path / "lake" / "sending.parquet"
    sending.write_table(home, target)
    sending.append(home, {"mail_key": "m1", "phase": "intent", "at": AT, "step": 2})
    sending.write_table(home, target)
    with engine.connect() as con:
        relation = con.sql(f"select * from read_parquet('{target}')")
        assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == streams.SENDING
        (row,) = engine.rows(con, "select * from read_parquet(?)", [str(target)])
    assert (row["mail_key"], row["step"], row["at"].isoformat(), row["error"]) == ("m1", 2, AT, None)
