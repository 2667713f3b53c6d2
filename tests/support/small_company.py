"""A company small enough to bill in seconds: three customers, a yearly, a monthly and a metered plan, two currencies,
one bank."""

from __future__ import annotations

from pathlib import Path

CATALOG = """
entities:
  - entity: main
    name: {ja: 株式会社みほん, en: Mihon Inc.}
    postal_code: 100-0001
    address: {ja: 東京都千代田区千代田1-1, en: "1-1 Chiyoda, Chiyoda-ku, Tokyo"}
    tel: 03-0000-0000
    email: billing@example.jp
    contact: {ja: 請求担当, en: Billing desk}
    time_zone: Asia/Tokyo
    currency: JPY
    registration_number: T7000012050002
    rounding: half_up
    tax_rounding: floor
    invoice_number: "INV-{yyyy}-{seq:6}"
    credit_note_number: "CN-{yyyy}-{seq:6}"
    billing_starts_on: 2026-01-01
    rebill_horizon_months: 13
    adjustments: next_invoice
    closing_lag_days: 10
    correction_limit: 1000000
    payment_terms: eom_next_eom
    dunning_policy: standard
    bank_accounts: [{bank: みほん銀行(0000), branch: 本店(001), type: 普通, number: "1000001",
      holder: カ）ミホン, currency: JPY}]
    bank_fees: {amounts: [440], limit: 880}
    mail_from: {email: billing@example.jp, name: みほん}
    notes: {ja: 恐れ入りますが、振込手数料は貴社にてご負担ください。, en: Please bear the bank's fee.}
    reply_to: billing@example.jp
tax_codes:
  - {tax_code: standard, name: {ja: 標準税率, en: Standard rate}, kind: standard, rates: [{from: 2019-10-01, rate: 10}]}
  - {tax_code: none, name: {ja: 不課税, en: Out of scope}, kind: out_of_scope, rates: [{from: 2019-10-01, rate: 0}]}
payment_terms:
  - {payment_terms: eom_next_eom, closing_day: 99, month_offset: 1, pay_day: 99, roll: next, calendar: jp_bank}
calendars:
  - {calendar: jp_bank, country: JP, bank: true}
dunning_policies:
  - policy: standard
    minimum_open_amount: 1000
    days_between: 3
    steps:
      - {step: 1, days_after_due: 3, action: mail, template: reminder_1}
      - {step: 2, days_after_due: 10, action: mail, template: reminder_2}
accounts:
  - {role: bank, account: "1110", name: {ja: 普通預金, en: Bank}}
  - {role: receivable, account: "1150", name: {ja: 売掛金, en: Accounts receivable}}
  - {role: unbilled_revenue, account: "1155", name: {ja: 契約資産, en: Unbilled revenue}}
  - {role: unapplied_receipts, account: "2150", name: {ja: 仮受金, en: Unapplied receipts}}
  - {role: deferred_revenue, account: "2160", name: {ja: 契約負債, en: Deferred revenue}}
  - {role: tax_payable, account: "2170", name: {ja: 仮受消費税, en: Consumption tax payable}}
  - {role: revenue, account: "4110", name: {ja: 売上高, en: Revenue}}
  - {role: bank_fees, account: "5210", name: {ja: 支払手数料, en: Bank fees}}
  - {role: bad_debt, account: "5220", name: {ja: 貸倒損失, en: Bad debt}}
meters:
  - {meter: api_calls, event_type: api.request, aggregation: sum, field: quantity}
plans:
  - plan: seats
    name: {ja: 席プラン, en: Seats}
    product: workspace
    department: saas
    entity: main
    currency: JPY
    interval: {every: 1, unit: month}
    anchor: contract
    proration: daily
    fees:
      - {fee: seat, kind: recurring, in: advance, model: per_unit, name: {ja: 利用席, en: Seats},
         unit: {ja: 席, en: seats}, tax_code: standard, versions: [{from: 2026-01-01, unit_price: 1000}]}
  - plan: api
    name: {ja: APIプラン, en: API}
    product: api
    department: platform
    entity: main
    currency: JPY
    interval: {every: 1, unit: month}
    anchor: contract
    proration: daily
    fees:
      - {fee: base, kind: recurring, in: advance, model: flat, name: {ja: 基本料, en: Base fee},
         tax_code: standard, versions: [{from: 2026-01-01, amount: 5000}]}
      - {fee: calls, kind: usage, meter: api_calls, in: arrears, model: graduated,
         name: {ja: API呼び出し, en: API calls}, unit: {ja: 回, en: calls}, tax_code: standard,
         versions: [{from: 2026-01-01, tiers: [{up_to: 100, unit_price: 0}, {unit_price: 0.5}]}]}
  - plan: support_usd
    name: {ja: サポート(米ドル), en: Support USD}
    product: support
    department: services
    entity: main
    currency: USD
    interval: {every: 1, unit: year}
    anchor: contract
    proration: daily
    fees:
      - {fee: support, kind: recurring, in: advance, model: flat, name: {ja: 年間サポート, en: Yearly support},
         tax_code: none, versions: [{from: 2026-01-01, amount: 365}]}
"""

PROFILES = {
    "metrics": "source: metrics\nkind: usage\nformat: csv\n",
    "bank_csv": (
        "source: bank_csv\n"
        "kind: payments\n"
        "format: csv\n"
        "currency: JPY\n"
        "account: 0000-001-1000001\n"
        "columns: {booked_on: date, value_on: date, amount: amount, remitter_name: name, reference: memo, "
        "bank_transaction_id: txn}\n"
    ),
}

CUSTOMERS = """customer_id,name,name_kana,email,locale,postal_code,address,fee_bearer
C1,株式会社青葉商事,アオバシヨウジ,keiri@aoba.example.jp,ja,150-0001,東京都渋谷区神宮前1-1-1,customer
C2,北斗物流有限会社,ホクトブツリユウ,ap@hokuto.example.jp,ja,060-0001,北海道札幌市中央区北一条西1-1,seller
C3,"Harbor Labs, Inc.",,ap@harbor.example.com,en,94105,"1 Market Street, San Francisco",customer
"""

CONTRACTS = """contract_id,customer_id,plan_id,service_from,signed_on,quantity
K1,C1,seats,2026-01-15,2026-01-10,10
K2,C2,api,2026-01-01,2025-12-20,1
K3,C3,support_usd,2026-01-01,2025-12-25,1
"""


def usage_csv(day: str, *, first: int = 1, events: int = 10, quantity: int = 50) -> str:
    """Events of one day (local noon) for contract K2."""
    rows = [
        f"{day}-{number},api.request,{day}T12:00:{number % 60:02d}+09:00,K2,{quantity}"
        for number in range(first, first + events)
    ]
    return "event_id,event_type,event_at,contract_id,quantity\n" + "\n".join(rows) + "\n"


def deposit_csv(rows: list[tuple[str, int, str, str, str]]) -> str:
    """Deposits as (date, amount, remitter, memo, transaction id)."""
    return "date,amount,name,memo,txn\n" + "".join(
        f"{day},{amount},{name},{memo},{txn}\n" for day, amount, name, memo, txn in rows
    )


def deliver(landing: Path, name: str, text: str) -> Path:
    """Put a file where another system would deliver it."""
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def move_in(landing: Path) -> None:
    """Catalog, profiles, customers and contracts of the company."""
    deliver(landing, "catalog/company.yml", CATALOG)
    for source, text in PROFILES.items():
        deliver(landing, f"catalog/sources/{source}.yml", text)
    deliver(landing, "crm/customers.csv", CUSTOMERS)
    deliver(landing, "crm/contracts.csv", CONTRACTS)
