"""The mails that the candidate proposes, with the facts that their words need."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.settings import Home

Row = dict[str, Any]


def load(home: Home) -> list[Row]:
    """Every row of `jobs.mails_to_send`, payload parsed, in the order of purpose, number and key.

    Empty when nothing was built.
    """
    if not home.candidate.exists():
        return []
    with engine.connect(home.candidate) as con:
        if not engine.has_table(con, "mails_to_send", "jobs"):
            return []
        due = engine.rows(con, "select * from jobs.mails_to_send order by purpose, document_number, mail_key")
    for row in due:
        row["payload"] = json.loads(row["payload"] or "{}", parse_float=Decimal)
    return due
