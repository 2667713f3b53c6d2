"""Which run this is: a new night, the repeat of a finished one, a rebuild, or a view of the past;
and the files that tell it to dbt."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from billing_jobs import line_logs, pricing_rules
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, Relation, sql_text
from billing_jobs.adapters.files import replace_parquet
from billing_jobs.adapters.ledger import chain
from billing_jobs.adapters.ledger.commits import Head, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.warehouse import dbt, dbt_manifest
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.errors import UsageError
from billing_jobs.records import Run
from billing_jobs.settings import Home
from billing_jobs.streams import LEDGER, RUN, empty_select

OF_ONE_BUILD = ("run", "sending", "pricing_rules")


def last_run(home: Home) -> Run | None:
    """The newest finished night as the ledger records it: its business day, and its `known_until` as `now`."""
    return open_ledger(home).last_run()


def settle(home: Home, run: Run) -> Run:
    """The run itself, or the finished night that it repeats when nothing has come in and nothing was recorded since.

    A repeat keeps the recorded `known_until`, so that it sees what that night saw and has nothing to add.
    """
    finished = last_run(home)
    if finished is None or finished.as_of_date != run.as_of_date or run.now < finished.now:
        return run
    return finished if max(_newest_receipt(home), _newest_commit(home), finished.now) == finished.now else run


def is_view(home: Home, run: Run) -> bool:
    """Whether the run looks back: its day or its knowledge lies before the last finished night."""
    finished = last_run(home)
    return finished is not None and (run.as_of_date < finished.as_of_date or run.now < finished.now)


def view_home(home: Home, run: Run) -> Home:
    """The folder of a view: its own run, sending log and warehouse; lake,
    ledger and landing are links to the home's."""
    view = Home(home.views / f"{run.as_of_date:%Y-%m-%d}_{run.now:%Y%m%dT%H%M%SZ}")
    view.lake.mkdir(parents=True, exist_ok=True)
    streams = [path for path in home.lake.iterdir() if path.is_dir() and path.name not in OF_ONE_BUILD]
    for source in [*streams, home.ledger, home.landing]:
        link = view.root / source.relative_to(home.root)
        if not link.exists():
            link.symlink_to(source.resolve())
    return view


def write_run(home: Home, run: Run, head: Head, *, view: bool, forecast: bool = False) -> None:
    """Write the one-row table that is the only source of time in the models, and what an older ledger has no file of,
    as tables."""
    values = {
        "as_of_date": run.as_of_date, "known_until": run.now.isoformat(), "night_ends_on": run.night_ends_on,
        "is_view": view,
        "ledger_head": head.sha256, "ledger_sequence": head.sequence, "rules_version": pricing_rules.CURRENT,
        "is_forecast": forecast,
    }  # fmt: skip
    row = ", ".join(f"cast({sql_text(values[name])} as {kind}) as {name}" for name, kind in RUN.items())
    with engine.connect() as con:
        replace_parquet(con.sql(f"select {row}"), home.lake / "run" / "run.parquet")
        replace_parquet(_adopted_rules(con, home), home.lake / "pricing_rules" / "pricing_rules.parquet")
    sending.write_table(home, home.lake / "sending" / "sending.parquet")


def _adopted_rules(con: Connection, home: Home) -> Relation:
    """The ledger's stream `pricing_rules`, which the ledgers of version 1 do not have."""
    files = ", ".join(
        sql_text(path) for path in sorted(folder_for_engine(home.ledger).glob(f"{chain.PATTERN}/pricing_rules.parquet"))
    )
    nothing = empty_select(LEDGER["pricing_rules"])
    return con.sql(
        f"{nothing} union all by name from read_parquet([{files}], union_by_name = true)" if files else nothing
    )


def yesterday(home: Home, now: datetime) -> Run:
    """The run of a night without a given day: the day before `now` in the zone of the first entity of the catalog.

    Raises UsageError when the folder is no home, or no catalog has been loaded yet.
    """
    open_ledger(home)
    zone = _entity_zone(home)
    return Run(now.astimezone(zone).date() - timedelta(days=1), now)


def next_night(home: Home, now: datetime) -> Run:
    """The first night that has not been: of yesterday, or of today once that is finished.

    Raises UsageError as `yesterday` does.
    """
    due, finished = yesterday(home, now), last_run(home)
    if finished is None or finished.as_of_date < due.as_of_date:
        return due
    return Run(finished.as_of_date + timedelta(days=1), now)


def catalog_version(home: Home, run: Run) -> str:
    """The version of the catalog that the run bills by, for the manifest; empty before the first catalog."""
    with engine.connect() as con:
        found = engine.rows(
            con,
            "select max_by(catalog_version, received_at) as version from read_parquet(?) where received_at <= ?",
            [_entities(home), run.now],
        )
    return found[0]["version"] or ""


def _entity_zone(home: Home) -> ZoneInfo:
    with engine.connect() as con:
        found = engine.rows(
            con, "select time_zone from read_parquet(?) order by received_at desc, entity_id limit 1", [_entities(home)]
        )
    if not found:
        raise UsageError(
            "No catalog has been loaded yet, so the zone of the business day is unknown: give --as-of, or run "
            "`billing ingest` first."
        )
    return ZoneInfo(found[0]["time_zone"])


def _entities(home: Home) -> str:
    return str(in_folder(home.lake / "catalog" / "entities" / "*.parquet"))


def _newest_receipt(home: Home) -> datetime:
    return max(
        (_received_at(line) for line in line_logs.whole_lines(home.intake_log)),
        default=datetime.min.replace(tzinfo=UTC),
    )


def _received_at(line: bytes) -> datetime:
    try:
        return datetime.fromisoformat(json.loads(line)["received_at"])
    except (ValueError, KeyError, TypeError):
        return datetime.min.replace(tzinfo=UTC)  # no line of ours


def newest_record(home: Home) -> datetime | None:
    """The moment of the newest commit; None while nothing but the beginning is recorded."""
    return _newest_commit(home) if open_ledger(home).head().sequence > 1 else None


def _newest_commit(home: Home) -> datetime:
    manifest = chain.read_manifest(home.ledger, open_ledger(home).head().sequence) or {}
    return datetime.fromisoformat(manifest["now"])


def made_from(home: Home) -> dict[str, str]:
    """Hashes of what tables are made from besides the run and the ledger: the models and the files taken in (`facts`),
    the mails sent (`mails`)."""
    facts = hashlib.sha256(dbt_manifest.fingerprint(dbt.project_dir()).encode() + _content(home.intake_log))
    return {"facts": facts.hexdigest(), "mails": hashlib.sha256(_content(home.sending_log)).hexdigest()}


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def candidate_is_current(home: Home, run: Run, *, is_complete: bool = True) -> bool:
    """Whether the candidate was built for this run and has seen all that was recorded, but for the run's own record;
    in whole, if asked for."""
    candidate, ledger = _candidate(home, run), open_ledger(home)
    if not candidate or (is_complete and not candidate.get("is_complete", False)):
        return False
    built_on = Head(candidate["ledger_sequence"], candidate["ledger_head"])
    return ledger.stands_at(built_on)


def candidate_knows_all(home: Home) -> bool:
    """Whether the candidate, whatever its run, has seen every file that was taken in and all that was recorded, in all
    of its tables: after a night that broke off between two steps some are older than others."""
    candidate = _row_of_candidate(home, "select * from jobs.run cross join jobs.candidate")
    if not candidate or not candidate["is_complete"] or candidate["facts"] != made_from(home)["facts"]:
        return False
    return open_ledger(home).stands_at(Head(candidate["ledger_sequence"], candidate["ledger_head"]))


def outdated_in_candidate(home: Home, run: Run) -> set[str]:
    """What of the candidate a build of this run would make anew: nothing, what hangs on the `mails` alone, or `all`."""
    if not home.warehouse.exists() or not candidate_is_current(home, run):
        return {"all"}
    candidate = _candidate(home, run)
    changed = {name for name, found in made_from(home).items() if candidate.get(name) != found}
    return {"all"} if "facts" in changed else changed


def candidate_was_made_from(home: Home) -> dict[str, str]:
    """The hashes that the candidate keeps of what it was made from; none where there is no candidate."""
    row = _row_of_candidate(home, "select * from jobs.candidate")
    return {name: row.get(name, "") for name in ("facts", "mails")}


def _candidate(home: Home, run: Run) -> dict[str, Any]:
    """What the candidate says of itself; empty when there is none, or it is of another run."""
    row = _row_of_candidate(home, "select * from jobs.run cross join jobs.candidate")
    return row if row and (row["as_of_date"], row["known_until"]) == (run.as_of_date, run.now) else {}


def _row_of_candidate(home: Home, sql: str) -> dict[str, Any]:
    """Nothing where there is no candidate; one of an earlier version may not know all columns,
    or not say anything of itself."""
    if not home.candidate.exists():
        return {}
    with engine.connect(home.candidate) as con:
        known = engine.rows(
            con,
            "select table_name from information_schema.tables where table_schema = 'jobs' and table_name = 'candidate'",
        )
        return engine.rows(con, sql)[0] if known else {}
