"""Loading a file of usage: read, cast, refuse, deduplicate, write Parquet by day; set-based from the first byte on."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal, run_template
from billing_jobs.intake.outcome import LOADED, Outcome, write_intake, write_rejects
from billing_jobs.intake.profiles import USAGE_FORMATS, Profile
from billing_jobs.intake.reading.read_records import Shape, format_of
from billing_jobs.intake.reading.received import Delivery, Places, received_file
from billing_jobs.intake.reading.sheets import sheet_as_csv
from billing_jobs.intake.usage import expressions
from billing_jobs.intake.usage.lake import UsageLake
from billing_jobs.intake.usage.reader import Reading, open_usage
from billing_jobs.intake.usage.typed_rows import type_rows
from billing_jobs.streams import USAGE

_CONFLICT = (
    "event_id|conflicting_event|an id not used before, or exactly the event that came first under it; "
    "what restates that one is an event with an id of its own that `amends` it"
)
# A file of many events writes each of its days in a pass of its own, which keeps their order; one of few days or few
# events writes all at once.
_EVENTS_PER_DAY_MIN = 50_000


def load_usage(con: Engine, places: Places, delivery: Delivery, *, profile: Profile, lake: UsageLake) -> Outcome:
    """Bring one file's events into the lake.

    FileRefused if this profile cannot read the file; then nothing is written.
    """
    lake.remove(delivery.file_id)
    reading = _open(con, places, delivery, profile)
    type_rows(con, delivery, profile=profile, reading=reading)
    days = [day for (day,) in con.execute("select distinct event_date from events").fetchall()]
    _judge_repeated(con, delivery, lake, days=days, window_days=profile.conflict_window_days)
    if con.execute("select 1 from verdicts where verdict = 'rejected' limit 1").fetchall():
        _refuse_conflicts(con, reading)
    counted = con.execute(
        "select event_date, sum(accepted)::bigint, sum(rejected)::bigint, sum(duplicate)::bigint from ("
        "select event_date, 1 as accepted, 0 as rejected, 0 as duplicate from events "
        "union all select event_date, -1, 0, if(verdict = 'duplicate', 1, 0) from verdicts where verdict <> 'accepted' "
        "union all select event_date, 0, 1, 0 from refused) group by event_date order by event_date"
    ).fetchall()
    con.execute(
        "create or replace temp view accepted as select * from events "
        "where line_no not in (select verdicts.line_no from verdicts where verdicts.verdict <> 'accepted')"
    )
    _write_events(con, delivery, lake, counts={row[0]: row[1] for row in counted if row[1]}, scratch=places.scratch)
    write_rejects(con, places.lake, delivery)
    names = ("event_date", "rows_accepted", "rows_rejected", "rows_duplicate")
    write_intake(
        con, places.lake, delivery, state=LOADED, counts=[dict(zip(names, row, strict=True)) for row in counted]
    )
    accepted, rejected, duplicate = (sum(row[position] for row in counted) for position in (1, 2, 3))
    lake.remember(delivery.file_id, delivery.source, accepted)
    return Outcome(LOADED, accepted, rejected, duplicate)


def _open(con: Engine, places: Places, delivery: Delivery, profile: Profile) -> Reading:
    file_format = format_of(delivery.file_name) or profile.format
    if file_format not in (*USAGE_FORMATS, "xlsx"):
        raise FileRefused(
            "unknown_format",
            "a name that ends in .csv, .csv.gz, .jsonl, .jsonl.gz, .parquet or .xlsx, "
            "or a profile that names the format",
        )
    path, shape = received_file(places, delivery), Shape(profile.encoding, profile.delimiter, profile.header_line)
    if file_format == "xlsx":
        path, shape = sheet_as_csv(path, path.with_suffix(".csv"), most="rows"), Shape(header_line=profile.header_line)
        file_format = "csv"
    known = expressions.known_names(profile)
    reading = open_usage(con, path, kind=file_format, shape=shape, scratch=places.scratch, known=known)
    expressions.check_columns(profile, expressions.naming_of(profile, reading.names, reading.fields), file_format)
    return reading


def _judge_repeated(con: Engine, delivery: Delivery, lake: UsageLake, *, days: list[date], window_days: int) -> None:
    """Fill `verdicts`: what becomes of the events whose id comes more than once, in the file or with the lake."""
    met = lake.met_events(delivery.source, days, window_days)
    con.execute(
        f"create or replace temp table met as select * from ({met}) where event_id in (select events.event_id "
        "from events)"
    )
    con.execute(
        "create or replace temp table repeated as select event_id from met union (select event_id from events "
        "group by event_id having count(*) > 1)"
    )
    paths = [path for (path,) in con.execute("select distinct path from met order by path").fetchall()]
    run_template(con, "usage/judged", {"window_days": window_days}, events="events", known=lake.bodies(paths))


def _refuse_conflicts(con: Engine, reading: Reading) -> None:
    con.execute("create or replace temp table conflicts as select line_no from verdicts where verdict = 'rejected'")
    records = reading.read_again(con, "conflicts")
    con.execute(
        f"insert into refused select verdicts.line_no, {literal(_CONFLICT)}, records.raw, verdicts.event_date, "
        "verdicts.event_id, verdicts.event_id from verdicts "
        f"inner join (select line_no, {reading.raw} as raw from {records}) as records "
        "on verdicts.line_no = records.line_no where verdict = 'rejected'"
    )


def _write_events(con: Engine, delivery: Delivery, lake: UsageLake, *, counts: dict[date, int], scratch: Path) -> None:
    made = {
        "source": literal(delivery.source),
        "file_name": literal(delivery.file_name),
        "received_at": f"cast({literal(delivery.rows_received_at.isoformat())} as timestamptz)",
    }
    columns = ", ".join(
        f"cast({made.get(name, identifier(name))} as {kind}) as {identifier(name)}" for name, kind in USAGE.items()
    )
    folder = scratch / "usage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if sum(counts.values()) < _EVENTS_PER_DAY_MIN * len(counts):
        query = f"select {columns}, event_date from accepted order by event_date, line_no"
        con.execute(
            f"copy ({query}) to {literal(folder)} (format parquet, partition_by (event_date), overwrite_or_ignore)"
        )
    else:
        for day in counts:
            lake.day_folder(folder, day).mkdir()
            query = f"select {columns} from accepted where event_date = {literal(day)}::date"
            con.execute(f"copy ({query}) to {literal(lake.day_folder(folder, day) / 'data.parquet')} (format parquet)")
    lake.take_in(folder, delivery.file_id, counts)
