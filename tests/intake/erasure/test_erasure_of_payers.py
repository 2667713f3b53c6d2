"""Erasure in bank files: who paid goes, the deposit stays with its id, and neither a rebuild nor a longer statement
brings the name back."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from billing_jobs.adapters.duckdb import connect, sql_text
from billing_jobs.formats.bank_redaction import redact_zengin
from billing_jobs.settings import Home
from tests.intake.deliveries import deliver, lake, new_home, take_in

SAMPLES = Path(__file__).parents[2] / "formats" / "data"
ZENGIN = "source: bank\nkind: payments\nformat: zengin_01\nencoding: cp932\n"
CSV = (
    "source: web\nkind: payments\nformat: csv\nencoding: cp932\ncurrency: JPY\naccount: web-1\n"
    "columns: {booked_on: 日付, amount: 金額, remitter_name: 名義, reference: 摘要}\n"
)
HEADER = "日付,金額,名義,摘要,メモ\r\n"
ANNA = '2026-09-28,1100,ﾀﾅｶ ｱﾝﾅ,INV-1,"田中様\r\nより"\r\n'
BEN = "2026-09-29,2200,ｻﾄｳ ﾍﾞﾝ,INV-2,佐藤様\r\n"
CUSTOMERS = (
    "customer_id,name,name_kana\nC1,Anna,タナカ アンナ\nC2,Ben,サトウ ベン\n"
    "C3,Shop,ヤマダ ショウテン\nC4,Same,ヤマダ ショウテン\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    deliver(home, "catalog/sources/bank.yml", ZENGIN)
    deliver(home, "catalog/sources/web.yml", CSV)
    deliver(home, "crm/customers-1.csv", CUSTOMERS)
    deliver(home, "payments/web/1.csv", (HEADER + ANNA + ANNA + BEN).encode("cp932"))
    deliver(home, "payments/bank/1.txt", (SAMPLES / "01_nyukin_a_crlf.txt").read_bytes())
    take_in(home, 1)
    return home


def erase(home: Home, *customers: str, day: int = 2) -> None:
    rows = "".join(f"E{day}-{customer},{customer},2026-10-02\n" for customer in customers)
    deliver(home, f"crm/erasures-{day}.csv", "erasure_id,customer_id,requested_on\n" + rows)
    take_in(home, day)


def deposits(home: Home, source: str) -> list[tuple[object, ...]]:
    rows = lake(home, "payments", order="file_name, line_no")
    return [
        (row["payment_id"], row["line_no"], row["amount"], row["reference"], row["remitter_name"], row["payer_key"])
        for row in rows
        if row["source"] == source
    ]


def names(home: Home, source: str) -> list[object]:
    return [row[4] for row in deposits(home, source)]


def test_who_paid_goes_and_the_deposit_keeps_its_id_its_line_and_its_neighbours(home: Home) -> None:
    before = deposits(home, "web")
    erase(home, "C1")
    assert deposits(home, "web") == [(*row[:4], "", "") if row[1] != 6 else row for row in before]
    content = (home.landing / "payments/web/1.csv").read_bytes().decode("cp932")
    assert content == HEADER + "2026-09-28,1100,,INV-1,\r\n\r\n" * 2 + BEN
    assert names(home, "bank")[0] != ""


def test_neither_a_rebuild_nor_a_longer_statement_nor_the_original_brings_it_back(home: Home) -> None:
    erase(home, "C1")
    before = deposits(home, "web")
    shutil.rmtree(home.lake)
    take_in(home, 3)
    assert deposits(home, "web") == before
    deliver(home, "payments/web/2.csv", (HEADER + ANNA + ANNA + BEN + BEN).encode("cp932"))
    deliver(home, "payments/web/1.csv", (HEADER + ANNA + ANNA + BEN).encode("cp932"))
    take_in(home, 4)
    assert [row[:4] for row in deposits(home, "web")][:3] == [row[:4] for row in before]
    assert [row[2] for row in deposits(home, "web")] == [1100, 1100, 2200, 2200]
    left = [
        path.name
        for path in (home.landing / "payments" / "web").rglob("*")
        if path.is_file() and "ﾀﾅｶ".encode("cp932") in path.read_bytes()
    ]
    assert left == []
    assert take_in(home, 5).messages == ("Nothing new has landed.",)


def test_a_name_that_a_living_customer_shares_is_erased_only_where_the_ledger_says_whose_it_was(home: Home) -> None:
    erase(home, "C3")
    assert all(names(home, "bank"))
    (first, *others) = deposits(home, "bank")
    folder = min(path for path in home.ledger.iterdir() if path.name.isdigit())
    with connect() as con:
        con.execute(
            f"copy (select 'd' as document_id, 'C3' as customer_id) to {sql_text(folder / 'documents.parquet')} "
            "(format parquet)"
        )
        con.execute(
            f"copy (select 'd' as document_id, {sql_text(str(first[0]))} as payment_id) to "
            f"{sql_text(folder / 'allocations.parquet')} (format parquet)"
        )
    take_in(home, 4)
    assert deposits(home, "bank") == [(*first[:4], "", ""), *others]
    said = (home.landing / "payments/bank/1.txt").read_bytes()
    original = (SAMPLES / "01_nyukin_a_crlf.txt").read_bytes()
    assert len(said) == len(original)
    assert [one == other for one, other in zip(said.split(b"\r\n"), original.split(b"\r\n"), strict=True)].count(
        False
    ) == 1


def test_the_log_says_which_lines_and_not_who(home: Home) -> None:
    erase(home, "C1")
    log = home.erasures_log.read_text(encoding="utf-8")
    told = [json.loads(line) for line in log.splitlines()]
    assert [(line["path"], line["rows"]) for line in told] == [("payments/web/1.csv", 2), ("crm/customers-1.csv", 1)]
    assert list(told[0]["payments"]) == ["2", "4"]
    assert not [name for name in ("ﾀﾅｶ", "タナカ", "Anna", "田中") if name in log]


def test_a_packed_file_is_redacted_too_and_tables_made_before_go(home: Home) -> None:
    deliver(home, "payments/web/3.csv.gz", gzip.compress((HEADER + ANNA.replace("1100", "55")).encode("cp932")))
    take_in(home, 1)
    home.warehouse.write_bytes(b"old pages")
    (home.views / "2026").mkdir(parents=True)
    erase(home, "C1")
    assert b"INV-1" in gzip.decompress((home.landing / "payments/web/3.csv.gz").read_bytes())
    assert "ﾀﾅｶ".encode("cp932") not in gzip.decompress((home.landing / "payments/web/3.csv.gz").read_bytes())
    assert not home.warehouse.exists()
    assert not home.views.exists()


def test_records_without_separators_are_blanked_in_place() -> None:
    content = (SAMPLES / "01_nyukin_a_nosep.txt").read_bytes()
    made = redact_zengin(content, {2})
    assert len(made) == len(content)
    assert made[:200] + made[400:] == content[:200] + content[400:]
    assert made[249:297] == b" " * 48
