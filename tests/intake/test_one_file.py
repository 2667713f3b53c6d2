"""Whatever is wrong with one file is that file's matter: it is named with its reason, its neighbours are taken,
the next night goes on."""

from __future__ import annotations

import errno
import gzip
import os
import random
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.duckdb import connect
from billing_jobs.errors import CatalogBroken, UsageError
from billing_jobs.intake.crm import load_table
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.keeping.kept import KEPT
from billing_jobs.settings import Home
from tests.intake.deliveries import (
    CATALOG,
    USAGE_HEADER,
    accepted_ids,
    deliver,
    lake,
    new_home,
    rebuild,
    rejects,
    take_in,
)

EVENT = "api.request,2026-10-01T00:00:00Z,K1,1"
CHARGE = (
    "select 'o1' as charge_id, 'C1' as customer_id, date '2026-10-01' as charged_on, 1.5 as amount, 'JPY' as currency"
)
CHARGES = "charge_id,customer_id,charged_on,amount,currency\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def parquet(home: Home, path: str, query: str) -> Path:
    target = deliver(home, path, "")
    with connect() as con:
        con.sql(query).write_parquet(str(target))
    return target


def charges(home: Home) -> list[str]:
    return [row["charge_id"] for row in lake(home, "crm/one_off_charges", order="charge_id")]


def files(home: Home) -> dict[str, str]:
    return {row["file_name"]: row["state"] for row in lake(home, "intake")}


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_in_one_file_stops_nobody(home: Home, seed: int) -> None:
    chance = random.Random(seed)
    for path, query in (
        ("crm/one_off_charges-b.parquet", CHARGE),
        ("usage/web/b.parquet", "select 'b' as event_id, 't' as event_type"),
    ):
        target = parquet(home, path, query)
        content = bytearray(target.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        target.write_bytes(content)
    deliver(home, "crm/one_off_charges-a.csv", f"{CHARGES}a,C1,2026-10-01,1,JPY\n")
    deliver_both(home)
    take_in(home, 1)
    assert {"a", "z"} <= set(charges(home)) and {"a", "z"} <= set(accepted_ids(home))
    assert not take_in(home, 2).changed


def deliver_both(home: Home) -> None:
    deliver(home, "crm/one_off_charges-z.csv", f"{CHARGES}z,C1,2026-10-01,1,JPY\n")
    deliver(home, "usage/web/a.csv", f"{USAGE_HEADER}a,{EVENT}\n")
    deliver(home, "usage/web/z.csv", f"{USAGE_HEADER}z,{EVENT}\n")


@pytest.mark.parametrize("column", ["file_row_number", "line_no", "fault", "raw", "FIELD_1", "filename", "event_date"])
def test_a_column_may_have_the_name_of_one_of_ours(home: Home, column: str) -> None:
    parquet(home, "crm/one_off_charges-b.parquet", CHARGE.replace("select", f'select 7 as "{column}",', 1))
    parquet(
        home,
        "usage/web/b.parquet",
        (
            f"select 7 as \"{column}\", 'b' as event_id, 't' as event_type, '2026-10-01T00:00:00Z' as event_at, "
            "'K1' as contract_id"
        ),
    )
    deliver_both(home)
    take_in(home, 1)
    assert charges(home) == ["o1", "z"]
    assert accepted_ids(home) == ["a", "b", "z"]
    assert rejects(home) == []


def broken_reader(*_arguments: Any, **_named: Any) -> None:
    raise ZeroDivisionError("Jane Doe, jane@example.com")


def test_an_error_that_nobody_foresaw_refuses_that_file(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = load_table.read_table

    def reader(con: Any, path: Path, **named: Any) -> None:
        real(con, path, **named)
        if "BROKEN" in path.read_text(encoding="utf-8"):
            broken_reader()

    deliver(home, "crm/one_off_charges-b.csv", f"{CHARGES}BROKEN,C1,2026-10-01,1,JPY\n")
    deliver_both(home)
    with monkeypatch.context() as patch:
        patch.setattr(load_table, "read_table", reader)
        result = take_in(home, 1)
    assert charges(home) == ["z"]
    assert rejects(home) == [(1, None, "unreadable_file")]
    assert any(
        "one_off_charges-b.csv is refused (unreadable_file): found ZeroDivisionError" in message
        for message in result.messages
    )
    assert "Jane" not in caplog.text + str(result.messages) + str([row["message"] for row in lake(home, "rejects")])
    assert not take_in(home, 2).changed


def test_a_half_loaded_file_that_fails_leaves_nothing_of_itself(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from billing_jobs.intake.usage import load_usage

    deliver_both(home)
    with monkeypatch.context() as patch:
        patch.setattr(load_usage, "write_rejects", broken_reader)
        take_in(home, 1)
    assert accepted_ids(home) == []
    assert [reason for _, _, reason in rejects(home)] == ["unreadable_file"] * 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS, errno.ENOMEM])
def test_a_fault_of_the_machine_is_no_fault_of_a_file(home: Home, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any, **_named: Any) -> None:
        raise OSError(code, os.strerror(code))

    deliver_both(home)
    with monkeypatch.context() as patch:
        patch.setattr(load_table, "copy_to_parquet", full)
        with pytest.raises(OSError, match=os.strerror(code)):
            take_in(home, 1)
    take_in(home, 2)
    assert charges(home) == ["z"]
    assert rejects(home) == []


def test_a_broken_table_stops_no_erasure(home: Home) -> None:
    deliver(home, "crm/customers-1.csv", "customer_id,name\nC1,Jane\n")
    deliver(home, "crm/customers-2.parquet", b"PAR1 is no file PAR1")
    deliver(home, "crm/customers-3.csv.gz", gzip.compress(b"customer_id,name\n")[:10] + b"\xff" * 20)
    deliver(home, "crm/customers-4.csv", "customer_id,name,address\nC1,Jane," + "x" * 200_000 + "\n")
    take_in(home, 1)
    deliver(home, "crm/erasures-1.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 2)
    assert [(row["name"], row["address"]) for row in lake(home, "crm/customers")] == [("erased", None)] * 2
    assert not take_in(home, 3).changed


def test_a_file_that_was_never_loaded_may_be_taken_away(home: Home) -> None:
    target = deliver(home, "crm/one_off_charges-b.parquet", b"PAR1 is no file PAR1")
    deliver_both(home)
    take_in(home, 1)
    target.unlink()
    result = take_in(home, 2)
    assert any("one_off_charges-b.parquet" in message and "gone" in message for message in result.messages)
    assert not take_in(home, 3).changed
    assert rejects(home) == [(1, None, "file_is_gone")]
    before = lake(home, "rejects"), files(home)
    rebuild(home)
    assert (lake(home, "rejects"), files(home)) == before
    assert charges(home) == ["z"]


def test_a_file_that_stopped_every_night_so_far_may_be_taken_away(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an older version left it: claimed, never loaded, nothing recorded since."""
    target = deliver(home, "crm/one_off_charges-b.csv", f"{CHARGES}b,C1,2026-10-01,1,JPY\n")

    def stopping(*_arguments: Any, **_named: Any) -> None:
        raise OSError(errno.EIO, "stopped")

    with monkeypatch.context() as patch:
        patch.setattr(load_table, "read_table", stopping)
        with pytest.raises(OSError, match="stopped"):
            take_in(home, 1)
    target.unlink()
    shutil.rmtree(home.landing / KEPT)
    deliver_both(home)
    take_in(home, 2)
    assert charges(home) == ["z"]
    assert rejects(home) == [(1, None, "file_is_gone")]


def test_a_name_that_was_taken_away_is_used_up_and_its_bytes_are_not(home: Home) -> None:
    content = f"{CHARGES}b,C1,2026-10-01,1,JPY\n"
    target = deliver(home, "payments/bank/b.csv", content)
    take_in(home, 1)
    target.unlink()
    take_in(home, 2)
    deliver(home, "payments/bank/b.csv", content)
    deliver(home, "payments/bank/c.csv", content)
    take_in(home, 3)
    assert files(home)["payments/bank/c.csv"] == "waiting"
    assert sorted(reason for _, _, reason in rejects(home)) == ["file_changed", "file_is_gone"]
    assert not take_in(home, 4).changed


def test_what_was_loaded_and_is_gone_stops_the_night_that_needs_it(home: Home) -> None:
    """Its rows may have been billed: the ledger has moved on since it was received, by a version that kept no copy."""
    from billing_jobs.adapters import duckdb as engine
    from billing_jobs.adapters.ledger.commits import open_ledger
    from billing_jobs.streams import LEDGER, empty_select
    from tests.intake.deliveries import at

    target = deliver(home, "crm/one_off_charges-b.csv", f"{CHARGES}b,C1,2026-10-01,1,JPY\n")
    take_in(home, 1)
    with engine.connect() as con:
        ledger = open_ledger(home)
        ledger.commit(
            job="publish", run=at(1), streams={"runs": con.sql(empty_select(LEDGER["runs"]))}, built_on=ledger.head()
        )
    target.unlink()
    shutil.rmtree(home.landing / KEPT)
    assert not take_in(home, 2).changed
    with pytest.raises(UsageError, match=r"one_off_charges-b\.csv was received and is gone"):
        rebuild(home)


def odd_things(home: Home) -> dict[str, Callable[[Path], object]]:
    outside = home.root.parent / "outside.csv"
    outside.write_text(f"{USAGE_HEADER}secret,{EVENT}\n", encoding="utf-8")

    def listening(path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as made:
            before = Path.cwd()
            os.chdir(path.parent)
            made.bind(path.name)
            os.chdir(before)

    return {
        "pipe.csv": os.mkfifo,
        "socket.csv": listening,
        "link.csv": lambda path: path.symlink_to(outside),
        "nowhere.csv": lambda path: path.symlink_to("nowhere"),
        "itself.csv": lambda path: path.symlink_to(path.name),
        "folder.csv": lambda path: path.symlink_to(home.ledger),
        "device.csv": lambda path: path.symlink_to("/dev/zero"),
    }


def test_only_regular_files_are_taken_and_the_rest_is_named(home: Home) -> None:
    made = odd_things(home)
    deliver_both(home)
    for name, make in made.items():
        make(home.landing / "usage/web" / name)
    (home.landing / "usage" / "linked").symlink_to(home.root.parent)
    undecodable = os.fsdecode(b"\x90\xbf\x8b\x81.csv")
    deliver(home, f"usage/web/{undecodable}", f"{USAGE_HEADER}x,{EVENT}\n")
    result = take_in(home, 1)
    assert accepted_ids(home) == ["a", "z"]
    told = [message for message in result.messages if "left alone" in message]
    assert sorted(message.split("/")[-1].split(" ")[0] for message in told) == sorted(
        [*made, "linked", r"\x90\xbf\x8b\x81.csv"]
    )
    assert len(read_receipts(home.intake_log)) == 3
    assert not take_in(home, 2).changed


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_left_alone(home: Home) -> None:
    deliver(home, "usage/web/b.csv", f"{USAGE_HEADER}b,{EVENT}\n").chmod(0)
    deliver_both(home)
    result = take_in(home, 1)
    assert any("b.csv is left alone" in message for message in result.messages)
    (home.landing / "usage/web/b.csv").chmod(0o600)
    take_in(home, 2)
    assert accepted_ids(home) == ["a", "b", "z"]


def test_a_catalog_file_that_cannot_be_taken_stops_the_night_and_is_not_removed(home: Home) -> None:
    catalog = deliver(home, "catalog/base.yml", CATALOG)
    take_in(home, 1)
    catalog.rename(home.root / "elsewhere.yml")
    catalog.symlink_to(home.root / "elsewhere.yml")
    with pytest.raises(CatalogBroken, match=r"landing/catalog/base\.yml is left alone: it is a link"):
        take_in(home, 2)
    assert not any(receipt.removed for receipt in read_receipts(home.intake_log))
