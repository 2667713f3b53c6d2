"""What is read is what was received: whatever happens to a delivered file, a rebuild gives the same rows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.errors import CatalogBroken, UsageError
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.keeping.regular_files import NotRegular, open_regular
from billing_jobs.settings import Home
from tests.intake.deliveries import (
    CATALOG,
    USAGE_HEADER,
    accepted_ids,
    deliver,
    deliver_usage,
    lake,
    new_home,
    rebuild,
    rejects,
    take_in,
)

E1 = "e1,t,2026-10-01T00:00:00Z,K1,1"
BANK = (
    "source: bank\nkind: payments\nformat: csv\naccount: '1'\ncurrency: JPY\n"
    "columns: {booked_on: day, amount: amount, remitter_name: name}\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    deliver_usage(home, "web/u.csv", E1)
    take_in(home, 1)
    return home


def quantities(home: Home) -> list[int]:
    return [int(row["quantity"]) for row in lake(home, "usage/*")]


def test_a_received_file_that_is_changed_counts_as_it_was_received(home: Home) -> None:
    deliver_usage(home, "web/u.csv", E1.replace("K1,1", "K1,777"))
    rebuild(home)
    assert quantities(home) == [1]
    take_in(home, 30)
    assert (quantities(home), rejects(home)) == ([1], [(1, None, "file_changed")])


def test_so_do_bank_files_and_tables(home: Home) -> None:
    deliver(home, "catalog/sources/bank.yml", BANK)
    deliver(home, "payments/bank/a.csv", "day,amount,name\n2026-10-01,100,A\n")
    deliver(home, "crm/customers-1.csv", "customer_id,name\nC1,Anna\n")
    take_in(home, 2)
    for name in ("payments/bank/a.csv", "crm/customers-1.csv"):
        path = home.landing / name
        path.write_text(path.read_text().replace("100", "900").replace("Anna", "Ben"))
    rebuild(home)
    assert [int(row["amount"]) for row in lake(home, "payments")] == [100]
    assert [row["name"] for row in lake(home, "crm/customers")] == ["Anna"]


def test_a_received_file_that_is_gone_counts_as_it_was_received(home: Home) -> None:
    (home.landing / "usage/web/u.csv").unlink()
    assert not take_in(home, 2).changed
    rebuild(home)
    assert (quantities(home), rejects(home)) == ([1], [])


def test_a_version_of_the_catalog_is_read_as_it_was_received_or_not_at_all(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    take_in(home, 2)
    before = lake(home, "catalog/fee_versions")
    (version,) = (home.landing / "catalog/.versions").iterdir()
    version.write_text(CATALOG.replace("12000", "99000"))
    rebuild(home)
    assert lake(home, "catalog/fee_versions") == before  # as the file itself still says
    deliver(home, "catalog/base.yml", CATALOG.replace("12000", "13000"))
    shutil.rmtree(home.lake)
    with pytest.raises(CatalogBroken, match=rf"\.versions/{version.name} is not what was received as .*base\.yml"):
        take_in(home, 30)


def growing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has one more line when the first pieces of it have been read while it is claimed."""
    real, inode, reads = kept._read, path.stat().st_ino, iter(range(1000))

    def reader(stream: Any) -> bytes:
        piece = real(stream)
        if os.fstat(stream.fileno()).st_ino == inode and next(reads) < 2:
            with path.open("ab") as more:
                more.write(E1.encode() + b"\n")
        return piece

    monkeypatch.setattr(kept, "_read", reader)


def test_a_file_that_changes_while_it_is_claimed_waits_for_the_next_night(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(home, "usage/web/v.csv", USAGE_HEADER + E1.replace("e1", "e2") + "\n")
    deliver_usage(home, "web/z.csv", E1.replace("e1", "z"))
    with monkeypatch.context() as patch:
        growing(path, patch)
        result = take_in(home, 2)
    assert accepted_ids(home) == ["e1", "z"]
    assert any("usage/web/v.csv is left alone: it is still being written" in message for message in result.messages)
    assert [receipt.path for receipt in read_receipts(home.intake_log)] == ["usage/web/u.csv", "usage/web/z.csv"]
    path.write_text(USAGE_HEADER + E1.replace("e1", "e2") + "\n")
    take_in(home, 3)
    assert accepted_ids(home) == ["e1", "e2", "z"]


def test_a_file_that_changes_after_it_was_claimed_is_read_as_claimed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing_jobs.jobs import ingest as job

    real = job.claim_new_files
    path = deliver(home, "usage/web/v.csv", USAGE_HEADER + E1.replace("e1", "e2") + "\n")

    def claimed(*arguments: Any, **named: Any) -> Any:
        receipts = real(*arguments, **named)
        path.write_text(USAGE_HEADER + E1.replace("e1", "e3") + "\n")
        return receipts

    with monkeypatch.context() as patch:
        patch.setattr(job, "claim_new_files", claimed)
        take_in(home, 2)
    assert accepted_ids(home) == ["e1", "e2"]


def test_a_home_of_a_version_without_copies_gets_them_at_first_sight(home: Home) -> None:
    deliver_usage(home, "web/v.csv", E1.replace("e1", "e2"))
    take_in(home, 2)
    shutil.rmtree(home.landing / kept.KEPT)
    deliver_usage(home, "web/v.csv", E1.replace("e1", "e3"))
    for day in (3, 4):
        told = [message for message in take_in(home, day).messages if "no copy of that was kept" in message]
        assert [message.split(" ")[0] for message in told] == ["landing/usage/web/v.csv"]
    assert kept.names_kept(home.landing) == {read_receipts(home.intake_log)[0].sha256}
    deliver_usage(home, "web/u.csv", E1.replace("e1", "e4"))
    deliver_usage(home, "web/v.csv", E1.replace("e1", "e2"))
    rebuild(home)
    assert accepted_ids(home) == ["e1", "e2"]


def test_a_damaged_copy_is_mended_from_the_file_or_stops_the_rebuild(home: Home) -> None:
    (name,) = kept.names_kept(home.landing)
    copy = kept.kept_path(home.landing, name)
    for damage in (b"", b"no zstd", copy.read_bytes()[:-5], shutil.copyfile(home.intake_log, copy).read_bytes()):
        copy.write_bytes(damage)
        assert not kept.holds(home.landing, name)
        rebuild(home)
        assert (quantities(home), kept.holds(home.landing, name)) == ([1], True)
    copy.write_bytes(b"")
    deliver_usage(home, "web/u.csv", E1.replace("e1", "e3"))
    with pytest.raises(UsageError, match=r"web/u\.csv was changed after it was received, and no whole copy"):
        rebuild(home)


def test_a_copy_that_a_crash_left_staged_is_put_in_place_or_thrown_away(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    for number, broken in enumerate(("append_receipts", "kept.settle"), start=2):
        path = deliver(home, f"usage/web/{number}.csv", USAGE_HEADER + E1.replace("e1", f"e{number}") + "\n")
        calls = iter([kept.settle, crash])
        with monkeypatch.context() as patch:
            patch.setattr(
                f"billing_jobs.intake.claim.{broken}",
                crash if broken == "append_receipts" else lambda *arguments, calls=calls: next(calls)(*arguments),
            )
            with pytest.raises(KeyboardInterrupt):
                take_in(home, number)
        assert len(kept.names_staged(home.landing)) == 1
        if broken == "append_receipts":
            path.unlink()
        else:
            path.write_text("changed")
        take_in(home, number + 5)
        assert kept.names_staged(home.landing) == set()
    assert sorted(accepted_ids(home)) == ["e1", "e3"]
    assert len(kept.names_kept(home.landing)) == 2


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_takes_the_place_of_a_file_just_now_is_not_followed(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, file = tmp_path / "odd", tmp_path / "file"
    file.touch()
    {"pipe": os.mkfifo, "link": lambda path: path.symlink_to(file), "folder": Path.mkdir}[kind](path)
    regular = file.lstat()
    with pytest.raises(NotRegular):
        open_regular(path)
    monkeypatch.setattr(os, "lstat", lambda _path: regular)
    with pytest.raises(OSError, match=r"deliver a regular file|symbolic links"):
        open_regular(path)
