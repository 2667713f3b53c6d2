"""Amounts to places on a chart. Pure; decimals until they are whole pixels."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from billing_jobs.documents import wording

Row = dict[str, Any]
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 1032, 240, 110, 12, 30
LABELS = 18
BANDS: list[tuple[str, Decimal | None, Decimal | None, str]] = [
    ("−50% 以下", None, Decimal(-50), "less"),
    ("−50〜−20%", Decimal(-50), Decimal(-20), "less"),
    ("−20〜−5%", Decimal(-20), Decimal(-5), "less"),
    ("−5〜0%", Decimal(-5), Decimal(0), "less"),
    ("同じ same", None, None, "same"),
    ("0〜+5%", Decimal(0), Decimal(5), "more"),
    ("+5〜+20%", Decimal(5), Decimal(20), "more"),
    ("+20〜+50%", Decimal(20), Decimal(50), "more"),
    ("+50% 超・新規", Decimal(50), None, "more"),
]


def pixels(part: Decimal, whole: Decimal, length: int) -> int:
    """The part's share of a length in whole pixels; something is never nothing."""
    if not part or not whole:
        return 0
    return max(int((part * length / whole).quantize(Decimal(1), ROUND_HALF_UP)), 1)


def step_of(highest: Decimal) -> Decimal:
    """A round distance between grid lines, so that three to six of them reach the highest value."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** (highest.adjusted() - 1)
    return next(power * factor for factor in (2, 5, 10, 20, 50) if power * factor * 5 >= highest)


def month_chart(months: list[Row], currency: str) -> dict[str, Any]:
    """Two bars a month, current beside simulated, with grid lines; months below zero stand on the line as nothing."""
    rows = sorted(months, key=lambda row: row["month"])
    highest = max(
        (amount for row in rows for amount in (row["current_amount"], row["simulated_amount"])), default=Decimal(0)
    )
    step = step_of(highest)
    top = step * max((highest / step).to_integral_value(ROUND_CEILING), Decimal(1))
    floor, tall = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    room = (WIDTH - LEFT) // max(len(rows), 1)
    bar = max(min(room * 2 // 5, 34), 2)
    every = -(-len(rows) // LABELS) if rows else 1
    bars = []
    for number, row in enumerate(rows):
        middle = LEFT + number * room + room // 2
        sides = [
            (middle - bar - 1, "current", row["current_amount"]),
            (middle + 1, "simulated", row["simulated_amount"]),
        ]
        for left, kind, amount in sides:
            height = pixels(max(amount, Decimal(0)), top, tall)
            title = f"{row['month']:%Y-%m} {kind} {wording.money(amount, currency)}"
            bars.append({"x": left, "y": floor - height, "width": bar, "height": height, "kind": kind, "title": title})
    labels = [
        {"x": LEFT + number * room + room // 2, "text": f"{row['month']:%Y-%m}"}
        for number, row in enumerate(rows)
        if number % every == 0
    ]
    lines = [
        {"y": floor - pixels(step * count, top, tall), "text": wording.money(_minor(step * count, currency), currency)}
        for count in range(int(top / step) + 1)
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "floor": floor,
        "bars": bars,
        "labels": labels,
        "lines": lines,
    }


def _minor(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-wording.minor_digits(currency)))


def mover_bars(rows: list[Row], currency: str) -> list[dict[str, Any]]:
    """One bar a customer, as long as its change beside the greatest one of its side."""
    greatest = max((abs(row["delta"]) for row in rows), default=Decimal(0))
    return [
        {
            "customer": row["customer_id"],
            "width": pixels(abs(row["delta"]), greatest, 100),
            "amount": ("+" if row["delta"] > 0 else "") + wording.money(row["delta"], currency),
            "percent": "新規 new" if row["delta_percent"] is None else signed_percent(row["delta_percent"]),
            "both": (
                f"{wording.money(row['current_amount'], currency)} → {wording.money(row['simulated_amount'], currency)}"
            ),
        }
        for row in rows
    ]


def signed_percent(value: Decimal) -> str:
    """+3.4%, −12.0%, and +0.04% where one digit would say nothing."""
    places = 2 if value and abs(value) < Decimal("0.1") else 1
    return (
        ("+" if value > 0 else "")
        + wording.number(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), places)
        + "%"
    )


def distribution(customers: list[Row]) -> list[dict[str, Any]]:
    """How many customers change by how much: a column a band."""
    counts = [sum(_is_in(row, low, high, kind) for row in customers) for _, low, high, kind in BANDS]
    most = Decimal(max(counts, default=0))
    return [
        {"label": label, "kind": kind, "count": f"{count:,}", "height": pixels(Decimal(count), most, 110)}
        for (label, _, _, kind), count in zip(BANDS, counts, strict=True)
    ]


def _is_in(row: Row, low: Decimal | None, high: Decimal | None, kind: str) -> bool:
    """Bands below zero hold their lower bound, bands above it their upper one; who paid nothing before is new."""
    if kind == "same" or not row["delta"]:
        return kind == "same" and not row["delta"]
    share = row["delta_percent"] if row["delta_percent"] is not None else Decimal("Infinity").copy_sign(row["delta"])
    if (kind == "more") != (row["delta"] > 0):
        return False
    if kind == "more":
        return (low is None or share > low or (low == 0 and share == 0)) and (high is None or share <= high)
    return (low is None or share > low) and (high is None or share <= high)
