"""Accept a quote: what it promises becomes the files that a sales system would deliver,
and the quote's own row says so."""

from __future__ import annotations

from billing_jobs.adapters import lock
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.published import quotes
from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.quoting import contract_files, csv_of, quote_of
from billing_jobs.jobs.shared_meters import told_of_shared_meters
from billing_jobs.records import JobResult, Run, file_name_of
from billing_jobs.settings import Home

_QUOTE = ("quote_id", "customer_id", "quoted_on", "valid_until", "status", "contract_id", "service_from", "term_months")


def accept(home: Home, run: Run, *, quote_id: str) -> JobResult:
    """Write contracts, own prices, one-off charges and the accepted quote into `landing/crm/`; the next ingest takes
    them in.

    UsageError if the quote is no longer open, or was never priced. Accepting it again changes nothing.
    """
    with lock.hold(home):
        quoted = quote_of(**quotes.load(home, quote_id))
        if (home.landing / "crm" / f"quotes-accepted-{file_name_of(quote_id)}.csv").exists():
            return JobResult(
                "accept", changed=False, messages=(f"Quote {quote_id} was accepted before; nothing was changed.",)
            )
        if quoted.status not in ("draft", "sent") or (
            quoted.valid_until is not None and quoted.valid_until < run.as_of_date
        ):
            raise UsageError(
                f"Quote {quote_id} is {'expired' if quoted.status in ('draft', 'sent') else quoted.status}; only an "
                "open quote is accepted. Nothing was written."
            )
        if not list((home.landing / "crm").glob(f"quoted_prices-{file_name_of(quote_id)}-????????.csv")):
            raise UsageError(
                f"Quote {quote_id} was never priced; run `billing quote {quote_id}` first, so that it is known what "
                "was accepted."
            )
        files = contract_files(quoted, signed_on=run.as_of_date, is_open=True)
        for name, content in files.items():
            replace_bytes(home.landing / name, content)
        terms = {
            "service_from": quoted.service_from,
            "term_months": quoted.term_months,
            "contract_id": next(iter(quoted.contract_ids), None),
        }
        offer = {
            "quote_id": quote_id,
            "customer_id": quoted.customer["customer_id"],
            "quoted_on": quoted.quoted_on,
            "valid_until": quoted.valid_until,
        }
        row = {**offer, **terms, "status": "accepted"}
        replace_bytes(home.landing / "crm" / f"quotes-accepted-{file_name_of(quote_id)}.csv", csv_of([row], _QUOTE))
    message = f"Quote {quote_id} is accepted: {', '.join(sorted(files))}; the next ingest takes them in."
    return JobResult(
        "accept",
        changed=True,
        counts={"contracts": len(quoted.plan_lines)},
        messages=(message, *told_of_shared_meters(home, quoted)),
    )
