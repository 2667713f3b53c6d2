"""What the bills of the three real data sets must say, worked out apart from the platform:
plain loops over the source files, nothing imported from it."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

Figures = dict[str, Decimal]

RATES = {"Off-peak": Decimal("0.062"), "Mid-peak": Decimal("0.092"), "On-peak": Decimal("0.108")}


def token_sums(folder: Path) -> Figures:
    """Tokens of the published trace by `<contract> <meter>`: the sums of its two columns."""
    sums: Figures = {}
    for contract, name in (
        ("conversation", "AzureLLMInferenceTrace_conv.csv"),
        ("code", "AzureLLMInferenceTrace_code.csv"),
    ):
        rows = _rows(folder / "azure-llm-usage" / name)
        sums[f"{contract} input_tokens"] = Decimal(sum(int(row["ContextTokens"]) for row in rows))
        sums[f"{contract} output_tokens"] = Decimal(sum(int(row["GeneratedTokens"]) for row in rows))
    return sums


def token_bills(folder: Path) -> Figures:
    """Dollars by `<contract> <fee>`: the first tokens at one price, those above the bound at the lower one,
    rounded once to the cent."""
    prices = {
        "input": (20_000_000, Decimal("0.0000005"), Decimal("0.0000004")),
        "output": (1_000_000, Decimal("0.0000015"), Decimal("0.0000012")),
    }
    bills: Figures = {}
    for name, tokens in token_sums(folder).items():
        contract, meter = name.split()
        bound, first, then = prices[meter.removesuffix("_tokens")]
        bills[f"{contract} {meter.removesuffix('_tokens')}"] = _cents(
            min(tokens, Decimal(bound)) * first + max(tokens - bound, Decimal(0)) * then
        )
    return bills


def electricity_bills(folder: Path) -> Figures:
    """Canadian dollars by month: each hour at the rate of its flag, in the month in which it began on a clock in
    Toronto.

    The label is the end of the hour, and 00:00 stands for 24:00 of the printed day; an hour is taken off in UTC, so
    that the change of clocks is right.
    """
    toronto, months = ZoneInfo("America/Toronto"), defaultdict(Decimal)
    for row in _rows(folder / "openmv-electricity-usage" / "electricity-usage.csv"):
        printed = datetime.strptime(row["DateTime"], "%m/%d/%Y %H:%M:%S")  # noqa: DTZ007 the zone is added below
        ends = printed + timedelta(days=1) if (printed.hour, printed.minute) == (0, 0) else printed
        began = (ends.replace(tzinfo=toronto).astimezone(UTC) - timedelta(hours=1)).astimezone(toronto)
        (rate,) = [rate for flag, rate in RATES.items() if row[flag] == "1"]
        months[f"{began:%Y-%m}"] += Decimal(row["Consumption kWh"]) * rate
    return {month: _cents(amount) for month, amount in months.items()}


def cloud_costs(folder: Path) -> Figures:
    """Dollars by sub-account: the source's own ListCost of the rows that have a list unit price."""
    costs: Figures = defaultdict(Decimal)
    for row in _rows(folder / "focus" / "focus_sample.csv"):
        if row["ListUnitPrice"] != "NULL":
            costs[row["SubAccountId"]] += Decimal(row["ListCost"])
    return dict(costs)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
