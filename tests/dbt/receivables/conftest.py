"""One company whose customers each live one story of cash; two nights over it."""

from __future__ import annotations

import pytest

from tests.dbt.receivables.by_hand import BANK, Books, Night

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
    "stg_ledger__customers_billed",
    "int_customer_merges_judged",
    "int_customer_merges_followed",
    "int_customers_dated",
    "int_openings_judged",
    "int_documents_recorded",
    "int_open_items",
    "int_decisions_ordered",
    "int_bank_accounts_by_seller",
    "int_deposits_repeated",
    "int_deposits_judged",
    "int_payment_methods_resolved",
    "intermediate.receivables",
    "marts.receivables",
    "allocations_to_record",
    "mails_to_send",
]
CONTRACTS = dict.fromkeys(["contract_id", "plan_id", "entity_id", "department"], "VARCHAR")
CLAIMS = dict.fromkeys(["claim", "customer_id", "document_id"], "VARCHAR")
NOTICES = {
    **dict.fromkeys(["mail_key", "purpose", "customer_id", "contract_id", "payment_method_id", "facts"], "VARCHAR"),
    "happens_on": "DATE",
}


def payer(books: Books, name: str, *totals: str, **more: str) -> None:
    """A customer known by its name in kana, with open invoices name-1, name-2 … due on the last days of April."""
    books.customer(name, **{"payer_key": name, **more})
    for number, total in enumerate(totals, 1):
        books.invoice(f"{name}-{number}", name, total, due=f"2026-04-{20 + number}")


def paid(books: Books, payment_id: str, amount: str, **more: str) -> None:
    """Money received on the 25th from the payer whose name the deposit's id begins with."""
    books.deposit(
        payment_id, amount, more.pop("on", "2026-03-25"), **{"payer_key": payment_id.split("-", maxsplit=1)[0], **more}
    )


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
        "allocations",
        allocation_id="EQUAL-a",
        payment_id="EQUAL-p",
        document_id="EQUAL-1",
        amount="7000",
        currency="JPY",
        kind="cash",
        allocated_on="2026-02-28",
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
    payer(books, "HALVES", "8000")
    paid(books, "HALVES-p1", "4000")
    paid(books, "HALVES-p2", "4000", on="2026-03-26")
    payer(books, "OVER", "8000")
    paid(books, "OVER-p1", "5000")
    paid(books, "OVER-p2", "3100", on="2026-03-26")
    payer(books, "TWOOPEN", "8000", "9000")
    paid(books, "TWOOPEN-p", "5000")
    payer(books, "EARLY", "8000")
    paid(books, "EARLY-p", "5000", on="2026-01-20")
    payer(books, "ARGUED", "8000")
    books.decide("a1", "dispute", document_id="ARGUED-1")
    paid(books, "ARGUED-p", "5000")
    payer(books, "PROMISEDPART", "8000")
    books.decide("a2", "promise", document_id="PROMISEDPART-1", until="2026-04-10")
    paid(books, "PROMISEDPART-p", "5000")
    payer(books, "ARGUEDEQUAL", "8000", "8000")
    books.decide("a3", "dispute", document_id="ARGUEDEQUAL-1")
    paid(books, "ARGUEDEQUAL-p", "8000")
    payer(books, "OTHERNO", "8000")
    paid(books, "OTHERNO-p", "5000", reference="INV-EQUAL-1")
    payer(books, "FLAT", "13200", "13200", fee_bearer="seller")
    paid(books, "FLAT-p1", "12760")
    payer(books, "FLATTWO", "13200", "13200", fee_bearer="seller")
    paid(books, "FLATTWO-p1", "12760")
    paid(books, "FLATTWO-p2", "12540", on="2026-03-26")
    payer(books, "UNCLEAR", "13200", "13420", fee_bearer="seller")
    paid(books, "UNCLEAR-p", "12760")


def name_stories(books: Books) -> None:
    payer(books, "KANJI", "6100", payer_key="", name_key="山田商店")
    paid(books, "K-p", "6100", payer_key="山田商店")
    payer(books, "NAMEONE", "6200", payer_key="", name_key="同名")
    payer(books, "NAMETWO", "6300", payer_key="", name_key="同名")
    paid(books, "N-p", "6200", payer_key="同名")
    payer(books, "KANA", "6400", payer_key="カナトナマエ")
    payer(books, "CALLED", "6500", payer_key="", name_key="カナトナマエ")
    paid(books, "C-p", "6400", payer_key="カナトナマエ")


def seller_stories(books: Books) -> None:
    """Two sellers with accounts 1000001 (main) and 100000 (new), whose number is a part of the other's."""
    for name, total, more in [
        ("SISTER", "7000", {}),
        ("SISPART", "9000", {}),
        ("SISREF", "5500", {}),
        ("SISSUM", "2000", {}),
        ("SISFEE", "10000", {"fee_bearer": "seller"}),
    ]:
        books.customer(name, payer_key=name, **more)
        books.invoice(f"{name}-1", name, total, due="2026-03-20", entity_id="far")
    books.invoice("SISSUM-2", "SISSUM", "3000", due="2026-03-21", entity_id="far")
    books.invoice("SISREF-2", "SISREF", "1500", due="2026-04-21")
    for payment_id, amount, more in [
        ("SISTER-p", "7000", {}),
        ("SISPART-p", "4000", {}),
        ("SISSUM-p", "5000", {}),
        ("SISFEE-p", "9560", {}),
    ]:
        paid(books, payment_id, amount, **more)
    paid(books, "SISREF-p", "5500", reference="INV-SISREF-1")
    payer(books, "BOTH", "4400")
    books.invoice("BOTH-2", "BOTH", "4400", due="2026-03-01", entity_id="far")
    paid(books, "BOTH-p", "4400")
    for name, totals, of_another, amount in [
        ("SISMIX", ["2000"], ["1000", "3000"], "5000"),
        ("SISTOTAL", ["1000", "1500"], ["3000"], "5500"),
    ]:
        payer(books, name, *totals)
        for number, total in enumerate(of_another, len(totals) + 1):
            books.invoice(f"{name}-{number}", name, total, due=f"2026-04-{20 + number}", entity_id="far")
        paid(books, f"{name}-p", amount)
    payer(books, "SISCREDIT", "3000")
    books.invoice("SISCREDIT-n", "SISCREDIT", "-1000", due="2026-03-20", entity_id="far")
    payer(books, "SHORTNO", "1700")
    paid(books, "SHORTNO-p", "1700", account="0000-001-100000")
    paid(books, "OWNER-p", "1700", account="new")


def repeat_stories(books: Books) -> None:
    """The bank's id is unique in bank_ids, not in bank; bank_two speaks of bank's account."""
    version = {"catalog_version": "v1", "received_at": "2020-01-01 00:00:00+00", "kind": "payments", "format": "csv"}
    books.rows["catalog_sources"] = [
        {"source": "bank_ids", "is_bank_transaction_id_unique": True, **version},
        {"source": "bank_two", **version},
    ]
    same = {"source": "bank_ids", "bank_transaction_id": "FT1"}
    payer(books, "WORDS", "13100", "13100")
    for number, more in enumerate(
        [
            {},
            {"payer_key": "WORDSANDMORE"},
            {"account": "0000-001-2000001"},
            {"on": "2026-03-26"},
            {"source": "bank"},
            {"amount": "13101"},
            {"bank_transaction_id": ""},
        ]
    ):
        paid(books, f"WORDS-{number}", more.pop("amount", "13100"), **{**same, **more})
    payer(books, "PAIR", "5500", "5500", "5500")
    for number, more in enumerate(
        [
            {},
            {},
            {"source": "bank_two"},
            {"source": "bank_two", "account": "1000001"},
            {"source": "bank_two", "payer_key": "PAIRED"},
        ]
    ):
        paid(books, f"PAIR-p{number}", "5500", **more)
    payer(books, "SAMEID", "4240", "4240")
    for number in (1, 2):
        paid(books, f"SAMEID-p{number}", "4240", source="bank", bank_transaction_id="FT9")
    for name, sources, more in [
        ("KEPTTWICE", ["bank", "bank_two"], {}),
        ("KEPTID", ["bank_ids", "bank_ids"], {"bank_transaction_id": "FT2"}),
    ]:
        payer(books, name, "3210", "3210")
        for number, source in enumerate(sources, 1):
            paid(books, f"{name}-p{number}", "3210", source=source, **more)
            books.ledger(
                "allocations", allocation_id=f"{name}-a{number}", payment_id=f"{name}-p{number}",
                document_id=f"{name}-{number}", amount="3210", currency="JPY",
                kind="cash", allocated_on="2026-03-26",
            )  # fmt: skip


def reference_stories(books: Books) -> None:
    payer(books, "REF", "6000", "8000")
    paid(books, "X-ref", "6000", remittance_text="オシハライ inv-ref-1,thanks")
    payer(books, "REFPART", "6000")
    paid(books, "X-refpart", "1000", reference="INV-REFPART-1")
    payer(books, "WORD", "6500")
    paid(books, "X-word", "6500", reference="INV-WORD-10")
    for number, (text, more) in enumerate(
        [
            ("INV2026000101", {}),
            ("オシハライ INV-2026-0 00102 ヨリ", {}),
            ("ＩＮＶ－２０２６－０００１０３", {}),
            ("INV-2026- 0001 04", {}),
        ],
        101,
    ):
        books.customer(f"WRITTEN{number}")
        books.invoice(
            f"WRITTEN{number}-1",
            f"WRITTEN{number}",
            f"{number}00",
            due="2026-04-21",
            document_number=f"INV-2026-000{number}",
        )
        paid(books, f"X-written{number}", f"{number}00", reference=text, **more)
    for number, (document, text) in enumerate(
        [("INV-2026-111", "INV-2026-11 10"), ("2026-55", "20 2655"), ("INV-2026-1 7", "INV-2026-17")], 111
    ):
        books.customer(f"WRITTEN{number}")
        books.invoice(
            f"WRITTEN{number}-1", f"WRITTEN{number}", f"{number}00", due="2026-04-21", document_number=document
        )
        paid(books, f"X-written{number}", f"{number}00", reference=text)
    books.invoice("WRITTEN113-2", "WRITTEN113", "11300", due="2026-04-21", document_number="INV-20261-7")
    for name in ("NUMBERONE", "NUMBERTWO"):
        payer(books, name, "3456")
    paid(books, "X-numbers", "4567", reference="INV-NUMBERONE-1 INV-NUMBERTWO-1")
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
    payer(books, "LOSSMORE", "2000")
    books.decide("d4", "write_off", document_id="LOSSMORE-1", amount="2500")
    judged_decisions(books)
    payer(books, "RECOVER", "2100")
    books.ledger(
        "allocations",
        allocation_id="RECOVER-a",
        payment_id="",
        document_id="RECOVER-1",
        amount="2100",
        currency="JPY",
        kind="write_off",
        allocated_on="2026-03-03",
    )
    paid(books, "RECOVER-p", "2100")
    payer(books, "CREDIT", "1000", "2000")
    books.invoice("CREDIT-n", "CREDIT", "-1300", due="2026-03-20")
    payer(books, "BACK", "3300")
    books.deposit("BACK-p", "3300", "2026-03-02", payer_key="BACK")
    books.deposit("BACK-q", "3300", "2026-03-02", payer_key="BACK")
    books.deposit("BACK-r", "3300", "2026-03-10", payer_key="BACK", is_reversal=True)
    books.ledger(
        "allocations",
        allocation_id="BACK-a",
        payment_id="BACK-q",
        document_id="BACK-1",
        amount="3300",
        currency="JPY",
        kind="cash",
        allocated_on="2026-03-03",
    )


def judged_decisions(books: Books) -> None:
    """Decisions that came twice, that name nothing there is, or what cannot be:
    each acts once or is refused with its reason."""
    payer(books, "DTWICE", "3000", "4000", "900")
    books.decide("j1", "write_off", document_id="DTWICE-1", amount="1000")
    books.decide("j1", "write_off", document_id="DTWICE-2", amount="1000")
    books.decide("j2", "dispute", document_id="DTWICE-3")
    books.decide("j2", "promise", document_id="DTWICE-1", until="2027-01-01")
    payer(books, "DREFUSED", "5000")
    books.invoice("DREFUSED-n", "DREFUSED", "-700", due="2026-03-20", currency="USD")
    paid(books, "DREFUSED-p", "4321")
    paid(books, "DREFUSED-usd", "50", currency="USD")
    for name in ("DSAME", "DSAMETOO"):
        payer(books, name)
        books.invoice(f"{name}-1", name, "600", due="2026-04-21", document_number="INV-DSAME", entity_id=name)
    for decision_id, kind, more in [
        ("x1", "apply", {"payment_id": "DREFUSED-x", "document_id": "DREFUSED-1"}),
        ("x2", "apply", {"payment_id": "DREFUSED-p", "document_id": "DREFUSED-9"}),
        ("x3", "write_off", {"document_id": "INV-DREFUSED-l"}),
        ("x4", "dispute", {"document_id": "DREFUSED-9"}),
        ("x5", "promise", {}),
        ("x6", "write_off", {"document_id": "DREFUSED-n"}),
        ("x7", "apply", {"payment_id": "DREFUSED-usd", "document_id": "DREFUSED-1"}),
        ("x8", "write_off", {"document_id": "DREFUSED-1", "amount": "-5"}),
        ("x9", "write_off", {"document_id": "DREFUSED-1", "amount": "5", "currency": "USD"}),
        ("x10", "write_off", {"document_id": "INV-DSAME"}),
        ("x11", "write_off", {"document_id": "RECOVER-1"}),
        ("x12", "apply", {"payment_id": "EQUAL-p", "document_id": "DREFUSED-1"}),
    ]:
        books.decide(decision_id, kind, **more)


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
    remaining_stories(books)
    books.customer("NETTED", payer_key="NETTED")
    for number in (1, 2):
        books.invoice(f"NETTED-{number}", "NETTED", "11000", due=_day(25 - number))
    paid(books, "NETTED-p", "6600")
    for name in ("MAYBE", "UNSENT"):
        books.customer(name)
        books.invoice(f"{name}-1", name, "7777" if name == "MAYBE" else "7700", due=_day(25))
    books.deposit("X-maybe", "7777", "2026-03-25", payer_key="SOMEBODYELSE")
    books.customer("BEFORE")
    books.invoice("BEFORE-1", "BEFORE", "7878", due=_day(25))
    books.deposit("X-before", "7878", "2025-12-25", payer_key="SOMEBODYELSE")
    books.invoice("UNSENT-2", "UNSENT", "5000", due=_day(24))
    for policy in ("strict", "gentle"):
        books.rows["catalog_dunning_policies"].append(
            {**books.rows["catalog_dunning_policies"][0], "policy_id": policy}
        )
        books.rows["catalog_dunning_steps"] += [
            {**step, "policy_id": policy} for step in books.rows["catalog_dunning_steps"][:2]
        ]
    books.customer("TWOSELLERS", dunning_policy="strict")
    books.customer("MIXED", entity_id="main")
    for name in ("TWOSELLERS", "MIXED"):
        books.invoice(f"{name}-1", name, "5000", due=_day(25))
        books.invoice(f"{name}-2", name, "6000", due=_day(20), entity_id="far")
    books.decide("r1", "dispute", document_id="DISPUTED-1")
    books.decide("r2", "dispute", document_id="INV-KEPT-1")
    books.decide("r3", "promise", document_id="PROMISED-1", until="2026-04-10")
    books.decide("r4", "promise", document_id="BROKEN-1", until="2026-03-30")
    for name, step, at in (
        ("RECENT", 1, "2026-03-29"),
        ("SECOND", 1, "2026-03-28"),
        ("DONE", 1, "2026-03-10"),
        ("DONE", 2, "2026-03-20"),
        ("LATER", 1, "2026-03-01"),
    ):
        books.sent(
            f"{name}-{step}",
            f"{at} 17:00:00+00",
            purpose="reminder",
            document_id=f"{name}-1",
            customer_id=name,
            policy="standard",
            step=step,
        )
    mail = {"purpose": "invoice", "recipient": "x@example.jp"}
    books.sent(_invoice_mail("NEW-1"), "2026-03-01 17:00:00+00", document_id="NEW-1", customer_id="NEW", **mail)
    books.sent(
        _invoice_mail("DOUBT-1"),
        "2026-03-01 17:00:00+00",
        state=None,
        document_id="DOUBT-1",
        customer_id="DOUBT",
        **mail,
    )
    books.sent(
        _invoice_mail("FAILED-1"),
        "2026-03-01 17:00:00+00",
        state="failed",
        document_id="FAILED-1",
        customer_id="FAILED",
        **mail,
    )


def remaining_stories(books: Books) -> None:
    """Of four overdue invoices one is paid, one void, one paid in part, and of one nothing is paid."""
    books.customer("REMAINS")
    for number in range(1, 5):
        books.invoice(f"REMAINS-{number}", "REMAINS", "5000", due=_day(20 + number))
    books.invoice("REMAINS-v", "REMAINS", "-5000", due=_day(20), voids_document_id="REMAINS-2")
    for number, amount, more in [
        (1, "5000", {"payment_id": "REMAINS-p", "kind": "cash"}),
        (2, "5000", {"payment_id": "REMAINS-v", "kind": "credit"}),
        (3, "2000", {"payment_id": "REMAINS-p", "kind": "cash"}),
    ]:
        books.ledger(
            "allocations", allocation_id=f"REMAINS-a{number}", document_id=f"REMAINS-{number}", amount=amount,
            currency="JPY", allocated_on="2026-03-20", **more,
        )  # fmt: skip
    books.deposit("REMAINS-p", "7000", "2026-03-20")


def merged(books: Books, name: str, into: str, *, on: str = "2026-02-15") -> None:
    """Two customers, of whom the first becomes the second on a day."""
    for customer in (name, into):
        books.customer(customer)
    books.add("crm_customer_merges", merge_id=f"{name}-merge", customer_id=name, into_customer_id=into, effective_on=on)


def merge_stories(books: Books) -> None:
    for name, into, more in [
        ("OLD", "HEIR", {}),
        ("YOUNG", "ELDER", {}),
        ("SOONOLD", "WAITING", {"on": "2026-04-15"}),
        ("MOVED", "MOVEDTO", {}),
    ]:
        merged(books, name, into, **more)
    books.add(
        "crm_customer_merges",
        merge_id="twice",
        customer_id="HEIR",
        into_customer_id="LASTHEIR",
        effective_on="2026-03-25",
    )
    books.customer("LASTHEIR")
    for name, days in [("OLD", 25), ("YOUNG", 25), ("ELDER", 40), ("SOONOLD", 25), ("MOVED", -20)]:
        books.invoice(f"{name}-1", name, "5000", due=_day(days))
    for name, at in [("OLD", "2026-03-20"), ("YOUNG", "2026-03-20"), ("WAITING", "2026-03-20")]:
        books.sent(
            f"{name}-1",
            f"{at} 17:00:00+00",
            purpose="reminder",
            document_id="OLD-1",
            customer_id=name,
            policy="standard",
            step=1,
        )


def bank_file_stories(books: Books) -> None:
    """A file each bank day, one may be late: main had its last on Monday,
    far's last came on Thursday and Friday and Monday brought none; new has had none yet."""
    main = books.rows["catalog_entities"][0]
    books.rows["catalog_entities"] += [
        {
            **main,
            "entity_id": entity,
            "bank_accounts": BANK.format(number=number),
            "dunning_policy_id": {"far": "gentle"}.get(entity, "standard"),
        }
        for entity, number in (("far", "2000001"), ("new", "100000"))
    ]
    version = {"catalog_version": "v1", "received_at": "2020-01-01 00:00:00+00"}
    expected = {"kind": "payments", "format": "csv", "expected_calendar_id": "jp_bank", "expected_bank_days": 1}
    books.rows["catalog_sources"] += [
        {"source": f"bank_{entity}", "expected_entity_id": entity, **expected, **version}
        for entity in ("main", "far", "new")
    ]
    books.rows["catalog_closed_days"] = [
        {"calendar_id": "jp_bank", "closed_on": day, **version} for day in ("2026-03-28", "2026-03-29")
    ]
    for source, at in [("bank_main", "2026-03-29 17:00:00+00"), ("bank_far", "2026-03-25 17:00:00+00")]:
        books.rows.setdefault("intake", []).append(
            {
                "file_id": source,
                "file_name": source,
                "stream": "payments",
                "source": source,
                "state": "loaded",
                "received_at": at,
                "rows_received_at": at,
            }
        )
    refused = {
        "file_id": "broken",
        "file_name": "broken",
        "stream": "payments",
        "source": "bank_far",
        "state": "refused",
        "received_at": "2026-03-30 17:00:00+00",
    }
    profile = {
        "file_id": "profile",
        "file_name": "catalog/sources/bank_new.yml",
        "stream": "catalog",
        "state": "loaded",
        "received_at": "2026-03-01 17:00:00+00",
    }
    books.rows["intake"] += [refused, profile]
    for name in ("FAR", "NEWBANK"):
        books.customer(name)
        books.invoice(f"{name}-1", name, "5000", due=_day(25), entity_id="new" if name == "NEWBANK" else "far")


def mail_stories(books: Books) -> None:
    """Whatever is asked for was accepted by a mail server, but for the few whose story it is that it was not."""
    for document in [row["document_id"] for row in books.rows["ledger_documents"]]:
        if document not in ("NEW-1", "DOUBT-1", "FAILED-1", "UNSENT-1", "MOVED-1", "SILENT-1"):
            mail = {"purpose": "invoice", "recipient": "x@example.jp", "customer_id": document.rsplit("-", 1)[0]}
            books.sent(_invoice_mail(document), "2026-03-01 17:00:00+00", document_id=document, **mail)


def _invoice_mail(document_id: str) -> str:
    from billing_jobs.records import make_id

    return make_id("invoice", document_id)


def _day(days_past_due: int) -> str:
    from datetime import date, timedelta

    return str(date.fromisoformat(AS_OF) - timedelta(days=days_past_due))


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    company = Books(tmp_path_factory.mktemp("receivables") / "home")
    for tell in (
        cash_stories,
        name_stories,
        seller_stories,
        repeat_stories,
        reference_stories,
        decision_stories,
        reminder_stories,
        merge_stories,
        bank_file_stories,
        mail_stories,
    ):
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
    card = {
        "mail_key": "card-1",
        "purpose": "card_expiry",
        "customer_id": "NEW",
        "payment_method_id": "card",
        "facts": facts,
    }
    ending = {
        "mail_key": "ending-1",
        "purpose": "contract_ending",
        "customer_id": "MIXED",
        "contract_id": "MIXED-K",
        "facts": "{}",
    }
    claims = [
        {"claim": "a_claim", "customer_id": name, "document_id": document}
        for name, document in (("CLAIMED", "a draft"), ("CLEAR", ""))
    ]
    given = {
        "notices_to_send": (NOTICES, [card, ending]),
        "int_contracts_resolved": (CONTRACTS, [{"contract_id": "MIXED-K", "entity_id": "far"}]),
        "int_claims_broken": (CLAIMS, claims),
    }
    return books.night(AS_OF, *BUILT, tables=given)


def _tables(night: Night) -> dict[str, list[dict[str, object]]]:
    names = [
        "allocations_to_record",
        "payments",
        "match_suggestions",
        "receivables_aging",
        "dunning_list",
        "mails_to_send",
        "deliveries",
        "int_bank_files_missed",
        "payments_repeated",
        "int_deposits_judged",
        "int_payment_decisions_judged",
        "int_open_invoices",
    ]
    return {name: night.read(name) for name in names}
