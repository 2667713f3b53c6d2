"""The hour that a local clock shows twice: which pass each event of it is of, told by the order of the rows,
or refused where nothing tells."""

from __future__ import annotations

from billing_jobs.intake.engine import Engine, literal, run_template
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.usage.clock import is_local, resolution
from billing_jobs.intake.usage.reader import Reading

_DIRECTIONS = {"ascending": 1, "descending": -1}
_FIRST = "passes.verdict = 'first'"


def choose_passes(con: Engine, profile: Profile, reading: Reading, columns: tuple[str, ...]) -> None:
    """Make the view `events` of `typed_events`, each event at its own moment, and add to `refused` what has none."""
    con.execute(f"create or replace temp view events as select line_no, {', '.join(columns)} from typed_events")
    if (
        not is_local(profile)
        or not con.execute("select 1 from typed_events where earlier_at is not null limit 1").fetchall()
    ):
        return
    has_made_id = isinstance(profile.event_id, dict)
    told = {
        "direction": _DIRECTIONS.get(str(profile.timestamp.get("order")), 0),
        "resolution": resolution(profile),
        "has_made_id": has_made_id,
        "is_reading": has_made_id or resolution(profile) > 0,
    }
    run_template(con, "usage/passes", told)
    # The later pass keeps the id that it always had: a file that was loaded before is known again.
    moved = {
        "event_id": f"case when {_FIRST} then md5(event_id || '|first pass') else event_id end"
        if has_made_id
        else "event_id",
        "event_at": f"case when {_FIRST} then earlier_at else event_at end",
        "ended_at": f"case when {_FIRST} then earlier_ended_at else ended_at end",
        "event_date": f"cast(timezone('UTC', case when {_FIRST} then earlier_at else event_at end) as date)",
    }
    con.execute(
        "create or replace temp view events as "
        f"select line_no, {', '.join(f'{moved.get(name, name)} as {name}' for name in columns)} "
        "from (select typed_events.*, passes.verdict from typed_events left "
        "join passes using (line_no)) as passes where verdict is distinct from 'refused'"
    )
    _refuse(con, profile, reading)


def _refuse(con: Engine, profile: Profile, reading: Reading) -> None:
    con.execute("create or replace temp table unclear as select line_no from passes where verdict = 'refused'")
    if not con.execute("select 1 from unclear limit 1").fetchall():
        return
    problem = literal(
        f"event_at|ambiguous_time|a time with offset, as the clock of {profile.timestamp.get('zone')} shows this one "
        "twice; or in the profile `order: ascending` or `order: descending` under `timestamp`, and rows that follow it"
    )
    records = reading.read_again(con, "unclear")
    con.execute(
        f"insert into refused select passes.line_no, {problem}, records.raw, passes.event_date, null, null from passes "
        f"inner join (select line_no, {reading.raw} as raw from {records}) as records "
        "on passes.line_no = records.line_no where passes.verdict = 'refused'"
    )
