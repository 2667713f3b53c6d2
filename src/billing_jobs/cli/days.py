"""Days as options of commands."""

from __future__ import annotations

from datetime import date, datetime

import click

DAY = click.DateTime(["%Y-%m-%d"])


def day_of(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    """The day of what `DAY` has read."""
    return value.date() if value else None


as_of_option = click.option("--as-of", "as_of", type=DAY, callback=day_of, help="Business day.")
