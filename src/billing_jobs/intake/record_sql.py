"""SQL expressions that name and type the fields of `records`, made from our own column specifications and quoted
profile values.

Instants are those of RFC 3339, section 5.6, days its `full-date`; what else is allowed stands beside the patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from billing_jobs.intake.engine import identifier, literal
from billing_jobs.streams import EXACT

# RFC 3339 with a space allowed for the T and a bare hour allowed in the offset, as databases print it. 24:00 and leap
# seconds are not times. No clock of the world is further ahead than +14:00 or behind than -12:00.
OFFSET_PATTERN = r"([Zz]|(\+(0\d|1[0-3])|-(0\d|1[01]))(:?[0-5]\d)?|(\+14|-12)(:?00)?)"
INSTANT_PATTERN = rf"\d{{4}}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?{OFFSET_PATTERN}"
WITHOUT_OFFSET_PATTERN = r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?"
NUMBER_PATTERN = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"

# A number must leave room for what is done with it: a billion of the largest quantities sum up, a thousand of the
# largest amounts do in AMOUNT.
QUANTITY_DIGITS, AMOUNT_DIGITS = 15, 13
# 2026-09-01, as people also write it: 2026/9/1, 2026.9.1, 2026年9月1日.
DAY_PATTERN = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_WIDE, _PLAIN = "０１２３４５６７８９．－ー−＋／　", "0123456789.---+/ "
# Codes that are written in capitals, whoever types them.
_CODES = frozenset({"currency", "to_currency"})
_QUANTITIES = frozenset({"quantity", "expected_usage"})

_MEANT = {
    "DATE": ("bad_date", "a day as YYYY-MM-DD"),
    "TIMESTAMP WITH TIME ZONE": ("bad_timestamp", "RFC 3339 with offset, e.g. 2026-10-01T09:30:00+09:00"),
    EXACT: ("bad_number", "a decimal number with at most {digits} digits before the point"),
    "INTEGER": ("bad_number", "a whole number"),
    "BOOLEAN": ("bad_flag", "true or false"),
}


# How a profile names a column by its number: `#3` is the third.
PLACE = "#"


@dataclass(frozen=True)
class Naming:
    """Which field of the file is which of our columns.

    `fields`: the SQL of each, where it is no element of a list `fields`.
    """

    names: Sequence[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    null_values: Sequence[str] = ()
    fields: Sequence[str] = ()

    def text_of(self, column: str) -> str | None:
        """The SQL of the column's text, null where the file has none; None if the file has no such column."""
        if column in self.constants:
            return literal(str(self.constants[column]))
        source = self.columns.get(column, column)
        return self.field(source) if source in self.names or self._place_of(source) is not None else None

    def field(self, name: str) -> str:
        """The SQL of a field by the file's own name, trimmed, blank as null."""
        place = self._place_of(name)
        number = list(self.names).index(name) if place is None else place
        field = self.fields[number] if self.fields else f"fields[{number + 1}]"
        # Nearly all values are plain text without a blank at either end, and trim() is slow.
        text = (
            f"case when {field} >= '!' and not ends_with({field}, ' ') and strlen({field}) = length({field}) then "
            f"{field} else nullif(trim({field}), '') end"
        )
        for empty in self.null_values:
            text = f"nullif({text}, {literal(empty)})"
        return text

    def unused(self, used: Iterable[str]) -> list[str]:
        """The file's columns that none of ours is read from."""
        taken = {self.columns.get(column, column) for column in used if column not in self.constants}
        places = {place for name in taken if (place := self._place_of(name)) is not None}
        return [name for place, name in enumerate(self.names) if name and name not in taken and place not in places]

    def _place_of(self, name: str) -> int | None:
        """The place of a column that is named by its number (`#3`), as where it has no heading."""
        number = name.removeprefix(PLACE)
        if name in self.names or number == name or not number.isdecimal():
            return None
        return int(number) - 1 if 0 < int(number) <= len(self.names) else None


def typed(column: str, kind: str, *, date_format: str = "%Y-%m-%d") -> str:
    """The SQL of `given_<column>` as `kind`, null where it is not written as that kind is; days may also be written in
    a profile's `date_format`."""
    given = identifier(f"given_{column}")
    text = half_width(given)
    match kind:
        case "VARCHAR":
            return f"upper({text})" if column in _CODES else given
        case "DATE":
            return _day(text, date_format)
        case "TIMESTAMP WITH TIME ZONE":
            pattern, value = INSTANT_PATTERN, f"try_cast(upper({text}) as timestamptz)"
        case "BOOLEAN":
            pattern, value = "(?i)true|1|false|0", f"lower({text}) in ('true', '1')"
        case _ if kind == EXACT:
            pattern, value = NUMBER_PATTERN, f"try_cast({text} as {decimal_of(digits_of(column))})"
        case _:
            pattern, value = r"[+-]?\d+", f"try_cast({text} as {kind})"
    return f"case when regexp_full_match({text}, '{pattern}') then {value} end"


def _day(text: str, date_format: str) -> str:
    day = f"regexp_replace({text}, '{DAY_PATTERN}', '\\1-\\2-\\3')"
    plain = f"case when regexp_full_match({text}, '{DAY_PATTERN}') then try_cast({day} as date) end"
    if date_format == "%Y-%m-%d":
        return plain
    return f"coalesce(try_cast(try_strptime({text}, {literal(date_format)}) as date), {plain})"


def half_width(text: str) -> str:
    """The SQL of a text with the full-width digits and signs of Japanese keyboards as the plain ones."""
    return f"case when strlen({text}) = length({text}) then {text} else translate({text}, '{_WIDE}', '{_PLAIN}') end"


def digits_of(column: str) -> int:
    """How many digits a number of this column may have before the point."""
    return QUANTITY_DIGITS if column in _QUANTITIES else AMOUNT_DIGITS


def decimal_of(digits: int) -> str:
    """The type of numbers with so many digits before the point, exact to the twelfth after it:
    what does not fit is no number."""
    return f"decimal({digits + 12}, 12)"


def json_of(pairs: Mapping[str, str]) -> str:
    """The SQL of a canonical JSON object: keys in order, values as strings, absent values left out;
    `{}` if nothing is left."""
    parts = [f"{literal(_json_key(key))} || to_json({text})" for key, text in sorted(pairs.items())]
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'" if parts else "'{}'"


def find_problem(
    columns: Mapping[str, str],
    *,
    required: Sequence[str],
    allowed: Mapping[str, Sequence[str]],
    acted_on: Mapping[str, Sequence[str]],
) -> str:
    """The SQL of a row's first problem as `column|reason_code|expected`, null if it has none;
    reads `given` texts and typed columns."""
    cases = ["when fault is not null then fault"]
    for column in columns:
        name, given = identifier(column), identifier(f"given_{column}")
        if column in required:
            cases.append(f"when {given} is null then {literal(f'{column}|missing|a value; the column is required')}")
        if columns[column] in _MEANT:
            code, expected = _MEANT[columns[column]]
            told = literal(f"{column}|{code}|{expected.format(digits=digits_of(column))}")
            cases.append(f"when {given} is not null and {name} is null then {told}")
        if column in allowed:
            words = ", ".join(literal(word) for word in allowed[column])
            cases.append(
                f"when {name} not in ({words}) then "
                f"{literal(f'{column}|unknown_value|one of ' + ', '.join(allowed[column]))}"
            )
        if column in acted_on:
            words = ", ".join(literal(word) for word in acted_on[column])
            cases.append(
                f"when {name} not in ({words}) then "
                f"{literal(f'{column}|kind_not_supported|one of ' + ', '.join(acted_on[column]) + ' in this release')}"
            )
    return f"case {' '.join(cases)} end"


def found_in(columns: Iterable[str]) -> str:
    """The SQL of the text that stands in the column which a row's `problem` names; null where nothing stands there."""
    cases = " ".join(f"when {literal(column)} then {identifier(f'given_{column}')}" for column in columns)
    return f"case split_part(problem, '|', 1) {cases} end"


def _json_key(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}":'
