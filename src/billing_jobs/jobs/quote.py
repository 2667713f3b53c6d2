"""Price quotes with the models that bill, and put each on paper.

A quote becomes what it would be once accepted: contracts with a term, assumed usage, one-off charges, in a scratch home
with this home's catalog. One build there drafts every invoice of the term. What they come to is written as a fact
(`landing/crm/quoted_prices-…csv`): a later price list does not change what was quoted.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters import lock
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.published import quotes
from billing_jobs.documents.pool import render_all
from billing_jobs.documents.quote_paper import describe_quote
from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.quoting import Quote, contract_files, csv_of, quote_of, usage_file
from billing_jobs.jobs.build import build
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.jobs.shared_meters import told_of_shared_meters
from billing_jobs.records import JobResult, Run, file_name_of
from billing_jobs.settings import Home

Row = dict[str, Any]
OPEN = ("draft", "sent")
DAYS_AFTER_THE_TERM = 62  # until the last closing day and days of grace have passed
_PRICED = (
    "quote_id",
    "contract_id",
    "plan_id",
    "fee_id",
    "period_from",
    "period_until",
    "periods",
    "net_amount",
    "tax_amount",
    "currency",
    "priced_at",
)
_REFUSED = """
    select message from rejected_rows
    union all select case reason
            when 'no_price' then 'usage of fee ' || fee_id || ' has no price for ' || dimensions
            else 'fee ' || fee_id || ' comes to more than 13 digits before the point'
        end from usage_unpriced
    union all select 'it breaks the claim ' || claim || ' (docs/claims.md)' from claims_broken where document_id <> ''
        or contract_id <> ''
    union all select 'usage of ' || usage_date || ' is for no fee of the line' from usage_accounting
    where events_waiting + events_free + events_ignored > 0
    union all select 'an invoice of it would be held (' || hold_reason || ')' from draft_invoices
    where hold_reason is not null
"""
_LINES = """
    select * from (
    select contract_id, plan_id, fee_id, description_ja, description_en, unit_ja, unit_en, tax_code, tax_rate, currency,
        price_basis,
        min(period_from) as period_from, max(period_until) as period_until, count(*) as periods,
        count(distinct line_amount) as amounts,
        any_value(line_amount) as one_amount, count(distinct quantity) as quantities,
        any_value(quantity) as one_quantity,
        sum(line_amount) as line_amount, sum(net_amount) as net_amount, sum(tax_amount) as tax_amount
    from (select * from jobs.invoice_lines_to_issue order by period_from, line_no)
    where list_contains(?, contract_id) or (plan_id = '' and customer_id = ?)
    group by all
    ) order by nullif(contract_id, '') nulls last, fee_id
"""


def quote(home: Home, run: Run, *, quote_id: str) -> JobResult:
    """Price one quote that is a draft or sent. Repeating it with the same lines and catalog writes nothing."""
    with lock.hold(home):
        quoted = quote_of(**quotes.load(home, quote_id))
        if quoted.status not in OPEN:
            raise UsageError(
                f"Quote {quote_id} is {quoted.status}; only a draft or a sent quote is priced. Nothing was written."
            )
        lines, document = _price(home, run, quoted)
        rows = [
            {
                "quote_id": quote_id,
                "priced_at": run.now.isoformat(),
                **{name: line[name] for name in _PRICED if name in line},
            }
            for line in lines
        ]
        content = hashlib.sha256(csv_of([{**row, "priced_at": ""} for row in rows], _PRICED)).hexdigest()[:8]
        path = home.landing / "crm" / f"quoted_prices-{file_name_of(quote_id)}-{content}.csv"
        if path.exists():
            return JobResult(
                "quote", changed=False, messages=(f"Quote {quote_id} was priced so before; nothing was changed.",)
            )
        paper = home.documents / "quotes" / f"{file_name_of(quote_id)}-{content}.pdf"
        for result in render_all([describe_quote(quoted, lines, document)]):
            if result.pdf is None:
                raise UsageError(f"Quote {quote_id} cannot be put on paper: {result.reason}. Nothing was written.")
            paper.parent.mkdir(parents=True, exist_ok=True)
            replace_bytes(paper, result.pdf)
        replace_bytes(path, csv_of(rows, _PRICED))
    total = sum(line["net_amount"] + line["tax_amount"] for line in lines)
    message = (
        f"Quote {quote_id}: {total:,.2f} {lines[0]['currency']} with tax over {quoted.term_months} months; "
        f"{paper.relative_to(home.root)}"
    )
    messages = (message, *told_of_shared_meters(home, quoted))
    return JobResult("quote", changed=True, counts={"lines": len(lines)}, messages=messages)


def _price(home: Home, run: Run, quoted: Quote) -> tuple[list[Row], Row]:
    """The lines of every invoice of the term, one a fee, and a document of theirs,
    whose snapshot says who sells to whom."""
    scratch = Home(home.root / "quotes" / ".pricing")
    shutil.rmtree(scratch.root, ignore_errors=True)
    try:
        init(scratch, run)
        shutil.copytree(home.landing / "catalog", scratch.landing / "catalog", dirs_exist_ok=True)
        files = contract_files(quoted, signed_on=run.as_of_date, is_open=False) | usage_file(quoted)
        files["crm/customers.csv"] = csv_of([quoted.customer], tuple(quoted.customer))
        for name, content in files.items():
            path: Path = scratch.landing / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        ingest(scratch, run)
        after = Run(quoted.service_until + timedelta(days=DAYS_AFTER_THE_TERM), run.now)
        build(scratch, after, forecast=True)
        with engine.connect(scratch.candidate) as con:
            refused = engine.rows(con, _REFUSED)
            lines = engine.rows(con, _LINES, [quoted.contract_ids, quoted.customer["customer_id"]])
            documents = engine.rows(con, "select * from jobs.invoices_to_issue order by invoice_date limit 1")
    finally:
        shutil.rmtree(scratch.root, ignore_errors=True)
    if refused:
        raise UsageError(f"Quote {quoted.quote_id} cannot be priced: {refused[0]['message']}. Nothing was written.")
    if not lines:
        raise UsageError(
            f"Quote {quoted.quote_id} comes to nothing; expected lines that are charged. Nothing was written."
        )
    return lines, documents[0]
