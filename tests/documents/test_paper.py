"""What a paper says: the particulars of a qualified invoice and of a qualified return invoice."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from billing_jobs.documents.paper import PaperIncomplete, describe
from tests.documents import samples


def test_a_qualified_invoice_has_every_required_particular() -> None:
    said = describe(samples.invoice())
    assert (said["seller"]["name"], said["seller"]["registration"]) == ("みなと計量サービス株式会社", "T7000012050002")
    assert ["お支払期限", "2026年11月30日"] in said["facts"]
    assert said["lines"][2]["text"].endswith(" ※")
    assert said["taxes"] == [["10%対象", "¥53,210", "¥5,321"], ["8%対象 ※", "¥4,900", "¥392"]]
    assert (said["buyer"]["name"], said["buyer"]["honorific"]) == ("青葉商事株式会社", "御中")
    assert said["total"] == ["合計(税込)", "¥63,823"]
    assert ["", "※ は軽減税率対象品目です。"] in said["remarks"]


@pytest.mark.parametrize(
    ("locale", "remark"),
    [
        ("ja", ["消費税額(JPY換算)", "10%対象 ¥1,873\n換算レート 1 USD = 187.55 JPY(TTM、2026年10月30日)"]),
        ("en", ["Tax in JPY", "10% ¥1,873\nat 187.55 JPY for 1 USD (TTM, 30 Oct 2026)"]),
    ],
)
def test_an_invoice_in_another_currency_says_its_tax_in_that_of_the_seller(locale: str, remark: list[str]) -> None:
    taxes = [{"tax_code": "standard", "tax_rate": "10.000000", "tax_amount": "1873.0000"}]
    home = {
        "currency": "JPY",
        "exchange_rate": "187.550000000000",
        "rate_source": "TTM",
        "rate_on": "2026-10-30",
        "taxes": taxes,
    }
    issued = samples.dollar_invoice()
    said = describe(
        replace(
            issued,
            document=issued.document
            | {"snapshot": json.dumps({**json.loads(samples.snapshot(locale=locale)), "home_tax": home})},
        )
    )
    assert remark in said["remarks"]
    assert not [heading for heading, _ in describe(issued)["remarks"] if "JPY" in heading]


def test_every_line_shows_its_own_days_and_a_correction_its_origin() -> None:
    lines = describe(samples.invoice())["lines"]
    assert lines[0]["details"] == "2026年10月1日 〜 2026年10月31日"
    assert lines[3]["details"] == "2026年9月16日 〜 2026年9月30日\n元の請求書 INV-2026-000098(2026年9月30日発行)"
    assert (lines[1]["quantity"], lines[1]["unit"], lines[3]["amount"]) == ("94,420", "回", "−4,000")


def test_a_line_that_adds_to_an_earlier_bill_says_that_its_quantity_is_the_total() -> None:
    issued = samples.invoice()
    later = replace(issued, lines=[row | {"reason": "adjustment"} for row in issued.lines[:1]])
    assert describe(later)["lines"][0]["details"].endswith("\n前回までのご請求との差額(数量は訂正後の合計)")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("ja", "割引前 13,000、ご紹介クーポン・割引 −3,000"),
        ("en", "Before discount 13,000; Welcome coupon, Discount −3,000"),
    ],
)
def test_a_line_with_discounts_says_what_it_cost_before_and_what_they_take_off(locale: str, said: str) -> None:
    coupon = {
        "discount": "welcome",
        "name_ja": "ご紹介クーポン",
        "name_en": "Welcome coupon",
        "amount": "-2000.000000000000",
    }
    given = json.dumps(
        [coupon, {"discount": "change-1", "name_ja": None, "name_en": None, "amount": "-1000.000000000000"}]
    )
    lines = [
        samples.line(1, "10000", before_discounts="13000.0000", discounts=given),
        samples.line(2, "500", before_discounts=None, discounts="[]"),
    ]
    issued = samples.invoice()
    described = describe(
        replace(issued, document=issued.document | {"snapshot": samples.snapshot(locale=locale)}, lines=lines)
    )["lines"]
    assert described[0]["details"].splitlines()[1:] == [said]
    assert len(described[1]["details"].splitlines()) == 1


def test_prices_with_tax_and_without_are_told_apart() -> None:
    exclusive, inclusive = describe(samples.invoice()), describe(samples.inclusive_invoice())
    assert exclusive["columns"][-1] == "金額(税抜)"
    assert inclusive["columns"][-1] == "金額(税込)"
    assert inclusive["tax_columns"] == ["税率区分", "対象額(税込)", "うち消費税額"]
    assert inclusive["taxes"] == [["10%対象", "¥3,015", "¥274"]]
    assert inclusive["totals"] == [["うち消費税額合計", "¥274"]]


def test_a_credit_note_names_its_originals_and_asks_for_nothing() -> None:
    said = describe(samples.credit_note())
    assert (said["title"], said["headline"]) == ("返還請求書", ["ご返還金額(税込)", "¥13,200"])
    assert said["facts"][0] == ["対象の請求書", "INV-2026-000098"]
    assert said["bank"] == []
    assert said["total"][1] == "−¥13,200"


@pytest.mark.parametrize(
    ("locale", "title", "subtitle", "greeting"),
    [
        ("ja", "返還請求書", "適格返還請求書 兼 適格請求書", "返還額がご請求額を上回りましたので、差額を返還します。"),
        (
            "en",
            "CREDIT NOTE",
            "Qualified return invoice and qualified invoice",
            "What we return is more than the charges below: we credit the difference.",
        ),
    ],
)
def test_a_bill_below_zero_says_that_it_charges_and_returns(
    locale: str, title: str, subtitle: str, greeting: str
) -> None:
    said = describe(samples.netted_credit_note(locale))
    assert (said["title"], said["subtitle"], said["greeting"]) == (title, subtitle, greeting)
    assert (said["headline"][1], [row[1:] for row in said["taxes"]]) == (
        "¥14,508",
        [["−¥18,000", "−¥1,800"], ["¥4,900", "¥392"]],
    )
    assert said["facts"][0][1] == "INV-2026-000098"
    assert said["bank"] == []


def test_a_credit_that_returns_no_earlier_invoice_names_none() -> None:
    said = describe(samples.usage_taken_back())
    assert (said["title"], said["subtitle"], said["greeting"]) == (
        "返還請求書",
        "適格返還請求書",
        "下記のとおり返還(値引き・取消)いたします。",
    )
    assert said["facts"] == [["ご利用期間", "2026年10月1日 〜 2026年10月31日"]]
    assert ["", "本書の金額は今後のご請求のお支払いに充当いたします。"] in said["remarks"]
    assert not [text for _, text in said["remarks"] if "対象の請求書" in text]


def test_a_credit_note_of_returns_alone_stays_one() -> None:
    said = describe(samples.credit_note())
    assert (said["subtitle"], said["greeting"]) == ("適格返還請求書", "下記のとおり返還(値引き・取消)いたします。")
    assert [text for _, text in said["remarks"] if "対象の請求書の未払い分" in text]


def test_an_english_reader_gets_english_and_the_account_in_their_currency() -> None:
    said = describe(samples.dollar_invoice())
    assert (said["title"], said["headline"][1]) == ("INVOICE", "$1,234.50")
    assert said["taxes"] == [["Exempt / zero-rated", "$1,234.50", "$0.00"]]
    assert [account[2] for account in said["bank"]] == ["MINATO METERING"]
    assert "ご" not in str([said["facts"], said["remarks"], said["columns"]])


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ({"lines": []}, "lines"),
        ({"taxes": []}, "tax per rate"),
        ({"document": samples.document("1", "0", snapshot=samples.snapshot(name=""))}, "recipient"),
    ],
)
def test_a_paper_without_a_required_particular_is_not_made(part: dict[str, object], missing: str) -> None:
    with pytest.raises(PaperIncomplete, match=missing):
        describe(replace(samples.invoice(), **part))  # type: ignore[arg-type]


def test_an_amount_finer_than_its_currency_is_not_printed() -> None:
    with pytest.raises(ValueError, match="more than 0 digits"):
        describe(samples.invoice(total_amount=Decimal("0.5")))


@pytest.mark.parametrize(("number", "subtitle"), [("T7000012050002", "適格請求書"), ("GB123456789", ""), ("", "")])
def test_only_a_japanese_number_makes_a_qualified_invoice(number: str, subtitle: str) -> None:
    issued = samples.invoice()
    told = json.loads(str(issued.document["snapshot"]))
    told["seller"]["registration_number"] = number
    said = describe(replace(issued, document=issued.document | {"snapshot": json.dumps(told)}))
    assert (said["subtitle"], said["seller"]["registration"]) == (subtitle, number)
