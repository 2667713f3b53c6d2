"""dbt inside this process: one parse for all builds, the warehouse released afterwards,
failures said in plain words."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billing_jobs.adapters.warehouse import dbt_failures, dbt_manifest, dbt_speed
from billing_jobs.errors import BuildFailed
from billing_jobs.progress import steps
from billing_jobs.settings import DBT_PROJECT_DIR

log = logging.getLogger("billing")

PUBLISHED_FOLDERS = ("marts", "proposals")


@dataclass(frozen=True)
class BuildResult:
    """What a build did: models and tests that were run, and one sentence for each that failed."""

    ok: bool
    models: int
    tests: int
    failures: list[str]


def build(
    workdir: Path,
    select: str | None = None,
    full_refresh: bool = False,
    *,
    is_complete: bool = True,
    project: Path | None = None,
) -> BuildResult:
    """Run and test the selected models (all by default) in the warehouse of `workdir`; a failing test stops what hangs
    on it.

    A warehouse that other models made is thrown away first: what is kept over nights must come from the models of
    tonight. Raises BuildFailed when a part of the models is asked for and there is no whole warehouse of these models
    to build it in (but for a full refresh, which needs nothing from before).

    `workdir` is the home, or the folder of a view: every path in the models is relative to it. Afterwards no process
    holds the warehouse. A build that leaves tables behind which do not fit yet (not `is_complete`) runs only the tests
    that need none of them.
    """
    project = project or project_dir()
    _drop_warehouse_of_other_models(
        workdir, dbt_manifest.fingerprint(project), in_part=select is not None and not full_refresh
    )
    arguments = ["build", *_common_arguments(workdir, project), "--no-write-json"]
    arguments += ["--select", *select.split()] if select else []
    arguments += [] if is_complete else ["--indirect-selection", "buildable"]
    arguments += ["--full-refresh"] if full_refresh else []
    with _inside(workdir), dbt_speed.quickly(workdir), steps("Building the tables") as report:
        try:
            outcome = _runner(project, _follow(report)).invoke(arguments)
        finally:
            _release_warehouse()
        if outcome.success and select is None:
            dbt_manifest.keep_compiled(project)
        return _result(outcome, workdir)


@dataclass(frozen=True)
class Relation:
    """A table that people and jobs read, with what it and each of its columns means (where that is said)."""

    schema: str
    table: str
    meaning: str
    columns: dict[str, str]


def published_relations(workdir: Path, *, project: Path | None = None) -> list[Relation]:
    """Everything that people and jobs read, the marts and the proposals, by schema and name."""
    project = project or project_dir()
    with _inside(workdir):
        manifest = dbt_manifest.load(project, _common_arguments(workdir, project))
    models = [
        node
        for node in manifest.nodes.values()
        if node.resource_type == "model" and set(PUBLISHED_FOLDERS) & set(node.fqn)
    ]
    relations = [
        Relation(
            node.schema,
            node.alias,
            _in_one_line(node.description),
            {name: _in_one_line(column.description) for name, column in node.columns.items() if column.description},
        )
        for node in models
    ]
    return sorted(relations, key=lambda relation: (relation.schema, relation.table))


def _in_one_line(text: str) -> str:
    """As a comment is shown: a doc block is wrapped for who writes it."""
    return " ".join(text.split())


def project_dir() -> Path:
    """Where the dbt project lies: beside the code, unless `BILLING_DBT_PROJECT` names another folder."""
    return Path(os.environ.get("BILLING_DBT_PROJECT", DBT_PROJECT_DIR))


def _drop_warehouse_of_other_models(workdir: Path, models: str, *, in_part: bool) -> None:
    stamp, warehouse = workdir / ".dbt" / "models.sha256", workdir / "warehouse.duckdb"
    if warehouse.exists() and stamp.exists() and stamp.read_text() == models:
        return
    if in_part:
        raise BuildFailed(
            "There is no whole warehouse made by these models to build a part of. Run `billing build` without "
            "--select first."
        )
    warehouse.unlink(missing_ok=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(models)


def _common_arguments(workdir: Path, project: Path) -> list[str]:
    scratch = workdir / ".dbt"
    places = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--target-path",
        str(scratch / "target"),
        "--log-path",
        str(scratch / "logs"),
    ]
    return [*places, "--log-level", "none", "--log-level-file", "warn", "--no-use-colors", "--no-print"]


def _runner(project: Path, follow: Callable[[Any], None]) -> Any:
    from dbt.cli.main import dbtRunner  # two seconds and 130 MB that only builds need

    scratch_arguments = _common_arguments(Path.cwd(), project)
    return dbtRunner(manifest=dbt_manifest.load(project, scratch_arguments), callbacks=[follow])


def _follow(report: Callable[[int, int], None]) -> Callable[[Any], None]:
    """Count what ends. dbt names the total differently for models and tests."""
    totals = {"LogModelResult": "total", "LogSeedResult": "total", "LogTestResult": "num_models"}

    def follow(event: Any) -> None:
        if event.info.name in totals:
            report(event.data.index, getattr(event.data, totals[event.info.name], 0))

    return follow


def _result(outcome: Any, workdir: Path) -> BuildResult:
    if outcome.result is None:
        return BuildResult(ok=False, models=0, tests=0, failures=[f"dbt could not start: {outcome.exception}"])
    results = list(outcome.result.results)
    failures = [dbt_failures.explain(result, workdir) for result in results if dbt_failures.has_failed(result)]
    skipped = sum(1 for result in results if str(result.status) == "skipped")
    if failures and skipped:
        failures.append(f"{skipped} further models and tests hang on these and were left out.")
    tests = sum(1 for result in results if result.node.resource_type in ("test", "unit_test"))
    return BuildResult(
        ok=bool(outcome.success) and not failures, models=len(results) - tests, tests=tests, failures=failures
    )


def _release_warehouse() -> None:
    """Close the file that dbt keeps open for its process, so that others may read it and the next build may be of
    another home."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    reset_adapters()
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _inside(workdir: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(workdir)
    try:
        yield
    finally:
        os.chdir(before)
