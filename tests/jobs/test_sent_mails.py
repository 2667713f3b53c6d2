"""The published table of mails is true in the morning after they left; everything else stays as it was published."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.published.publish import publish_mails
from billing_jobs.jobs.publish import publish
from billing_jobs.jobs.send import send
from billing_jobs.settings import Home
from tests.jobs.conftest import night, run_night, tree

SENT = {"mail_key": "m1", "phase": "outcome", "state": "accepted", "at": "2026-01-10T17:00:00+00:00"}
SHOWN = [{"mail_key": "m1", "phase": "outcome", "state": "accepted"}]


def rows(path: Path, sql: str) -> list[dict[str, Any]]:
    with engine.connect(path) as con:
        return engine.rows(con, sql)


def others(home: Home) -> dict[str, bytes]:
    """Every file that is published but the tables of mails."""
    return {
        name: content
        for name, content in tree(home.published).items()
        if name != "billing.duckdb" and not name.endswith("/deliveries.parquet")
    }


def test_mails_of_this_night_are_shown_and_nothing_else_moves(home: Home) -> None:
    before, candidate = others(home), home.candidate.read_bytes()
    invoices = rows(home.published_database, "select * from invoices order by all")
    parquet = home.published / "parquet" / "current" / "deliveries.parquet"
    assert rows(home.published_database, "select * from deliveries") == []
    sending.append(home, SENT)
    assert publish_mails(home)
    assert rows(home.published_database, "select * from deliveries") == SHOWN
    assert duckdb.read_parquet(str(parquet)).fetchall() == [tuple(SHOWN[0].values())]
    assert (others(home), home.candidate.read_bytes()) == (before, candidate)
    assert rows(home.published_database, "select * from invoices order by all") == invoices
    assert not publish_mails(home)


def test_a_reader_keeps_what_it_opened_and_no_piece_is_left(home: Home) -> None:
    """Both copies are swapped in by rename: who has them open reads on in the old ones."""
    parquet = home.published / "parquet" / "current" / "deliveries.parquet"
    with home.published_database.open("rb") as database, parquet.open("rb") as file:
        before = [os.fstat(stream.fileno()).st_ino for stream in (database, file)]
        whole = database.read()
        sending.append(home, SENT)
        publish_mails(home)
        database.seek(0)
        assert database.read() == whole
        now = [path.stat().st_ino for path in (home.published_database, parquet)]
    assert all(new != old for new, old in zip(now, before, strict=True))
    assert not [path for path in home.published.rglob(".*") if not path.name.startswith(".current")]


def test_the_night_again_and_a_publication_again_show_the_same(home: Home) -> None:
    sending.append(home, SENT)
    send(home, night(10))
    shown = rows(home.published_database, "select * from deliveries")
    run_night(home, night(10, hour=20))
    assert rows(home.published_database, "select * from deliveries") == shown == SHOWN
    publish(home, night(10))
    assert rows(home.published_database, "select * from deliveries") == shown


def test_a_mail_whose_showing_broke_off_is_shown_by_the_next_send_that_sends_nothing(home: Home) -> None:
    sending.append(home, SENT)
    assert not send(home, night(10)).changed
    assert rows(home.published_database, "select * from deliveries") == SHOWN


@pytest.mark.parametrize("before", ["drop table jobs.candidate", "alter table jobs.candidate drop mails"])
def test_what_an_earlier_version_published_stays_until_the_next_publication(home: Home, before: str) -> None:
    with engine.connect(home.published_database, read_only=False) as con:
        con.execute(before)
    sending.append(home, SENT)
    assert not publish_mails(home)
    publish(home, night(10))
    assert rows(home.published_database, "select * from deliveries") == SHOWN


def test_a_showing_that_broke_off_between_the_two_copies_is_done_again(home: Home) -> None:
    parquet = (home.published / "parquet" / "current" / "deliveries.parquet").resolve()
    sending.append(home, SENT)
    left = parquet.with_name(".deliveries.1.part")
    left.write_bytes(b"half")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", broken_off_after(Path.replace))
        with pytest.raises(ConnectionAbortedError):
            publish_mails(home)
    assert publish_mails(home)
    assert rows(home.published_database, "select * from deliveries") == SHOWN
    assert duckdb.read_parquet(str(parquet)).fetchall() == [tuple(SHOWN[0].values())]
    assert not left.exists()


def broken_off_after(replace: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    """The first rename is done, and then the process is gone."""

    def replaced(path: Path, target: Path) -> Path:
        replace(path, target)
        raise ConnectionAbortedError

    return replaced


def test_whose_data_was_erased_has_no_address_there(home: Home) -> None:
    erased = home.lake / "crm" / "erasures" / "one.parquet"
    duckdb.sql("select 'C1' as customer_id").write_parquet(str(erased))
    with engine.connect() as con:
        sending.append(home, {**SENT, "customer_id": "C1", "recipient": "a@example.jp"})
        sending.load(con, home, "sent")
        assert con.execute('select recipient, "at" from sent').fetchall() == [
            ("erased", datetime(2026, 1, 10, 17, tzinfo=UTC))
        ]
