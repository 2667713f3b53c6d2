"""dbt in this process: homes do not mix, the warehouse is free afterwards, a broken cache costs a parse only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.warehouse import dbt, dbt_manifest, dbt_speed
from billing_jobs.settings import DBT_PROJECT_DIR

SETTINGS = (
    "{name: tiny, version: '1.0', config-version: 2, profile: billing, flags: {send_anonymous_usage_stats: false}, "
    "models: {+materialized: table}}"
)
PROFILE = "billing: {target: home, outputs: {home: {type: duckdb, path: warehouse.duckdb, threads: 1}}}"

MEANING = (
    "models: [{name: numbers, description: One row per number., "
    "columns: [{name: number, description: \"{{ doc('number') }}\"}]}]"
)
NUMBERS = dbt.Relation("main", "numbers", "One row per number.", {"number": "What is counted."})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "models" / "marts").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(SETTINGS)
    (folder / "profiles.yml").write_text(PROFILE)
    (folder / "models" / "marts" / "numbers.sql").write_text("select * from read_csv('numbers.csv')")
    (folder / "models" / "marts" / "numbers.yml").write_text(MEANING)
    (folder / "models" / "marts" / "columns.md").write_text("{% docs number %}\nWhat is\ncounted.\n{% enddocs %}")
    return folder


def make_home(folder: Path, number: int) -> Path:
    folder.mkdir()
    (folder / "numbers.csv").write_text(f"number\n{number}\n")
    return folder


def test_the_engine_takes_every_core_for_large_data_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def threads() -> str:
        with dbt_speed.threads_by_size(tmp_path):
            return os.environ[dbt_speed.ENGINE_THREADS]

    monkeypatch.delenv(dbt_speed.ENGINE_THREADS, raising=False)
    assert threads() == "1"
    usage = tmp_path / "lake" / "usage" / "event_date=2026-01-01" / "a.parquet"
    usage.parent.mkdir(parents=True)
    usage.touch()
    os.truncate(usage, dbt_speed.LARGE_LAKE + 1)
    assert threads() == str(os.cpu_count())
    assert dbt_speed.ENGINE_THREADS not in os.environ
    monkeypatch.setenv(dbt_speed.ENGINE_THREADS, "7")
    assert threads() == "7"


def test_two_homes_in_one_process_do_not_mix_and_others_may_read_at_once(project: Path, tmp_path: Path) -> None:
    homes = [make_home(tmp_path / name, number) for number, name in enumerate(("one", "two"))]
    before = Path.cwd()
    for home in homes:
        assert dbt.build(home, project=project) == dbt.BuildResult(ok=True, models=1, tests=0, failures=[])
    assert Path.cwd() == before
    read = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute('select number from numbers').fetchall())"
    said = [
        subprocess.run(
            [sys.executable, "-c", read, str(home / "warehouse.duckdb")], capture_output=True, text=True, check=True
        ).stdout
        for home in homes
    ]
    assert said == ["[(0,)]\n", "[(1,)]\n"]


def test_a_model_that_cannot_be_built_is_named_with_its_reason(project: Path, tmp_path: Path) -> None:
    home = make_home(tmp_path / "one", 1)
    (home / "numbers.csv").unlink()
    outcome = dbt.build(home, project=project)
    assert not outcome.ok
    assert outcome.failures[0].startswith("Model numbers could not be built:")
    assert "numbers.csv" in outcome.failures[0]


LEFT_OUT = {
    "post_hook='select 1'": "a hook",
    "pre_hook='select 1'": "a hook",
    "grants={'select': ['someone']}": "grants",
    "indexes=[{'columns': ['number']}]": "indexes",
    "persist_docs={'relation': true}": "persist_docs",
}


def test_what_our_materializations_would_leave_out_stops_the_build(project: Path, tmp_path: Path) -> None:
    shutil.copytree(DBT_PROJECT_DIR / "macros", project / "macros")
    expected = set()
    for number, (asked, named) in enumerate(LEFT_OUT.items()):
        for materialized in ("table", "view"):
            name = f"{materialized}_{number}"
            config = f"{{{{ config(materialized='{materialized}', {asked}) }}}}"
            (project / "models" / f"{name}.sql").write_text(f"{config} select 1 as number")
            expected.add(f"{name} is configured with {named}, which its materialization leaves out")
    outcome = dbt.build(make_home(tmp_path / "one", 1), project=project)
    assert not outcome.ok
    assert {line for failure in outcome.failures for line in expected if line in failure} == expected


def test_a_contract_holds_a_table_and_a_view(project: Path, tmp_path: Path) -> None:
    shutil.copytree(DBT_PROJECT_DIR / "macros", project / "macros")
    for materialized in ("table", "view"):
        for column in ("number", "figure"):
            name = f"{materialized}_of_{column}"
            (project / "models" / f"{name}.sql").write_text("select 1::bigint as number")
            (project / "models" / f"{name}.yml").write_text(
                f"models: [{{name: {name}, config: {{materialized: {materialized}, contract: {{enforced: true}}, "
                f"meta: {{key: [number]}}}}, columns: [{{name: {column}, data_type: bigint}}]}}]"
            )
    failures = dbt.build(make_home(tmp_path / "one", 1), project=project).failures
    assert sorted(failure.split()[1] for failure in failures) == ["table_of_figure", "view_of_figure"]


def test_a_torn_cache_file_costs_a_parse_and_nothing_else(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_manifest, "CACHE_DIR", tmp_path / "cache")
    home = make_home(tmp_path / "one", 1)
    assert dbt.published_relations(home, project=project) == [NUMBERS]
    (cached,) = (tmp_path / "cache").iterdir()
    cached.write_bytes(cached.read_bytes()[:100])
    dbt_manifest._parsed.clear()
    assert dbt.published_relations(home, project=project) == [NUMBERS]


def test_a_changed_model_is_parsed_anew(project: Path, tmp_path: Path) -> None:
    home = make_home(tmp_path / "one", 1)
    dbt.build(home, project=project)
    (project / "models" / "marts" / "numbers.sql").write_text(
        "select number + 1 as number from read_csv('numbers.csv')"
    )
    dbt.build(home, project=project)
    with engine.connect(home / "warehouse.duckdb") as con:
        assert engine.rows(con, "select number from numbers") == [{"number": 2}]


def test_the_next_process_finds_the_compiled_models(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_manifest, "CACHE_DIR", tmp_path / "cache")
    home = make_home(tmp_path / "one", 1)
    (project / "models" / "marts" / "doubles.sql").write_text("select number * 2 as number from {{ ref('numbers') }}")
    assert dbt.build(home, project=project).ok
    dbt_manifest._parsed.clear()
    nodes = dbt_manifest.load(project, dbt._common_arguments(home, project)).nodes
    assert nodes["model.tiny.doubles"].compiled_code == 'select number * 2 as number from "warehouse"."main"."numbers"'
    assert dbt.build(home, project=project).ok
    with engine.connect(home / "warehouse.duckdb") as con:
        assert engine.rows(con, "select number from doubles") == [{"number": 2}]


def test_a_model_that_asks_whether_it_is_new_is_compiled_each_time(project: Path, tmp_path: Path) -> None:
    counting = (
        "{{ config(materialized='incremental') }} select {% if is_incremental() %} 2 {% else %} 1 {% endif %} as build"
    )
    (project / "models" / "marts" / "builds.sql").write_text(counting)
    home = make_home(tmp_path / "one", 1)
    for _ in range(2):
        assert dbt.build(home, project=project).ok
    with engine.connect(home / "warehouse.duckdb") as con:
        assert engine.rows(con, "select build from builds order by build") == [{"build": 1}, {"build": 2}]


def test_a_double_or_missing_key_stops_the_model_and_names_the_rows(project: Path, tmp_path: Path) -> None:
    shutil.copytree(DBT_PROJECT_DIR / "macros", project / "macros")
    (project / "models" / "marts" / "numbers.yml").write_text(
        "{version: 2, models: [{name: numbers, config: {meta: {key: [number]}}}]}"
    )
    home = make_home(tmp_path / "home", 7)
    assert dbt.build(home, project=project).ok
    (home / "numbers.csv").write_text("number\n7\n8\n7\n")
    said = (
        "Model numbers could not be built: 1 keys (number) are missing or stand on more than one row.\n"
        "    number=7, row_count=2"
    )
    assert dbt.build(home, project=project).failures == [said]
    (home / "numbers.csv").write_text("number,name\n7,a\n,b\n")
    assert dbt.build(home, project=project).failures == [
        said.replace("number=7, row_count=2", "number=None, row_count=1")
    ]
