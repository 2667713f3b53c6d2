"""What a source's profile must say to be able to read a file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from zoneinfo import available_timezones

from billing_jobs.formats.bank_formats import BANK_FORMATS
from billing_jobs.intake.catalog.checks.printed_times import find_mistakes_in_formats
from billing_jobs.intake.catalog.reader import SOURCES, Entry
from billing_jobs.intake.profiles import USAGE_NAMES
from billing_jobs.streams import CRM, DECISIONS, PAYMENTS

_MADE_AT_LOAD = {"payment_id", "source", "payer_key", "file_name", "line_no", "received_at"}
TABLES = {**CRM, "decisions": DECISIONS}
_OF_TABLES = frozenset(
    [
        "source",
        "kind",
        "format",
        "encoding",
        "delimiter",
        "header_line",
        "columns",
        "constants",
        "null_values",
        "date_format",
        "files",
        "id",
    ]
)
PAYMENT_NAMES = (*(name for name in PAYMENTS if name not in _MADE_AT_LOAD), "amount_in", "amount_out")


def find_mistakes_in_source(entry: Entry) -> Iterator[str]:
    """Every mistake of meaning in one profile."""
    value = entry.value
    expected_file = f"{SOURCES}{value['source']}.yml"
    if entry.file_name != expected_file:
        yield (
            f"{entry.at('source')}: source `{value['source']}` in {entry.file_name}; expected the file "
            f"{expected_file}; rename one of the two"
        )
    if (value["format"] in BANK_FORMATS and value["kind"] == "usage") or (
        value["kind"] == "payments" and value["format"] in {"jsonl", "parquet"}
    ):
        expected = "csv, jsonl or parquet" if value["kind"] == "usage" else " or ".join(("csv", *BANK_FORMATS))
        yield f"{entry.at('format')}: format `{value['format']}` for {value['kind']}; expected {expected}; change it"
    yield from _names_fit(entry)
    yield from _words_fit(entry)
    yield from _rhythm_fits(entry)
    if value["kind"] in TABLES:
        if value["format"] != "csv":
            yield (
                f"{entry.at('format')}: format `{value['format']}` for {value['kind']}; expected csv, by which .xlsx "
                "is read too; change it"
            )
        for key in sorted(set(value) - _OF_TABLES):
            yield f"{entry.at(key)}: `{key}` in a profile of {value['kind']}; expected none there; leave it out"
        return
    if "id" in value:
        yield f"{entry.at('id')}: `id` in a profile of {value['kind']}; expected it for tables of crm/; leave it out"
    for key in ("entity", "bank_transaction_id"):
        if key in value and value["kind"] != "payments":
            yield f"{entry.at(key)}: `{key}` in a profile of usage; expected it for payments only; leave it out"
    if value["kind"] == "payments" and value["format"] == "csv":
        given = {*value.get("columns", {}), *value.get("constants", {})}
        if "booked_on" not in given or not given & {"amount", "amount_in"}:
            yield (
                f"{entry.at('columns')}: a payments profile without `booked_on` and `amount` (or `amount_in`); "
                f"expected the file's names for both; add them under `columns`"
            )


def _rhythm_fits(entry: Entry) -> Iterator[str]:
    said = entry.value.get("expected")
    has_calendar = isinstance(said, dict) and "calendar" in said
    if said is not None and has_calendar != (entry.value["kind"] == "payments"):
        form = "{calendar: …}" if not has_calendar else "daily, weekly, monthly or {every: …, unit: …}"
        yield f"{entry.at('expected')}: `expected` of {entry.value['kind']} in this form; expected {form}; write it so"


def _known_names(kind: str) -> tuple[str, ...]:
    if kind in TABLES:
        return tuple(name for name in TABLES[kind] if name not in ("file_name", "received_at", "extra"))
    return USAGE_NAMES if kind == "usage" else PAYMENT_NAMES


def _names_fit(entry: Entry) -> Iterator[str]:
    known = _known_names(entry.value["kind"])
    for part in ("columns", "constants"):
        for name in entry.value.get(part, {}):
            if name not in known and not (entry.value["kind"] == "usage" and name.startswith("property_")):
                yield (
                    f"{entry.at(part, name)}: `{name}` is no column of {entry.value['kind']}; "
                    "expected one of "
                    f"{', '.join(known)}{' or property_<name>' if entry.value['kind'] == 'usage' else ''}; rename it"
                )


def _words_fit(entry: Entry) -> Iterator[str]:
    encoding = entry.value.get("encoding", "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        yield f"{entry.at('encoding')}: `{encoding}` is no encoding; expected e.g. utf-8 or cp932; correct it"
    timestamp = entry.value.get("timestamp", {})
    zone = timestamp.get("zone")
    if zone is not None and zone not in available_timezones():
        yield (
            f"{entry.at('timestamp', 'zone')}: `{zone}` is no time zone; expected an IANA name; write e.g. Asia/Tokyo "
            "or UTC"
        )
    if "format" in timestamp and zone is None and "%z" not in timestamp["format"]:
        yield (
            f"{entry.at('timestamp', 'format')}: a format without offset and no `zone`; expected to know which clock "
            "it shows; add `zone`"
        )
    yield from find_mistakes_in_formats(entry)
    if "order" in timestamp and (zone is None or "%z" in timestamp.get("format", "")):
        yield (
            f"{entry.at('timestamp', 'order')}: `order` of times that have an offset; expected it "
            "where a local clock shows an hour twice; remove it, or add `zone`"
        )
    if timestamp.get("interval") and "resolution_seconds" not in timestamp:
        yield (
            f"{entry.at('timestamp', 'interval')}: `interval` without `resolution_seconds`; expected the length of "
            "each interval; add e.g. resolution_seconds: 1800"
        )
    if timestamp.get("interval") and "ended_at" in {*entry.value.get("columns", {}), *entry.value.get("constants", {})}:
        yield (
            f"{entry.at('timestamp', 'interval')}: `interval` beside a column `ended_at`; expected one of both to say "
            "where an interval ends; remove one"
        )
    if timestamp.get("label") == "end" and "resolution_seconds" not in timestamp:
        yield (
            f"{entry.at('timestamp', 'label')}: `label: end` without `resolution_seconds`; expected the length of the "
            "interval; add e.g. resolution_seconds: 3600"
        )
