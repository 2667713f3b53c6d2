"""What a command says: sentences for people, one JSON document for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from billing_jobs.errors import BillingError
from billing_jobs.records import JobResult


def show_results(results: list[Any], *, as_json: bool) -> None:
    """Everything that the commands of one call returned, in their order."""
    if as_json:
        click.echo(_json({"ok": True, "results": [asdict(result) if is_dataclass(result) and not isinstance(result, type) else result for result in results]}))
        return
    for result in results:
        click.echo("\n".join(_sentences(result)) if isinstance(result, JobResult) else str(result))


def show_error(error: BillingError, *, as_json: bool) -> None:
    """Why the call ended."""
    if as_json:
        click.echo(_json({"ok": False, "error": type(error).__name__, "message": str(error), "exit_code": error.exit_code}))
    else:
        click.secho(str(error), fg="red", err=True)


def table(rows: list[dict[str, Any]], columns: list[str]) -> list[str]:
    """Rows as aligned text: numbers to the right, the rest to the left; no lines for no rows."""
    if not rows:
        return []
    texts = [[_text(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[position]) for line in texts)) for position, column in enumerate(columns)]
    is_number = [all(isinstance(row.get(column), (int, float)) or hasattr(row.get(column), "quantize") for row in rows) for column in columns]

    def aligned(cells: list[str]) -> str:
        return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(cells, widths, is_number, strict=True)).rstrip()

    return [aligned(columns), *map(aligned, texts)]


def _sentences(result: JobResult) -> list[str]:
    counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items())
    head = f"{result.job}: {'done' if result.changed else 'nothing new'}" + (f" ({counts})" if counts else "")
    return [head, *(f"  {message}" for message in result.messages)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "quantize"):
        whole, _, decimals = f"{value:,f}".partition(".")
        return f"{whole}.{decimals.rstrip('0')}".rstrip(".")
    return str(value)


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)
