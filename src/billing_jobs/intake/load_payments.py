"""placeholder"""

from __future__ import annotations

from pathlib import Path

from billing_jobs.intake.engine import Engine, FileRefused
from billing_jobs.intake.outcome import Delivery, Outcome
from billing_jobs.intake.profiles import Profile
from billing_jobs.settings import Home


def load_payments(con: Engine, home: Home, delivery: Delivery, *, profile: Profile, scratch: Path) -> Outcome:
    raise FileRefused("unknown_format", "x")
