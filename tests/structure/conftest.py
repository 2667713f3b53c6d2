"""dbt's manifest of the project, parsed once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from dbt.cli.main import dbtRunner

    target: Path = tmp_path_factory.mktemp("dbt")
    where = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR), "--target-path", str(target), "--log-path", str(target)]
    result = dbtRunner().invoke(["--quiet", "parse", *where])
    assert result.success, result.exception
    parsed: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    return parsed


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
