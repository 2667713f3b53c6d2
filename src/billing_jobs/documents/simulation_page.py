"""A simulation to one page for people: totals, months, who pays more and who less.

A single HTML file that needs no network. Pure.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import jinja2

from billing_jobs.documents import wording
from billing_jobs.documents.simulation_charts import distribution, month_chart, mover_bars, signed_percent

Row = dict[str, Any]
MOVERS = 10
FEES = 15


@dataclass(frozen=True)
class Simulated:
    """What was compared: the book's day, the catalog's folder, the span of periods, and the rows of each table."""

    as_of_date: date
    catalog: str
    begins: date | None
    ends: date | None
    customers: list[Row]
    months: list[Row]
    fees: list[Row]
    totals: list[Row]


def page(simulated: Simulated) -> str:
    """The page; the currency of most customers stands first."""
    totals = sorted(simulated.totals, key=lambda row: (-row["customer_count"], row["currency"]))
    return _template().render(
        as_of=wording.day(simulated.as_of_date, "ja"),
        as_of_iso=simulated.as_of_date.isoformat(),
        catalog=simulated.catalog,
        span=_span(simulated),
        banner=_banner(totals),
        warning=_warning(sum(row["unpriced_count"] for row in totals)),
        sections=[_section(simulated, total) for total in totals],
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string((wording.TEMPLATES / "simulation.html.j2").read_text("utf-8"))


def _span(simulated: Simulated) -> dict[str, str]:
    begins, ends = simulated.begins, simulated.ends
    if begins is None and ends is None:
        return {"ja": "全期間", "en": "all periods"}
    return {
        "ja": f"{begins or ''} から {f'{ends} の前日まで' if ends else ''}".strip() if begins else f"{ends} の前日まで",
        "en": " ".join([*([f"from {begins}"] if begins else []), *([f"before {ends}"] if ends else [])]),
    }


def _banner(totals: list[Row]) -> dict[str, str]:
    if not totals:
        return {"state": "same", "ja": "この期間に課金はありません。", "en": "Nothing is charged in this span."}
    if all(row["same_count"] == row["customer_count"] for row in totals):
        return {"state": "same", "ja": "どのお客様の請求額も変わりません。", "en": "Nobody's bill changes."}
    changes = [f"{signed_money(row['delta'], row['currency'])}{_share(row)}" for row in totals if row["delta"]]
    more, less = (sum(row[f"{name}_count"] for row in totals) for name in ("more", "less"))
    counted = f"{more:,} pay{'s' if more == 1 else ''} more, {less:,} less"
    if not changes:
        return {
            "state": "changed",
            "ja": "合計は同じですが、お客様ごとには変わります。",
            "en": f"The total stays, but {counted}.",
        }
    return {
        "state": "changed",
        "ja": f"請求額の合計は {'、'.join(changes)} 変わります。",
        "en": f"The book changes by {', '.join(changes)}: {counted}.",
    }


def _warning(unpriced: int) -> dict[str, str]:
    if not unpriced:
        return {}
    return {
        "ja": (
            f"この料金表では計算できない契約が{unpriced:,}件あります(プランがない、など)。"
            "その全額が減額として数えられています。"
        ),
        "en": (
            f"{unpriced:,} contract{' has' if unpriced == 1 else 's have'} no price in this catalog (its plan is "
            "missing?): the whole amount counts as a decrease."
        ),
    }


def _share(row: Row) -> str:
    return "" if row["delta_percent"] is None else f" ({signed_percent(row['delta_percent'])})"


def _section(simulated: Simulated, total: Row) -> dict[str, Any]:
    currency = total["currency"]
    customers, months, fees = (
        [row for row in rows if row["currency"] == currency]
        for rows in (simulated.customers, simulated.months, simulated.fees)
    )
    more = sorted((row for row in customers if row["delta"] > 0), key=lambda row: (-row["delta"], row["customer_id"]))
    less = sorted((row for row in customers if row["delta"] < 0), key=lambda row: (row["delta"], row["customer_id"]))
    by_change = sorted(
        (row for row in fees if row["delta"]), key=lambda row: (-abs(row["delta"]), row["plan_id"], row["fee_id"])
    )
    return {
        "currency": currency,
        "figures": _figures(total),
        "months": month_chart(months, currency),
        "bands": distribution(customers),
        "movers": [
            {
                "ja": "増えるお客様",
                "en": "Pay more",
                "kind": "more",
                "count": len(more),
                "rows": mover_bars(more[:MOVERS], currency),
            },
            {
                "ja": "減るお客様",
                "en": "Pay less",
                "kind": "less",
                "count": len(less),
                "rows": mover_bars(less[:MOVERS], currency),
            },
        ],
        "fees": [_fee(row) for row in by_change[:FEES]],
        "fees_left_out": max(len(by_change) - FEES, 0),
        "fees_unchanged": len(fees) - len(by_change),
    }


def _figures(total: Row) -> list[dict[str, str]]:
    currency = total["currency"]
    counted = f"{total['more_count']:,} / {total['less_count']:,} / {total['same_count']:,}"
    return [
        {
            "ja": "現行の料金",
            "en": "current catalog",
            "value": wording.money(total["current_amount"], currency),
            "note": "",
        },
        {"ja": "試算", "en": "simulated", "value": wording.money(total["simulated_amount"], currency), "note": ""},
        {
            "ja": "差額",
            "en": "delta",
            "value": signed_money(total["delta"], currency),
            "note": _share(total).strip(" ()"),
        },
        {
            "ja": "増・減・同じ",
            "en": "pay more / less / same",
            "value": counted,
            "note": f"お客様 {total['customer_count']:,} customers",
        },
    ]


def _fee(row: Row) -> dict[str, str]:
    currency, kind = row["currency"], "more" if row["delta"] > 0 else "less" if row["delta"] < 0 else "same"
    reserved: dict[str, str] = {"one_off": "都度請求 One-off charges", "credits": "プリペイド充当 Prepaid credits used"}
    name = reserved.get(str(row["fee_id"]), str(row["fee_id"]))
    return {
        "plan": row["plan_id"] or "—",
        "fee": name,
        "kind": kind,
        "current": wording.money(row["current_amount"], currency),
        "simulated": wording.money(row["simulated_amount"], currency),
        "delta": signed_money(row["delta"], currency),
        "percent": "—" if row["delta_percent"] is None else signed_percent(row["delta_percent"]),
    }


def signed_money(amount: Decimal, currency: str) -> str:
    """An amount that always shows its way: +¥1,234, −¥1,234, ±¥0."""
    return f"{'+' if amount > 0 else '' if amount else '±'}{wording.money(amount, currency)}"
