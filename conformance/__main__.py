"""`make conformance CASES=DIR`: worked cases through the real path; per group and case: agrees, differs, or not claimed and why."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import conformance.claims  # noqa: F401  (registers the translations)
from billing_jobs.settings import Home
from conformance.cases import Case, read_cases
from conformance.compare import differs, plain
from conformance.play import answers, play
from conformance.scene import CLAIMS, NotClaimed, Scene

AGREES, DIFFERS, NOT_CLAIMED = "agrees", "differs", "not claimed"


@dataclass(frozen=True)
class Verdict:
    """What became of one case; `ours` holds what was found, `reason` why it is not claimed."""

    case: Case
    state: str
    ours: dict[str, Any]
    reason: str = ""


def judge(cases: list[Case], home: Home) -> list[Verdict]:
    """Run every claimed case in one home and compare."""
    scenes: dict[str, Scene] = {}
    reasons: dict[str, str] = {}
    for case in cases:
        try:
            scenes[case.id] = _scene(case)
        except NotClaimed as refusal:
            reasons[case.id] = str(refusal)
    if scenes:
        play(home, scenes)
    found = answers(home, scenes) if scenes else {}
    return [Verdict(case, NOT_CLAIMED, {}, reasons[case.id]) if case.id in reasons else _compared(case, scenes[case.id], found[case.id]) for case in cases]


def _scene(case: Case) -> Scene:
    claim = CLAIMS.get((case.file, case.group))
    if claim is None:
        raise NotClaimed("no table of the platform answers this question")
    try:
        scene = claim(case)
    except KeyError as missing:
        raise NotClaimed(f"the input has no {missing}, or a word that is not known here") from missing
    untold = set(case.expected) - set(scene.answers)
    if untold:
        raise NotClaimed(f"{', '.join(sorted(untold))} is not published")
    scene.answers = {field: scene.answers[field] for field in case.expected}
    return scene


def _compared(case: Case, scene: Scene, ours: dict[str, Any]) -> Verdict:
    wrong = any(differs(value, ours[field], scene.places) for field, value in case.expected.items())
    return Verdict(case, DIFFERS if wrong else AGREES, plain(ours))


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
                    {"id": one.case.id, "group": one.case.group, "state": one.state, "expected": one.case.expected, "ours": one.ours, "reason": one.reason}
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
        if one.state == AGREES:
            console.print(f"{one.case.id}  {one.case.group}: agrees", highlight=False)
        elif one.state == DIFFERS:
            console.print(f"[bold]{one.case.id}  {one.case.group}: differs[/] ({one.case.semantics}): expected {one.case.expected}, ours {one.ours}", highlight=False)
        else:
            console.print(f"[dim]{one.case.id}  {one.case.group}: not claimed ({one.case.semantics}): {one.reason}[/]", highlight=False)
    table = Table(title=f"{len(verdicts)} worked cases", title_justify="left")
    for heading in ("file", "group", AGREES, DIFFERS, NOT_CLAIMED, "universal, not claimed"):
        table.add_column(heading, justify="left" if heading in ("file", "group") else "right")
    for file, group in dict.fromkeys((one.case.file, one.case.group) for one in verdicts):
        mine = [one for one in verdicts if (one.case.file, one.case.group) == (file, group)]
        table.add_row(file, group, *_counts(mine))
    table.add_section()
    table.add_row("all", "", *_counts(verdicts), style="bold")
    console.print(table)


def _counts(verdicts: list[Verdict]) -> list[str]:
    states = Counter(one.state for one in verdicts)
    universal = sum(one.state == NOT_CLAIMED and one.case.semantics == "universal" for one in verdicts)
    return [str(states[state]) for state in (AGREES, DIFFERS, NOT_CLAIMED)] + [str(universal or "")]


if __name__ == "__main__":
    main()
