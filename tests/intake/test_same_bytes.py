"""The same bytes under another name are taken once: again where no row of them was taken before, never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import deliver, lake, new_home, rebuild, take_in

BANK = "source: bank\nkind: payments\nformat: csv\ncurrency: JPY\ncolumns: {booked_on: day, amount: %s}\n"
DEPOSITS = "day,yen\n2026-10-01,500\n"
REFUSED = "charge_id,customer_id,charged_on,amount,currency\nO1,C1,soon,5,JPY\n"
GOOD = REFUSED.replace("soon", "2026-10-01")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def reasons(home: Home) -> list[tuple[str, str]]:
    return [(row["file_name"], row["reason_code"]) for row in lake(home, "rejects", order="file_name, line_no")]


def taken(home: Home, stream: str) -> list[str]:
    return [row["file_name"] for row in lake(home, stream)]


def test_bytes_of_which_no_row_was_taken_are_judged_again(home: Home) -> None:
    deliver(home, "crm/one_off_charges.csv", REFUSED)
    take_in(home, 1)
    deliver(home, "crm/one_off_charges-2.csv", REFUSED)
    take_in(home, 2)
    assert reasons(home) == [("crm/one_off_charges-2.csv", "bad_date"), ("crm/one_off_charges.csv", "bad_date")]


def test_bytes_of_which_a_row_was_taken_are_not_taken_twice(home: Home) -> None:
    deliver(home, "crm/one_off_charges.csv", GOOD)
    take_in(home, 1)
    deliver(home, "crm/one_off_charges-2.csv", GOOD)
    take_in(home, 2)
    assert taken(home, "crm/one_off_charges") == ["crm/one_off_charges.csv"]
    assert reasons(home) == [("crm/one_off_charges-2.csv", "same_file_again")]


def test_a_bank_s_file_that_its_profile_could_not_read_is_taken_under_a_new_name_once_the_profile_can(
    home: Home,
) -> None:
    """And the first one, which the mended profile can read as well, is then the repetition: in a rebuild, too."""
    deliver(home, "catalog/sources/bank.yml", BANK % "amount")
    deliver(home, "payments/bank/a.csv", DEPOSITS)
    take_in(home, 1)
    assert reasons(home) == [("payments/bank/a.csv", "missing_column")]
    deliver(home, "catalog/sources/bank.yml", BANK % "yen")
    deliver(home, "payments/bank/b.csv", DEPOSITS)
    take_in(home, 2)
    found = (taken(home, "payments"), reasons(home))
    assert len(found[0]) == 1
    assert [reason for _, reason in found[1]] == ["same_file_again"]
    rebuild(home)
    assert (taken(home, "payments"), reasons(home)) == found


def test_a_file_whose_rows_are_all_known_already_counts_as_taken(home: Home) -> None:
    deliver(home, "catalog/sources/bank.yml", BANK % "yen")
    deliver(home, "payments/bank/a.csv", DEPOSITS + "2026-10-02,7\n")
    deliver(home, "payments/bank/b.csv", DEPOSITS)
    take_in(home, 1)
    deliver(home, "payments/bank/c.csv", DEPOSITS)
    take_in(home, 2)
    assert reasons(home) == [("payments/bank/c.csv", "same_file_again")]
