"""Results of border control to one page for finance: a single HTML file that needs no network and prints on A4. Pure.

What stops the night stands first; then, and within it, the most money at stake, in the currency that is used most.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import jinja2

from billing_jobs.documents import wording
from billing_jobs.documents.quality_trend import findings, trend

Result = dict[str, Any]
NIGHTS = 14
TALLEST = 26
_BORDERS = {"in": "入口", "out": "出口"}
_COLOURS = {"critical": "#b3261e", "warning": "#d39e00"}


@dataclass(frozen=True)
class Night:
    """What the rules of both borders said on one business day.

    `results`: rule, table, border, severity, success, rows, money, text, act.
    """

    as_of_date: date
    results: list[Result]


def page(tonight: Night, history: list[Night], *, refused: Sequence[str] = ()) -> str:
    """The page of `tonight`; `history` are earlier nights, of which the last ones become the trend; `refused` are
    sentences about refused rows that have not come again."""
    nights = in_order(tonight, history)[-NIGHTS:]
    days = [night.as_of_date for night in nights]
    found = trend(findings((night.as_of_date, night.results) for night in nights), days)
    failed = [result for result in tonight.results if not result["success"]]
    main = _main_currency(failed)
    failed.sort(key=lambda result: _rank(result, main))
    passed = sorted(
        (result for result in tonight.results if result["success"]),
        key=lambda result: (result["border"], result["table"], result["rule"]),
    )
    state = (
        "critical" if any(result["severity"] == "critical" for result in failed) else "warning" if failed else "good"
    )
    return _template().render(
        as_of=wording.day(tonight.as_of_date, "ja"),
        as_of_iso=tonight.as_of_date.isoformat(),
        state=state,
        banner=_banner(state, failed),
        figures=_figures(tonight.results, failed),
        failed=[_item(result, days, found[str(result["rule"])]) for result in failed],
        passed=[_item(result, days, found[str(result["rule"])]) for result in passed],
        refused=list(refused),
    )


def in_order(tonight: Night, history: list[Night]) -> list[Night]:
    """The nights before tonight and tonight, oldest first: a night that is repeated is not its own history."""
    return [
        *sorted(
            (night for night in history if night.as_of_date < tonight.as_of_date), key=lambda night: night.as_of_date
        ),
        tonight,
    ]


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    source = (wording.TEMPLATES / "quality.html.j2").read_text("utf-8")
    macro = source.index("{%- macro")
    return environment.from_string(source[macro:] + source[:macro])


def _amounts(result: Result) -> dict[str, Decimal]:
    return {currency: Decimal(str(amount)) for currency, amount in (result.get("money") or {}).items()}


def _main_currency(failed: list[Result]) -> str:
    used = Counter(currency for result in failed for currency in _amounts(result))
    return min(used, key=lambda currency: (-used[currency], currency)) if used else ""


def _rank(result: Result, main: str) -> tuple[bool, Decimal, Decimal, int, str]:
    amounts = {currency: abs(amount) for currency, amount in _amounts(result).items()}
    is_warning = result["severity"] != "critical"
    return (
        is_warning,
        -amounts.get(main, Decimal(0)),
        -max(amounts.values(), default=Decimal(0)),
        -int(result["rows"]),
        str(result["rule"]),
    )


def _banner(state: str, failed: list[Result]) -> dict[str, str]:
    if state == "critical":
        return {
            "ja": "重大な問題が見つかりました。直るまで、この夜の請求書は発行されません。",
            "en": "A critical problem was found. Nothing is issued for this night until it is mended.",
        }
    if state == "warning":
        return {
            "ja": f"処理は進みました。確認が必要な項目が{len(failed)}件あります。",
            "en": f"The night went through. {len(failed)} finding{'s' if len(failed) > 1 else ''} to look into.",
        }
    return {"ja": "すべてのルールを満たしています。", "en": "All rules hold."}


def _figures(results: list[Result], failed: list[Result]) -> list[dict[str, str]]:
    critical = sum(result["severity"] == "critical" for result in failed)
    return [
        {"ja": "ルール", "en": "rules", "value": str(len(results))},
        {"ja": "停止", "en": "critical", "value": str(critical)},
        {"ja": "注意", "en": "warnings", "value": str(len(failed) - critical)},
        {"ja": "該当行", "en": "rows found", "value": f"{sum(int(result['rows']) for result in failed):,}"},
    ]


def _item(result: Result, days: list[date], rows: list[int | None]) -> dict[str, Any]:
    known = [f"{day}: " + ("—" if count is None else f"{count:,}") for day, count in zip(days, rows, strict=True)]
    return {
        "rule": result["rule"],
        "table": result["table"],
        "severity": result["severity"],
        "border_ja": _BORDERS[result["border"]],
        "text": result["text"],
        "act": result.get("act") or {"ja": "", "en": ""},
        "rows": f"{int(result['rows']):,}",
        "samples": [_shown(row) for row in result.get("sample_rows") or []],
        "money": [_money(amount, currency) for currency, amount in sorted(_amounts(result).items())],
        "trend": [_bar(count, max(count or 0 for count in rows), str(result["severity"])) for count in rows],
        "trend_words": ", ".join(known),
    }


def _shown(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)


def _money(amount: Decimal, currency: str) -> str:
    """An amount as its currency writes it; one that is finer than the currency keeps all its digits,
    for that may be the finding."""
    try:
        return wording.money(amount, currency)
    except ValueError:
        return f"{currency} {wording.number(amount)}"


def _bar(count: int | None, highest: int, severity: str) -> dict[str, Any]:
    if not count:
        return {"height": 2, "colour": "#e3e8ef" if count is None else "#9bb0c9"}
    return {"height": max(4, TALLEST * count // max(highest, 1)), "colour": _COLOURS[severity]}
