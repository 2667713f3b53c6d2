"""Issued documents written by hand, as the ledger would hold them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from billing_jobs.documents.issued import IssuedDocument

Row = dict[str, Any]

SELLER = {
    "name_ja": "みなと計量サービス株式会社", "name_en": "Minato Metering Services, Inc.", "postal_code": "105-0001",
    "address_ja": "東京都港区虎ノ門1-2-3",
    "address_en": "1-2-3 Toranomon, Minato-ku, Tokyo", "tel": "03-0000-0000", "email": "billing@example.jp",
    "contact_ja": "経理部", "contact_en": (
        "Billing "
        "desk"
    ),
    "registration_number": "T7000012050002",
}  # fmt: skip
SENDER = {
    **SELLER,
    "entity_id": "main",
    "mail_from_email": "billing@example.jp",
    "mail_from_name": "みなと計量サービス",
    "reply_to": "reply@example.jp",
}
BANKS = [
    {
        "bank": "みなと銀行(0000)",
        "branch": "虎ノ門支店(001)",
        "type": "普通",
        "number": "1000001",
        "holder": "ミナトケイリヨウサービス(カ",
        "currency": "JPY",
    },
    {
        "bank": "Minato Bank",
        "branch": "Toranomon",
        "type": "Current",
        "number": "2000002",
        "holder": "MINATO METERING",
        "currency": "USD",
    },
]
ORIGINAL = {"document_id": "d0", "document_number": "INV-2026-000098", "invoice_date": date(2026, 9, 30)}
NOVEMBER = date(2026, 11, 1)


def snapshot(name: str = "青葉商事株式会社", locale: str = "ja") -> str:
    buyer = {
        "customer_id": "C1",
        "name": name,
        "postal_code": "917-0530",
        "address": "広島県広島市中区紙屋町8-6-3",
        "locale": locale,
    }
    notes = {"ja": "振込手数料は貴社にてご負担ください。", "en": "Please bear any bank transfer fees."}
    kinds = {"standard": "standard", "reduced": "reduced", "exempt": "exempt"}
    return json.dumps(
        {"buyer": buyer, "seller": SELLER, "bank_accounts": BANKS, "notes": notes, "tax_kinds": kinds},
        ensure_ascii=False,
    )


def line(line_no: int, amount: str, **changes: Any) -> Row:
    row = {
        "line_no": line_no, "line_id": f"l{line_no}", "document_id": "d1", "original_line_id": None, "fee_id": "base",
        "period_from": date(2026, 10, 1),
        "period_until": NOVEMBER, "served_from": date(2026, 10, 1), "served_until": NOVEMBER,
        "quantity": Decimal("1.000000000000"), "unit_ja": "式",
        "unit_en": "set", "line_amount": Decimal(amount), "net_amount": Decimal(amount), "tax_amount": Decimal(0),
        "tax_code": "standard",
        "tax_rate": Decimal("10.000000"), "price_basis": "exclusive", "currency": "JPY", "description_ja": "月額基本料",
        "description_en": (
            "Monthly "
            "fee"
        ),
        "reason": "charge",
    }  # fmt: skip
    return row | changes


def tax(code: str, rate: str, net: str, amount: str) -> Row:
    return {
        "document_id": "d1",
        "tax_code": code,
        "tax_rate": Decimal(rate),
        "net_amount": Decimal(net),
        "tax_amount": Decimal(amount),
        "currency": "JPY",
    }


def document(net: str, tax_amount: str, **changes: Any) -> Row:
    row = {
        "document_id": "d1", "document_number": "INV-2026-000123", "document_type": "invoice", "entity_id": "main",
        "customer_id": "C1", "currency": "JPY",
        "price_basis": "exclusive", "invoice_date": date(2026, 10, 31), "due_date": date(2026, 11, 30),
        "net_amount": Decimal(net),
        "tax_amount": Decimal(tax_amount), "total_amount": Decimal(net) + Decimal(tax_amount), "snapshot": snapshot(),
    }  # fmt: skip
    return row | changes


def invoice(**changes: Any) -> IssuedDocument:
    """Two rates, usage, and an adjustment of an earlier invoice."""
    lines = [
        line(1, "12000"),
        line(
            2,
            "45210",
            quantity=Decimal("94420.000000000000"),
            unit_ja="回",
            unit_en="calls",
            description_ja="API呼び出し",
            description_en="API calls",
        ),
        line(3, "4900", tax_code="reduced", tax_rate=Decimal(8), description_ja="定期購読", description_en="Newspaper"),
        line(
            4,
            "-4000",
            original_line_id="x1",
            served_from=date(2026, 9, 16),
            served_until=date(2026, 10, 1),
            description_ja="調整",
            description_en="Adjustment",
        ),
    ]
    taxes = [tax("standard", "10", "53210", "5321"), tax("reduced", "8", "4900", "392")]
    return IssuedDocument(document("58110", "5713") | changes, lines, taxes, {"x1": ORIGINAL})


def dollar_invoice() -> IssuedDocument:
    changes = {
        "currency": "USD",
        "snapshot": snapshot("Northwind Robotics Ltd", "en"),
        "document_number": "INV-2026-000124",
        "document_id": "d2",
    }
    lines = [line(1, "1234.5", tax_code="exempt", tax_rate=Decimal(0), currency="USD", document_id="d2")]
    return IssuedDocument(
        document("1234.5", "0", **changes),
        lines,
        [tax("exempt", "0", "1234.5", "0") | {"currency": "USD", "document_id": "d2"}],
        {},
    )


def inclusive_invoice() -> IssuedDocument:
    """Three lines of 1,005 with tax: the tax of the document is 274, although 91 for each line would make 273."""
    lines = [line(number, "1005", price_basis="inclusive") for number in (1, 2, 3)]
    return IssuedDocument(
        document("2741", "274", price_basis="inclusive"), lines, [tax("standard", "10", "2741", "274")], {}
    )


def netted_credit_note(locale: str = "ja") -> IssuedDocument:
    """A month's charges of two rates, less than what is returned of an earlier invoice."""
    changes = {
        "document_type": "credit_note",
        "document_number": "CN-2026-000008",
        "due_date": None,
        "document_id": "d4",
        "snapshot": snapshot(locale=locale),
    }
    lines = [
        line(1, "12000", document_id="d4"),
        line(
            2,
            "4900",
            tax_code="reduced",
            tax_rate=Decimal(8),
            document_id="d4",
            description_ja="定期購読",
            description_en="Newspaper",
        ),
        line(3, "-30000", original_line_id="x1", reason="adjustment", document_id="d4"),
    ]
    taxes = [
        tax("standard", "10", "-18000", "-1800") | {"document_id": "d4"},
        tax("reduced", "8", "4900", "392") | {"document_id": "d4"},
    ]
    return IssuedDocument(document("-13100", "-1408", **changes), lines, taxes, {"x1": ORIGINAL})


def usage_taken_back() -> IssuedDocument:
    """A month in which more was taken back than was used, and nothing else: there is no earlier invoice to name."""
    changes = {
        "document_type": "credit_note",
        "document_number": "CN-2026-000009",
        "due_date": None,
        "document_id": "d5",
    }
    lines = [line(1, "-500", document_id="d5", quantity=Decimal(-500))]
    return IssuedDocument(
        document("-500", "-50", **changes), lines, [tax("standard", "10", "-500", "-50") | {"document_id": "d5"}], {}
    )


def credit_note() -> IssuedDocument:
    changes = {
        "document_type": "credit_note",
        "document_number": "CN-2026-000007",
        "due_date": None,
        "document_id": "d3",
    }
    lines = [line(1, "-12000", original_line_id="x1", document_id="d3")]
    return IssuedDocument(
        document("-12000", "-1200", **changes),
        lines,
        [tax("standard", "10", "-12000", "-1200") | {"document_id": "d3"}],
        {"x1": ORIGINAL},
    )
