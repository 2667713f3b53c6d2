"""Billing periods: where they begin and end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from conformance.cases import Case
from conformance.claims.calendar import named_interval
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims

FROM = "from billing_periods where contract_id = $contract"


def instant(day: str, zone: str) -> str:
    return f"strftime(timezone('UTC', timezone('{zone}', cast({day} as timestamp))), '%Y-%m-%dT%H:%M:%SZ')"


def laid(interval: str, begins: date, answers: dict[str, str], *, zone: str = "UTC", anchor: str = "contract", anchor_day: str = "", ends: date | None = None) -> Scene:
    contract = {"billing_anchor_day": anchor_day} if anchor_day else {}
    ends_on = str(ends) if ends else None
    return Scene([recurring("1")], answers, zone=zone, interval=named_interval(interval), anchor=anchor, starts=str(begins), ends=ends_on, contract=contract)


@claims("billing_periods", "period", "period_days")
def period(case: Case) -> Scene:
    """The period that is billed on a day: the one that has ended last (arrears) or the one that contains the day (advance)."""
    given, zone = case.input, case.input["timezone"]
    begins = datetime.fromisoformat(given["subscription_at"]).astimezone(ZoneInfo(zone)).date()
    day = datetime.fromisoformat(given["at"]).astimezone(ZoneInfo(zone)).date()
    chosen = f"period_until <= date '{day}'" if given["which"] == "arrears" else f"period_from <= date '{day}'"
    last = f"{FROM} and {chosen} order by period_from desc limit 1"
    answers = {
        "from": f"select {instant('served_from', zone)} {last}",
        "to_exclusive": f"select {instant('served_until', zone)} {last}",
        "days": f"select date_diff('day', served_from, served_until) {last}",
    }
    return laid(given["interval"], begins, answers, zone=zone, anchor="calendar" if given["anchor_mode"] == "calendar" else "contract")


def midnight(text: str) -> date:
    moment = datetime.fromisoformat(text)
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        raise NotClaimed("periods begin at the start of a local day")
    return moment.date()


@claims("billing_periods", "recurrence_period")
def recurrence(case: Case) -> Scene:
    zone = case.input.get("timezone") or "UTC"
    day = datetime.fromisoformat(case.input["at"]).astimezone(ZoneInfo(zone)).date()
    last = f"{FROM} and period_from <= date '{day}' order by period_from desc limit 1"
    answers = {"from": f"select {instant('period_from', zone)} {last}", "to_exclusive": f"select {instant('period_until', zone)} {last}"}
    return laid(case.input["interval"], midnight(case.input["anchor"]), answers, zone=zone)


@claims("billing_periods", "next_occurrence", "previous_occurrence")
def occurrence(case: Case) -> Scene:
    """The boundary of a series before or after a moment; a series that begins later is begun as many whole periods earlier."""
    given = case.input
    every, unit = named_interval(given["interval"], int(given.get("every") or 1))
    begins, moment = midnight(given["anchor"]), datetime.fromisoformat(given["at"])
    step = timedelta(days=every * {"day": 1, "week": 7}.get(unit, 0))
    if begins >= moment.date() and not step:
        raise NotClaimed("a series of months begins with its contract")
    while step and begins >= moment.date():
        begins -= step
    at = f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
    same = "=" if given.get("inclusive") else ""
    after = case.group == "next_occurrence"
    chosen = (
        f"min(period_from) {FROM} and cast(period_from as timestamp) >{same} {at}"
        if after
        else f"max(period_from) {FROM} and cast(period_from as timestamp) <{same} {at}"
    )
    scene = laid(
        given["interval"], begins, {"at": f"select {instant('boundary', 'UTC')} from (select {chosen.replace('(period_from) ', '(period_from) as boundary ', 1)})"}
    )
    scene.interval = (every, unit)
    return scene


@claims("billing_periods", "whole_periods")
def whole_periods(case: Case) -> Scene:
    end = date.fromisoformat(case.input["to"])
    return laid(case.input["interval"], date.fromisoformat(case.input["from"]), {"count": f"select count(*) {FROM} and period_until <= date '{end}'"})


@claims("billing_periods", "advance_periods")
def advance_periods(case: Case) -> Scene:
    nth = f"select period_from {FROM} order by period_from limit 1 offset {int(case.input['n'])}"
    return laid(case.input["interval"], date.fromisoformat(case.input["start"]), {"date": nth})


@claims("billing_periods", "boundaries")
def boundaries(case: Case) -> Scene:
    first = f"(select period_from {FROM} order by period_from limit {int(case.input['count'])})"
    return laid(
        case.input["interval"], date.fromisoformat(case.input["start"]), {"dates": f"select list(period_from order by period_from) from {first}"},
        zone=case.input["timezone"], anchor_day=case.input["bill_cycle_day"],
    )  # fmt: skip


def set_day(interval: str) -> None:
    """A set day of the month is the start of monthly periods."""
    if named_interval(interval) != (1, "month"):
        raise NotClaimed("a set day moves the start of monthly periods; other periods are counted from the contract's own month or first day")


@claims("billing_periods", "first_billing_date")
def first_billing_date(case: Case) -> Scene:
    begins = date.fromisoformat(case.input["start"])
    set_day(case.input["interval"])
    answer = f"select min(period_from) {FROM} and period_from >= date '{begins}'"
    return laid(case.input["interval"], begins, {"date": answer}, anchor_day=case.input["bill_cycle_day"])


@claims("billing_periods", "next_billing_date")
def next_billing_date(case: Case) -> Scene:
    given = case.input
    begins, anchor = given["period_start"], given["anchor"]
    if begins[11:] != anchor[11:]:
        raise NotClaimed("periods begin at the start of a local day")
    day, clock = date.fromisoformat(begins[:10]), anchor[10:]
    every, unit = named_interval(given["interval"], int(given["every"]))
    same_series = unit in ("month", "year")
    if not same_series and begins != anchor:
        raise NotClaimed("a series of days or weeks is counted from the contract's first day")
    end = given["subscription_end"]
    until = f"least(served_until, date '{end[:10]}')" if end else "served_until"
    if end and end[10:] != clock:
        raise NotClaimed("a contract ends at the start of a local day")
    answer = f"select strftime({until}, '%Y-%m-%d') || '{clock}' {FROM} order by served_from limit 1"
    scene = laid(given["interval"], day, {"at": answer}, anchor_day=anchor[8:10] if same_series else "")
    scene.interval = (every, unit)
    return scene


@claims("billing_periods", "date_add")
def date_add(case: Case) -> Scene:
    """A duration is one period of that length."""
    text = case.input["duration"]
    unit = {"D": "day", "W": "week", "M": "month", "Y": "year"}.get(text[-1])
    if unit is None or not text[1:-1].isdigit():
        raise NotClaimed("periods are days, weeks, months and years, one unit at a time")
    begins = midnight(case.input["start"])
    scene = laid("day", begins, {"at": f"select {instant('boundary', 'UTC')} from (select min(period_until) as boundary {FROM})"})
    scene.interval = (int(text[1:-1]), unit)
    return scene


@claims("billing_periods", "calendar_anchor")
def calendar_anchor(case: Case) -> Scene:
    """The end of the first part period of a plan on the calendar."""
    zone = case.input["timezone"]
    begins = datetime.fromisoformat(case.input["start"]).astimezone(ZoneInfo(zone)).date()
    answer = f"select {instant('boundary', zone)} from (select min(period_until) as boundary {FROM})"
    return laid(case.input["interval"], begins, {"anchor": answer}, zone=zone, anchor="calendar")


@claims("billing_periods", "arrears_window")
def arrears_window(case: Case) -> Scene:
    raise NotClaimed("what is billed by a date is told by the charges that are due on it; there is no window beside the periods")


@claims("billing_periods", "date_to_instant")
def date_to_instant(case: Case) -> Scene:
    raise NotClaimed("a local day begins when it begins on the clock of its zone on that day, not by the offset of another day")
