"""A home of an earlier version is played on by this one: only named mends move an amount,
and what was billed before waits for a person. Between two of its nights it is lost and restored from its backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs import pricing_rules
from billing_jobs.adapters.ledger import chain
from billing_jobs.jobs.backup import backup
from billing_jobs.jobs.restore import restore
from billing_jobs.jobs.status import status
from billing_jobs.jobs.verify import verify
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import running
from tests.scenarios.comparing import connect
from tests.upgrades import nights

FOLDER = nights.HERE / "home_of_0_1_0"
KEYS = {"charges": 8, "documents": 6}  # so many columns come before the amounts of a row
UPGRADE, NEXT = "2026-04-10", "2026-04-30"
HELD = """
    select contract_id, fee_id, period_from::varchar as period_from, reason, hold_reason, line_amount
    from draft_invoice_lines where hold_reason is not null order by all
"""

pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass
class Played:
    home: Home
    said: dict[str, dict[str, list[list[str]]]] = field(default_factory=dict)
    held: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    root = tmp_path_factory.mktemp("upgrade")
    with running(root / "mails") as mails, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SENDGRID_API_KEY", "SG.upgrades")
        environment.setenv("BILLING_SENDGRID_HOST", mails.host)
        found = Played(nights.unpack(FOLDER / "home.tar.gz", root / "home"))
        for night in (UPGRADE, NEXT):
            if night == NEXT:
                found.home = restored(found.home, root)
            nights.play(found.home, FOLDER / "next" / night)
            found.said[night] = nights.said(found.home)
            with connect(found.home.published_database) as tables:
                found.held[night] = tables.sql(HELD).fetchall()
        yield found


def restored(home: Home, root: Path) -> Home:
    """The drill: the home is backed up and lost, and the next night runs on what was put back."""
    backup(home, nights.run_of(UPGRADE), folder=root / "copy")
    found = Home(root / "restored")
    restore(found, nights.run_of(UPGRADE), folder=root / "copy")
    return found


def moved(night: str, table: str, rows: list[list[str]]) -> list[list[str]]:
    """night, table, key, column, before, after of each sum (and count of rows) that the version which made the home
    gives otherwise."""
    header, *expected = nights.read(FOLDER / "expected" / night / f"{table}.csv")
    assert rows[0] == header
    columns = [*header[KEYS[table] :], "rows"]
    before, after = _sums(expected, KEYS[table]), _sums(rows[1:], KEYS[table])
    nothing = [Decimal(0)] * len(columns)
    return [
        [night, table, " ".join(filter(None, key)), column, str(was), str(is_now)]
        for key in sorted({*before, *after})
        for column, was, is_now in zip(columns, before.get(key, nothing), after.get(key, nothing), strict=True)
        if was != is_now
    ]


def _sums(rows: list[list[str]], width: int) -> dict[tuple[str, ...], list[Decimal]]:
    found: dict[tuple[str, ...], list[Decimal]] = {}
    for row in rows:
        amounts = [*map(Decimal, row[width:]), Decimal(1)]
        found[tuple(row[:width])] = [
            one + other
            for one, other in zip(amounts, found.get(tuple(row[:width]), [Decimal(0)] * len(amounts)), strict=True)
        ]
    return found


def test_only_named_mends_move_an_amount(played: Played) -> None:
    header, *expected = nights.read(FOLDER / "moved.csv")
    assert header == ["mend", "night", "table", "key", "column", "before", "after"]
    found = [
        row for night, said in played.said.items() for table, rows in said.items() for row in moved(night, table, rows)
    ]
    assert sorted(found) == sorted(row[1:] for row in expected)
    known = {mend for mends in pricing_rules.VERSIONS.values() for mend in mends} | {
        "held_in_the_first_night"
    }  # late usage, that is
    assert {row[0] for row in expected} <= known


def test_nothing_of_before_is_adjusted_unasked_in_the_first_night(played: Played) -> None:
    """Every document of that night has first bills alone; what differs of before stands in held drafts of its own."""
    with connect(played.home.published_database) as tables:
        issued = tables.sql(
            "select distinct reason from invoice_lines inner join invoices using (document_id) "
            f"where invoice_date = '{UPGRADE[:8]}11'"
        ).fetchall()
    assert issued == [("charge",)]
    assert {(row[3], row[4]) for row in played.held[UPGRADE]} <= {("adjustment", "pricing_rule_changed")}


def test_the_manifests_say_which_rules_a_commit_was_made_under(played: Played) -> None:
    manifests = [
        chain.read_manifest(played.home.ledger, number) or {} for number in chain.sequences(played.home.ledger)
    ]
    versions = [manifest.get("pricing_rules", 1) for manifest in manifests]
    assert (versions[0], versions[-1]) == (1, pricing_rules.CURRENT)
    assert versions == sorted(versions)
    assert [manifest["job"] for manifest in manifests if "pricing_rules" in manifest.get("streams", {})] == ["issue"]
    assert verify(played.home, nights.run_of(NEXT)).counts["commits"] == len(manifests)


def test_the_last_night_again_changes_nothing(played: Played) -> None:
    result = nights.play(played.home, Path("2026-04-30"))
    assert not result.changed
    assert status(played.home, nights.run_of(NEXT))["last_night"]["as_of_date"].isoformat() == NEXT
