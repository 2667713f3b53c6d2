"""The rules of border control as data: `expectations/*.yml` read, checked for mistakes and returned as values.

A rule: `rule` (its name), `table` (what it speaks about), `severity` (critical stops the night, warning goes into the
report), `sql` (the rows that should not be there, ids only, never names or addresses) or `expect` (a Great Expectations
type with arguments), `money_sql` (currency, amount: the money at stake), `text` and `act` (what was found, and what to
do, each in ja and en). The file says its border: in or out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from billing_jobs.errors import UsageError

# The C parser where it is there (it is in every wheel): the same values, ten times as quick.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BORDERS = ("in", "out")
SEVERITIES = ("critical", "warning")
_KNOWN = {"rule", "table", "severity", "sql", "expect", "money_sql", "text", "act"}


@dataclass(frozen=True)
class Rule:
    """One thing that must hold before the night goes on."""

    rule: str
    border: str
    table: str
    severity: str
    text: dict[str, str]
    act: dict[str, str]
    sql: str = ""
    money_sql: str = ""
    expect: dict[str, Any] = field(default_factory=dict)


def read(folder: Path) -> list[Rule]:
    """All rules of a folder, in the order of files and lines.

    Raises UsageError that lists every mistake with file and rule.
    """
    rules: list[Rule] = []
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        loaded = yaml.load(path.read_text("utf-8"), Loader=_LOADER) or {}  # noqa: S506 - both are safe loaders
        for given in loaded.get("rules", []):
            found = _mistakes(given, loaded.get("border"))
            mistakes += [f"{path.name}: rule {given.get('rule', '?')}: {mistake}" for mistake in found]
            if not found:
                rules.append(Rule(border=loaded["border"], **given))
    names = [rule.rule for rule in rules]
    mistakes += [
        f"the name {name} is used by more than one rule"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if mistakes:
        raise UsageError("The rules of border control cannot be read:\n" + "\n".join(mistakes))
    return rules


def _mistakes(given: dict[str, Any], border: object) -> list[str]:
    found = [f"unknown key {key}" for key in sorted(set(given) - _KNOWN)]
    found += [f"{key} is missing" for key in ("rule", "table", "severity", "text", "act") if not given.get(key)]
    if border not in BORDERS:
        found.append(f"the file's border must be one of {', '.join(BORDERS)}")
    if given.get("severity") not in (*SEVERITIES, None):
        found.append(f"severity must be one of {', '.join(SEVERITIES)}")
    if bool(given.get("sql")) == bool(given.get("expect")):
        found.append("exactly one of sql and expect is needed")
    for key in ("text", "act"):
        if given.get(key) and set(given[key]) != {"ja", "en"}:
            found.append(f"{key} needs ja and en")
    return found
