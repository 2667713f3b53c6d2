"""The SQL expressions of one usage file: which field is which column, and how its clock is read.

All rules of rows stand in `usage/typed.sql`.
"""

from __future__ import annotations

from collections.abc import Sequence

from billing_jobs.intake.engine import FileRefused, identifier, literal
from billing_jobs.intake.profiles import USAGE_NAMES, Profile
from billing_jobs.intake.reading.read_records import json_paths
from billing_jobs.intake.record_sql import Naming, json_of

PROPERTY = "property_"


def known_names(profile: Profile) -> list[str]:
    """Every name under which this profile looks for something in a file, besides `property_<name>`."""
    flagged = [column for values in profile.flags.values() for column in values.values()]
    parts = profile.event_id["from"] if isinstance(profile.event_id, dict) else []
    return list(dict.fromkeys([*USAGE_NAMES, *profile.columns.values(), *flagged, *parts]))


def naming_of(profile: Profile, names: list[str], fields: list[str]) -> Naming:
    return Naming(
        names, columns=profile.columns, constants=profile.constants, null_values=profile.null_values, fields=fields
    )


def check_columns(profile: Profile, naming: Naming, file_format: str) -> None:
    """FileRefused if columns that every row needs are not in the file at all; JSON Lines say it row by row."""
    needed = [name for name in ("event_type", "event_at") if naming.text_of(name) is None]
    if profile.event_id is None and naming.text_of("event_id") is None:
        needed.insert(0, "event_id")
    if naming.text_of("contract_id") is None and naming.text_of("customer_id") is None:
        needed.append("contract_id or customer_id")
    mapped = [*profile.columns.values(), *(column for values in profile.flags.values() for column in values.values())]
    mapped += profile.event_id["from"] if isinstance(profile.event_id, dict) else []
    needed += [name for name in mapped if name not in naming.names and name not in needed]
    if needed and file_format != "jsonl":
        raise FileRefused(
            "missing_column",
            f"the columns {', '.join(needed)}, or a profile that says what they are called",
            found=f"the columns {', '.join(naming.names)}",
        )


def named_columns(profile: Profile, naming: Naming) -> str:
    """`given_<column>` of every usage column as text, and the properties that stand in columns of their own as JSON."""
    texts = {name: naming.text_of(name) or "cast(null as varchar)" for name in USAGE_NAMES}
    texts["event_id"] = _event_id(profile, naming, texts["event_id"])
    columns = [f"{text} as {identifier(f'given_{name}')}" for name, text in texts.items()]
    return ", ".join([*columns, f"{json_of(property_columns(profile, naming))} as property_columns"])


def property_columns(profile: Profile, naming: Naming) -> dict[str, str]:
    """SQL text by property: `property_<name>` columns of the file, of the profile's map and constants,
    and its flags."""
    given = {name for name in (*naming.names, *profile.columns, *profile.constants) if name.startswith(PROPERTY)}
    properties = {name.removeprefix(PROPERTY): text for name in given if (text := naming.text_of(name)) is not None}
    for name, values in profile.flags.items():
        cases = " ".join(
            f"when lower({naming.field(column)}) in ('1', 'true', 'yes', 'y') then {literal(value)}"
            for value, column in values.items()
            if column in naming.names
        )
        properties[name.removeprefix(PROPERTY)] = f"case {cases} end" if cases else "cast(null as varchar)"
    return properties


def properties_text(profile: Profile, naming: Naming, keys: Sequence[str]) -> str:
    """The SQL of an event's properties as canonical JSON, null where they cannot be read. Columns of the file go before
    the JSON.

    Objects that have some of `keys`, each at most once, need no sorting; all others are taken apart and put together
    again.
    """
    if naming.text_of("properties") is None:
        return "property_columns"
    column = identifier("given_properties")
    entries = f"try_cast(try_cast({column} as json) as map(varchar, varchar))"
    if property_columns(profile, naming):
        entries = f"map_concat({entries}, cast(cast(property_columns as json) as map(varchar, varchar)))"
        keys = ()
    pairs = f"list_sort(list_filter(map_entries({entries}), lambda entry: entry.value is not null))"
    sorted_pairs = (
        f"'{{' || array_to_string(list_transform({pairs}, lambda entry: to_json(entry.key) || ':' || "
        f"to_json(entry.value)), ',') || '}}'"
    )
    known = ""
    if keys:
        values = f"json_extract_string({column}, {json_paths(sorted(keys))})"
        texts = {key: f"{values}[{place}]" for place, key in enumerate(sorted(keys), start=1)}
        known = f"when {is_object(column)} and len(json_keys({column})) = list_count({values}) then {json_of(texts)}"
    return f"case when {column} is null then property_columns {known} when json_valid({column}) then {sorted_pairs} end"


def is_object(text: str) -> str:
    """The SQL of whether a text is a JSON object."""
    return f"(starts_with({text}, '{{') and json_valid({text}))"


def required_text(profile: Profile) -> str:
    """A case over what the profile requires beyond the platform's own columns."""
    cases = []
    for name in profile.required:
        path = literal(_json_path(name.removeprefix(PROPERTY)))
        given = identifier(f"given_{name}") if name in USAGE_NAMES else "cast(null as varchar)"
        text = f"json_extract_string(properties, {path})" if name.startswith(PROPERTY) else given
        cases.append(
            f"when nullif({text}, '') is null then {literal(f'{name}|missing|a value; the profile requires it')}"
        )
    return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def series_text(profile: Profile, naming: Naming) -> str:
    """The SQL of what a made id consists of besides the time and the value: whose readings follow each other."""
    if not isinstance(profile.event_id, dict):
        return "''"
    varying = {profile.columns.get(name, name) for name in ("event_at", "ended_at", "quantity")} | {
        "event_at",
        "ended_at",
        "quantity",
    }
    parts = [f"coalesce({_part(naming, name)}, '')" for name in profile.event_id["from"] if name not in varying]
    return f"concat_ws(chr(31), {', '.join(parts)})" if parts else "''"


def _event_id(profile: Profile, naming: Naming, given: str) -> str:
    if profile.event_id == "line":
        return "''"  # made when the line is known
    if profile.event_id is not None:
        texts = ", ".join(f"coalesce({_part(naming, name)}, '')" for name in profile.event_id["from"])
        return f"md5(concat_ws(chr(31), {texts}))"
    return given


def _part(naming: Naming, name: str) -> str:
    if name in USAGE_NAMES and name not in naming.names:
        return str(naming.text_of(name))
    return naming.field(name) if name in naming.names else "''"


def _json_path(name: str) -> str:
    return f'$."{name}"'
