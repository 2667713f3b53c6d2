"""A cell that somebody chose is text in every file that people open; numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.spreadsheets import write_csv
from billing_jobs.documents.quality_trend import as_csv, findings
from billing_jobs.formats.spreadsheet_cells import harmless
from billing_jobs.settings import PROJECT_DIR

CELLS = {
    "=1+1": "'=1+1", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)",
    "\tx": "'\tx", "\rx": "'\rx", "\n=x": "'\n'=x", " =x": " '=x", "＝1+1": "'＝1+1",
    "＋1": "'＋1", "－a": "'－a", "＠x": "'＠x",
    "a;=1": "a;'=1", "a\n-1+2": "a\n'-1+2", "=HYPERLINK(\"http://x\")": "'=HYPERLINK(\"http://x\")",
    "plain": "plain", "a=b": "a=b", "a-b": "a-b", "a@x.jp": "a@x.jp", "株式会社": "株式会社", "": "", "'=1": "'=1",
    "-12.50": "-12.50", "+81": "+81", "0012": "0012", "-": "'-", "1e5": "1e5", "-1e5": "'-1e5", "a'b\"c": "a'b\"c",
}  # fmt: skip
WRITES = re.compile(r"format csv|csv\.(writer|DictWriter)|to_csv|write_csv\(|openpyxl|xlsxwriter|to_excel")
OURS = {
    "adapters/spreadsheets.py",
    "documents/quality_trend.py",
    "adapters/ledger/journal.py",
    "adapters/warehouse/simulation.py",
    "adapters/published/preview.py",
}
# Who reads what these write is a program: facts in landing/, files for the loading of others.
FOR_PROGRAMS = {
    "intake/crm/quoting.py",
    "formats/redaction.py",
    "formats/bank_redaction.py",
    "intake/reading/sheets.py",  # for the engine; and a delivered sheet again, its text as text
    "year/company/files.py",
}


@pytest.mark.parametrize(("given", "cell"), CELLS.items(), ids=ascii)
def test_what_a_spreadsheet_would_run_is_text(given: str, cell: str) -> None:
    assert harmless(given) == cell
    assert harmless(cell) == cell or not given


def test_a_table_of_the_engine_is_written_alike_and_its_numbers_stay(tmp_path: Path) -> None:
    with engine.connect() as con:
        con.execute(
            "create table made as select unnest(cast(? as varchar[])) as text, -1.50::decimal(20, 4) as amount, "
            "-3 as count, date '2026-01-31' as day, ['=1', 'a'] as list, null::varchar as nothing, true as yes",
            [list(CELLS)],
        )
        write_csv(con, 'select *, text as "=head" from made', tmp_path / "a.csv", with_mark=True)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["text"] for row in rows] == list(CELLS.values())
    assert {(row["amount"], row["count"], row["day"], row["list"], row["nothing"], row["yes"]) for row in rows} == {
        ("-1.5000", "-3", "2026-01-31", "['=1', a]", "", "true")
    }
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_rows_keep_the_order_of_the_query(tmp_path: Path) -> None:
    with engine.connect() as con:
        write_csv(con, "select range::varchar as n from range(20000) order by range desc", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().split()[1:] == [str(number) for number in reversed(range(20000))]


def test_the_file_of_border_rules_runs_nothing() -> None:
    result = {"rule": "=1+1", "table": "@x", "border": "in", "severity": "warning", "success": False, "rows": 3}
    content = as_csv(findings([(date(2026, 1, 31), [result])])).decode()
    assert content.splitlines()[1] == "2026-01-31,'=1+1,'@x,in,warning,3"


def test_no_other_module_writes_tables_for_people() -> None:
    src = PROJECT_DIR / "src" / "billing_jobs"
    writers = {str(path.relative_to(src)) for path in src.rglob("*.py") if WRITES.search(path.read_text("utf-8"))}
    assert writers == OURS | FOR_PROGRAMS
