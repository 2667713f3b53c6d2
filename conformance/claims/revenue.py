"""Revenue over time."""

from __future__ import annotations

from datetime import date
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims

MONTHS = (
    "select list({'month': strftime(month, '%Y-%m'), 'revenue': recognised_amount} order by month) "
    "from (select month, sum(recognised_amount) as recognised_amount from revenue_schedule "
    "where contract_id = $contract group by month "
    "having sum(recognised_amount) <> 0 order by month limit {first})"
)


@claims("revenue_recognition", "schedule")
def schedule(case: Case) -> Scene:
    given: dict[str, Any] = case.input
    if given.get("method") != "by_day":
        raise NotClaimed("revenue is spread by day over the days served")
    months = MONTHS.replace("{first}", given.get("only_first_months") or "1000")
    begin, end = date.fromisoformat(given["service_from"]), date.fromisoformat(given["service_to_exclusive"])
    return Scene(
        [recurring(given["amount"])],
        {"months": months},
        currency=money_of(case),
        interval=as_interval(begin, end),
        starts=str(begin),
        ends=str(end),
    )


@claims("revenue_recognition", "allocation")
def allocation(case: Case) -> Scene:
    raise NotClaimed(
        "each fee earns what it is billed; a price of a bundle is not spread over its parts by their stand-alone prices"
    )


@claims("revenue_recognition", "treatment_split")
def treatment_split(case: Case) -> Scene:
    raise NotClaimed("what is billed is revenue of the seller; what is collected for others is not told apart")


@claims("revenue_recognition", "monthly_split", "segments", "even_months", "journal")
def other(case: Case) -> Scene:
    raise NotClaimed("revenue is spread by day over the days served, of the amount that the charge has")
