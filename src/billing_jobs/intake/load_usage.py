"""Loading a file of usage: read, cast, refuse, deduplicate, write Parquet by day; set-based from the first byte on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from billing_jobs.intake import usage_sql
from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal, run_template
from billing_jobs.intake.outcome import LOADED, Delivery, Outcome, write_intake, write_rejects
from billing_jobs.intake.profiles import USAGE_FORMATS, Profile
from billing_jobs.intake.read_records import Shape, format_of, read_records
from billing_jobs.intake.record_sql import NUMBER_PATTERN, WITHOUT_OFFSET_PATTERN
from billing_jobs.intake.usage_lake import UsageLake
from billing_jobs.settings import Home
from billing_jobs.streams import USAGE


def load_usage(con: Engine, home: Home, delivery: Delivery, *, profile: Profile, lake: UsageLake, scratch: Path) -> Outcome:
    """Bring one file's events into the lake. FileRefused if this profile cannot read the file; then nothing is written."""
    lake.remove(delivery.file_id)
    _read_and_type(con, home, delivery, profile, scratch)
    days = [day for (day,) in con.execute("select distinct event_date from typed where problem is null").fetchall()]
    known = lake.known_events(delivery.source, days, profile.conflict_window_days)
    run_template(con, "usage_judged", {"source": delivery.source, "window_days": profile.conflict_window_days}, known=f"({known})")
    _write_events(con, delivery, lake, days, scratch)
    con.execute("create or replace temp table refused as select line_no, problem, raw, event_date from verdicts where verdict = 'rejected'")
    write_rejects(con, home, delivery)
    counted = con.execute(
        "select event_date, count(*) filter (where verdict = 'accepted'), count(*) filter (where verdict = 'rejected'), "
        "count(*) filter (where verdict = 'duplicate') from verdicts group by event_date order by event_date"
    ).fetchall()
    names = ("event_date", "rows_accepted", "rows_rejected", "rows_duplicate")
    write_intake(con, home, delivery, state=LOADED, counts=[dict(zip(names, row, strict=True)) for row in counted])
    accepted, rejected, duplicate = (sum(row[position] for row in counted) for position in (1, 2, 3))
    lake.remember(delivery.file_id, delivery.source, accepted)
    return Outcome(LOADED, accepted, rejected, duplicate)


def _read_and_type(con: Engine, home: Home, delivery: Delivery, profile: Profile, scratch: Path) -> None:
    file_format = format_of(delivery.file_name) or profile.format
    if file_format not in USAGE_FORMATS:
        raise FileRefused("unknown_format", "a name that ends in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet, or a profile that names the format")
    shape = Shape(profile.encoding, profile.delimiter, profile.header_line)
    names = read_records(con, home.landing / delivery.file_name, kind=file_format, shape=shape, scratch=scratch, known=usage_sql.known_names(profile))
    naming = usage_sql.naming_of(profile, names)
    usage_sql.check_columns(profile, naming, file_format)
    named = usage_sql.named_columns(profile, naming).replace("$file_name", literal(delivery.file_name))
    run_template(
        con,
        "usage_typed",
        {"expected_instant": usage_sql.expected_instant(profile), "refuses_negative": profile.negative == "refuse"},
        named=named,
        event_at=usage_sql.instant(profile, "event_at"),
        ended_at=usage_sql.instant(profile, "ended_at"),
        required=usage_sql.required_text(profile, naming),
        number=NUMBER_PATTERN,
        has_no_zone="false" if profile.timestamp else f"regexp_full_match(given_event_at, '{WITHOUT_OFFSET_PATTERN}')",
    )


def _write_events(con: Engine, delivery: Delivery, lake: UsageLake, days: list[date], scratch: Path) -> None:
    made = {
        "source": literal(delivery.source),
        "file_name": literal(delivery.file_name),
        "received_at": f"cast({literal(delivery.rows_received_at.isoformat())} as timestamptz)",
    }
    columns = ", ".join(f"cast({made.get(name, identifier(name))} as {kind}) as {identifier(name)}" for name, kind in USAGE.items())
    folder = scratch / "usage"
    scratch.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"copy (select {columns}, event_date from verdicts where verdict = 'accepted' order by event_date, line_no) "
        f"to {literal(folder)} (format parquet, partition_by (event_date), overwrite_or_ignore)"
    )
    lake.take_in(folder, delivery.file_id, days)
