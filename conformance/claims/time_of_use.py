"""A household's bill by time of use: the file of readings as it came, through the profile of its source."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.fees import usage
from conformance.scene import ROUNDED, NotClaimed, Readings, Scene, claims

_LABEL = "%m/%d/%Y %H:%M:%S"


@claims("time_of_day", "time_of_use_month")
def time_of_use_month(case: Case) -> Scene:
    """A fee a band, as each band is rounded on its own.

    Without a month the bill is over all that the file holds, as one period.
    """
    given = case.input
    path = _file_of(case.folder, given["data"])
    text = path.read_text(encoding="utf-8-sig")
    rates: dict[str, str] = dict(given["rates_per_kwh"].items())
    first, last = (given["month"],) * 2 if given.get("month") else _months_of(text)
    begin, after = f"{first}-01", _month_after(last)
    fees = [{**usage("per_unit", unit_price=Decimal(rate)), "filter": {"band": [band]}} for band, rate in rates.items()]
    names = ", ".join("('f{}', '{}')".format(number, band.replace("'", "''")) for number, band in enumerate(rates, 1))
    by_band = (
        f"select map(list(band), list({{}})) from (values {names}) as named (fee_id, band) left "
        "join charges using (fee_id) where contract_id = $contract"
    )
    return Scene(
        fees, {"kwh": by_band.format("coalesce(quantity, 0)"), "amounts": by_band.format("coalesce(owed_amount, 0)"),
            "amount": ROUNDED},
        currency=money_of(case), starts=begin, ends=after, interval=(_count(first, last), "month"),
        readings=_readings(case.id, text),
        meters=[{"meter": "units", "aggregation": "sum", "field": "quantity", "dimensions": ["band"]}],
    )  # fmt: skip


def _file_of(folder: Path, data: str) -> Path:
    """The real data lie beside the folder of cases; the path begins with the folder's other name."""
    path = folder.resolve().parent / "real" / data.removeprefix("data/")
    if not path.is_file():
        raise NotClaimed("the data of the case are not here")
    return path


def _readings(name: str, text: str) -> Readings:
    """The label is the end of the hour, and 00:00 the midnight at which the printed day ends; one column a band flags
    the hour.

    Labels are read as they are printed, in a zone without a change of clocks. The first line, which names the meter,
    makes the file one of its own.
    """
    labels, quantity, *flags = next(csv.reader(text.splitlines()))
    profile: dict[str, Any] = {
        "kind": "usage", "format": "csv", "header_line": 2, "columns": {"event_at": labels, "quantity": quantity},
        "flags": {"property_band": {flag: flag for flag in flags}},
        "constants": {"event_type": f"case.{name}", "contract_id": name},
        "timestamp": {"format": _LABEL, "zone": "UTC", "label": "end", "resolution_seconds": 3600,
            "midnight": "end_of_printed_day"},
        "event_id": {"from": [labels]},
    }  # fmt: skip
    return Readings(profile, f"meter of {name}\n{text}")


def _months_of(text: str) -> tuple[str, str]:
    printed = [datetime.strptime(row[0], _LABEL) for row in csv.reader(text.splitlines()[1:]) if row]  # noqa: DTZ007 a label has no zone
    return f"{min(printed):%Y-%m}", f"{max(printed):%Y-%m}"


def _count(first: str, last: str) -> int:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) for month in (first, last))
    return end - begin + 1


def _month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12}-{number % 12 + 1:02}-01"
