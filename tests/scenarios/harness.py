"""Plays the nights of a home through the same job functions that the DAGs call,
and keeps what was published after each night."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from billing_jobs.errors import BillingError
from billing_jobs.intake.keeping.kept import kept_path
from billing_jobs.jobs.accept import accept
from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import monthly
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.quote import quote
from billing_jobs.jobs.withdraw import withdraw
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

from .comparing import filled_in
from .stories import HERE, Night, Story, read_calendars

# A home may have any name: this one would be a pattern, a column, a list and the end of a text to whoever takes it for
# more than a name.
HOME_NAME = "it's 家 [1], a=b *"


@dataclass
class Played:
    """A home after its nights.

    `databases` by night name ('' = after the last night); `complaints`: nights that did not end as expected.
    """

    home: Home
    databases: dict[str, Path] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    broken: str = ""


def fingerprint(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder, by relative path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run_night(home: Home, night: Night) -> JobResult:
    job = monthly if night.month_end else nightly
    return job(home, Run(as_of_date=night.as_of, now=night.now))


def land(home: Home, source: Path, target: str, database: Path | None) -> None:
    """One file lands; `{{table.column key=value}}` in it is looked up in what was published last,
    as a person would copy it from an invoice."""
    path = home.landing / target
    if path.exists() and not target.startswith("catalog/"):
        raise FileExistsError(f"two stories deliver {target}: give the file its story's prefix")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if b"{{" in content:
        if database is None:
            raise LookupError(f"{source} looks something up, but nothing has been published yet")
        content = filled_in(content.decode(), database).encode()
    path.write_bytes(content)


def run_command(home: Home, command: str, night: Night) -> None:
    """What a person runs an hour before the night: `quote QUOTE`, `accept QUOTE` or `withdraw FILE REASON`."""
    name, subject, *reason = command.split()
    run = Run(as_of_date=night.as_of, now=night.now - timedelta(hours=1))
    if name == "withdraw":
        withdraw(home, run, file_name=subject, reason=" ".join(reason), decided_by="suzuki")
    else:
        {"quote": quote, "accept": accept}[name](home, run, quote_id=subject)


def lose(home: Home, night: Night) -> None:
    """Files (with their copies) or their receipts are lost from landing/ and the lake is gone with them,
    as after a restore from an incomplete backup."""
    for target in night.lose:
        content = (home.landing / target).read_bytes()
        kept_path(home.landing, hashlib.sha256(content).hexdigest()).unlink()
        (home.landing / target).unlink()
    if night.forget:
        receipts = [json.loads(line) for line in home.intake_log.read_text(encoding="utf-8").split("\n") if line]
        for receipt in receipts:
            receipt.pop("log_before", None)  # it would tell that a line is missing
        home.intake_log.write_text(
            "".join(
                json.dumps(receipt, ensure_ascii=False) + "\n"
                for receipt in receipts
                if receipt["path"] not in night.forget
            ),
            encoding="utf-8",
        )
    if night.lose or night.forget:
        shutil.rmtree(home.lake)
        init(home, Run(as_of_date=night.as_of, now=night.now))


def stops_as_told(home: Home, night: Night) -> str:
    """'' when the night stopped with every word it should say and left the ledger alone, else what went wrong."""
    before = fingerprint(home.ledger), fingerprint(home.documents)
    try:
        run_night(home, night)
    except BillingError as stop:
        said = str(stop)
        missing = [word for word in night.expect.removeprefix("stops:").split() if word not in said]
        complaint = f"stopped, but did not say {missing}: {said}" if missing else ""
    except Exception as fault:
        complaint = f"broke in place of stopping: {type(fault).__name__}: {fault}"
    else:
        complaint = "went through, but should have stopped"
    return complaint or (
        ""
        if before == (fingerprint(home.ledger), fingerprint(home.documents))
        else "stopped, but wrote to ledger/ or documents/"
    )


def changes_nothing(home: Home, night: Night) -> str:
    """'' when the run left ledger/ and documents/ byte for byte as they were (a view also leaves published/ alone)."""
    watched = [home.ledger, home.documents] + ([home.published] if night.expect == "view" else [])
    before = [fingerprint(folder) for folder in watched]
    result = run_night(home, night)
    after = [fingerprint(folder) for folder in watched]
    changed = [
        sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        for old, new in zip(before, after, strict=True)
    ]
    if any(changed):
        return f"should change nothing, but changed {changed}"
    return "should say that nothing changed" if night.expect == "nothing" and result.changed else ""


def play_night(played: Played, night: Night, keep: Path) -> None:
    """Runs one night and keeps a copy of what it published."""
    home = played.home
    if night.expect.startswith("stops"):
        complaint = stops_as_told(home, night)
    elif night.expect:
        complaint = changes_nothing(home, night)
    else:
        run_night(home, night)
        complaint = ""
    if complaint:
        played.complaints.append(f"night {night.name}: {complaint}")
    if night.expect.startswith("stops"):
        return
    source = home.published_database
    if night.expect == "view":
        source = max(home.views.glob("*/candidate.duckdb"), key=lambda path: path.stat().st_mtime)
    copy = keep / f"{re.sub(r'[^A-Za-z0-9-]', '_', night.name)}.duckdb"
    shutil.copy(source, copy)
    played.databases[night.name] = copy
    if night.expect != "view":
        played.databases[""] = copy


def play(home_name: str, stories: list[Story], root: Path) -> Played:
    """All nights of one home, with the files of its stories; stops at the first night that breaks and says which."""
    played = Played(home=Home(root / HOME_NAME))
    keep = root / "after"
    keep.mkdir(parents=True)
    nights = read_calendars()[home_name]
    own = [story for story in stories if story.home == home_name]
    init(played.home, Run(as_of_date=nights[0].as_of, now=nights[0].now))
    shutil.copytree(HERE / "catalog", played.home.landing / "catalog", dirs_exist_ok=True)
    for night in nights:
        for story in own:
            for source, target in story.deliveries(night.name):
                land(played.home, source, target, played.databases.get(""))
        lose(played.home, night)
        try:
            for command in [command for story in own for command in story.commands.get(night.name, [])]:
                run_command(played.home, command, night)
            play_night(played, night, keep)
        except Exception as error:  # kept, so that one broken home is played once and not by each of its stories
            played.broken = f"night {night.name} broke: {type(error).__name__}: {error}"
            break
    return played
