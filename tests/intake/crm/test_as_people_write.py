"""Tables as people and their programs write them: encodings, delimiters, days, digits, countries, languages, codes."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import Home
from tests.intake.deliveries import at, deliver, deliver_usage, lake, new_home, rejects, take_in

CUSTOMERS = "customer_id,name,address\nC1,青葉商事,東京都千代田区\nC2,Kita,Sapporo\n"


def customers(tmp_path: Path, content: str | bytes, *, name: str = "customers.csv") -> list[tuple[Any, ...]]:
    home = new_home(tmp_path)
    deliver(home, f"crm/{name}", content)
    take_in(home)
    return [(row["customer_id"], row["name"], row["address"]) for row in lake(home, "crm/customers", order="line_no")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_the_encoding_and_with_the_delimiter_it_has(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    content = CUSTOMERS.replace(",", delimiter).encode(encoding)
    expected = [("C1", "青葉商事", "東京都千代田区"), ("C2", "Kita", "Sapporo")]
    assert customers(tmp_path, content) == expected
    assert customers(tmp_path / "packed", gzip.compress(content), name="customers.csv.gz") == expected


@pytest.mark.parametrize("name", ["Renée Martin", "Müller GmbH", "Café", "José"])
def test_latin_letters_are_not_taken_for_japanese(tmp_path: Path, name: str) -> None:
    """Their row is refused as unreadable, and told, rather than billed under another name."""
    assert customers(tmp_path, f"customer_id,name,address\nC1,{name},x\nC2,b,y\n".encode("latin-1")) == [
        ("C2", "b", "y")
    ]


def test_a_broken_line_of_utf_8_costs_that_line_and_no_other_its_letters(tmp_path: Path) -> None:
    content = CUSTOMERS.encode() + "C3,青葉".encode()[:-1] + b",x\n"
    assert customers(tmp_path, content) == [("C1", "青葉商事", "東京都千代田区"), ("C2", "Kita", "Sapporo")]


@pytest.mark.parametrize(("encoding", "delimiter"), [("cp932", ","), ("utf-16", "\t"), ("utf-8", ";")])
def test_who_asks_for_erasure_is_erased_from_it_as_well(tmp_path: Path, encoding: str, delimiter: str) -> None:
    home = new_home(tmp_path)
    path = deliver(home, "crm/customers.csv", CUSTOMERS.replace(",", delimiter).encode(encoding))
    take_in(home, 1)
    deliver(home, "crm/erasures.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 2)
    assert path.read_bytes().decode(encoding) == CUSTOMERS.replace("青葉商事,東京都千代田区", "erased,").replace(
        ",", delimiter
    )
    assert [row["name"] for row in lake(home, "crm/customers", order="line_no")] == ["erased", "Kita"]


@pytest.mark.parametrize(
    "day", ["2026-09-01", "2026/9/1", "2026.09.1", "2026年9月1日", "２０２６／９／１", "2026/09/01"]
)
def test_a_day_may_be_written_as_people_write_it(tmp_path: Path, day: str) -> None:
    home = new_home(tmp_path)
    deliver(
        home, "crm/contracts.csv", f"contract_id,customer_id,plan_id,service_from,quantity\nK1,C1,p,{day},１２．５\n"
    )
    take_in(home)
    (row,) = lake(home, "crm/contracts")
    assert (str(row["service_from"]), f"{row['quantity']:f}") == ("2026-09-01", "12.500000000000")


@pytest.mark.parametrize("day", ["9/1/2026", "2026/13/1", "2026-02-30", "26/9/1", "2026-9", "20260901"])
def test_a_day_that_could_be_another_is_refused(tmp_path: Path, day: str) -> None:
    home = new_home(tmp_path)
    deliver(home, "crm/contracts.csv", f"contract_id,customer_id,plan_id,service_from\nK1,C1,p,{day}\n")
    take_in(home)
    assert rejects(home) == [(2, "service_from", "bad_date")]


def test_full_width_digits_are_digits_in_usage_too(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,１０", "e2,t,2026-10-01T00:00:00Z,K1,十")
    take_in(home)
    assert [int(row["quantity"]) for row in lake(home, "usage/*")] == [10]
    assert rejects(home) == [(3, "quantity", "bad_number")]


def of_customer(home: Home, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in lake(home, "crm/customers", order="line_no")]


def test_countries_and_languages_are_known_by_more_than_their_code(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    rows = [("USA", "en-US"), ("日本", "JA"), ("us", "de"), ("ＵＫ", ""), ("Atlantis", "fr_FR"), ("", "ja_JP.UTF-8")]
    deliver(home, "crm/customers.csv", "customer_id,name,country,locale\n"
            + "".join(f"C{number},n,{country},{locale}\n" for number, (country, locale) in enumerate(rows))
    )  # fmt: skip
    take_in(home)
    assert rejects(home) == []
    assert of_customer(home, "country", "locale") == [
        ("US", "en"), ("JP", "ja"), ("US", "de"), ("GB", None), ("Atlantis", "fr_fr"), (None, "ja"),
    ]  # fmt: skip


def test_a_currency_in_small_letters_is_that_currency(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    deliver(
        home, "crm/one_off_charges.csv", "charge_id,customer_id,charged_on,amount,currency\nO1,C1,2026-10-01,5,usd\n"
    )
    deliver(home, "catalog/sources/bank.yml", "source: bank\nkind: payments\nformat: csv\n"
            "columns: {booked_on: day, amount: yen, currency: money}\n")  # fmt: skip
    deliver(home, "payments/bank/a.csv", "day,yen,money\n2026-10-01,5,jpy\n")
    take_in(home)
    assert [row["currency"] for row in lake(home, "crm/one_off_charges")] == ["USD"]
    assert [row["currency"] for row in lake(home, "payments")] == ["JPY"]


@pytest.mark.parametrize(
    ("name", "guess"),
    [("crm/customer.csv", "crm/customers.csv"), ("crm/contract-changes.csv", "crm/contract_changes.csv"),
     ("crm/zebra.csv", "")],
)  # fmt: skip
def test_a_kind_that_is_nearly_one_is_guessed(tmp_path: Path, name: str, guess: str) -> None:
    home = new_home(tmp_path)
    deliver(home, name, "customer_id,name\nC1,a\n")
    told = take_in(home, at(1).as_of_date.day).messages[0]
    assert ("did you mean" in told) == bool(guess) and guess in told
