"""A received file is taken back as a fact: none of its rows counts, and the lake is the one that a rebuild gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.cli import cli
from billing_jobs.errors import UsageError
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.keeping.kept import kept_path
from billing_jobs.jobs.withdraw import withdraw
from billing_jobs.settings import Home
from billing_jobs.streams import LEDGER
from tests.intake.deliveries import (
    CATALOG,
    accepted_ids,
    at,
    deliver,
    deliver_usage,
    lake,
    new_home,
    rebuild,
    rejects,
    take_in,
)

CHARGES = "charge_id,customer_id,charged_on,amount,currency\n"
BANK = (
    "source: bank\nkind: payments\nformat: csv\naccount: '1'\ncurrency: JPY\n"
    "columns: {booked_on: day, amount: amount, remitter_name: name}\n"
)
STREAMS = (
    "usage/*", "intake", "rejects", "payments", "crm/one_off_charges", "crm/contracts", "withdrawn", "crm/customers",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def take_back(home: Home, file_name: str, day: int = 5, reason: str = "wrong month") -> None:
    withdraw(home, at(day, 12), file_name=file_name, reason=reason, decided_by="suzuki")
    take_in(home, day)


def is_the_lake_of_a_rebuild(home: Home) -> bool:
    before = {stream: lake(home, stream) for stream in STREAMS}
    rebuild(home)
    return before == {stream: lake(home, stream) for stream in STREAMS}


def test_usage_that_is_taken_back_leaves_its_duplicates_and_conflicts_to_the_others(home: Home) -> None:
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1", "e2,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 1)
    deliver_usage(home, "web/b.csv", "e1,t,2026-10-01T00:00:00Z,K1,1", "e3,t,2026-10-01T00:00:00Z,K1,1")
    deliver_usage(home, "web/c.csv", "e2,t,2026-10-01T00:00:00Z,K1,9", "e1,t,2026-10-01T00:00:00Z,K1,7")
    deliver_usage(home, "app/d.csv", "e2,t,2026-10-01T00:00:00Z,K1,5")
    take_in(home, 2)
    assert len(rejects(home)) == 2
    take_back(home, "usage/web/a.csv")
    found = [(row["file_name"], row["event_id"], int(row["quantity"])) for row in lake(home, "usage/*")]
    assert sorted(found) == [
        ("usage/app/d.csv", "e2", 5),
        ("usage/web/b.csv", "e1", 1),
        ("usage/web/b.csv", "e3", 1),
        ("usage/web/c.csv", "e2", 9),
    ]
    told = {row["file_name"]: (row["reason_code"], row["message"]) for row in lake(home, "rejects")}
    assert told["usage/web/a.csv"] == (
        "file_withdrawn",
        "usage/web/a.csv was taken back by suzuki at 2026-10-05 12:00 UTC, none of its rows counts: wrong month",
    )
    assert told["usage/web/c.csv"][0] == "conflicting_event"
    assert not take_in(home, 6).changed
    assert is_the_lake_of_a_rebuild(home)


def test_a_bank_file_that_is_taken_back_leaves_its_deposits_to_a_longer_statement(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    deliver(home, "catalog/sources/bank.yml", BANK)
    deliver(home, "payments/bank/a.csv", "day,amount,name\n2026-10-01,100,A\n2026-10-01,900,TEST\n")
    take_in(home, 1)
    deliver(home, "payments/bank/b.csv", "day,amount,name\n2026-10-01,100,A\n2026-10-02,200,B\n")
    take_in(home, 2)
    take_back(home, "payments/bank/a.csv")
    assert [int(row["amount"]) for row in lake(home, "payments", order="amount")] == [100, 200]
    assert is_the_lake_of_a_rebuild(home)


def test_the_same_bytes_under_another_name_count_instead(home: Home) -> None:
    deliver(home, "crm/one_off_charges-1.csv", f"{CHARGES}o1,C1,2026-10-01,100,JPY\n")
    take_in(home, 1)
    deliver(home, "crm/one_off_charges-2.csv", f"{CHARGES}o1,C1,2026-10-01,100,JPY\n")
    take_in(home, 2)
    take_back(home, "crm/one_off_charges-1.csv")
    assert [row["file_name"] for row in lake(home, "crm/one_off_charges")] == ["crm/one_off_charges-2.csv"]
    assert [row["charge_id"] for row in lake(home, "withdrawn")] == ["o1"]
    assert is_the_lake_of_a_rebuild(home)


def test_a_broken_file_may_be_taken_back_and_nothing_is_said_of_its_rows(home: Home) -> None:
    deliver(home, "crm/one_off_charges-1.parquet", b"PAR1 is no file PAR1")
    take_in(home, 1)
    take_back(home, "crm/one_off_charges-1.parquet")
    assert [reason for _, _, reason in rejects(home)] == ["file_withdrawn"]
    assert lake(home, "withdrawn") == []
    deliver(home, "crm/one_off_charges-1.parquet", b"PAR1 is another file PAR1")
    take_in(home, 6)
    assert sorted(reason for _, _, reason in rejects(home)) == ["file_changed", "file_withdrawn"]
    assert not take_in(home, 7).changed


def test_a_file_that_lies_nowhere_any_more_is_taken_back(home: Home) -> None:
    for number in (1, 2):
        deliver(home, f"crm/one_off_charges-{number}.csv", f"{CHARGES}o{number},C1,2026-10-01,100,JPY\n")
    take_in(home, 1)
    for receipt in read_receipts(home.intake_log)[:1]:
        (home.landing / receipt.path).unlink()
        kept_path(home.landing, receipt.sha256).write_bytes(b"")
    with pytest.raises(UsageError, match="or take it back with `billing withdraw`"):
        rebuild(home)
    take_back(home, "crm/one_off_charges-1.csv")
    assert [row["charge_id"] for row in lake(home, "crm/one_off_charges")] == ["o2"]


def test_a_copy_that_was_taken_back_is_erased_and_stays_taken_back(home: Home) -> None:
    deliver(home, "crm/customers-1.csv", "customer_id,name\nC1,Anna\n")
    take_in(home, 1)
    take_back(home, "crm/customers-1.csv")
    deliver(home, "crm/erasures-1.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 6)
    assert (home.landing / "crm/customers-1.csv").read_text() == "customer_id,name\nC1,erased\n"
    assert lake(home, "crm/customers") == []
    assert is_the_lake_of_a_rebuild(home)


def test_a_crash_between_is_made_good(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    deliver_usage(home, "web/b.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 1)

    def crash(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("billing_jobs.intake.withdrawals.rejects_path", crash)
        with pytest.raises(KeyboardInterrupt):
            take_back(home, "usage/web/a.csv")
    take_in(home, 6)
    assert [row["file_name"] for row in lake(home, "usage/*")] == ["usage/web/b.csv"]
    assert is_the_lake_of_a_rebuild(home)


def test_what_cannot_be_taken_back_is_refused_with_what_to_do(home: Home) -> None:
    deliver(home, "catalog/base.yml", CATALOG)
    deliver(home, "catalog/sources/bank.yml", BANK)
    deliver(home, "payments/bank/a.csv", "day,amount,name\n2026-10-01,100,A\n")
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    deliver(
        home,
        "crm/opening_documents-1.csv",
        "document_number,customer_id,invoice_date,due_date,amount,currency\nX,C1,2026-01-01,2026-01-31,1,JPY\n",
    )
    take_in(home, 1)
    (payment,) = lake(home, "payments")
    allocated = {"payment_id": repr(payment["payment_id"]), "amount": "100"}
    columns = ", ".join(
        f"cast({allocated.get(name, 'null')} as {kind}) as {name}" for name, kind in LEDGER["allocations"].items()
    )
    with engine.connect() as con:
        ledger = open_ledger(home)
        streams = {"allocations": con.sql(f"select {columns}")}
        ledger.commit(job="allocate", run=at(1), streams=streams, built_on=ledger.head())
    before = home.intake_log.read_bytes()
    for name, said in {
        "usage/web/b.csv": r"No file usage/web/b\.csv was received; .* did you mean usage/web/a\.csv\?",
        "catalog/base.yml": "is part of the catalog; edit it",
        "crm/opening_documents-1.csv": "give the difference as an opening fact",
        "payments/bank/a.csv": "of it pays documents. Deliver the bank's reversal",
    }.items():
        with pytest.raises(UsageError, match=said):
            withdraw(home, at(2), file_name=name, reason="r", decided_by="suzuki")
    with pytest.raises(UsageError, match="with a reason"):
        withdraw(home, at(2), file_name="usage/web/a.csv", reason=" ", decided_by="suzuki")
    assert home.intake_log.read_bytes() == before


@pytest.mark.parametrize("written", ["usage/web/a.csv", "landing/usage/web/a.csv", "{home}/landing/usage/web/a.csv"])
def test_the_command_says_what_comes_of_it_and_a_second_one_changes_nothing(home: Home, written: str) -> None:
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 1)
    asked = ["--home", str(home.root), "--now", "2026-10-05T09:00:00Z", "withdraw", written.format(home=home.root)]
    said = CliRunner().invoke(cli, [*asked, "--reason", "wrong month", "--decided-by", "suzuki"])
    assert (said.exit_code, "usage/web/a.csv is taken back" in said.output) == (0, True), said.output
    said = CliRunner().invoke(cli, [*asked, "--reason", "again"])
    assert (said.exit_code, "was taken back before, by suzuki" in said.output) == (0, True)
    take_in(home, 6)
    assert accepted_ids(home) == []
