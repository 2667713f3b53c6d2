"""YAML as the catalog reads it: numbers exact, dates as text, `off` a word, and the line of every value.

PyYAML's own constructors (the types of YAML 1.1) would turn 0.0000005 into a float, `off` into false, 010 into 8 and
12:30 into 750. Here a plain scalar is true/false/null, an integer, a Decimal, or its own text (a day stays
`YYYY-MM-DD`, which the schema then checks).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from billing_jobs.intake.reading.limits import MEGABYTE, limits

Path = tuple[str | int, ...]

# The C loader gives the same nodes and marks, ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,99})")
# Digits stand before an exponent (`e1` is a name), and an exponent has few.
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]{1,4})?")
_VALUES_MAX = 2_000_000
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Document:
    """A file's value, the line (from 1) of every path in it, and what could not be read as (line, sentence)."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[tuple[int, str]] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Document:
    """Read one YAML document. Mistakes of form (syntax, a key twice) are values in `mistakes`, never an exception."""
    document = Document()
    if mistake := _beyond_a_limit(text):
        document.mistakes.append(mistake)
        return document
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        document.mistakes.append(
            (
                line,
                (
                    f"not readable as YAML ({error.problem}); check indentation, colons and quotes on this line and "
                    "the one before"
                ),
            )
        )
        return document
    except yaml.YAMLError as error:
        document.mistakes.append(
            (1, f"not readable as YAML ({str(error).splitlines()[0]}); save the file as UTF-8 text")
        )
        return document
    try:
        document.value = _construct(node, (), document, ()) if node is not None else None
    except _TooManyValues as beyond:
        said = f"aliases that come to more than {_VALUES_MAX:,} values; write out what is meant"
        return Document(mistakes=[(beyond.line, said)])
    return document


class _TooManyValues(Exception):
    """Aliases within aliases multiply."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _beyond_a_limit(text: str) -> tuple[int, str] | None:
    """The first place beyond a limit of depth, aliases or size, found one event after the other: what composes a
    document calls itself for each value within a value."""
    most = limits()
    if len(text) > most.catalog_mb * MEGABYTE:
        return 1, f"a file of more than {most.catalog_mb} megabytes; divide it (BILLING_LIMIT_CATALOG_MB)"
    depth = aliases = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            aliases += isinstance(event, yaml.AliasEvent)
            line = event.start_mark.line + 1 if event.start_mark else 1
            if depth > most.depth:
                return line, f"more than {most.depth} values within values; write it flatter (BILLING_LIMIT_DEPTH)"
            if aliases > most.aliases:
                return line, f"more than {most.aliases} aliases (`*name`); write values out (BILLING_LIMIT_ALIASES)"
    except yaml.YAMLError:
        return None  # composing says what and where
    return None


def _construct(node: yaml.Node, path: Path, document: Document, above: tuple[int, ...]) -> Any:
    document.lines[path] = node.start_mark.line + 1
    if len(document.lines) > _VALUES_MAX:
        raise _TooManyValues(node.start_mark.line + 1)
    if id(node) in above:
        document.mistakes.append((node.start_mark.line + 1, "an alias that contains itself; write the value out"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(node, path, document, (*above, id(node)))
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(item, (*path, number), document, (*above, id(node))) for number, item in enumerate(node.value)
        ]
    return (
        node.value
        if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"', "|", ">")
        else scalar(str(node.value))
    )


def _construct_mapping(
    node: yaml.MappingNode, path: Path, document: Document, above: tuple[int, ...]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in result:
            document.mistakes.append((line, f"key `{key}` a second time in the same place; keep one of the two"))
            continue
        if key == "<<":
            document.mistakes.append(
                (line, "a merge key `<<`; write the keys out, so that a price stands where it is read")
            )
            continue
        result[key] = _construct(value_node, (*path, key), document, above)
        document.lines[(*path, key)] = line
    return result


def scalar(text: str) -> Any:
    """The value of a plain scalar: a word of YAML 1.2, an exact number, or the text itself."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else text
