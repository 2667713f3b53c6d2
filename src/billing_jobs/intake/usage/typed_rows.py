"""The rows of a usage file with their types: the good ones as the view `events`, the others as the table `refused`.

The file is read once, in one statement. Every row that this does not take without question is read a second time as the
line that it stands on, which finds the reason and keeps the row as it came; where rows and lines cannot be brought
together, that is done with the whole file.
"""

from __future__ import annotations

from collections.abc import Sequence

from billing_jobs.intake.engine import Engine, literal, run_template
from billing_jobs.intake.profiles import USAGE_NAMES, Profile
from billing_jobs.intake.reading.read_records import readable_keys
from billing_jobs.intake.reading.received import Delivery
from billing_jobs.intake.record_sql import (
    NUMBER_PATTERN,
    QUANTITY_DIGITS,
    WITHOUT_OFFSET_PATTERN,
    Naming,
    decimal_of,
    found_in,
    half_width,
)
from billing_jobs.intake.usage import clock, expressions
from billing_jobs.intake.usage.passes import choose_passes
from billing_jobs.intake.usage.reader import ALL_LINES, Reading

EVENT_COLUMNS = (
    "event_id", "event_type", "event_at", "ended_at", "contract_id", "customer_id", "quantity", "properties", "amends",
    "retracts", "event_date",
)  # fmt: skip
# What is known of a time on a local clock until its pass is chosen.
_CLOCK_COLUMNS = ("earlier_at", "earlier_ended_at", "local_at", "is_at_step", "series")
_SAMPLE, _KEYS_MAX = 1000, 60


def type_rows(con: Engine, delivery: Delivery, *, profile: Profile, reading: Reading) -> None:
    """Make the view `events` (line_no and the columns of an event, of every row without a problem) and the table
    `refused`."""
    naming = expressions.naming_of(profile, reading.names, reading.fields)
    keys = _usual_keys(con, reading, naming)
    number = _read_once(con, reading, profile, naming, keys)
    if number is None:
        _type(
            con,
            profile,
            naming,
            keys=keys,
            into="typed_again",
            raw=reading.raw,
            records=reading.read_again(con, ALL_LINES),
        )
        con.execute("create or replace temp table typed as from typed_again limit 0")
    else:
        con.execute(
            f"create or replace temp table asked as select line_no from broken union select {number} from typed "
            "where problem is not null"
        )
        if con.execute("select 1 from asked limit 1").fetchall():
            _type(
                con,
                profile,
                naming,
                keys=keys,
                into="typed_again",
                raw=reading.raw,
                records=reading.read_again(con, "asked"),
            )
        else:
            con.execute("create or replace temp table typed_again as from typed limit 0")
    _name_events(con, delivery, profile, number or "line_no")
    con.execute(
        "create or replace temp table refused as select line_no, problem, raw, event_date, found, "
        "event_id as row_key from typed_again "
        "where problem is not null"
    )
    choose_passes(con, profile, reading, EVENT_COLUMNS)


def _read_once(con: Engine, reading: Reading, profile: Profile, naming: Naming, keys: Sequence[str]) -> str | None:
    """Fill `typed` with all of the file; the SQL of a row's line number, None if that is not certain."""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    con.execute("create or replace temp table broken (line_no bigint)")
    try:
        _type(con, profile, naming, keys=keys, into="typed", raw="null::varchar", records=reading.records)
        return reading.number_of(con)
    except Exception:  # whatever the engine's own reader stumbles over is found line by line
        return None


def _usual_keys(con: Engine, reading: Reading, naming: Naming) -> list[str]:
    """The keys that properties have in the first rows: what has no others is quickly brought into its canonical
    form."""
    text = naming.text_of("properties")
    if text is None:
        return []
    keys = f"json_keys(case when {expressions.is_object('given')} then given end)"
    try:
        found = con.execute(
            f"select distinct unnest({keys}) from (select {text} as given "
            f"from {reading.records} limit {_SAMPLE}) order by all"
        ).fetchall()
    except Exception:  # as above
        return []
    names = readable_keys(name for (name,) in found)
    return names if len(names) <= _KEYS_MAX else []


def _name_events(con: Engine, delivery: Delivery, profile: Profile, number: str) -> None:
    made = {"event_id": f"md5({literal(delivery.file_name)} || '|' || line_no)"} if profile.event_id == "line" else {}
    names = (*EVENT_COLUMNS, *_CLOCK_COLUMNS)
    columns = ", ".join(f"{made.get(name, name)} as {name}" for name in names)
    inner = ", ".join(names)
    con.execute(
        f"create or replace temp view typed_events as select line_no, {columns} from ("
        f"select {number} as line_no, {inner} from typed where problem is null "
        f"union all select line_no, {inner} from typed_again where problem is null)"
    )


def _clock(profile: Profile) -> dict[str, str]:
    """The SQL of everything that is read off a printed time."""
    return {
        "local_event_at": clock.local_time(profile, "event_at"),
        "local_ended_at": clock.local_time(profile, "ended_at"),
        "event_at": clock.instant(profile, "event_at"),
        "earlier_at": clock.earlier_instant(profile, "event_at"),
        "ended_at": clock.instant(profile, "ended_at"),
        "earlier_ended_at": clock.earlier_instant(profile, "ended_at"),
        "ended": clock.ended(profile),
        "ended_in_first_pass": clock.ended_in_first_pass(profile),
        "is_at_step": clock.is_at_step(profile),
    }


def _type(
    con: Engine, profile: Profile, naming: Naming, *, keys: Sequence[str], into: str, raw: str, records: str
) -> None:
    run_template(
        con,
        "usage/typed",
        {"expected_instant": clock.expected_instant(profile), "refuses_negative": profile.negative == "refuse"},
        into=into,
        raw=raw,
        found=f"case when problem is not null then {found_in(USAGE_NAMES)} end",
        named=expressions.named_columns(profile, naming),
        series=expressions.series_text(profile, naming),
        **_clock(profile),
        properties=expressions.properties_text(profile, naming, keys),
        required=expressions.required_text(profile),
        half_width=half_width("given_quantity"),
        number=NUMBER_PATTERN,
        decimal=decimal_of(QUANTITY_DIGITS),
        digits=str(QUANTITY_DIGITS),
        has_no_zone="false" if profile.timestamp else f"regexp_full_match(given_event_at, '{WITHOUT_OFFSET_PATTERN}')",
        records=records,
    )
