"""Loading a file of usage: read, cast, refuse, deduplicate, write Parquet by day; set-based from the first byte on."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from billing_jobs.intake import usage_sql
from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal, run_template
from billing_jobs.intake.outcome import LOADED, Delivery, Outcome, write_intake, write_rejects
from billing_jobs.intake.profiles import USAGE_FORMATS, Profile
from billing_jobs.intake.read_records import Shape, format_of, read_records
from billing_jobs.intake.record_sql import NUMBER_PATTERN, WITHOUT_OFFSET_PATTERN
from billing_jobs.settings import Home
from billing_jobs.streams import USAGE

_EMPTY = "select null::varchar as event_id, null::varchar as source, null::varchar as body_hash, null::date as event_date where false"


def load_usage(con: Engine, home: Home, delivery: Delivery, *, profile: Profile, scratch: Path) -> Outcome:
    """Bring one file's events into the lake. FileRefused if this profile cannot read the file; then nothing is written."""
    _remove_leftovers(home, delivery.file_id)
    _read_and_type(con, home, delivery, profile, scratch)
    days = [day for (day,) in con.execute("select distinct event_date from typed where problem is null").fetchall()]
    known = _known_events(home, days, profile.conflict_window_days)
    run_template(con, "usage_judged", {"source": delivery.source, "window_days": profile.conflict_window_days}, known=f"({known})")
    _write_events(con, home, delivery, scratch)
    con.execute("create or replace temp table refused as select line_no, problem, raw, event_date from verdicts where verdict = 'rejected'")
    write_rejects(con, home, delivery)
    counted = con.execute(
        "select event_date, count(*) filter (where verdict = 'accepted'), count(*) filter (where verdict = 'rejected'), "
        "count(*) filter (where verdict = 'duplicate') from verdicts group by event_date order by event_date"
    ).fetchall()
    names = ("event_date", "rows_accepted", "rows_rejected", "rows_duplicate")
    write_intake(con, home, delivery, state=LOADED, counts=[dict(zip(names, row, strict=True)) for row in counted])
    return Outcome(LOADED, *(sum(row[position] for row in counted) for position in (1, 2, 3)))


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


def _known_events(home: Home, days: list[date], window_days: int) -> str:
    """The query of what the lake knows on the file's days and around them; only those days' files are opened."""
    wanted = {day + timedelta(days=offset) for day in days for offset in range(-window_days, window_days + 1)}
    folders = [folder for folder in _day_folders(home) if date.fromisoformat(folder.name.removeprefix("event_date=")) in wanted]
    files = [file for folder in folders for file in sorted(folder.glob("*.parquet"))]
    if not files:
        return _EMPTY
    listed = ", ".join(literal(file) for file in files)
    return f"select event_id, source, body_hash, cast(event_date as date) as event_date from read_parquet([{listed}], hive_partitioning = true)"


def _write_events(con: Engine, home: Home, delivery: Delivery, scratch: Path) -> None:
    made = {
        "source": literal(delivery.source),
        "file_name": literal(delivery.file_name),
        "received_at": f"cast({literal(delivery.rows_received_at.isoformat())} as timestamptz)",
    }
    columns = ", ".join(f"cast({made.get(name, identifier(name))} as {kind}) as {identifier(name)}" for name, kind in USAGE.items())
    folder = scratch / "usage"
    shutil.rmtree(folder, ignore_errors=True)
    scratch.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"copy (select {columns}, event_date from verdicts where verdict = 'accepted' order by event_date, line_no) "
        f"to {literal(folder)} (format parquet, partition_by (event_date))"
    )
    for day in sorted(folder.glob("event_date=*")):
        target = home.lake / "usage" / day.name
        target.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(sorted(day.glob("*.parquet"))):
            part.replace(target / f"{delivery.file_id}{f'-{number}' if number else ''}.parquet")


def _remove_leftovers(home: Home, file_id: str) -> None:
    """Events of a load that a crash cut off before its intake line: the file would meet itself as a duplicate."""
    for path in _leftovers(home, file_id):
        path.unlink()


def _leftovers(home: Home, file_id: str) -> Iterable[Path]:
    for folder in _day_folders(home):
        # The first part is moved into place first, so without it there is none; a look by name is cheaper than a listing of the day.
        if (folder / f"{file_id}.parquet").exists():
            yield from list(folder.glob(f"{file_id}*.parquet"))


def _day_folders(home: Home) -> list[Path]:
    return sorted((home.lake / "usage").glob("event_date=*"))
