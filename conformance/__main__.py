"""`make conformance CASES=DIR`: worked cases through the real path; per group and case: agrees, differs,
or not claimed and why."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from billing_jobs.settings import Home
from conformance.cases import read_cases
from conformance.judging import AGREES, DIFFERS, NOT_CLAIMED, Verdict, judge


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--home", type=click.Path(path_type=Path), help="keep the home here (it must not exist yet)")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def main(folder: Path, home: Path | None, *, as_json: bool) -> None:
    logging.disable(logging.WARNING)
    cases = read_cases(folder)
    with tempfile.TemporaryDirectory(prefix="billing-conformance-") as scratch:
        verdicts = judge(cases, Home(home or Path(scratch) / "home"))
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "id": one.case.id,
                        "group": one.case.group,
                        "state": one.state,
                        "expected": one.case.expected,
                        "ours": one.ours,
                        "reason": one.reason,
                    }
                    for one in verdicts
                ],
                ensure_ascii=False,
                indent=2,
                default=str,
            )
        )
    else:
        _print(Console(width=160), verdicts)
    sys.exit(1 if any(one.state == DIFFERS for one in verdicts) else 0)


def _print(console: Console, verdicts: list[Verdict]) -> None:
    for one in verdicts:
        console.print(_told(one), highlight=False)
    table = Table(title=f"{len(verdicts)} worked cases", title_justify="left")
    for heading in ("file", "group", AGREES, DIFFERS, NOT_CLAIMED, "universal, not claimed"):
        table.add_column(heading, justify="left" if heading in ("file", "group") else "right")
    for file, group in dict.fromkeys((one.case.file, one.case.group) for one in verdicts):
        mine = [one for one in verdicts if (one.case.file, one.case.group) == (file, group)]
        table.add_row(file, group, *_counts(mine))
    table.add_section()
    table.add_row("all", "", *_counts(verdicts), style="bold")
    console.print(table)


def _told(one: Verdict) -> str:
    what = escape(f"{one.case.id}  {one.case.group}: {one.state}")
    if one.state == AGREES:
        return what
    if one.state == DIFFERS:
        return f"[bold]{what}[/]" + escape(
            f" ({one.case.semantics}): expected {one.case.expected}, ours {one.ours or one.reason}"
        )
    return f"[dim]{what}" + escape(f" ({one.case.semantics}): {one.reason}") + "[/]"


def _counts(verdicts: list[Verdict]) -> list[str]:
    states = Counter(one.state for one in verdicts)
    universal = sum(one.state == NOT_CLAIMED and one.case.semantics == "universal" for one in verdicts)
    return [str(states[state]) for state in (AGREES, DIFFERS, NOT_CLAIMED)] + [str(universal or "")]


if __name__ == "__main__":
    main()
