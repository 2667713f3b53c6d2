"""What a run that broke off left half made is forgotten with the rest."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.intake.erasure import forget
from billing_jobs.settings import Home


def test_what_broke_off_runs_left_half_made_holds_nobody_after_an_erasure(tmp_path: Path) -> None:
    home = Home(tmp_path)
    left = (
        "warehouse.duckdb.wal", ".candidate.7.part", ".candidate.7.part.wal", "published/.billing.7.part.wal",
        "lake/sending/.sending.parquet.7.part", "reports/.check.json.7.part",
    )  # fmt: skip
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("taro@example.com")
    forget.mark_what_was_built(home)
    assert forget.forget_what_was_built(home)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".erasure"]
