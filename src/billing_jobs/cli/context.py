"""What every command shares: the home, the moment, how to speak, and what an error becomes."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from billing_jobs.adapters import lock, permissions
from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.warehouse import runs
from billing_jobs.cli import output
from billing_jobs.errors import BillingError, UsageError
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


@dataclass
class Session:
    """One call of `billing`: which home, at which moment, how long another process is waited for, how the call ends.

    The clock is read once, before this; and again after another process was waited for, unless the moment was given:
    what that one took in or recorded is then in this call's past.
    """

    home: Home
    now: datetime
    as_json: bool
    wait_seconds: float = 0
    is_now_given: bool = False
    exit_code: int = 0

    def job(self, name: str, run_of: Callable[[], Run], **fields: Any) -> JobResult:
        """Run one job that writes, under the home's lock; its run is made when the lock is held.

        Raises UsageError when the folder is no home yet, HomeLocked when another process works too long.
        """
        if name != "init" and not self.home.ledger.exists():
            raise UsageError(
                f"{self.home.root} is not a home of billing. Run `billing --home {self.home.root} init` first."
            )
        with lock.hold(self.home, wait_seconds=self.wait_seconds) as had_to_wait:
            if had_to_wait and not self.is_now_given:
                self.now = datetime.now(UTC)
            result: JobResult = getattr(importlib.import_module(f"billing_jobs.jobs.{name}"), name)(
                self.home, run_of(), **fields
            )
        return result

    def today(self) -> Run:
        """A run for jobs that need the moment only."""
        return Run(self.now.date(), self.now)

    def night(self, as_of: date | None) -> Run:
        """The run of a night: of the day given, else of yesterday in the entity's zone, which the catalog says: the
        first night takes it in before."""
        if as_of is None:
            importlib.import_module("billing_jobs.jobs.first_steps").take_in_the_catalog(self.home, self.today())
        return Run(as_of, self.now) if as_of else runs.yesterday(self.home, self.now)

    def rebuild(self, as_of: date | None) -> Run:
        """The run to build: of the day given, else the last finished night again, else yesterday."""
        if as_of:
            return Run(as_of, self.now)
        return runs.last_run(self.home) or runs.yesterday(self.home, self.now)

    def candidate(self) -> Run:
        """The run whose candidate lies in the home: what `check`, `issue`, `allocate`,
        `close` and `publish` work on."""
        return proposals.run_of_candidate(self.home)

    def sending(self) -> Run:
        """The candidate's day at this moment: when a mail really left is what its record must say."""
        return Run(self.candidate().as_of_date, self.now)


class BillingGroup(click.Group):
    """Commands may follow each other in one call; an error of ours ends the call with its sentence and its exit
    code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the commands in order."""
        try:
            return super().invoke(ctx)
        except BillingError as error:
            output.show_error(error, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(error.exit_code)


class OptionsAnywhere(click.Command):
    """A command whose options may stand behind its argument, also where commands follow each other."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As ever, but for the order."""
        return super().make_context(info_name, args, parent, **{**extra, "allow_interspersed_args": True})


class Moment(click.ParamType):
    """An instant with its zone, as RFC 3339 writes it."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Text to an aware instant in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r} is not an instant with a zone, as in 2026-11-01T02:00:00+09:00.", param, ctx)
        return moment.astimezone(UTC)


class Text(click.ParamType):
    """A word of the command line that is text: an id, never a path."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it is."""
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail(f"{text!a} is no text: expected UTF-8.", param, ctx)
        return text


class Spoken(logging.Handler):
    """Log lines of ours as plain sentences on standard error; those of the libraries below stay silent unless they
    warn."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one line."""
        if record.name.startswith("billing") or record.levelno >= logging.WARNING:
            click.echo(output.printable(self.format(record)), err=True)


def open_session(home: str | None, now: datetime | None, *, as_json: bool, wait_seconds: float) -> Session:
    """The session of one call. The command line reads the clock here, and where it had to wait."""
    logging.getLogger("billing").setLevel(logging.WARNING if as_json else logging.INFO)
    root = logging.getLogger()
    if not any(isinstance(handler, Spoken) for handler in root.handlers):
        root.addHandler(Spoken())
    os.umask(permissions.OWNERS_ONLY)  # also of what is written without the lock: simulations
    place = Home(Path(home).resolve()) if home else Home.from_environment()
    return Session(place, now or datetime.now(UTC), as_json, wait_seconds, is_now_given=now is not None)
