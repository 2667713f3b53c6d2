"""Taking the personal data of certain customers out of a table as it was delivered: text in, text out, line for line.
Pure.

Only the rows of these customers are written anew; every other line stays byte for byte, and a row keeps its number of
lines, so that file and line still name the same row everywhere.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERASED = "erased"
csv.field_size_limit(1 << 30)  # a long field is no reason to keep what is personal


@dataclass(frozen=True)
class Rule:
    """What of a row may stay: `kept` columns.

    Every other, known or not, goes; those a row must have become the word above.
    """

    kept: frozenset[str]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What a profile says of a table: our column -> the file's heading (`#3`: the third), and where the header is."""

    columns: Mapping[str, str]
    header_line: int = 0

    def our_names(self, header: Sequence[str]) -> list[str]:
        """The header in our names; a heading that the profile does not name stands for itself."""
        own = {heading: name for name, heading in self.columns.items()}
        return [own.get(f"#{place}", own.get(name.strip(), name.strip())) for place, name in enumerate(header, start=1)]


# Kinds of rows that are about a person: keys and terms stay.
_TERMS = (
    "locale",
    "country",
    "time_zone",
    "payment_terms",
    "tax_status",
    "fee_bearer",
    "dunning_policy",
    "department",
    "invoice_per",
    "effective_on",
    "updated_at",
)
PERSONAL = {
    "customers": Rule(frozenset({"customer_id", "entity_id", "bill_to_customer_id", *_TERMS}), frozenset({"name"})),
    "payer_aliases": Rule(frozenset({"customer_id", "recorded_at"}), frozenset({"alias"})),
    "payment_methods": Rule(
        frozenset({"payment_method_id", "customer_id", "kind", "card_exp_month", "card_exp_year", "updated_at"})
    ),
}


def redact_csv(
    text: str, customers: Collection[str], *, rule: Rule, delimiter: str = ",", said: Said | None = None
) -> tuple[str, int]:
    """The table without the personal data of these customers, and how many rows had some; `said`: what a profile says
    of its header."""
    lines: list[str] = []
    reader = csv.reader(_remembered(io.StringIO(text, newline=""), lines), delimiter=delimiter)
    header: list[str] = []
    written: list[str] = []
    changed = 0
    for row in reader:
        raw = "".join(lines)
        lines.clear()
        if not header:
            if reader.line_num >= (said.header_line if said else 0):
                header = said.our_names(row) if said else [name.strip() for name in row]
        elif (
            "customer_id" in header
            and header.index("customer_id") < len(row)
            and row[header.index("customer_id")].strip() in customers
        ):
            masked = [
                _masked(header[place] if place < len(header) else "", value, rule) for place, value in enumerate(row)
            ]
            changed += masked != row
            raw = _as_line(masked, delimiter) + raw[len(raw.rstrip("\r\n")) :] if masked != row else raw
        written.append(raw)
    return "".join(written), changed


def redact_jsonl(text: str, customers: Collection[str], *, rule: Rule) -> tuple[str, int]:
    """The same for one JSON object a line; a line that is none stays."""
    written, changed = [], 0
    for line in io.StringIO(text, newline=""):
        row = _object_of(line)
        if str(row.get("customer_id", "")).strip() in customers:
            masked = {
                name: value if value is None or name in rule.kept else _masked(name, str(value), rule)
                for name, value in row.items()
            }
            masked = {name: value for name, value in masked.items() if value != ""}
            if masked != row:
                changed += 1
                written.append(json.dumps(masked, ensure_ascii=False) + line[len(line.rstrip("\r\n")) :])
                continue
        written.append(line)
    return "".join(written), changed


def masked_columns(names: Collection[str], *, rule: Rule) -> dict[str, str | None]:
    """What each column that must go becomes in a table with types: the word if the row must have it, else nothing."""
    return {name: ERASED if name in rule.required else None for name in names if name not in rule.kept}


def _masked(name: str, value: str, rule: Rule) -> str:
    if name in rule.kept or not value:
        return value
    return (ERASED if name in rule.required else "") + "".join(re.findall(r"\r\n|\r|\n", value))


def _object_of(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _as_line(row: list[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", delimiter=delimiter).writerow(row)
    return text.getvalue().removesuffix("\r\n")


def _remembered(stream: io.StringIO, lines: list[str]) -> Iterator[str]:
    for line in stream:
        lines.append(line)
        yield line
