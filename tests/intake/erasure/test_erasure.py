"""Erasure on request: what is personal leaves landing/ and the lake, and no later file or rebuild brings it back."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
import zstandard

from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.intake.erasure import erase as erase_module
from billing_jobs.intake.keeping.kept import KEPT
from billing_jobs.intake.landing_files import Found
from billing_jobs.settings import Home
from tests.intake.deliveries import at, deliver, lake, new_home, take_in

HEADER = "customer_id,name,name_kana,email,country,address,birth_date,favourite_colour\r\n"
ANNA = 'C1,Anna Tanaka,タナカ アンナ,anna@example.jp,JP,"1-2-3 Chiyoda\r\nTokyo",1990-01-02,mauve\r\n'
BEN = 'C2,"Ben ""B"" Sato",,ben@example.jp,JP,,,teal\r\n'
ERASE = "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n"
SECRETS = ("Anna", "Tanaka", "タナカ", "anna@example.jp", "Chiyoda", "1990-01-02", "mauve", "1234567")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    deliver(home, "crm/customers-1.csv", HEADER + ANNA + BEN)
    deliver(home, "crm/payer_aliases-1.csv", "alias,customer_id\nTanaka Anna,C1\nSato Ben,C2\n")
    deliver(
        home,
        "crm/payment_methods-1.csv",
        "payment_method_id,customer_id,kind,account_number,card_exp_year\nP1,C1,card,1234567,2030\n",
    )
    take_in(home, 1)
    return home


def what_is_left(home: Home) -> list[str]:
    """Files of landing/ and the lake in which a secret can still be read, Parquet by its rows."""
    found = []
    for path in sorted([*home.landing.rglob("*"), *home.lake.rglob("*")]):
        if path.is_file():
            if path.suffix == ".parquet":
                with connect() as con:
                    text = json.dumps(rows(con, f"from '{path}'"), default=str, ensure_ascii=False)
            else:
                text = bytes_of(path).decode("utf-8", "replace")
            if any(secret in text for secret in SECRETS):
                found.append(path.name)
    return found


def bytes_of(path: Path) -> bytes:
    content = path.read_bytes()
    if path.parent.name == KEPT:
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def customers(home: Home) -> list[tuple[object, ...]]:
    return [
        (row["customer_id"], row["name"], row["email"], row["country"], row["line_no"], str(row["received_at"])[:10])
        for row in lake(home, "crm/customers")
    ]


def erase(home: Home, day: int = 2) -> None:
    deliver(home, "crm/erasures-1.csv", ERASE)
    take_in(home, day)


def test_nothing_personal_is_left_and_the_neighbours_stay_byte_for_byte(home: Home) -> None:
    erase(home)
    assert what_is_left(home) == []
    assert customers(home) == [
        ("C1", "erased", None, "JP", 2, "2026-10-01"),
        ("C2", 'Ben "B" Sato', "ben@example.jp", "JP", 4, "2026-10-01"),
    ]
    content = (home.landing / "crm/customers-1.csv").read_bytes().decode()
    assert content.startswith(HEADER)
    assert content.endswith(BEN)


def test_a_rebuild_from_landing_gives_the_same_rows_and_does_not_bring_it_back(home: Home) -> None:
    erase(home)
    before = customers(home), lake(home, "crm/payer_aliases"), lake(home, "crm/payment_methods")
    shutil.rmtree(home.lake)
    take_in(home, 3)
    assert (customers(home), lake(home, "crm/payer_aliases"), lake(home, "crm/payment_methods")) == before
    assert what_is_left(home) == []


def test_the_next_ingest_has_nothing_to_do(home: Home) -> None:
    erase(home)
    assert take_in(home, 3).messages == ("Nothing new has landed.",)


def test_the_log_says_what_was_redacted_and_nothing_of_it(home: Home) -> None:
    erase(home)
    told = [json.loads(line) for line in (home.landing / "erasures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["path"], line["rows"], line["at"]) for line in told] == [
        (f"crm/{kind}-1.csv", 1, at(2).now.isoformat()) for kind in ("customers", "payer_aliases", "payment_methods")
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["crm/customers-1.csv", "crm/customers-2.csv"])
def test_the_original_delivered_again_is_redacted_again(home: Home, name: str) -> None:
    erase(home)
    deliver(home, name, HEADER + ANNA + BEN)
    take_in(home, 3)
    assert what_is_left(home) == []
    assert take_in(home, 4).messages == ("Nothing new has landed.",)


def test_a_later_file_in_any_form_is_redacted_when_it_comes(home: Home) -> None:
    erase(home)
    row = {"customer_id": "C1", "name": "Anna Tanaka", "email": "anna@example.jp", "country": "JP"}
    deliver(home, "crm/customers-3.jsonl", json.dumps(row) + "\nnot json\n")
    deliver(home, "crm/customers-4.csv.gz", gzip.compress((HEADER + ANNA).encode()))
    with connect() as con:
        con.execute(
            "copy (select 'C1' as customer_id, 'Anna' as name, date '1990-01-02' as birth_date) to "
            f"'{home.landing}/crm/customers-5.parquet' (format parquet)"
        )
    take_in(home, 3)
    assert what_is_left(home) == []
    assert [row[1] for row in customers(home) if row[0] == "C1"] == ["erased"] * 4


def test_a_refused_row_of_the_customer_is_redacted_too(home: Home) -> None:
    deliver(home, "crm/customers-6.csv", "customer_id,name,birth_date,country\nC1,Anna Tanaka,yesterday,JP\n")
    take_in(home, 1)
    erase(home)
    assert what_is_left(home) == []


def test_a_file_that_arrives_while_customers_are_erased_waits_for_the_next_ingest(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the landing folder when erasing lists it, and nobody has received it yet."""
    listed = erase_module.find_files

    def with_a_late_file(landing: Path, *, lake: Path) -> list[Found]:
        deliver(home, "crm/customers-2.csv", HEADER + ANNA)
        return listed(landing, lake=lake)

    with monkeypatch.context() as late:
        late.setattr(erase_module, "find_files", with_a_late_file)
        erase(home)
    assert what_is_left(home) == ["customers-2.csv"]
    take_in(home, 3)
    assert what_is_left(home) == []


def test_what_was_changed_after_it_was_received_is_erased_in_both_forms(home: Home) -> None:
    """The version that holds lies in its kept copy, another one under its name."""
    deliver(home, "crm/customers-1.csv", HEADER + ANNA.replace("mauve", "Anna mauve"))
    erase(home)
    assert what_is_left(home) == []
    before = customers(home)
    shutil.rmtree(home.lake)
    take_in(home, 3)
    assert (customers(home), what_is_left(home)) == (before, [])
    assert take_in(home, 4).messages == ("Nothing new has landed.",)


def test_the_copy_of_a_file_that_is_gone_is_erased(home: Home) -> None:
    (home.landing / "crm/customers-1.csv").unlink()
    erase(home)
    assert what_is_left(home) == []
    before = customers(home)
    shutil.rmtree(home.lake)
    take_in(home, 3)
    assert (customers(home), what_is_left(home)) == (before, [])


def test_a_crash_between_the_log_and_the_file_is_made_good(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(path: Path, content: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("billing_jobs.intake.erasure.erase._replace", crash)
        with pytest.raises(KeyboardInterrupt):
            erase(home)
    take_in(home, 3)
    assert what_is_left(home) == []
    assert [row[1] for row in customers(home)] == ["erased", 'Ben "B" Sato']
