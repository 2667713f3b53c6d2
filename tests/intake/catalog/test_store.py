"""A catalog in the lake is there with its lines in the intake table, whenever a run breaks off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from billing_jobs.intake.catalog import store
from billing_jobs.intake.engine import write_rows
from billing_jobs.streams import CATALOG as TABLES
from tests.intake.deliveries import CATALOG, deliver, lake, new_home, take_in


def test_a_run_that_breaks_off_after_the_last_table_of_a_catalog_has_told_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those lines were left out for ever: the next ingest saw a catalog that lacked nothing."""
    home, written = new_home(tmp_path), list[Path]()
    deliver(home, "catalog/base.yml", CATALOG)

    def write_and_break_off(con: Any, path: Path, **given: Any) -> None:
        write_rows(con, path, **given)
        written.append(path)
        if len(written) == len(TABLES):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_rows", write_and_break_off)
        with pytest.raises(KeyboardInterrupt):
            take_in(home)
    take_in(home, 2)
    assert [row["file_name"] for row in lake(home, "intake")] == ["catalog/base.yml"]
