"""dbt's manifest of the project, parsed once."""

from __future__ import annotations

from typing import Any

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.support import house


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return house.parse(DBT_PROJECT_DIR, tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return house.models_of(manifest)
