"""The data-quality page: sorted by what matters, whole without a network."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from billing_jobs.documents.quality_page import NIGHTS, Night, page
from billing_jobs.documents.quality_trend import as_csv, findings

TODAY = date(2026, 10, 31)


def result(rule: str, *, rows: int = 0, severity: str = "warning", **money: str) -> dict[str, Any]:
    return {
        "rule": rule, "table": "t", "border": "in", "severity": severity, "success": rows == 0, "rows": rows,
        "money": money,
        "text": {"ja": f"{rule}です", "en": f"{rule} found"}, "act": {"ja": "直す", "en": "mend"},
    }  # fmt: skip


def order_of(html: str, *rules: str) -> list[str]:
    return sorted(rules, key=lambda rule: html.index(f"{rule} found"))


def test_what_stops_the_night_stands_first_then_the_most_money() -> None:
    findings = [
        result("small", rows=90, JPY="10"),
        result("none", rows=99),
        result("large", rows=1, JPY="-9000000"),
        result("stop", rows=1, severity="critical"),
    ]
    html = page(Night(TODAY, findings), [])
    assert order_of(html, "small", "none", "large", "stop") == ["stop", "large", "small", "none"]
    assert "−¥9,000,000" in html
    assert "請求書は発行されません" in html


def test_a_good_night_says_so() -> None:
    html = page(Night(TODAY, [result("a_rule")]), [])
    assert "すべてのルールを満たしています" in html
    assert "a_rule" in html
    assert all(words in html for words in result("a_rule")["text"].values())


def test_the_trend_shows_the_last_nights_in_order_and_tonight_last() -> None:
    history = [Night(TODAY - timedelta(days=back), [result("r", rows=back)]) for back in range(1, 30)]
    html = page(Night(TODAY, [result("r", rows=500)]), history)
    (words,) = re.findall(r"<title>(2026-.*?)</title>", html)
    nights = words.split(", ")
    assert len(nights) == NIGHTS
    assert nights[-2:] == ["2026-10-30: 1", "2026-10-31: 500"]


def test_a_repeated_night_is_not_its_own_history() -> None:
    html = page(Night(TODAY, [result("r", rows=2)]), [Night(TODAY, [result("r", rows=9)])])
    assert "2026-10-31: 9" not in html


def test_the_page_needs_no_network_and_runs_nothing() -> None:
    html = page(Night(TODAY, [result("<img src=x>", rows=1)]), [])
    assert not re.search(r"https?://|<script|<link|@import|url\(", html)
    assert "<img src=x>" not in html


def test_a_rule_that_came_later_has_no_bar_before_it() -> None:
    history = [Night(TODAY - timedelta(days=1), [result("old", rows=3)]), Night(TODAY - timedelta(days=2), [])]
    html = page(Night(TODAY, [result("old"), result("new", rows=7)]), history)
    assert set(re.findall(r"<title>(2026-.*?)</title>", html)) == {
        "2026-10-29: —, 2026-10-30: —, 2026-10-31: 7",
        "2026-10-29: —, 2026-10-30: 3, 2026-10-31: 0",
    }


def test_analysts_get_a_row_a_night_and_rule() -> None:
    nights = [
        (TODAY - timedelta(days=1), [result("r", rows=2, severity="critical")]),
        (TODAY, [result("r"), result("r", rows=9), result("late", rows=1)]),
    ]
    assert as_csv(findings(nights)).decode().splitlines() == [
        "as_of_date,rule,table,border,severity,rows_found",
        "2026-10-30,r,t,in,critical,2",
        "2026-10-31,late,t,in,warning,1",
        "2026-10-31,r,t,in,warning,0",
    ]
    assert as_csv(findings([])) == b"as_of_date,rule,table,border,severity,rows_found\n"


def test_a_warning_shows_its_rows_and_what_was_refused_stands_below() -> None:
    found = result("lost", rows=2) | {
        "sample_rows": [{"contract_id": "K<1>", "day": TODAY}, {"contract_id": "K2", "day": None}]
    }
    html = page(Night(TODAY, [found]), [], refused=["crm/a.csv:3: quantity: found `many`"])
    assert "contract_id K&lt;1&gt;, day 2026-10-31" in html and '<div class="rule">contract_id K2</div>' in html
    assert html.index("lost found") < html.index("billing rejects") < html.index("crm/a.csv:3: quantity: found `many`")
    assert "billing rejects" not in page(Night(TODAY, [found]), [])
