"""What each rule found, night by night, as a table: the small bars of the quality page, and a file for analysts. Pure.

Numbers of rows only: an amount never goes through pandas, where a decimal would become a float.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_jobs.formats.spreadsheet_cells import harmless

if TYPE_CHECKING:
    import pandas as pd

_TOLD = ("rule", "table", "border", "severity")


def findings(nights: Iterable[tuple[date, list[dict[str, Any]]]]) -> pd.DataFrame:
    """One row per night and rule: as_of_date, rule, table, border, severity, rows_found (0 where the rule held,
    else at least 1)."""
    import pandas as pd

    rows = [
        {
            "as_of_date": day,
            **{name: result[name] for name in _TOLD},
            "rows_found": 0 if result["success"] else max(int(result["rows"]), 1),
        }
        for day, results in nights
        for result in results
    ]
    told = pd.DataFrame(rows, columns=["as_of_date", *_TOLD, "rows_found"]).astype({"rows_found": "Int64"})
    return told.drop_duplicates(["as_of_date", "rule"]).sort_values(
        ["as_of_date", "border", "table", "rule"], ignore_index=True
    )


def trend(found: pd.DataFrame, days: Iterable[date]) -> dict[str, list[int | None]]:
    """Of each rule the rows that it found on each of these days; None where it did not exist yet, or no longer."""
    wide = found.pivot(index="rule", columns="as_of_date", values="rows_found").reindex(columns=list(days))
    counts = wide.astype(object).where(wide.notna(), None)
    return {
        str(rule): [None if count is None else int(count) for count in row]
        for rule, row in zip(counts.index, counts.to_numpy(), strict=True)
    }


def as_csv(found: pd.DataFrame) -> bytes:
    """The table as a file: a head, then a line per night and rule, with no cell that a spreadsheet runs."""
    texts = {name: found[name].map(harmless, na_action="ignore") for name in _TOLD}
    return found.assign(**texts).to_csv(index=False, lineterminator="\n").encode()
