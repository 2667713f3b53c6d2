"""Billing periods: where they begin and end."""

from __future__ import annotations

from datetime import date, timedelta

from conformance.cases import Case
from conformance.claims.calendar import day_of, local, months_after, named_interval
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims, one_of

LAST_NIGHT = date(2026, 12, 20)
FROM = "from billing_periods where contract_id = $contract"


def instant(day: str, zone: str) -> str:
    return f"strftime(timezone('UTC', timezone('{zone}', cast({day} as timestamp))), '%Y-%m-%dT%H:%M:%SZ')"


def laid(
    interval: str | tuple[int, str], begins: date, answers: dict[str, str], *, zone: str = "UTC",
    anchor: str = "contract", anchor_day: str = "",
    ends: date | None = None, known_until: date | None = None,
) -> Scene:  # fmt: skip
    """A contract whose periods are the answer; NotClaimed where they lie ahead of the nights that are played."""
    if max(begins, known_until or begins) > LAST_NIGHT:
        raise NotClaimed("periods are laid out up to the day that is processed")
    contract = {"billing_anchor_day": anchor_day} if anchor_day else {}
    lasts = named_interval(interval) if isinstance(interval, str) else interval
    return Scene(
        [recurring("1")],
        answers,
        zone=zone,
        interval=lasts,
        anchor=anchor,
        starts=str(begins),
        ends=str(ends) if ends else None,
        contract=contract,
    )


@claims("billing_periods", "period", "period_days")
def period(case: Case) -> Scene:
    """The period that is billed on a day: the one that has ended last (arrears) or the one that contains the day
    (advance, current)."""
    given, zone = case.input, case.input.get("timezone") or "UTC"
    which, mode = (
        one_of(given["which"], ("arrears", "advance", "current")),
        one_of(given["anchor_mode"], ("calendar", "anniversary")),
    )
    anchor, begins, day = (
        local(given.get(word) or given["subscription_at"], zone).date()
        for word in ("subscription_at", "started_at", "at")
    )
    if begins != anchor and mode == "anniversary" and named_interval(given["interval"]) != (1, "month"):
        raise NotClaimed(
            "a set day moves the start of monthly periods; other periods are counted "
            "from the contract's own month or first day"
        )
    chosen = f"period_until <= date '{day}'" if which == "arrears" else f"period_from <= date '{day}'"
    last = f"{FROM} and {chosen} order by period_from desc limit 1"
    answers = {
        "from": f"select {instant('served_from', zone)} {last}",
        "to_exclusive": f"select {instant('served_until', zone)} {last}",
        "days": f"select date_diff('day', served_from, served_until) {last}",
    }
    anchor_day = str(anchor.day) if begins != anchor and mode == "anniversary" else ""
    anchored = "calendar" if mode == "calendar" else "contract"
    return laid(given["interval"], begins, answers, zone=zone, anchor=anchored, anchor_day=anchor_day, known_until=day)


@claims("billing_periods", "recurrence_period")
def recurrence(case: Case) -> Scene:
    zone = case.input.get("timezone") or "UTC"
    day = local(case.input["at"], zone).date()
    last = f"{FROM} and period_from <= date '{day}' order by period_from desc limit 1"
    answers = {
        "from": f"select {instant('period_from', zone)} {last}",
        "to_exclusive": f"select {instant('period_until', zone)} {last}",
    }
    interval = named_interval(case.input["interval"], int(case.input.get("every") or 1))
    return laid(interval, day_of(case.input["anchor"], zone), answers, zone=zone, known_until=day)


@claims("billing_periods", "next_occurrence", "previous_occurrence")
def occurrence(case: Case) -> Scene:
    """The boundary of a series before or after a moment; a series that begins later is begun as many whole periods
    earlier."""
    given, zone = case.input, case.input.get("timezone") or "UTC"
    interval = named_interval(given["interval"], int(given.get("every") or 1))
    moment = local(given["at"], zone).replace(tzinfo=None)
    begins = _begun_before(day_of(given["anchor"], zone), interval, moment.date())
    after = case.group == "next_occurrence"
    same = "=" if given.get("inclusive") else ""
    side, sign = ("min", ">") if after else ("max", "<")
    chosen = (
        f"{side}(period_from) as boundary {FROM} and cast(period_from as timestamp) {sign}{same} timestamp '{moment}'"
    )
    return laid(
        interval,
        begins,
        {"at": f"select {instant('boundary', zone)} from (select {chosen})"},
        zone=zone,
        known_until=moment.date(),
    )


def _begun_before(anchor: date, interval: tuple[int, str], day: date) -> date:
    """The first day of the same series before a day: so many days or weeks earlier, or so many months,
    where that month has the anchor's day."""
    every, unit = interval
    if unit in ("day", "week"):
        step = timedelta(days=every * (7 if unit == "week" else 1))
        return anchor if anchor < day else anchor - step * ((anchor - day) // step + 1)
    begins, months = anchor, 0
    while begins >= day or begins.day != anchor.day:
        months += every * (12 if unit == "year" else 1)
        begins = months_after(anchor, -months)
    return begins


@claims("billing_periods", "whole_periods")
def whole_periods(case: Case) -> Scene:
    end = day_of(case.input["to"])
    answer = {"count": f"select count(*) {FROM} and period_until <= date '{end}'"}
    return laid(case.input["interval"], day_of(case.input["from"]), answer, known_until=end)


@claims("billing_periods", "advance_periods")
def advance_periods(case: Case) -> Scene:
    count = int(case.input["n"])
    if count < 0:
        raise NotClaimed("a series of months begins with its contract")
    return laid(
        case.input["interval"],
        day_of(case.input["start"]),
        {"date": f"select period_from {FROM} order by period_from limit 1 offset {count}"},
    )


@claims("billing_periods", "boundaries")
def boundaries(case: Case) -> Scene:
    given, begins = case.input, date.fromisoformat(case.input["start"])
    if begins.day != int(given["bill_cycle_day"]):
        set_day(given["interval"])
    anchor_day = given["bill_cycle_day"] if named_interval(given["interval"]) == (1, "month") else ""
    first = (
        f"(select period_from {FROM} and period_from >= date '{begins}' "
        f"order by period_from limit {int(given['count'])})"
    )
    answers = {"dates": f"select list(period_from order by period_from) from {first}"}
    return laid(given["interval"], begins, answers, zone=given.get("timezone") or "UTC", anchor_day=anchor_day)


def set_day(interval: str) -> None:
    """A set day of the month is the start of monthly periods."""
    if named_interval(interval) != (1, "month"):
        raise NotClaimed(
            "a set day moves the start of monthly periods; other periods are counted "
            "from the contract's own month or first day"
        )


@claims("billing_periods", "first_billing_date")
def first_billing_date(case: Case) -> Scene:
    begins, interval = date.fromisoformat(case.input["start"]), named_interval(case.input["interval"])
    if begins.day != int(case.input["bill_cycle_day"]) and interval[1] in (
        "month",
        "year",
    ):  # days and weeks know no day of the month
        set_day(case.input["interval"])
    monthly = interval == (1, "month")
    answer = f"select min(period_from) {FROM} and period_from >= date '{begins}'"
    return laid(
        case.input["interval"], begins, {"date": answer}, anchor_day=case.input["bill_cycle_day"] if monthly else ""
    )


@claims("billing_periods", "next_billing_date")
def next_billing_date(case: Case) -> Scene:
    given = case.input
    begins, anchor = given["period_start"], given["anchor"]
    if begins[11:] != anchor[11:]:
        raise NotClaimed("periods begin at the start of a local day")
    day, clock = date.fromisoformat(begins[:10]), anchor[10:]
    every, unit = named_interval(given["interval"], int(given.get("every") or 1))
    same_series = unit in ("month", "year")
    if not same_series and begins != anchor:
        raise NotClaimed("a series of days or weeks is counted from the contract's first day")
    if (same_series and (every, unit) != (1, "month") and begins[8:10] != anchor[8:10]) or (
        unit == "year" and begins[5:10] != anchor[5:10]
    ):
        raise NotClaimed(
            "a set day moves the start of monthly periods; other periods are counted "
            "from the contract's own month or first day"
        )
    end = given.get("subscription_end")
    until = f"least(served_until, date '{end[:10]}')" if end else "served_until"
    if end and end[10:] != clock:
        raise NotClaimed("a contract ends at the start of a local day")
    answer = f"select strftime({until}, '%Y-%m-%d') || '{clock}' {FROM} order by served_from limit 1"
    return laid((every, unit), day, {"at": answer}, anchor_day=anchor[8:10] if same_series else "")


@claims("billing_periods", "date_add")
def date_add(case: Case) -> Scene:
    """A duration is one period of that length."""
    text = case.input["duration"]
    unit = {"D": "day", "W": "week", "M": "month", "Y": "year"}.get(text[-1])
    if unit is None or not text[1:-1].isdigit():
        raise NotClaimed("periods are days, weeks, months and years, one unit at a time")
    answer = {"at": f"select {instant('boundary', 'UTC')} from (select min(period_until) as boundary {FROM})"}
    return laid((int(text[1:-1]), unit), day_of(case.input["start"]), answer)


@claims("billing_periods", "calendar_anchor")
def calendar_anchor(case: Case) -> Scene:
    """The end of the first part period of a plan on the calendar."""
    zone = case.input.get("timezone") or "UTC"
    begins = local(case.input["start"], zone).date()
    answer = f"select {instant('boundary', zone)} from (select min(period_until) as boundary {FROM})"
    return laid(case.input["interval"], begins, {"anchor": answer}, zone=zone, anchor="calendar")


@claims("billing_periods", "arrears_window")
def arrears_window(case: Case) -> Scene:
    raise NotClaimed(
        "what is billed by a date is told by the charges that are due on it; there is no window beside the periods"
    )


@claims("billing_periods", "date_to_instant")
def date_to_instant(case: Case) -> Scene:
    raise NotClaimed(
        "a local day begins when it begins on the clock of its zone on that day, not by the offset of another day"
    )
