"""Mistakes of form in the catalog, as sentences: what was found; what was expected; what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from billing_jobs.intake.catalog.schema import schema
from billing_jobs.intake.catalog.yaml_reader import Document
from billing_jobs.intake.catalog.yaml_reader import Path as Place
from billing_jobs.intake.record_sql import AMOUNT_DIGITS, QUANTITY_DIGITS

_QUANTITIES = frozenset({"up_to", "size", "allowance", "quantity", "cap", "step", "free_events"})
# What people write for an interval, and what it is.
_INTERVALS = {
    **dict.fromkeys(("day", "daily", "毎日"), (1, "day")),
    **dict.fromkeys(("week", "weekly", "毎週"), (1, "week")),
    **dict.fromkeys(("month", "monthly", "月", "毎月", "月額"), (1, "month")),
    **dict.fromkeys(("quarter", "quarterly", "四半期"), (3, "month")),
    **dict.fromkeys(("half-yearly", "semiannual", "半年"), (6, "month")),
    **dict.fromkeys(("year", "yearly", "annual", "annually", "年", "毎年", "年額"), (1, "year")),
}
_PLAIN = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of keys",
    "null": "nothing",
}


@cache
def _validators() -> tuple[Validator, Validator]:
    whole = schema()
    formats = FormatChecker(formats=())
    formats.checks("date", raises=ValueError)(
        lambda value: not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))
    )
    source = {"$schema": whole["$schema"], "$ref": "#/$defs/source", "$defs": whole["$defs"]}
    return Draft202012Validator(whole, format_checker=formats), Draft202012Validator(source, format_checker=formats)


Mistake = tuple[int, str, Place]


def find_mistakes_of_form(document: Document, *, is_source: bool) -> Iterator[Mistake]:
    """Every mistake against the JSON Schema as (line, sentence, path)."""
    yield from ((line, sentence, ()) for line, sentence in document.mistakes)
    if document.value is None:
        return
    for error in _validators()[is_source].iter_errors(document.value):
        yield from ((line, sentence, tuple(error.absolute_path)) for line, sentence in _explain(error, document))
    yield from _numbers_beyond_measure(document, document.value, ())


def _numbers_beyond_measure(document: Document, value: Any, path: Place) -> Iterator[Mistake]:
    """Numbers that could not be kept exactly, or that no price could be made of."""
    if isinstance(value, dict | list):
        for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers_beyond_measure(document, inside, (*path, key))
    elif isinstance(value, int | Decimal):
        digits = QUANTITY_DIGITS if path and path[-1] in _QUANTITIES else AMOUNT_DIGITS
        if abs(value) >= 10**digits or int(Decimal(value).as_tuple().exponent) < -12:
            expected = f"a number with at most {digits} digits before the point and 12 after it"
            said = f"{_name(path)}: found {_shown(value)}; expected {expected}; correct it"
            yield document.line_of(path), said, path


def _explain(error: ValidationError, document: Document) -> Iterator[tuple[int, str]]:
    path = tuple(error.absolute_path)
    where = _name(path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = sorted(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
        for key in error.instance:
            if key not in known:
                yield document.line_of((*path, key)), f"unknown key `{key}` in {where}; {_guess(key, known)}"
        return
    if error.validator == "required" and isinstance(error.instance, dict) and isinstance(error.validator_value, list):
        for key in error.validator_value:
            if key not in error.instance and f"'{key}'" in error.message:
                yield document.line_of(path), f"`{key}` is missing in {where}; expected {_meaning(error, key)}; add it"
        return
    tell = _TELL.get(str(error.validator), _tell_other)
    yield document.line_of(path), f"{where}: {tell(error)}"


def _tell_type(error: ValidationError) -> str:
    kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    expected = " or ".join(_PLAIN[str(kind)] for kind in kinds)
    if error.absolute_path and error.absolute_path[-1] == "interval" and isinstance(error.instance, str):
        every, unit = _INTERVALS.get(error.instance.lower(), (1, "month"))
        return f"found {_shown(error.instance)}; expected {expected}; write {{every: {every}, unit: {unit}}}"
    hint = (
        "write it in quotes"
        if "string" in kinds and isinstance(error.instance, int | Decimal | bool)
        else f"write {expected}"
    )
    return f"found {_shown(error.instance)}; expected {expected}; {hint}"


def _tell_enum(error: ValidationError) -> str:
    allowed = [str(value) for value in error.validator_value] if isinstance(error.validator_value, list) else []
    return (
        f"found {_shown(error.instance)}; expected one of {', '.join(allowed)}; {_guess(str(error.instance), allowed)}"
    )


def _tell_other(error: ValidationError) -> str:
    described = error.schema.get("description") if isinstance(error.schema, dict) else None
    rules = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "minItems": "a list with entries, at least",
        "minLength": "text with characters, at least",
    }
    rule = f"{rules[str(error.validator)]} {error.validator_value}" if str(error.validator) in rules else ""
    return f"found {_shown(error.instance)}; expected {described or rule or error.message}; correct it"


_TELL: dict[str, Callable[[ValidationError], str]] = {"type": _tell_type, "enum": _tell_enum}


def _meaning(error: ValidationError, key: str) -> str:
    described = error.schema.get("properties", {}).get(key, {}) if isinstance(error.schema, dict) else {}
    reference = described.get("$ref", "").rsplit("/", 1)[-1].replace("_", " ")
    allowed = ", ".join(str(value) for value in described.get("enum", []))
    return (
        f"one of {allowed}" if allowed else f"{reference} ".strip() or _PLAIN.get(str(described.get("type")), "a value")
    )


def _guess(found: str, known: list[str]) -> str:
    close = get_close_matches(found, known, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else f"remove it or use one of: {', '.join(known)}"


def _name(path: tuple[Any, ...]) -> str:
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).lstrip(".") or "the file"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _PLAIN["object" if isinstance(value, dict) else "array"]
    return "nothing" if value is None else f"`{value}`"
