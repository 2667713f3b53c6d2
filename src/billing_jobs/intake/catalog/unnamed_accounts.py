"""Roles of the journal for which the catalog names no account, told when it is read and not when the first month is
closed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from billing_jobs import seeds
from billing_jobs.engine_paths import in_folder
from billing_jobs.intake.catalog.store import CatalogVersion
from billing_jobs.intake.engine import Engine

# Posted to only where documents or deferrals came from a system before: there the border says it.
OF_MOVING_IN = "opening_balance"


def unnamed_accounts(con: Engine, versions: Sequence[CatalogVersion], *, lake: Path) -> list[str]:
    """A sentence about the roles that the newest catalog leaves out; none where it names all, or is not there yet."""
    if not versions or not versions[-1].files:
        return []
    path = lake / "catalog" / "accounts" / f"{versions[-1].version_id}.parquet"
    found = con.execute("select distinct role from read_parquet(?)", [str(in_folder(path))]).fetchall()
    named = {role for (role,) in found} | {OF_MOVING_IN}
    missing = [role for role in seeds.names("posting_roles", "role") if role not in named]
    if not missing:
        return []
    return [
        f"catalog: no account is named for {', '.join(missing)}: the journal posts them to accounts of these very "
        "names. Add them to `accounts` before the first month is closed (docs/landing.md)"
    ]
