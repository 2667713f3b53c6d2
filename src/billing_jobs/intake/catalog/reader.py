"""The catalog's files as one value in which every entry still knows its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.catalog.mistakes import find_mistakes_of_form
from billing_jobs.intake.catalog.yaml_reader import Document, Path, read_yaml

SOURCES = "catalog/sources/"


@dataclass(frozen=True)
class Entry:
    """One plan, one meter, one source …: its value and where it stands."""

    value: dict[str, Any]
    file_name: str
    document: Document = field(repr=False)
    path: Path

    def at(self, *inside: str | int) -> str:
        """`file:line` of this entry or of something inside it."""
        return f"{self.file_name}:{self.document.line_of((*self.path, *inside))}"


@dataclass(frozen=True)
class Catalog:
    """All entries by top-level key (`plans`, `meters` …), and the profiles of sources."""

    entries: dict[str, list[Entry]]
    sources: list[Entry]

    def of(self, key: str) -> list[Entry]:
        return self.entries.get(key, [])


def read_catalog(texts: Mapping[str, bytes]) -> Catalog:
    """Read every file (name below the landing folder -> bytes); CatalogBroken lists all mistakes of form of all
    files."""
    mistakes: list[str] = []
    entries: dict[str, list[Entry]] = {}
    sources: list[Entry] = []
    for name in sorted(texts):
        document = _read(texts[name])
        is_source = name.startswith(SOURCES)
        found = sorted(set(find_mistakes_of_form(document, is_source=is_source)))
        mistakes += [f"{name}:{line}: {sentence}" for line, sentence in found]
        if found or document.value is None:
            continue
        if is_source:
            sources.append(Entry(document.value, name, document, ()))
            continue
        for key, values in document.value.items():
            listed = values if isinstance(values, list) else [values]
            entries.setdefault(key, []).extend(
                Entry(value, name, document, (key, number) if listed is values else (key,))
                for number, value in enumerate(listed)
            )
    raise_if_broken(mistakes)
    return Catalog(entries, sources)


def raise_if_broken(mistakes: list[str]) -> None:
    """CatalogBroken with every mistake on its own line, so that all of them are mended at once."""
    if mistakes:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise CatalogBroken(f"The catalog has {count}:\n" + "\n".join(mistakes))


def _read(content: bytes) -> Document:
    try:
        return read_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Document(
            mistakes=[(line, "characters that are not UTF-8; expected UTF-8; save the file in that encoding")]
        )
