"""Writes the pages for a browser into `build/docs/`: `make docs`.

`tables.html` is the dictionary of the published tables, `dbt.html` dbt's own pages with every model and its lineage.
Both are one file each and need no server. No home is read and no model is built.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from billing_jobs.settings import DBT_PROJECT_DIR, PROJECT_DIR
from ops import tables_html

TARGET = PROJECT_DIR / "build" / "docs"


def dbt_pages(target: Path) -> None:
    """dbt's documentation as one file. Raises RuntimeError where dbt cannot make it."""
    from dbt.cli.main import dbtRunner

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # the profile's warehouse is a file of the working directory
        try:
            places = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
            outputs = ["--target-path", f"{scratch}/target", "--log-path", f"{scratch}/logs"]
            outcome = dbtRunner().invoke(["docs", "generate", "--static", "--empty-catalog", *places, *outputs])
        finally:
            os.chdir(before)
        if not outcome.success:
            raise RuntimeError(f"dbt made no documentation: {outcome.exception}")
        shutil.copyfile(Path(scratch) / "target" / "static_index.html", target)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "tables.html").write_text(tables_html.page(), encoding="utf-8")
    dbt_pages(TARGET / "dbt.html")
    print(f"{TARGET / 'tables.html'}\n{TARGET / 'dbt.html'}")


if __name__ == "__main__":
    main()
