"""A whole night of a small company, with the real models and every border, step by step.

A night takes most of a minute, so each step is disturbed in a home that the steps before it left, and run again
alone. `AT_ONCE` runs the whole of it, for what only whole nights do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.mail import sending
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.chaos.parts import Part, State, job, lake_of, ledger_of, leftover_of, proofs_of, tables_of
from tests.chaos.stages import Stage, run_undisturbed, step_by_step
from tests.support import small_company

RUN = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
DEPOSITS = [("2026-01-30", 11220, "ホクトブツリユウ", "", "T1"), ("2026-01-31", 11000, "アオバシヨウジ", "", "T2")]


def _prepare(home: Home) -> None:
    init(home, Run(date(2026, 1, 1), datetime(2026, 1, 1, 17, tzinfo=UTC)))
    small_company.move_in(home.landing)
    small_company.deliver(home.landing, "usage/metrics/jan.csv", small_company.usage_csv("2026-01-20"))
    small_company.deliver(home.landing, "payments/bank_csv/jan.csv", small_company.deposit_csv(DEPOSITS))


def _act(home: Home) -> None:
    nightly(home, RUN)


def _read(home: Home) -> State:
    papers = sorted(
        f"{path.relative_to(home.documents)} {path.stat().st_size}" for path in home.documents.rglob("*.pdf")
    )
    return {
        "papers": papers,
        **lake_of(home),
        **ledger_of(home),
        **tables_of(home.warehouse),
        **tables_of(home.candidate),
        **_published(home),
        **leftover_of(home),
    }


def _published(home: Home) -> State:
    """What is published; of mails that each line of the log is shown, for what became of one is what the disturbance
    made of it (failed and sent again, in doubt)."""
    found = tables_of(home.published_database)
    if home.published_database.exists():
        with engine.connect(home.published_database) as con:
            shown = {row["mail_key"] for row in engine.rows(con, "select mail_key from deliveries")}
        found["billing main.deliveries"] = [f"not shown: {key}" for key in sorted(_sent(home) - shown)]
    return found


def _sent(home: Home) -> set[str]:
    return {record["mail_key"] for record in sending.read(home)} if home.sending_log.exists() else set()


def _read_sealed(home: Home) -> State:
    return {**_read(home), **proofs_of(home, RUN)}


A_NIGHT = Part("a whole night", _prepare, tuple(job(name, RUN) for name in NIGHT), _read, mails=True, is_sealed=True)
# Twice: what was sent shows in the tables of the next build.
AT_ONCE = Part("a whole night", _prepare, (_act, _act), _read_sealed, mails=True, is_sealed=True)


def stages_of_night(folder: Path) -> tuple[list[Stage], Stage]:
    """A stage for each step of the night; and the whole night, with what a second run in the finished home leaves."""
    stages, night = step_by_step(A_NIGHT, folder)
    repeated = run_undisturbed(AT_ONCE, folder / f"after_{len(NIGHT)}", folder / "repeated")
    if repeated.mails:
        raise RuntimeError(f"a night that was run again sent mails: {repeated.mails}")
    return stages, replace(night, part=AT_ONCE, state=repeated.state)
