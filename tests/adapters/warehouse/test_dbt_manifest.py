"""The parsed project is kept by what dbt reads of it."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters.warehouse import dbt_manifest


def test_a_page_beside_the_models_is_no_other_project_and_a_changed_model_is_one(tmp_path: Path) -> None:
    room = tmp_path / "models" / "room"
    room.mkdir(parents=True)
    model = room / "int_a.sql"
    model.write_text("select 1 as a", "utf-8")
    before = dbt_manifest.fingerprint(tmp_path)
    (room / "README.md").write_text("# room", "utf-8")
    assert dbt_manifest.fingerprint(tmp_path) == before
    model.write_text("select 2 as a", "utf-8")
    assert dbt_manifest.fingerprint(tmp_path) != before


def test_a_page_that_holds_what_columns_mean_is_read_by_dbt(tmp_path: Path) -> None:
    page = tmp_path / "models" / "columns.md"
    page.parent.mkdir()
    page.write_text("{% docs a %}One.{% enddocs %}", "utf-8")
    before = dbt_manifest.fingerprint(tmp_path)
    page.write_text("{% docs a %}Two.{% enddocs %}", "utf-8")
    assert dbt_manifest.fingerprint(tmp_path) != before
