"""One company whose customers each live one story of cash; two nights over it."""

from __future__ import annotations

import pytest

from tests.dbt.receivables.by_hand import Books, Night

AS_OF = "2026-03-31"
BUILT = [
    "stg_run__run",
    "stg_ledger__documents",
    "stg_ledger__document_taxes",
    "stg_ledger__allocations",
    "stg_ledger__sendings",
    "stg_ledger__document_lines",
    "stg_payments__deposits",
    "stg_decisions__decisions",
    "stg_catalog__accounts",
    "stg_catalog__entities",
    "stg_catalog__closed_days",
    "stg_catalog__plans",
    "stg_catalog__sources",
    "stg_intake__files",
    "stg_catalog__bank_fee_amounts",
    "stg_catalog__dunning_policies",
    "stg_catalog__dunning_steps",
    "stg_crm__customers",
    "stg_crm__contracts",
    "stg_crm__customer_merges",
    "stg_crm__opening_deferrals",
    "stg_crm__opening_documents",
    "stg_catalog__payment_terms",
    "stg_crm__payer_aliases",
    "stg_crm__payment_methods",
    "int_customers_resolved",
    "int_customer_merges_judged",
    "int_customer_merges_followed",
    "int_customers_dated",
    "int_openings_judged",
    "int_documents_recorded",
    "int_payment_methods_resolved",
    "intermediate.receivables",
    "marts.receivables",
    "allocations_to_record",
    "mails_to_send",
]
CONTRACTS = dict.fromkeys(["contract_id", "plan_id", "entity_id", "department"], "VARCHAR")
CLAIMS = dict.fromkeys(["claim", "customer_id", "document_id"], "VARCHAR")
NOTICES = {**dict.fromkeys(["mail_key", "purpose", "customer_id", "contract_id", "payment_method_id", "facts"], "VARCHAR"), "happens_on": "DATE"}


def payer(books: Books, name: str, *totals: str, **more: str) -> None:
    """A customer known by its name in kana, with open invoices name-1, name-2 … due on the last days of April."""
    books.customer(name, **{"payer_key": name, **more})
    for number, total in enumerate(totals, 1):
        books.invoice(f"{name}-{number}", name, total, due=f"2026-04-{20 + number}")


def paid(books: Books, payment_id: str, amount: str, **more: str) -> None:
    """Money received on the 25th from the payer whose name the deposit's id begins with."""
    books.deposit(payment_id, amount, more.pop("on", "2026-03-25"), **{"payer_key": payment_id.split("-", maxsplit=1)[0], **more})


def cash_stories(books: Books) -> None:
    payer(books, "TWO", "3000", "2000")
    paid(books, "TWO-p", "5000")
    payer(books, "TWICE", "1000")
    paid(books, "TWICE-p1", "1000")
    paid(books, "TWICE-p2", "1000", on="2026-03-26")
    payer(books, "FEE", "10000", fee_bearer="seller")
    paid(books, "FEE-p", "9560")
    payer(books, "OWNFEE", "10000")
    paid(books, "OWNFEE-p", "9560")
    payer(books, "BIGFEE", "10000", fee_bearer="seller")
    paid(books, "BIGFEE-p", "9010")
    payer(books, "ALLFEE", "1000", "2000", "3000", fee_bearer="seller")
    paid(books, "ALLFEE-p", "5340")
    payer(books, "EQUAL", "7000", "7000")
    books.deposit("EQUAL-p", "7000", "2026-02-25", payer_key="EQUAL")
    books.ledger(
        "allocations", allocation_id="EQUAL-a", payment_id="EQUAL-p", document_id="EQUAL-1", amount="7000", currency="JPY", kind="cash", allocated_on="2026-02-28"
    )
    payer(books, "CODE", "4000", remitter_code="0000000042")
    paid(books, "CODE-p", "4000", payer_key="SOMEBODY", remitter_code="0000000042")
    payer(books, "SUBSET", "1000", "2000", "4000")
    paid(books, "SUBSET-p", "5000")
    payer(books, "MANY", "1000", "1000", "1000")
    paid(books, "MANY-p", "2000")
    payer(books, "SINGLE", "1000", "2000", "3000")
    paid(books, "SINGLE-p1", "3000")
    paid(books, "SINGLE-p2", "3000", on="2026-03-26")
    payer(books, "YEN", "500")
    paid(books, "YEN-p", "500", currency="USD")
    payer(books, "PART", "9000")
    paid(books, "PART-p", "2500")


def reference_stories(books: Books) -> None:
    payer(books, "REF", "6000", "8000")
    paid(books, "X-ref", "6000", remittance_text="オシハライ inv-ref-1,thanks")
    payer(books, "WORD", "6500")
    paid(books, "X-word", "6500", reference="INV-WORD-10")
    for name in ("NAMESAKE", "NAMEKIN"):
        payer(books, name, "1234", payer_key="SHARED")
    paid(books, "SHARED-p", "1234")


def decision_stories(books: Books) -> None:
    payer(books, "DECIDE", "5000", "6000")
    paid(books, "DECIDE-p", "7000")
    books.decide("d1", "apply", payment_id="DECIDE-p", document_id="DECIDE-2")
    books.decide("d2", "apply", payment_id="DECIDE-p", document_id="INV-DECIDE-1", amount="3000")
    payer(books, "LOSS", "2000")
    books.decide("d3", "write_off", document_id="LOSS-1", amount="1500")
    payer(books, "CREDIT", "1000", "2000")
    books.invoice("CREDIT-n", "CREDIT", "-1300", due="2026-03-20")
    payer(books, "BACK", "3300")
    books.deposit("BACK-p", "3300", "2026-03-02", payer_key="BACK")
    books.deposit("BACK-q", "3300", "2026-03-02", payer_key="BACK")
    books.deposit("BACK-r", "3300", "2026-03-10", payer_key="BACK", is_reversal=True)
    books.ledger("allocations", allocation_id="BACK-a", payment_id="BACK-q", document_id="BACK-1", amount="3300", currency="JPY", kind="cash", allocated_on="2026-03-03")


def reminder_stories(books: Books) -> None:
    for days in (0, 1, 30, 31, 60, 61, 90, 91, 120, 121):
        books.invoice(f"AGE-{days}", "AGE", f"{1000 + days}", due=_day(days))
    for name in [
        "NEW",
        "OVERDUE",
        "SOON",
        "RECENT",
        "SECOND",
        "DONE",
        "DISPUTED",
        "KEPT",
        "BROKEN",
        "PROMISED",
        "TINY",
        "SILENT",
        "RICH",
        "LATER",
        "DOUBT",
        "FAILED",
        "CLAIMED",
        "CLEAR",
    ]:
        books.customer(name, email=None if name == "SILENT" else f"{name}@example.jp")
        due = {"SOON": 2, "NEW": 3}.get(name, 25)
        books.invoice(f"{name}-1", name, "999" if name == "TINY" else "5000", due=_day(due))
    books.invoice("RICH-n", "RICH", "-5000", due=_day(40))
    books.invoice("KEPT-2", "KEPT", "3000", due=_day(5))
    books.decide("r1", "dispute", document_id="DISPUTED-1")
    books.decide("r2", "dispute", document_id="INV-KEPT-1")
    books.decide("r3", "promise", document_id="PROMISED-1", until="2026-04-10")
    books.decide("r4", "promise", document_id="BROKEN-1", until="2026-03-30")
    for name, step, at in (("RECENT", 1, "2026-03-29"), ("SECOND", 1, "2026-03-28"), ("DONE", 1, "2026-03-10"), ("DONE", 2, "2026-03-20"), ("LATER", 1, "2026-03-01")):
        books.sent(f"{name}-{step}", f"{at} 17:00:00+00", purpose="reminder", document_id=f"{name}-1", customer_id=name, policy="standard", step=step)
    mail = {"purpose": "invoice", "recipient": "x@example.jp"}
    books.sent(_invoice_mail("NEW-1"), "2026-03-01 17:00:00+00", document_id="NEW-1", customer_id="NEW", **mail)
    books.sent(_invoice_mail("DOUBT-1"), "2026-03-01 17:00:00+00", state=None, document_id="DOUBT-1", customer_id="DOUBT", **mail)
    books.sent(_invoice_mail("FAILED-1"), "2026-03-01 17:00:00+00", state="failed", document_id="FAILED-1", customer_id="FAILED", **mail)


def merged(books: Books, name: str, into: str, *, on: str = "2026-02-15") -> None:
    """Two customers, of whom the first becomes the second on a day."""
    for customer in (name, into):
        books.customer(customer)
    books.add("crm_customer_merges", merge_id=f"{name}-merge", customer_id=name, into_customer_id=into, effective_on=on)


def merge_stories(books: Books) -> None:
    for name, into, more in [("OLD", "HEIR", {}), ("YOUNG", "ELDER", {}), ("SOONOLD", "WAITING", {"on": "2026-04-15"}), ("MOVED", "MOVEDTO", {})]:
        merged(books, name, into, **more)
    books.add("crm_customer_merges", merge_id="twice", customer_id="HEIR", into_customer_id="LASTHEIR", effective_on="2026-03-25")
    books.customer("LASTHEIR")
    for name, days in [("OLD", 25), ("YOUNG", 25), ("ELDER", 40), ("SOONOLD", 25), ("MOVED", -20)]:
        books.invoice(f"{name}-1", name, "5000", due=_day(days))
    for name, at in [("OLD", "2026-03-20"), ("YOUNG", "2026-03-20"), ("WAITING", "2026-03-20")]:
        books.sent(f"{name}-1", f"{at} 17:00:00+00", purpose="reminder", document_id="OLD-1", customer_id=name, policy="standard", step=1)


def bank_file_stories(books: Books) -> None:
    """A file each bank day, one may be late: main had its last on Monday, far's last came on Thursday and Friday and Monday brought none; new has had none yet."""
    books.rows["catalog_entities"] += [{**books.rows["catalog_entities"][0], "entity_id": entity} for entity in ("far", "new")]
    version = {"catalog_version": "v1", "received_at": "2020-01-01 00:00:00+00"}
    expected = {"kind": "payments", "format": "csv", "expected_calendar_id": "jp_bank", "expected_bank_days": 1}
    books.rows["catalog_sources"] = [{"source": f"bank_{entity}", "expected_entity_id": entity, **expected, **version} for entity in ("main", "far", "new")]
    books.rows["catalog_closed_days"] = [{"calendar_id": "jp_bank", "closed_on": day, **version} for day in ("2026-03-28", "2026-03-29")]
    for source, at in [("bank_main", "2026-03-29 17:00:00+00"), ("bank_far", "2026-03-25 17:00:00+00")]:
        books.rows.setdefault("intake", []).append(
            {"file_id": source, "file_name": source, "stream": "payments", "source": source, "state": "loaded", "received_at": at, "rows_received_at": at}
        )
    refused = {"file_id": "broken", "file_name": "broken", "stream": "payments", "source": "bank_far", "state": "refused", "received_at": "2026-03-30 17:00:00+00"}
    profile = {"file_id": "profile", "file_name": "catalog/sources/bank_new.yml", "stream": "catalog", "state": "loaded", "received_at": "2026-03-01 17:00:00+00"}
    books.rows["intake"] += [refused, profile]
    for name in ("FAR", "NEWBANK"):
        books.customer(name)
        books.invoice(f"{name}-1", name, "5000", due=_day(25), entity_id="new" if name == "NEWBANK" else "far")


def _invoice_mail(document_id: str) -> str:
    from billing_jobs.records import make_id

    return make_id("invoice", document_id)


def _day(days_past_due: int) -> str:
    from datetime import date, timedelta

    return str(date.fromisoformat(AS_OF) - timedelta(days=days_past_due))


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    company = Books(tmp_path_factory.mktemp("receivables") / "home")
    for tell in (cash_stories, reference_stories, decision_stories, reminder_stories, merge_stories, bank_file_stories):
        tell(company)
    company.root.mkdir()
    return company


@pytest.fixture(scope="session")
def first(books: Books) -> dict[str, list[dict[str, object]]]:
    """The first night: what was proposed, and the tables as they were before it was recorded."""
    return _tables(_night(books))


@pytest.fixture(scope="session")
def second(books: Books, first: dict[str, list[dict[str, object]]]) -> Night:
    """The next build, after the job recorded the first night's proposals."""
    books.record_rows(first["allocations_to_record"])
    return _night(books)


def _night(books: Books) -> Night:
    facts = '{"card_brand": "Visa", "card_last4": "4242", "card_exp_month": 4, "card_exp_year": 2026}'
    card = {"mail_key": "card-1", "purpose": "card_expiry", "customer_id": "NEW", "payment_method_id": "card", "facts": facts}
    claims = [{"claim": "a_claim", "customer_id": name, "document_id": document} for name, document in (("CLAIMED", "a draft"), ("CLEAR", ""))]
    given = {"notices_to_send": (NOTICES, [card]), "int_contracts_resolved": (CONTRACTS, []), "int_claims_broken": (CLAIMS, claims)}
    return books.night(AS_OF, *BUILT, tables=given)


def _tables(night: Night) -> dict[str, list[dict[str, object]]]:
    names = ["allocations_to_record", "payments", "match_suggestions", "receivables_aging", "dunning_list", "mails_to_send", "deliveries", "int_bank_files_missed"]
    return {name: night.read(name) for name in names}
