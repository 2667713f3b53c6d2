"""The comparison of two homes says what differs, and nothing when nothing does."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from billing_jobs.settings import Home
from tests.support.compare import main
from tests.upgrades.nights import HERE, unpack

PUBLISHED = (
    "select document_id, document_number, customer_id, total_amount, currency "
    "from read_parquet('{ledger}/*/documents.parquet', union_by_name = true)"
)


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    """Two copies of a home with what an analyst reads of it."""
    first = unpack(HERE / "home_of_0_1_0" / "home.tar.gz", tmp_path / "first")
    first.published.mkdir(exist_ok=True)
    with duckdb.connect(str(first.published_database)) as con:
        con.execute(f"create table invoices as {PUBLISHED.format(ledger=first.ledger)}")
        con.execute(
            "create table receivables_aging as select customer_id, currency, sum(total_amount) as total "
            "from invoices group by all"
        )
    first.reports.mkdir(exist_ok=True)
    (first.reports / "journal_2026-01.csv").write_text(
        "entry_id,line_no,amount\ne1,1,100.0000\ne1,2,100.0000\n", encoding="utf-8"
    )
    shutil.copytree(first.root, tmp_path / "second", symlinks=True)
    return first, Home(tmp_path / "second")


def said(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main([*(str(home.root) for home in homes), *options])
    return code, capsys.readouterr().out


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.published_database)) as con:
        con.execute(sql)


def test_equal_homes_say_the_same(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(homes, capsys) == (0, "The homes say the same.\n")


def test_a_changed_amount_is_told_with_its_key(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]) -> None:
    change(homes[1], "update invoices set total_amount = total_amount + 1 where document_number = 'H-2026-00001'")
    code, text = said(homes, capsys)
    assert code == 1
    assert "published invoices (key: document_id): 1 changed" in text
    assert "total_amount: 24686 -> 24687" in text
    assert "1 tables" in text


def test_a_row_that_only_one_home_has_is_told(homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]) -> None:
    change(homes[1], "delete from invoices where document_number = 'H-2026-00003'")
    code, text = said(homes, capsys)
    assert code == 1
    assert "published invoices (key: document_id): 1 missing" in text
    assert "document_number=H-2026-00003" in text
    code, text = said((homes[1], homes[0]), capsys)
    assert (code, "1 unexpected" in text) == (1, True)


def test_many_differences_are_limited_with_a_count(
    homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    change(homes[1], "update invoices set total_amount = total_amount + 1")
    code, text = said(homes, capsys, "--limit", "2")
    assert code == 1
    assert text.count("total_amount:") == 2
    assert "changed    … and 31 more" in text


def test_rows_of_a_ledger_stream_are_compared_and_not_its_manifests(
    homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    path = homes[1].ledger / "000002" / "document_lines.parquet"
    duckdb.sql(
        "copy (select * replace (net_amount + 5 as net_amount, 77 as commit_sequence) "
        f"from read_parquet('{path}')) to '{path}.new' (format parquet)"
    )
    Path(f"{path}.new").replace(path)
    code, text = said(homes, capsys)
    assert code == 1
    assert "ledger document_lines (key: line_id)" in text
    assert "commit_sequence" not in text
    (homes[1].ledger / "000002" / "manifest.json").write_text("{}", encoding="utf-8")
    assert said(homes, capsys) == (code, text)


def test_a_paper_and_a_journal_export_are_compared(
    homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    paper = homes[1].documents / "2026" / "01" / "H-2026-00001.pdf"
    shutil.copy(homes[1].documents / "2026" / "02" / "H-2026-00005.pdf", paper)
    (homes[1].reports / "journal_2026-01.csv").write_text("entry_id,line_no,amount\ne1,1,100.0000\n", encoding="utf-8")
    code, text = said(homes, capsys)
    assert code == 1
    assert "papers 2026/01/H-2026-00001.pdf" in text
    assert "+" in text and "H-2026-00005" in text
    assert "journals journal_2026-01.csv (key: entry_id, line_no): 1 missing" in text


def test_an_added_column_is_a_note_and_a_lost_one_a_difference(
    homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    change(homes[1], "alter table invoices add column owner varchar")
    code, text = said(homes, capsys)
    assert (code, "new column owner" in text) == (0, True)
    code, text = said((homes[1], homes[0]), capsys)
    assert (code, "column owner" in text) == (1, True)


def test_a_table_without_a_key_is_compared_row_by_row(
    homes: tuple[Home, Home], capsys: pytest.CaptureFixture[str]
) -> None:
    for home in homes:
        change(home, "create table loose as select * from (values ('a', 1), ('a', 1), ('b', 2)) as rows(name, amount)")
    change(homes[1], "delete from loose; insert into loose values ('a', 1), ('b', 2), ('b', 2)")
    code, text = said(homes, capsys)
    assert code == 1
    assert "published loose (key: the whole row): 1 missing, 1 unexpected" in text
