"""Border control: every rule can be run, finds what it is made for, and says how much money is at stake."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from billing_jobs import streams
from billing_jobs.adapters.quality import border_control, rule_files
from billing_jobs.adapters.quality.border_control import RuleResult
from billing_jobs.errors import UsageError
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR, Home
from tests.support.fixture_home import fill

RECEIVED = "2026-10-31 17:00:00+00"
USAGE_FILE: dict[str, object] = {
    "stream": "usage",
    "state": "loaded",
    "rows_rejected": 0,
    "rows_duplicate": 0,
    "received_at": RECEIVED,
}
MARTS = {
    "customers": dict.fromkeys(("customer_id", "email", "email_problem", "cc_problem"), "varchar"),
    "usage_accounting": {"file_name": "varchar", "usage_date": "date", "events_waiting": "bigint"},
    "usage_unpriced": {
        "contract_id": "varchar",
        "plan_id": "varchar",
        "fee_id": "varchar",
        "dimensions": "varchar",
        "quantity": "decimal(38,12)",
        "reason": "varchar",
        "period_from": "date",
    },
    "draft_invoices": {
        "document_id": "varchar",
        "customer_id": "varchar",
        "currency": "varchar",
        "total_amount": "decimal(20,4)",
        "hold_reason": "varchar",
    },
    "usage_ignored": {
        "contract_id": "varchar",
        "meter": "varchar",
        "usage_date": "date",
        "quantity": "decimal(38,12)",
        "event_count": "bigint",
        "file_name": "varchar",
        "reason": "varchar",
    },
    "payments": {
        "payment_id": "varchar",
        "deposit_date": "date",
        "currency": "varchar",
        "unapplied_amount": "decimal(20,4)",
    },
    "rejected_rows": {"source": "varchar", "file_name": "varchar", "line_no": "bigint", "reason_code": "varchar"},
    "bank_files_missed": {
        "entity_id": "varchar",
        "source": "varchar",
        "last_received_on": "date",
        "bank_days_missed": "integer",
    },
    "dunning_list": {"currency": "varchar", "open_amount": "decimal(20,4)", "suppressed_reason": "varchar"},
    "claims_broken": {
        **dict.fromkeys(("claim", "customer_id", "contract_id", "charge_id", "document_id"), "varchar"),
        **{"amount": "decimal(20,4)", "currency": "varchar"},
    },
    "invoices": {"document_id": "varchar", "document_type": "varchar", "open_amount": "decimal(20,4)"},
    "price_versions": {
        "plan_id": "varchar",
        "fee_id": "varchar",
        "currency": "varchar",
        "valid_from": "date",
        "priced_charges": "bigint",
    },
    "charges": {
        "charge_id": "varchar",
        "plan_id": "varchar",
        "fee_id": "varchar",
        "currency": "varchar",
        "served_from": "date",
        "served_until": "date",
        "contract_id": "varchar",
        "owed_amount": "decimal(20,4)",
        "computed_amount": "decimal(20,4)",
        "entity_id": "varchar",
        "period_from": "date",
        "period_until": "date",
        "is_before_beginning": "boolean",
    },
}
PROPOSALS = {
    "run": {"as_of_date": "date", "known_until": "timestamptz", "night_ends_on": "date"},
    "invoices_to_issue": streams.LEDGER["documents"],
    "invoice_lines_to_issue": streams.LEDGER["document_lines"],
    "invoice_taxes_to_issue": streams.LEDGER["document_taxes"],
    "allocations_to_record": streams.LEDGER["allocations"],
    "entries_to_post": streams.LEDGER["journal_entries"],
    "mails_to_send": dict.fromkeys(("mail_key", "purpose", "document_number", "customer_id", "recipient"), "varchar"),
}
LAKE: dict[str, list[dict[str, object]]] = {
    "catalog_entities": [
        {"entity_id": "main", "currency": "JPY", "registration_number": "1234", "billing_starts_on": "2026-10-11",
            "received_at": moment} for moment in ((
            "2026-09-01 "
            "17:00:00+00"
        ), RECEIVED)
    ],
    "catalog_plans": [
        {"plan_id": "team", "currency": "JPY", "interval_every": 1, "interval_unit": "month", "received_at": (
            "2026-09-01 "
            "17:00:00+00"
        )},
        {"plan_id": "team", "currency": "JPY", "interval_every": 2, "interval_unit": "month", "name_en": "Team",
            "received_at": RECEIVED},
    ],
    "catalog_fees": [{"plan_id": "team", "fee_id": fee, "tax_code": "none", "received_at": RECEIVED}
        for fee in ("base", "api")],
    "catalog_tax_codes": [{"tax_code": code, "kind": "exempt", "received_at": RECEIVED}
        for code in ("foreign", "embassy")],
    "catalog_fee_versions": [
        {"plan_id": "team", "fee_id": "base", "currency": "JPY", "valid_from": day,
            "received_at": RECEIVED} for day in ("2026-01-01", "2026-02-10", "2026-02-20")
    ],
    "catalog_meters": [{"meter": "calls", "event_type": "api", "aggregation": "sum", "field": "quantity",
            "received_at": RECEIVED}],
    "intake": [
        {**USAGE_FILE, "file_name": "catalog/plans.yml", "stream": "catalog", "source": ""},
        {**USAGE_FILE, "file_name": "broken.csv", "source": "x", "state": "refused"},
        {**USAGE_FILE, "file_id": file_id_of("a.csv"), "file_name": "a.csv", "source": "api", "rows_received": 100,
            "rows_rejected": 60, "rows_duplicate": 30},
        *[
            {**USAGE_FILE, "file_name": f"{day}.csv", "source": "old", "event_date": day, "rows_received": 1,
                "rows_accepted": 1, "received_at": f"{day} 15:00:00+00"}
            for day in ("2026-10-10", "2026-10-11", "2026-10-12")
        ],
    ],
    "usage": [
        {"event_id": "future", "file_name": "a.csv", "event_type": "api", "event_at": "2026-11-05 00:00:00+00",
            "quantity": "1", "received_at": RECEIVED},
        {"event_id": "old", "file_name": "a.csv", "event_type": "api", "event_at": "2025-01-05 00:00:00+00",
            "quantity": "1", "received_at": RECEIVED},
        {"event_id": "minus", "file_name": "a.csv", "event_type": "api", "event_at": "2026-10-05 00:00:00+00",
            "quantity": "-1", "received_at": RECEIVED},
    ],
    "crm_customers": [
        {"customer_id": "C1", "email": "a@b.jp", "received_at": "2026-10-01 00:00:00+00", "file_name": "f",
            "line_no": 1},
        {"customer_id": "C1", "email": "", "payment_terms": "net3O", "received_at": RECEIVED, "file_name": "g",
            "line_no": 1},
    ],
    "crm_contracts": [
        {"contract_id": "K1", "customer_id": "C1", "plan_id": "team", "service_from": "2026-10-01",
            "received_at": RECEIVED},
        {"contract_id": "K2", "customer_id": "C9", "plan_id": "nothing", "service_from": "2026-10-01",
            "ends_on": "2026-09-01", "received_at": RECEIVED},
        {"contract_id": "K3", "customer_id": "C1", "plan_id": "nothing", "service_from": "2026-10-01",
            "received_at": RECEIVED},
    ],
    "catalog_discounts": [
        {"discount_id": "half", "percent": percent, "is_coupon": True, "received_at": moment}
        for percent, moment in ((50, "2026-09-01 17:00:00+00"), (10, RECEIVED))
    ],
    "crm_contract_changes": [{"change_id": "x", "contract_id": "K1", "kind": "discount", "discount_id": "half",
            "received_at": (
        "2026-10-01 "
        "00:00:00+00"
    )}],
    "payments": [
        {"payment_id": "p1", "currency": "GBP", "amount": "70.5", "direction": "in", "is_reversal": "false",
            "booked_on": "2026-10-31", "received_at": RECEIVED},
        {"payment_id": "p2", "currency": "JPY", "amount": "-10", "direction": "in", "is_reversal": "false",
            "booked_on": "2026-12-24", "received_at": RECEIVED},
        {
            "payment_id": "p3", "currency": "JPY", "amount": "88", "direction": "in", "is_reversal": "false",
            "account": "9", "file_name": "bank.csv", "line_no": 3,
            "received_at": RECEIVED,
        },
    ],
    "ledger_documents": [
        {"document_id": f"old{number}", "document_number": f"INV-{number}", "document_type": "invoice",
            "customer_id": "C1", "currency": "JPY", "total_amount": "1000"}
        for number in (1, 2)
    ],
    "ledger_document_lines": [
        {"line_id": "o1", "document_id": "old1", "charge_id": "billed", "line_amount": "1000"},
        {"line_id": "o2", "document_id": "old1", "plan_id": "team", "fee_id": "base", "kind": "recurring",
            "recorded_at": (
            "2026-09-30 "
            "17:00:00+00"
        )},
    ],
}  # fmt: skip
FAULTS = [
    (
        "customers values ('C1', 'Jane <a@b.jp>', 'not_an_address', 'not_an_address'), ('C2', 'a@b.jp', null, null), "
        "('C3', 'a@b.jp、c@d.jp', 'several_addresses', null)"
    ),
    "usage_accounting (file_name, usage_date, events_waiting) values ('a.csv', date '2026-10-01', 4)",
    "usage_ignored values ('K1', 'calls', date '2026-10-15', 5, 1, 'a.csv', 'contract_paused')",
    "usage_unpriced values ('K1', 'team', 'api', '{\"region\":\"mars\"}', 5, 'no_price', date '2026-10-01')",
    "usage_unpriced values ('K2', 'team', 'api', '{}', 5, 'out_of_range', date '2026-10-01')",
    "usage_unpriced values ('K3', 'team', 'seats', '{}', -5, 'below_zero', date '2026-10-01')",
    "payments values ('p9', date '2026-10-01', 'JPY', 1500), ('p8', date '2026-10-02', 'USD', 15.5)",
    "rejected_rows values ('bank', 'bank.csv', 3, 'unknown_account'), ('bank', 'bank.csv', 4, 'bad_number')",
    "bank_files_missed values ('main', 'bank', date '2026-10-27', 3)",
    "dunning_list values ('JPY', 5000, 'bank_data_missing'), ('JPY', 70, null)",
    (
        "claims_broken values ('lines', 'C1', '', '', 'd9', -700, 'JPY'), ('taxes', 'C1', '', '', 'd9', -700, 'JPY'), "
        "('billing_periods', 'C2', 'K2', '', '', 0, '')"
    ),
    (
        "draft_invoices values ('d7', 'C1', 'JPY', -110, 'pricing_rule_changed'), ('d8', 'C1', 'JPY', 220, "
        "'pricing_rule_changed'), ('d9', 'C1', 'JPY', 5, null)"
    ),
    "invoices values ('open', 'invoice', 100)",
    (
        "charges (charge_id, plan_id, fee_id, currency, served_from, served_until) values ('february', 'team', 'base', "
        "'JPY', date '2026-02-01', date '2026-03-01'), ('march', 'team', "
        "'base', 'JPY', date '2026-03-01', date '2026-04-01')"
    ),
    (
        "charges (charge_id, contract_id, plan_id, fee_id, currency, entity_id, period_from, period_until, "
        "served_from, served_until, computed_amount, is_before_beginning) "
        "values ('cut', 'K1', 'team', 'base', 'JPY', 'main', "
        "'2026-10-01', '2026-10-31', '2026-10-01', '2026-10-31', 3000, true), ('before', 'K1', 'team', 'base', 'JPY', "
        "'main', '2026-09-01', '2026-10-01', '2026-09-01', '2026-10-01', 3000, true)"
    ),
    (
        "price_versions values ('team', 'base', 'JPY', date '2026-01-01', 1), ('team', 'base', 'JPY', "
        "date '2026-02-10', 0), ('team', 'base', 'JPY', date '2026-02-20', 1)"
    ),
    (
        "jobs.allocations_to_record (payment_id, document_id, amount, currency, kind) "
        "values ('p9', 'open', 2000, 'JPY', 'cash')"
    ),
    (
        "jobs.entries_to_post (entry_id, side, amount, currency) "
        "values ('e', 'debit', 100, 'JPY'), ('e', 'credit', 90, 'JPY')"
    ),
    "jobs.mails_to_send (mail_key, recipient) values ('m', 'a@b.jp'), ('m', 'nobody')",
    """jobs.invoices_to_issue (document_id, document_number, document_type, customer_id, currency, entity_id, bill_on,
        invoice_date, due_date, net_amount, tax_amount, total_amount, snapshot) values
        ('d1', 'INV-1', 'invoice', 'C1', 'JPY', 'main', '2026-10-31', '2026-10-31', '2026-10-30', 8000, 800, 8800,
            '{}'),
        ('d2', 'INV-3', 'invoice', 'C1', 'JPY', 'main', '2026-10-31', '2026-10-31', '2026-11-30', -1000, -100, -1100,
            '{}'),
        ('d3', 'INV-4', 'invoice', 'C1', 'USD', 'main', '2026-10-31', '2026-10-31', '2026-11-30', 10, 1, 11,
            '{"home_tax": null}'),
        ('d4', 'INV-5', 'invoice', 'C1', 'USD', 'main', '2026-10-31', '2026-10-31', '2026-11-30', 10, 1, 11,
            '{"home_tax": {"currency": "JPY"}}')""",
    "jobs.invoice_lines_to_issue (line_id, document_id, charge_id, customer_id, currency, line_amount, net_amount, "
    "tax_amount, reason) "
    "values ('l1', 'd1', 'billed', 'C1', 'JPY', 7000.5, 7000.5, 0, 'charge')",
]


def candidate(home: Home, *inserts: str) -> None:
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("create schema jobs")
        for schema, tables in (("main", MARTS), ("jobs", PROPOSALS)):
            for table, columns in tables.items():
                con.execute(
                    f"create table {schema}.{table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
                )
        con.execute(f"insert into jobs.run values (date '2026-10-31', timestamptz '{RECEIVED}', date '2026-11-01')")
        for insert in inserts:
            con.execute(f"insert into {insert}")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in which every rule has something to find."""
    home = Home(tmp_path_factory.mktemp("faulty"))
    fill(home, LAKE)
    candidate(home, *FAULTS)
    yield home


@pytest.fixture(scope="module")
def found(faulty: Home) -> dict[str, RuleResult]:
    return {
        result.rule: result for border in rule_files.BORDERS for result in border_control.check_border(faulty, border)
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("empty"))
    fill(home, {})
    candidate(home)
    return home


@pytest.mark.parametrize("rule", [rule.rule for rule in rule_files.read(EXPECTATIONS_DIR)])
def test_every_rule_finds_what_it_is_made_for(found: dict[str, RuleResult], rule: str) -> None:
    result = found[rule]
    assert result.error == ""
    assert not result.success
    assert result.rows >= 1


def test_an_empty_home_breaks_no_rule(empty: Home) -> None:
    results = [result for border in rule_files.BORDERS for result in border_control.check_border(empty, border)]
    assert [(result.rule, result.error) for result in results if not result.success] == []


def test_money_at_stake_is_exact_and_by_currency(found: dict[str, RuleResult]) -> None:
    assert found["bank_file_did_not_come"].money == {"JPY": Decimal("5000")}
    assert found["claim_is_broken"].money == {"JPY": Decimal("700")}, "a document that two claims name is at stake once"
    assert found["tax_without_amount_in_own_currency"].money == {"USD": Decimal("1")}
    assert found["large_sum_stays_unmatched"].money == {"JPY": Decimal("1500"), "USD": Decimal("15.5")}
    assert found["deposit_on_unknown_account"].money == {"JPY": Decimal("88")}
    assert found["deposit_in_unknown_currency"].money == {"GBP": Decimal("70.5")}
    assert found["allocation_beyond_the_open_amount"].money == {"JPY": Decimal("1900")}
    assert found["pricing_rules_moved_what_was_billed"].money == {"JPY": Decimal("330")}
    assert found["journal_entry_does_not_balance"].money == {"JPY": Decimal("10")}


def test_a_changed_definition_is_shown_with_what_it_was_billed_with(found: dict[str, RuleResult]) -> None:
    (row,) = found["billed_definition_was_changed"].sample_rows
    assert (row["plan_id"], row["field"], row["was_billed_with"], row["says_now"]) == (
        "team",
        "interval",
        "1 month",
        "2 month",
    )


def test_the_tables_of_this_test_are_those_that_are_published() -> None:
    for table, columns in MARTS.items():
        (declared,) = (DBT_PROJECT_DIR / "models" / "marts").rglob(f"{table}.yml")
        (model,) = yaml.safe_load(declared.read_text("utf-8"))["models"]
        published = {column["name"]: column["data_type"].lower().replace(" ", "") for column in model["columns"]}
        assert {name: kind.replace(" ", "") for name, kind in columns.items()}.items() <= published.items(), table


def test_a_finding_shows_ids_and_no_person(found: dict[str, RuleResult]) -> None:
    assert found["customer_without_mail_address"].sample_rows == [{"customer_id": "C1"}]
    unusable = [("C1", "cc_emails"), ("C1", "email"), ("C3", "email")]
    assert (
        sorted(
            (row["customer_id"], row["column_name"]) for row in found["customer_with_unusable_mail_address"].sample_rows
        )
        == unusable
    )
    forbidden = {"email", "recipient", "name", "address", "raw", "phone", "birth_date", "remitter_name"}
    assert not {name for result in found.values() for row in result.sample_rows for name in row} & forbidden


def test_data_docs_are_built_for_both_borders(faulty: Home, found: dict[str, RuleResult]) -> None:
    for border in rule_files.BORDERS:
        assert (faulty.reports / "data_docs" / border / "index.html").exists()


def test_the_candidate_can_be_replaced_after_a_check(faulty: Home, found: dict[str, RuleResult]) -> None:
    with duckdb.connect(str(faulty.candidate)) as con:
        assert con.execute("select count(*) from jobs.run").fetchone() == (1,)


def rules_in(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "some.yml").write_text(text, "utf-8")
    return folder


def test_a_rule_that_cannot_be_run_has_failed(empty: Home, tmp_path: Path) -> None:
    folder = rules_in(
        tmp_path,
        (
            "border: out\nrules:\n- {rule: r, table: t, severity: critical, sql: select nonsense "
            "from jobs.run, text: {ja: あ, en: a}, act: {ja: い, en: b}}"
        ),
    )
    (result,) = border_control.check_border(empty, "out", rules_folder=folder)
    assert not result.success
    assert result.text["en"].startswith("The rule could not be run: ")


def test_mistakes_in_rules_are_all_named_with_file_and_rule(tmp_path: Path) -> None:
    folder = rules_in(tmp_path, "border: up\nrules:\n- {rule: r, table: t, severity: fatal, text: {ja: あ}, action: x}")
    with pytest.raises(UsageError) as raised:
        rule_files.read(folder)
    for mistake in (
        "some.yml: rule r",
        "unknown key action",
        "act is missing",
        "border must be one of in, out",
        "severity must be",
        "sql and expect",
        "text needs ja and en",
    ):
        assert mistake in str(raised.value)


def test_without_a_candidate_the_check_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="billing build"):
        border_control.check_border(Home(tmp_path), "in")
