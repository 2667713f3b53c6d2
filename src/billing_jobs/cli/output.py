"""What a command says: sentences for people, one JSON document for programs."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from billing_jobs.cli.approval_text import approval_text
from billing_jobs.cli.explanation_text import contract_text, document_text
from billing_jobs.cli.rejects_text import rejects_text
from billing_jobs.cli.status_text import status_text
from billing_jobs.errors import BillingError
from billing_jobs.records import JobResult

# The control characters of ISO 6429, but for the ends of lines and the tabs that our own tables have.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
TEXTS = {
    "approval": approval_text,
    "document": document_text,
    "contract": contract_text,
    "status": status_text,
    "rejects": rejects_text,
}


def show_results(results: list[Any], *, as_json: bool) -> None:
    """Everything that the commands of one call returned, in their order."""
    if as_json:
        click.echo(
            _json(
                {
                    "ok": True,
                    "results": [
                        asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
                        for result in results
                    ],
                }
            )
        )
        return
    for result in results:
        lines = _sentences(result) if isinstance(result, JobResult) else TEXTS[result["kind"]](result)
        click.echo(printable("\n".join(lines)))


def printable(text: str) -> str:
    """Text for a terminal: what would command it (escape sequences in a delivered name) is shown, not done."""
    return _CONTROLS.sub(lambda found: ascii(found.group())[1:-1], text)


def show_error(error: BillingError, *, as_json: bool) -> None:
    """Why the call ended."""
    if as_json:
        click.echo(
            _json({"ok": False, "error": type(error).__name__, "message": str(error), "exit_code": error.exit_code})
        )
    else:
        click.secho(printable(str(error)), fg="red", err=True)


def _sentences(result: JobResult) -> list[str]:
    counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items())
    head = f"{result.job}: {'done' if result.changed else 'nothing new'}" + (f" ({counts})" if counts else "")
    return [head, *(f"  {message}" for message in result.messages)]


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)
