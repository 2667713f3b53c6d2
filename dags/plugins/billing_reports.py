"""The home's `reports/` among Airflow's pages: the quality page, journals, Data Docs. To be read, by those who may see
the DAG `nightly_billing`, and by nobody who has not logged in.

A plugin of the web server. Airflow checks no login for the pages of plugins: that is done here, by the function that
its own pages use. What a page may do is as narrow as can be: it has come of delivered data, so it runs no script and
loads nothing from elsewhere.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from billing_jobs.settings import Home

PREFIX = "/billing"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
app = FastAPI(title="billing reports", openapi_url=None, docs_url=None, redoc_url=None)


def may_read(user: Annotated[Any, Depends(get_user)]) -> None:
    """Raises 401 without a login, 403 for who may not see the night's DAG."""
    night = DagDetails(id="nightly_billing")
    if not get_auth_manager().is_authorized_dag(method="GET", user=user, details=night):
        raise HTTPException(403, "Reports are for those who may see nightly_billing.")


@app.get("/{path:path}", dependencies=[Depends(may_read)])
def report(path: str) -> Response:
    """A file of the home's `reports/`, or what a folder of it holds; of nothing else."""
    root = Home.from_environment().reports.resolve()
    asked = (root / path).resolve()
    if not asked.is_relative_to(root) or any(part.startswith(".") for part in asked.relative_to(root).parts):
        raise HTTPException(404)
    if asked.is_file():
        return FileResponse(asked, headers=HEADERS)
    if not asked.is_dir():
        raise HTTPException(404)
    if path and not path.endswith("/"):
        return RedirectResponse(f"{asked.name}/")
    return HTMLResponse(_listing(asked, root), headers=HEADERS)


def _listing(folder: Path, root: Path) -> str:
    names = sorted(f"{path.name}{'/' * path.is_dir()}" for path in folder.iterdir() if not path.name.startswith("."))
    items = "".join(f'<li><a href="{quote(name)}">{html.escape(name)}</a></li>' for name in names)
    title = html.escape(str(Path("reports") / folder.relative_to(root)))
    style = "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1d2939}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f"<h1>{title}</h1><ul>{items or '<li>Nothing yet: the first night writes here.</li>'}</ul></html>"
    )


class BillingReports(AirflowPlugin):
    """What Airflow is told: where the pages hang, and the link to them."""

    name = "billing_reports"
    fastapi_apps = [{"app": app, "url_prefix": PREFIX, "name": "billing reports"}]  # noqa: RUF012 (as Airflow asks)
    external_views = [{"name": "Reports", "href": "billing/", "destination": "nav"}]  # noqa: RUF012
