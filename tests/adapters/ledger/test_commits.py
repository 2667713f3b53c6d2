"""The ledger: all or nothing, one winner, every fault named."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger import commits as ledgers
from billing_jobs.adapters.ledger.commits import Commit, Head, create_ledger, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import BuildFailed, LedgerConflict, UsageError
from billing_jobs.records import Run
from billing_jobs.settings import Home

RUN = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
TAX = (
    "select 'd1' as document_id, 'standard' as tax_code, 10::decimal(9,6) as tax_rate, "
    "1000::decimal(20,4) as net_amount, {tax} as tax_amount, 'JPY' as currency"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    created = Home(tmp_path / "home")
    create_ledger(created, RUN)
    return created


def commit(
    home: Home,
    *,
    job: str = "issue",
    tax: str = "100::decimal(20,4)",
    built_on: Head | None = None,
    stream: str = "document_taxes",
    sql: str = "",
) -> Commit:
    ledger = open_ledger(home)
    with engine.connect() as con:
        return ledger.commit(
            job=job, run=RUN, streams={stream: con.sql(sql or TAX.format(tax=tax))}, built_on=built_on or ledger.head()
        )


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_first_commit_holds_an_empty_file_for_every_stream(home: Home) -> None:
    assert {path.stem for path in (home.ledger / "000001").glob("*.parquet")} == set(streams.LEDGER)
    before = bytes_below(home.ledger)
    create_ledger(home, RUN)
    assert bytes_below(home.ledger) == before


def test_a_home_without_a_ledger_is_told_to_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="init"):
        open_ledger(Home(tmp_path))


def test_a_commit_keeps_rows_types_and_totals(home: Home) -> None:
    done = commit(home)
    assert (done.sequence, done.rows, done.is_new) == (2, {"document_taxes": 1}, True)
    with engine.connect() as con:
        relation = con.sql(f"select * from read_parquet('{home.ledger}/000002/document_taxes.parquet')")
        assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == streams.LEDGER["document_taxes"]
        (row,) = engine.rows(con, "select * from read_parquet(?)", [open_ledger(home).glob("document_taxes")])
    assert (row["tax_amount"], row["commit_sequence"], row["recorded_at"]) == (100, 2, RUN.now)
    manifest = json.loads((home.ledger / "000002" / "manifest.json").read_text())
    assert manifest["streams"]["document_taxes"]["totals"] == {"JPY": "100.0000"}
    assert (manifest["job"], manifest["as_of_date"], manifest["previous"]) == (
        "issue",
        "2026-01-31",
        manifest["built_on"],
    )
    assert open_ledger(home).verify() == []


def test_the_same_rows_give_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    rows = [TAX.format(tax=f"{amount}::decimal(20,4)") for amount in range(50)]
    homes = [Home(tmp_path / name) for name in ("one", "two")]
    for home, ordered in zip(homes, (rows, rows[::-1]), strict=True):
        create_ledger(home, RUN)
        commit(home, sql=" union all ".join(ordered))
    assert bytes_below(homes[0].ledger) == bytes_below(homes[1].ledger)


def test_the_same_proposal_again_counts_as_done(home: Home) -> None:
    head = open_ledger(home).head()
    first = commit(home, built_on=head)
    before = bytes_below(home.ledger)
    again = commit(home, built_on=head)
    assert (again.sequence, again.sha256, again.is_new) == (first.sequence, first.sha256, False)
    assert bytes_below(home.ledger) == before


@pytest.mark.parametrize(("job", "tax"), [("issue", "101::decimal(20,4)"), ("allocate", "100::decimal(20,4)")])
def test_another_proposal_on_an_old_head_is_refused(home: Home, job: str, tax: str) -> None:
    head = open_ledger(home).head()
    commit(home, built_on=head)
    with pytest.raises(LedgerConflict, match="built on commit 1, but the ledger is at commit 2"):
        commit(home, job=job, tax=tax, built_on=head)
    assert open_ledger(home).head().sequence == 2


def test_a_value_that_the_column_cannot_keep_is_refused_and_not_rounded(home: Home) -> None:
    with pytest.raises(BuildFailed, match="tax_amount"):
        commit(home, tax="100.00001::decimal(38,5)")
    with pytest.raises(BuildFailed, match="tax_amount"):
        commit(home, tax="'a hundred'")
    assert commit(home, tax="100.00000::decimal(38,5)").is_new


def test_a_proposal_without_a_column_is_refused(home: Home) -> None:
    with pytest.raises(BuildFailed, match="tax_rate"):
        commit(
            home,
            sql=(
                "select 'd1' as document_id, 'x' as tax_code, 1::decimal(20,4) as net_amount, "
                "1::decimal(20,4) as tax_amount, 'JPY' as currency"
            ),
        )


def test_an_allocation_is_never_recorded_twice(home: Home) -> None:
    columns = {
        name: kind
        for name, kind in streams.LEDGER["allocations"].items()
        if name not in ("commit_sequence", "recorded_at")
    }
    values = ", ".join(
        f"null::{kind} as {name}" if name != "allocation_id" else "'a1' as allocation_id"
        for name, kind in columns.items()
    )
    commit(home, stream="allocations", sql=f"select {values}")
    with pytest.raises(LedgerConflict, match="allocation_id a1 would be recorded twice"):
        commit(home, stream="allocations", sql=f"select {values}")
    with pytest.raises(LedgerConflict, match="would be recorded twice"):
        commit(
            home,
            stream="allocations",
            sql=f"select {values.replace('a1', 'a2')} union all select {values.replace('a1', 'a2')}",
        )


def _race(home: Home, tax: int, start: multiprocessing.synchronize.Barrier, said: multiprocessing.Queue[str]) -> None:
    head = open_ledger(home).head()
    start.wait()
    try:
        commit(home, tax=f"{tax}::decimal(20,4)", built_on=head)
        said.put("won")
    except LedgerConflict:
        said.put("told")


def test_of_two_runs_one_wins_and_the_other_is_told(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    start, said = context.Barrier(4), context.Queue()
    racers = [context.Process(target=_race, args=(home, tax, start, said)) for tax in range(4)]
    for racer in racers:
        racer.start()
    outcomes = sorted(said.get(timeout=20) for _ in racers)
    for racer in racers:
        racer.join()
    assert outcomes == ["told", "told", "told", "won"]
    assert open_ledger(home).head().sequence == 2
    assert open_ledger(home).verify() == []


def test_a_number_taken_by_a_run_without_our_lock_is_not_overwritten(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On storage whose locks do not reach the other machine, the rename is what decides."""
    ledger, flush = open_ledger(home), ledgers.fsync_folder

    def taken_meanwhile(path: Path) -> None:
        shutil.copytree(home.ledger / "000001", home.ledger / "000002", dirs_exist_ok=True)
        flush(path)

    monkeypatch.setattr(ledgers, "fsync_folder", taken_meanwhile)
    with pytest.raises(LedgerConflict, match="recorded commit 2 first"):
        commit(home)
    assert (home.ledger / "000002" / "documents.parquet").exists()
    assert not any((home.ledger / ".tmp").iterdir())
    assert ledger.head().sequence == 2


TOUCHING_THE_DISK = ("fsync_file", "fsync_folder", "sha256_of")
STEPS_OF_A_COMMIT = 7


def _die_before(step: int, home: Home, head: Head) -> None:
    """In a process of its own: replace each contact with the disk by one that first counts down to a real SIGKILL."""
    left = [step]

    def dying(work: Callable[..., object]) -> Callable[..., object]:
        def touch(*arguments: object) -> object:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return work(*arguments)

        return touch

    for name in TOUCHING_THE_DISK:
        setattr(ledgers, name, dying(getattr(ledgers, name)))
    Path.rename = dying(Path.rename)  # type: ignore[assignment,method-assign]
    commit(home, built_on=head)


def test_a_kill_between_any_two_steps_leaves_all_or_nothing(home: Home) -> None:
    """Kill before each step; then the same proposal again must end in one commit,
    and nothing of the dead run may remain."""
    outcomes, head, context = set(), open_ledger(home).head(), multiprocessing.get_context("fork")
    for step in range(STEPS_OF_A_COMMIT + 1):
        place = Home(home.root.with_name(f"killed-{step}"))
        shutil.copytree(home.root, place.root)
        victim = context.Process(target=_die_before, args=(step, place, head))
        victim.start()
        victim.join()
        reached = open_ledger(place).head().sequence
        outcomes.add((victim.exitcode, reached))
        assert open_ledger(place).verify() == [], f"killed before step {step}"
        again = commit(place, built_on=head)
        assert (again.sequence, again.is_new) == (2, reached == 1)
        assert list((place.ledger / ".tmp").glob("*")) == []
    assert outcomes == {(-signal.SIGKILL, 1), (-signal.SIGKILL, 2), (0, 2)}


def test_verify_names_the_first_folder_that_was_changed(home: Home) -> None:
    for tax in range(3):
        commit(home, tax=f"{tax}::decimal(20,4)")
    path = home.ledger / "000003" / "document_taxes.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert open_ledger(home).verify() == [
        "ledger/000003: document_taxes.parquet was changed: its hash is not the one recorded."
    ]


def test_verify_names_a_changed_manifest_a_missing_folder_and_a_foreign_file(home: Home) -> None:
    for tax in range(3):
        commit(home, tax=f"{tax}::decimal(20,4)")
    ledger, marker = open_ledger(home), home.ledger / "000002" / "manifest.json"
    honest = marker.read_text()
    marker.write_text(honest.replace('"issue"', '"other"'))
    assert ledger.verify() == [
        "ledger/000002: its manifest is another than the one that stood here when it was last read."
    ]
    home.proven.unlink()
    assert ledger.verify() == ["ledger/000003: it does not follow from commit 2: the hash of that manifest differs."]
    marker.write_text(honest)
    (home.ledger / "000002" / "allocations.parquet").touch()
    assert ledger.verify() == ["ledger/000002: allocations.parquet is there but not in the manifest."]
    (home.ledger / "000002" / "allocations.parquet").unlink()
    shutil.rmtree(home.ledger / "000003")
    assert ledger.verify() == ["ledger/000003 is missing (the next folder is 000004)."]


def test_verify_sees_a_change_in_what_was_sent_before_a_commit(home: Home) -> None:
    sending.append(home, {"mail_key": "m1", "phase": "intent", "at": "2026-01-31T17:00:00+00:00"})
    commit(home)
    sending.append(home, {"mail_key": "m1", "phase": "outcome", "at": "2026-01-31T17:00:00+00:00", "state": "accepted"})
    assert open_ledger(home).verify() == []
    home.sending_log.write_bytes(home.sending_log.read_bytes().replace(b"m1", b"m2"))
    assert open_ledger(home).verify()[0].startswith("ledger/000002: the first")
