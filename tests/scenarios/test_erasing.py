"""A customer is erased: no byte and no row of the home still says who it was, but issued documents,
quotes and the ledger."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.patches import PLAIN
from billing_jobs.adapters.published import personal, publish, quotes
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.quote import quote
from billing_jobs.jobs.status import status
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.support.compare import compare

from .stories import HERE

JANUARY = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
AGO = Run(date(2026, 1, 30), datetime(2026, 1, 30, 17, tzinfo=UTC))
FEBRUARY = Run(date(2026, 2, 28), datetime(2026, 2, 28, 17, tzinfo=UTC))
LATER = Run(FEBRUARY.as_of_date, FEBRUARY.now + timedelta(hours=3))
SECRETS = (
    "田中",
    "安奈",
    "タナカアンナ",
    "ﾀﾅｶｱﾝﾅ",
    "anna@example.jp",
    "anna.cc@example.jp",
    "090-1234-5678",
    "千代田1-1",
    "1990-01-02",
    "登山",
)
OF_WHO_STAYS = ("佐藤", "サトウツトム", "ｻﾄｳﾂﾄﾑ", "ben@example.jp", "丸の内1-1")
DEPOSITS = (
    "booked_on,value_on,amount,currency,direction,remitter_name,bank_transaction_id,reference,remitter_code,is_reversal"
)
FILES = {
    "crm/customers_1.csv": (
        "customer_id,name,name_kana,email,cc_emails,locale,country,postal_code,address,phone,birth_date,hobby\n"
        "C1,田中 安奈,タナカアンナ,anna@example.jp,anna.cc@example.jp,ja,JP,"
        "100-0001,東京都千代田区千代田1-1,090-1234-5678,1990-01-02,登山\n"
        "C2,佐藤 勉,サトウツトム,ben@example.jp,,ja,JP,100-0001,東京都千代田区丸の内1-1,,,"
    ),
    "crm/contracts_1.csv": (
        "contract_id,customer_id,plan_id,service_from,contact\nK1,C1,desk,2026-01-01,田中\nK2,C2,desk,2026-01-01,佐藤"
    ),
    "crm/quotes_1.csv": (
        "quote_id,customer_id,quoted_on,valid_until,status,contact\nQ1,C1,2026-01-10,2026-03-31,sent,田中"
    ),
    "crm/quote_lines_1.csv": "quote_id,line_no,plan_id\nQ1,1,desk",
    "payments/bank_csv/1.csv": (f"{DEPOSITS}\n2026-01-30,2026-01-30,500,JPY,in,ﾀﾅｶｱﾝﾅ,t1,,,"),
}

NEWS = {
    "crm/contracts_2.csv": "contract_id,customer_id,plan_id,service_from\nK3,C2,calls,2026-02-10",
    "crm/one_off_charges_2.csv": (
        "charge_id,customer_id,charged_on,amount,currency,description,tax_code\n"
        "O1,C2,2026-02-20,1000,JPY,Setup,standard"
    ),
    "usage/metrics/1.csv": (
        "event_id,event_type,event_at,contract_id,quantity\ne1,api.request,2026-02-11T12:00:00+09:00,K3,20000"
    ),
    "payments/bank_csv/2.csv": (f"{DEPOSITS}\n2026-02-27,2026-02-27,700,JPY,in,ｻﾄｳﾂﾄﾑ,t2,,,"),
}


def deliver(home: Home, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line.strip()}\n" for line in text.splitlines()), encoding="utf-8")


def who_says(root: Path, secrets: tuple[str, ...] = SECRETS) -> set[str]:
    """Files below a folder in which a secret can be read, in their bytes or in the rows of their tables."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and any(_is_in(text, secrets) for text in texts_of(path))
    }


def texts_of(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield gzip.decompress(content) if path.suffix == ".gz" else content
    with engine.connect() as con:
        tables = [f"read_parquet({engine.sql_text(path)})"] if path.suffix == ".parquet" else []
        if path.suffix == ".duckdb" and content:
            con.execute(f"attach {engine.sql_text(path)} as found (read_only)")
            sql = (
                "select table_schema, table_name from information_schema.tables where table_catalog = 'found' "
                "and table_type = 'BASE TABLE'"
            )
            tables = [f'found."{schema}"."{name}"' for schema, name in con.execute(sql).fetchall()]
        for table in tables:
            yield str(con.execute(f"from {table}").fetchall()).encode()


def _is_in(text: bytes, secrets: tuple[str, ...]) -> bool:
    return any(secret.encode(encoding) in text for secret in secrets for encoding in ("utf-8", "cp932"))


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory, mail_server: None) -> tuple[Home, set[str], set[str]]:
    """A home after the night of an erasure; who said the name before, and between that ingest and the night."""
    home = Home(tmp_path_factory.mktemp("erased") / "home")
    init(home, JANUARY)
    shutil.copytree(HERE / "catalog", home.landing / "catalog", dirs_exist_ok=True)
    deliver(home, FILES)
    nightly(home, JANUARY)
    quote(home, JANUARY, quote_id="Q1")
    nightly(home, Run(JANUARY.as_of_date, JANUARY.now + timedelta(hours=3)))
    nightly(home, AGO)
    for name in (
        ".candidate.1.part",
        "published/.billing.1.part",
        "quotes/.pricing/landing/crm/customers.csv",
        "reports/data_docs/in/old.html",
        "reports/preview/index.html",
        ".preview-1/landing/crm/customers.csv",
    ):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text("left by a crash: 田中", encoding="utf-8")
    before = who_says(home.root)
    deliver(home, {"crm/erasures_1.csv": "erasure_id,customer_id,requested_on,name\nE1,C1,2026-02-20,田中 安奈"})
    ingest(home, FEBRUARY)
    between = who_says(home.root)
    nightly(home, FEBRUARY)
    return home, before, between


def kept_by_law(path: str) -> bool:
    return path.startswith(("ledger/", "documents/"))


def test_the_search_finds_the_name_wherever_it_was(erased: tuple[Home, set[str], set[str]]) -> None:
    _, before, _ = erased
    folders = {path.partition("/")[0] for path in before}
    assert folders >= {
        "landing",
        "lake",
        "ledger",
        "published",
        "views",
        "warehouse.duckdb",
        "candidate.duckdb",
        "quotes",
        "reports",
        ".candidate.1.part",
    }
    assert {"lake/sending/sending.parquet", "published/parquet/000001/customers.parquet"} <= before


def test_until_the_next_publication_only_what_analysts_read_has_it(erased: tuple[Home, set[str], set[str]]) -> None:
    _, _, between = erased
    assert {path for path in between if not kept_by_law(path) and not path.startswith("published/")} == set()


def test_after_the_night_nobody_says_it_but_the_ledger_and_the_papers(erased: tuple[Home, set[str], set[str]]) -> None:
    home, _, _ = erased
    assert {path for path in who_says(home.root) if not kept_by_law(path)} == set()
    assert [path.name for path in (home.published / "parquet").iterdir() if path.name.isdigit()] == ["000003"]
    with engine.connect(home.published_database) as con:
        assert con.execute("select customer_id, name from customers order by all").fetchall() == [
            ("C1", "erased"),
            ("C2", "佐藤 勉"),
        ]
        assert con.execute("select distinct customer_id, recipient from deliveries order by all").fetchall() == [
            ("C1", "erased"),
            ("C2", "ben@example.jp"),
        ]


def test_who_stays_is_named_to_analysts_only_where_personal_columns_are_published(
    erased: tuple[Home, set[str], set[str]], tmp_path: Path
) -> None:
    """The customer who asked for nothing, with a whole night's tables; the catalog says `publish: {personal: no}`."""
    home = Home(shutil.copytree(erased[0].root, tmp_path / "home", symlinks=True))
    assert who_says(home.published, OF_WHO_STAYS)
    deliver(home, {"catalog/publish.yml": "publish: {personal: no}"})
    ingest(home, LATER)
    assert personal.are_published(erased[0]) and not personal.are_published(home)
    publish.publish(home, with_personal=personal.are_published(home))
    assert who_says(home.published, OF_WHO_STAYS) == set()
    customer = quotes._customers(home, duckdb.connect(str(home.published_database), read_only=True), "C2")[0]
    assert customer["name"] == "佐藤 勉"


def test_a_night_leaves_its_files_to_their_owner(erased: tuple[Home, set[str], set[str]]) -> None:
    """All but what others delivered and what the test itself put there."""
    home, _, _ = erased
    ours = [home.ledger, home.lake, home.documents, home.published, home.reports / "data_quality.html"]
    ours += [home.warehouse, home.candidate, home.intake_log, home.erasures_log, home.lock_file]
    there = [path for path in ours if path.exists()]
    seen = [path for top in there for path in (top, *top.rglob("*")) if not path.is_symlink()]
    assert len(seen) > 100
    assert [str(path) for path in seen if path.stat().st_mode & 0o077] == []


@pytest.fixture(scope="module")
def next_night(erased: tuple[Home, set[str], set[str]], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the home after the night that follows the erasure, with usage, an order and money that came since."""
    home = Home(shutil.copytree(erased[0].root, tmp_path_factory.mktemp("next") / "home", symlinks=True))
    deliver(home, NEWS)
    nightly(home, LATER)
    return home


def test_the_next_night_keeps_a_version_before_again(next_night: Home) -> None:
    assert sorted(path.name for path in (next_night.published / "parquet").iterdir() if path.name.isdigit()) == [
        "000003",
        "000004",
    ]


def test_the_same_night_with_plain_packages_says_the_same(
    erased: tuple[Home, set[str], set[str]], next_night: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt and Great Expectations as they come, beside what they do with the patches of `dbt_speed` and
    `quality_speed`."""
    monkeypatch.setenv(PLAIN, "1")
    home = Home(shutil.copytree(erased[0].root, tmp_path / "home", symlinks=True))
    deliver(home, NEWS)
    nightly(home, LATER)
    assert [list(difference.lines(5)) for difference in compare(next_night, home)] == []
    assert [list(difference.lines(5)) for difference in compare(erased[0], home)] != []


def test_what_is_rebuilt_from_the_precious_folders_does_not_say_it_either(
    erased: tuple[Home, set[str], set[str]], tmp_path: Path
) -> None:
    copy = Home(tmp_path / "home")
    for folder in (erased[0].landing, erased[0].ledger, erased[0].documents):
        shutil.copytree(folder, copy.root / folder.name)
    nightly(copy, LATER)
    assert {path for path in who_says(copy.root) if not kept_by_law(path)} == set()


def test_the_status_after_an_erasure_asks_for_nothing_more(erased: tuple[Home, set[str], set[str]]) -> None:
    facts = status(erased[0], LATER)
    assert (facts["files_new"], facts["files_waiting"], facts["refused_rows"]) == (0, [], [])
    assert facts["next"] == [  # nor before
        "look at reports/data_quality.html: the check warned of money",
        "`billing decide --kind apply …`: deposits have not found their invoice",
    ]
