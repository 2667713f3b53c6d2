"""A preview is what the night then does, and leaves the home as it was."""

from __future__ import annotations

import fcntl
import hashlib
import io
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.published.preview import TABLES
from billing_jobs.errors import UsageError
from billing_jobs.intake.erasure.forget import forget_what_was_built, mark_what_was_built
from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import monthly
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.preview import preview
from billing_jobs.records import Run
from billing_jobs.settings import PROJECT_DIR, Home
from examples.demo.sendgrid_loopback import running
from tests.support import small_company
from tests.support.small_company import deliver

JANUARY = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
FEBRUARY = Run(date(2026, 2, 28), datetime(2026, 2, 28, 17, tzinfo=UTC))
ONE_OFF = (
    "charge_id,customer_id,charged_on,amount,currency,description,tax_code\n"
    "O1,C1,2026-02-20,3000,JPY,導入支援,standard\n"
)
DRAWN = (
    "customer_id",
    "document_type",
    "currency",
    "invoice_date",
    "due_date",
    "net_amount",
    "tax_amount",
    "total_amount",
)


def fingerprints(home: Home) -> dict[str, str]:
    """Every file of the home but what a preview makes and the lock, with its bytes' hash."""
    made = (home.preview_database, home.lock_file)
    return {
        str(path.relative_to(home.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path not in made and home.preview_report not in path.parents
    }


def previewed(home: Home, sql: str) -> list[dict[str, Any]]:
    with engine.connect(home.preview_database) as con:
        return engine.rows(con, sql)


@pytest.fixture(scope="module")
def billed_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The small company after January, with files of February in landing/ that nobody has taken in."""
    root = tmp_path_factory.mktemp("company")
    home = Home(root / "home")
    with running(root / "mails") as mail, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SENDGRID_API_KEY", "SG.preview")
        environment.setenv("BILLING_SENDGRID_HOST", mail.host)
        init(home, Run(date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)))
        small_company.move_in(home.landing)
        deliver(home.landing, "usage/metrics/jan.csv", small_company.usage_csv("2026-01-20"))
        monthly(home, JANUARY)
        deliver(home.landing, "usage/metrics/feb.csv", small_company.usage_csv("2026-02-10"))
        deliver(home.landing, "crm/one_off_charges.csv", ONE_OFF)
        yield home


@pytest.fixture
def home(billed_home: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(billed_home.root, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="module")
def shown(billed_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy with a preview of its next night, to be looked at."""
    home = Home(shutil.copytree(billed_home.root, tmp_path_factory.mktemp("shown") / "home", symlinks=True))
    preview(home, FEBRUARY)
    return home


def test_the_night_then_issues_and_mails_what_was_shown_and_the_home_was_left_as_it_was(home: Home) -> None:
    before = fingerprints(home)
    result = preview(home, FEBRUARY)
    assert fingerprints(home) == before
    assert (result.counts["stopped"], result.counts["drafts"], result.counts["papers"]) == (0, 2, 2)
    columns = ", ".join(DRAWN)
    drafts = previewed(home, f"select {columns} from drafts where hold_reason is null order by all")
    lines = previewed(home, "select contract_id, fee_id, period_from, net_amount from draft_lines order by all")
    mails = Counter(
        (row["purpose"], row["customer_id"]) for row in previewed(home, "select purpose, customer_id from mails_due")
    )
    known = len(sending.read(home))
    nightly(home, FEBRUARY)
    with engine.connect(home.published_database) as con:
        issued = engine.rows(
            con,
            f"select {columns} from invoices where issued_at = (select max(issued_at) from invoices) order by all",
        )
        issued_lines = engine.rows(
            con,
            "select contract_id, fee_id, period_from, net_amount from invoice_lines where document_id in "
            "(select document_id from invoices where issued_at = (select max(issued_at) from invoices)) order by all",
        )
    assert drafts == issued != []
    assert lines == issued_lines != []
    sent = [record for record in sending.read(home)[known:] if record["phase"] == "outcome"]
    assert mails == Counter((record["purpose"], record["customer_id"]) for record in sent) != Counter()
    with engine.connect(home.published_database) as con:
        shown = engine.rows(con, "select mail_key, state from deliveries order by all")
    outcomes = [record for record in sending.read(home) if record["phase"] == "outcome"]
    assert shown == sorted(({"mail_key": one["mail_key"], "state": "accepted"} for one in outcomes), key=str)


def test_the_tables_say_what_is_so_far(home: Home) -> None:
    preview(home, Run(date(2026, 2, 14), datetime(2026, 2, 14, 3, tzinfo=UTC)), as_of=date(2026, 2, 14))
    [usage] = previewed(
        home, "select contract_id, meter, quantity, unit, owed_amount, unbilled_amount from usage_so_far"
    )
    # 10 events of 50 on 10 February; 100 are free, the others cost 0.5.
    assert list(usage.values()) == ["K2", "api_calls", Decimal(500), "calls", Decimal(200), Decimal(200)]
    sales = previewed(
        home,
        "select product, department, currency, recognised_amount, invoiced_amount, drafted_amount from sales_so_far "
        "where month = date '2026-02-01' order by product, currency",
    )
    # Until 14 February: calls as above and 14 of 28 days of the base fee; seats of 10,000 for 15 January to 14 February
    # have 14 of 31 days in February; of the year's 365 dollars 14 days.
    assert [list(row.values())[:4] for row in sales if row["product"]] == [
        ["api", "platform", "JPY", Decimal("2700.0000")],
        ["support", "services", "USD", Decimal("14.0000")],
        ["workspace", "saas", "JPY", Decimal("4516.0000")],
    ]
    assert previewed(home, "select is_forecast from preview") == [{"is_forecast": True}]


def test_a_customer_stands_beside_its_last_month(shown: Home) -> None:
    rows = previewed(
        shown,
        "select customer_id, draft_amount, last_month, last_amount, difference from drafts_beside_last_month "
        "order by customer_id",
    )
    with engine.connect(shown.published_database) as con:
        january = {
            row["customer_id"]: row["amount"]
            for row in engine.rows(con, "select customer_id, sum(total_amount) as amount from invoices group by all")
        }
    assert [row["customer_id"] for row in rows] == ["C1", "C2"]
    for row in rows:
        assert row["last_month"] == date(2026, 1, 1)
        assert row["last_amount"] == january[row["customer_id"]]
        assert row["difference"] == row["draft_amount"] - row["last_amount"]
    page = (shown.preview_report / "index.html").read_text(encoding="utf-8")
    assert "株式会社青葉商事" in page and "2026-01" in page and "¥14,300" in page


def test_the_papers_are_stamped_and_have_no_number(shown: Home) -> None:
    papers = sorted((shown.preview_report / "papers").iterdir())
    assert [path.name.partition("-")[0] for path in papers] == ["C1", "C2"]
    for path in papers:
        reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
        text = "".join(page.extract_text() for page in reader.pages)
        assert "見本" in text and "発行時に採番" in text and "これは請求書ではなく" in text
        assert "INV-" not in text and "適格請求書" not in text
        assert "見本" in str(reader.metadata and reader.metadata.title)
    page = (shown.preview_report / "index.html").read_text(encoding="utf-8")
    assert all(f'href="papers/{path.name}"' in page for path in papers)


def test_every_table_says_its_grain_and_every_column_what_it_means(shown: Home) -> None:
    tables = previewed(shown, "select table_name, comment from duckdb_tables()")
    assert {row["table_name"] for row in tables} == set(TABLES)
    assert all(row["comment"].startswith(("One row per ", "One row: ")) for row in tables)
    silent = previewed(
        shown,
        "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''",
    )
    assert silent == []


def test_the_questions_of_the_page_for_analysts_have_an_answer(shown: Home) -> None:
    page = (PROJECT_DIR / "docs" / "analysts.md").read_text("utf-8")
    questions = [section for section in re.split(r"^##+ ", page, flags=re.MULTILINE) if section.startswith("Preview: ")]
    queries = [code for section in questions for code in re.findall(r"```sql\n(.*?)```", section, re.DOTALL)]
    assert len(queries) == len(questions) == 3
    assert all(previewed(shown, query) for query in queries)


def test_a_night_that_the_check_would_stop_is_told(home: Home) -> None:
    catalog = home.landing / "catalog" / "company.yml"
    catalog.write_text(
        catalog.read_text(encoding="utf-8").replace(
            "seat, kind: recurring, in: advance", "seat, kind: recurring, in: arrears"
        )
    )
    before = fingerprints(home)
    result = preview(home, FEBRUARY)
    assert result.counts["stopped"] == 1
    assert fingerprints(home) == before
    [row] = previewed(home, "select stopped_by from preview")
    assert "billed_definition_was_changed" in row["stopped_by"]
    assert "このままではチェックで止まり" in (home.preview_report / "index.html").read_text(encoding="utf-8")


def test_a_company_that_publishes_no_personal_data_has_none_in_its_preview(home: Home) -> None:
    catalog = home.landing / "catalog" / "company.yml"
    catalog.write_text(catalog.read_text(encoding="utf-8") + "publish: {personal: no}\n", encoding="utf-8")
    result = preview(home, FEBRUARY)
    assert any("no papers" in message for message in result.messages)
    columns = previewed(home, "select column_name from duckdb_columns() where not internal")
    assert {"name", "recipient"} & {row["column_name"] for row in columns} == set()
    shown = b"".join(path.read_bytes() for path in home.preview_report.rglob("*") if path.is_file())
    shown += home.preview_database.read_bytes()
    assert "青葉商事".encode() not in shown and b"keiri@aoba" not in shown


def test_what_a_preview_shows_is_gone_after_an_erasure(shown: Home, tmp_path: Path) -> None:
    home = Home(shutil.copytree(shown.root, tmp_path / "home", symlinks=True))
    assert home.preview_database.exists() and home.preview_report.exists()
    mark_what_was_built(home)
    forget_what_was_built(home)
    assert not home.preview_database.exists() and not home.preview_report.exists()


def test_a_night_that_has_been_is_no_preview(home: Home) -> None:
    with pytest.raises(UsageError, match="lies before the last finished one"):
        preview(home, FEBRUARY, as_of=date(2026, 1, 30))
    assert not home.preview_database.exists()
    assert not list(home.root.glob(".preview-*"))


def test_the_home_is_free_while_tables_are_built_and_what_a_crash_left_goes(home: Home) -> None:
    left = home.preview_room(1)
    left.root.mkdir()
    (left.root / "warehouse.duckdb").write_text("half")
    command = [sys.executable, "-c", "from billing_jobs.cli import main; main()"]
    moment = ["--home", str(home.root), "--now", FEBRUARY.now.isoformat(), "--wait", "0"]
    with subprocess.Popen([*command, *moment, "preview"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        room = home.preview_room(process.pid)
        while not (room.root / ".dbt" / "logs").exists():
            assert process.poll() is None, process.stdout and process.stdout.read().decode()
            time.sleep(0.01)
        with home.lock_file.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert process.poll() is None
        said = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 0, said
    assert not list(home.root.glob(".preview-*"))
    assert home.preview_database.exists()
