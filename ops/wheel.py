"""What the wheel holds beside the package: the models, rules, DAGs and examples that lie at the top of the repository
lie in it as `billing_jobs/project/`, where `settings.project_dir` looks first. An editable installation reads the
checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = "billing_jobs/project"
# Part by part: what a run leaves beside them (`dbt_project/target`) stays out.
PARTS = (
    "dags",
    *(f"dbt_project/{name}" for name in ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests")),
    "examples/first",
    "expectations",
    *(f"ops/{name}.py" for name in ("__init__", "airflow_env", "standalone")),
)


class WithTheProject(BuildHookInterface[Any]):
    """The hook that hatchling runs while it builds (`pyproject.toml`)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the parts into a wheel; into an editable one (`version`) nothing."""
        if version != "editable":
            build_data["force_include"] |= {str(Path(self.root, part)): f"{INSIDE}/{part}" for part in PARTS}
