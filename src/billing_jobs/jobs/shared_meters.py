"""What a quote's acceptance means for usage that names only its customer."""

from __future__ import annotations

from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import quotes
from billing_jobs.intake.crm.quoting import Quote
from billing_jobs.messages import say
from billing_jobs.settings import Home


def told_of_shared_meters(home: Home, quoted: Quote) -> list[str]:
    """A sentence for each meter on which the customer has, or would have, more than one contract: usage that names only
    the customer then waits, for nobody knows which of them it is for."""
    language = language_of(home)
    known = quotes.metered_contracts(
        home, quoted.customer["customer_id"], begins=quoted.service_from, ends=quoted.service_until
    )
    return [
        say(
            "quote_shared_meter",
            language,
            meter=meter,
            contracts=", ".join(contracts),
            customer=quoted.customer["customer_id"],
        )
        for meter, contracts in quoted.shared_meters(known).items()
    ]
