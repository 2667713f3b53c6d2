"""What was made before an erasure goes: a database file keeps freed pages, a page its examples, a log its values.

A mark is set before the first file of landing/ changes and lifted by the publication that follows, so that a crash
between forgets nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from billing_jobs.settings import Home

BUILT, PUBLISHED = "built", "published"


def mark_what_was_built(home: Home) -> None:
    """Say that personal data is about to leave landing/, and is still in what was built from it."""
    home.erasure_mark.write_text(BUILT, encoding="utf-8")


def forget_what_was_built(home: Home) -> bool:
    """Throw away every table, page and scratch folder made before an erasure; the next build makes them anew from what
    is left.

    What analysts read stays until the next publication replaces it, without a version before.
    """
    if not home.erasure_mark.exists() or home.erasure_mark.read_text(encoding="utf-8") != BUILT:
        return False
    for path in _made_before(home):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    home.erasure_mark.write_text(PUBLISHED, encoding="utf-8")
    return True


def _made_before(home: Home) -> list[Path]:
    crashed = (
        "*.duckdb.wal",
        "*.duckdb.tmp",
        ".*.part*",
        ".preview-*",
        "lake/**/.*.part*",
        "published/.*.part*",
        "published/parquet/.*.part*",
        "reports/.*.part*",
    )
    made = [
        home.warehouse,
        home.candidate,
        home.views,
        home.simulations,
        home.root / "quotes" / ".pricing",
        home.preview_database,
        home.preview_report,
        home.root / ".dbt" / "logs",
    ]
    told = [home.reports / "data_docs", home.reports / "data_quality.html", home.reports / "check.json"]
    return [
        path
        for path in (*made, *told, *(path for pattern in crashed for path in home.root.glob(pattern)))
        if path.exists()
    ]
