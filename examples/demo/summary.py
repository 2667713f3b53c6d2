"""What the demo's months came to, and where to look: read from the published copy, as an analyst would."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from billing_jobs.settings import PROJECT_DIR, Home

BY_MONTH = """
with
billed as (
    select date_trunc('month', invoice_date)::date as month, currency, sum(total_amount) as billed,
        count(*) as documents from invoices group by all
),
paid as (select date_trunc('month', deposit_date)::date as month, currency, sum(amount) as paid, count(*) as deposits
    from payments group by all),
recognised as (select month, currency, sum(recognised_amount) as recognised from revenue_schedule where not is_future
    group by all),
months as (select month, currency from billed union select month, currency from paid union select month, currency
    from recognised)
select currency, strftime(month, '%Y-%m') as month, documents, billed, deposits, paid, recognised
from months
left join billed using (month, currency)
left join paid using (month, currency)
left join recognised using (month, currency)
order by all
"""
OPEN = """
select invoices.currency, sum(invoices.open_amount) as still_open, coalesce(any_value(waiting.amount), 0) as not_matched
from invoices
left join (select currency, sum(unapplied_amount) as amount from payments group by all) as waiting using (currency)
group by all order by all
"""
MAILS = (
    "select purpose, state, count(*) as mails, count(distinct recipient) as recipients from deliveries "
    "group by all order by all"
)
REFUSED = """
select source, reason_code, count(*) as rows, min(file_name || ':' || line_no) as for_example
from rejected_rows group by source, reason_code order by count(*) desc, source, reason_code limit 8
"""
EVENTS = """
select sum(events_received) as received, sum(events_rated) as rated, sum(events_free) as free,
    sum(events_waiting) as waiting,
    sum(events_rejected) as rejected, sum(events_duplicate) as duplicate, sum(events_superseded) as superseded,
    sum(events_ignored) as ignored
from usage_accounting
"""
SOLD = """select month, product, currency, invoiced_amount, recognised_amount
    from sales_by_product order by month desc, invoiced_amount desc"""
OWED = """select customer_id, currency, current, days_1_30, days_31_60, days_61_90, unapplied, total
    from receivables_aging order by total desc"""
REMINDED = """select customer_id, step, oldest_due_date, open_amount, currency, action, suppressed_reason
    from dunning_list order by open_amount desc"""
READY = {
    "What was sold and what was earned": SOLD,
    "Who owes how much, for how long": OWED,
    "Who is reminded next, and who is not and why": REMINDED,
}
SHOWN = 4


def show_summary(console: Console, home: Home, *, seconds: float) -> None:
    """The figures by month and currency, what was refused and reminded, and the places to look at."""
    con = duckdb.connect(str(home.published_database), read_only=True)
    console.rule("[bold]What the months of Minato Metering Services came to", align="left")
    _show(console, con, BY_MONTH, "Billed, paid (with tax) and recognised (without)")
    _show(console, con, OPEN, "Still open; money not matched")
    _show(console, con, MAILS, "Mails sent before the last night; its own show in the next tables")
    _show(console, con, EVENTS, "Usage events: the first is the sum of the others")
    _show(console, con, REFUSED, "Refused rows")
    console.rule("[bold]Where to look", align="left")
    for title, sql in READY.items():
        console.print(f"\n[bold]{title}[/]\n  [cyan]{sql}[/]")
        _show(console, con, f"{sql} limit {SHOWN}", None)
    number = con.execute(
        "select document_number from invoice_lines group by all order by count(*) desc, 1 limit 1"
    ).fetchall()[0][0]
    con.close()
    for what, path in _places(home, number).items():
        console.print(f"  {what:<28} {path}")
    console.print(f"\n[dim]{seconds:.0f} s in all[/]")


def _places(home: Home, number: str) -> dict[str, Path | str]:
    pdf = next(iter(sorted(home.documents.rglob(f"{number}.pdf"))), home.documents)
    return {
        "An invoice": _near(pdf),
        "Data quality, for finance": _near(home.reports / "data_quality.html"),
        "Journals": _near(home.reports),
        "Mails as they went out": _near(home.root / "mails"),
        "The tables, for any DuckDB": _near(home.published_database),
        "How that invoice came about": f".venv/bin/billing --home {_near(home.root)} explain {number}",
    }


def _near(path: Path) -> Path:
    return path.relative_to(PROJECT_DIR) if path.is_relative_to(PROJECT_DIR) else path


def _show(console: Console, con: duckdb.DuckDBPyConnection, sql: str, title: str | None) -> None:
    cursor = con.execute(sql)
    names, rows = [column[0] for column in cursor.description or []], cursor.fetchall()
    table = Table(title=title, title_justify="left", title_style="bold")
    for name, values in zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True):
        table.add_column(
            name.replace("_", " "), justify="left" if any(isinstance(value, str) for value in values) else "right"
        )
    for row in rows:
        table.add_row(*[_readable(value) for value in row])
    console.print(table)


def _readable(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return str(value)
