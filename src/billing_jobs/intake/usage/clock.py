"""How a printed time becomes an instant: with an offset of its own, or on the clock of the profile's zone.

A local clock shows some times twice and others never. A time that comes twice is read as its later pass and keeps the
earlier one beside it, for `usage/passes.sql` to decide between; one that never comes is read as if the clock had not
been moved yet (RFC 5545, section 3.3.5). When clocks are moved is from the IANA time zone database.
"""

from __future__ import annotations

from billing_jobs.intake.engine import identifier, literal
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.record_sql import INSTANT_PATTERN, OFFSET_PATTERN

NEVER = "cast(null as timestamptz)"
# No clock was ever put back by more than this since 1970 (Antarctica: two hours).
_LONGEST_STEP = "interval 3 hour"


def is_local(profile: Profile) -> bool:
    """Whether times of the profile may stand on a local clock, without an offset."""
    rule = profile.timestamp
    return bool(rule) and "%z" not in rule.get("format", "")


def resolution(profile: Profile) -> int:
    """Seconds of one reading; 0 if the profile does not say."""
    return int(profile.timestamp.get("resolution_seconds", 0))


def local_time(profile: Profile, column: str) -> str:
    """The SQL of a printed time as the local clock shows it; null where it has an offset of its own."""
    rule = profile.timestamp
    if not is_local(profile):
        return "cast(null as timestamp)"
    text = identifier(f"given_{column}")
    local = f"try_strptime({text}, {literal(rule['format'])})" if "format" in rule else f"try_cast({text} as timestamp)"
    if rule.get("midnight") == "end_of_printed_day":
        local = (
            f"({local} + case when cast({local} as time) = time '00:00:00' then interval 1 day else interval 0 day end)"
        )
    return local if "format" in rule else f"case when not {_has_offset(text)} then {local} end"


def instant(profile: Profile, column: str) -> str:
    """The SQL of a printed time as an instant, of one that comes twice the later; reads `local_<column>`."""
    rule = profile.timestamp
    text, local = identifier(f"given_{column}"), identifier(f"local_{column}")
    own = f"case when {_has_offset(text)} then try_cast(upper({text}) as timestamptz) end"
    if not rule:
        return own
    if not is_local(profile):
        read = f"cast(try_strptime({text}, {literal(rule['format'])}) as timestamptz)"
        if rule["format"].endswith("%z"):
            read = f"case when regexp_matches({text}, '{OFFSET_PATTERN}$') then {read} end"
        return _start_of(profile, column, read)
    read = f"timezone({literal(_zone(profile))}, {local})"
    return _start_of(profile, column, read if "format" in rule else f"coalesce({own}, {read})")


def earlier_instant(profile: Profile, column: str) -> str:
    """The SQL of the first pass of a time that the clock shows twice, null for all others:
    before the clock was put back it was fast by more."""
    if not is_local(profile):
        return NEVER
    earlier = _read_before(profile, column)
    local = identifier(f"local_{column}")
    shown = [f"timezone({literal(_zone(profile))}, {earlier}) = {local}"]
    if _is_end(profile, column):
        shown.append(_is_step(profile, column))
    is_earlier = f"{earlier} < timezone({literal(_zone(profile))}, {local}) and ({' or '.join(shown)})"
    return f"case when {is_earlier} then {_start_of(profile, column, earlier)} end"


def is_at_step(profile: Profile) -> str:
    """The SQL of whether an end is printed as the moment in which the clock is put back: 02:00,
    where it shows 01:00 from then on."""
    if not is_local(profile) or not _is_end(profile, "event_at"):
        return "false"
    return (
        f"coalesce(timezone({literal(_zone(profile))}, {_read_before(profile, 'event_at')}) <> local_event_at, false)"
    )


def ended(profile: Profile) -> str:
    """The SQL of an interval's end: the first one after its begin with that label, or one reading after it."""
    end = "coalesce(case when read_earlier_ended_at >= read_event_at then read_earlier_ended_at end, read_ended_at)"
    return f"read_event_at + to_seconds({resolution(profile)})" if profile.timestamp.get("interval") else end


def ended_in_first_pass(profile: Profile) -> str:
    end = "coalesce(case when read_earlier_ended_at >= read_earlier_at then read_earlier_ended_at end, read_ended_at)"
    return f"read_earlier_at + to_seconds({resolution(profile)})" if profile.timestamp.get("interval") else end


def expected_instant(profile: Profile) -> str:
    rule = profile.timestamp
    if "format" in rule:
        return f"a time written as {rule['format']}" + (f" on the clock of {rule['zone']}" if "zone" in rule else "")
    return (
        f"YYYY-MM-DD HH:MM:SS on the clock of {rule['zone']}, or RFC 3339 with offset"
        if rule
        else "RFC 3339 with offset, e.g. 2026-10-01T09:30:00+09:00"
    )


def _zone(profile: Profile) -> str:
    return str(profile.timestamp.get("zone", "UTC"))


def _has_offset(text: str) -> str:
    return f"regexp_full_match({text}, '{INSTANT_PATTERN}')"


def _read_before(profile: Profile, column: str) -> str:
    """The SQL of the instant that the clock would mean if it had not been moved in the hours before."""
    zone, local = literal(_zone(profile)), identifier(f"local_{column}")
    before = f"(timezone({zone}, {local}) - {_LONGEST_STEP})"
    return f"timezone('UTC', {local} - (timezone({zone}, {before}) - timezone('UTC', {before})))"


def _is_step(profile: Profile, column: str) -> str:
    just_before = f"({_read_before(profile, column)} - interval 1 microsecond)"
    return (
        f"timezone({literal(_zone(profile))}, {just_before}) + interval 1 microsecond = {identifier(f'local_{column}')}"
    )


def _is_end(profile: Profile, column: str) -> bool:
    return column == "event_at" and profile.timestamp.get("label") == "end"


def _start_of(profile: Profile, column: str, read: str) -> str:
    # Subtracting from an instant is elapsed time: on the day the clock changes the hour before 03:00 began at 01:00.
    return f"({read} - to_seconds({resolution(profile)}))" if _is_end(profile, column) else read
