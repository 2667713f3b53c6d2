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


@dataclass
class Read:
    """What could be read: the catalog of all entries without a mistake of form, the mistakes of the others, and the
    names that these have (key, name), so that nothing else is blamed for naming them.

    has_gaps: a file is not readable at all; what it says cannot be missed.
    """

    catalog: Catalog
    mistakes: list[str] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    has_gaps: bool = False


def read_catalog(texts: Mapping[str, bytes]) -> Catalog:
    """Read every file (name below the landing folder -> bytes); CatalogBroken lists all mistakes of form of all
    files."""
    read = read_what_can_be(texts)
    raise_if_broken(read.mistakes)
    return read.catalog


def read_what_can_be(texts: Mapping[str, bytes]) -> Read:
    """The same without an exception: what is well formed, and the mistakes of what is not."""
    read = Read(Catalog({}, []))
    for name in sorted(texts):
        document = _read(texts[name])
        is_source = name.startswith(SOURCES)
        found = list(find_mistakes_of_form(document, is_source=is_source))
        read.mistakes += [f"{name}:{line}: {sentence}" for line, sentence in sorted({mistake[:2] for mistake in found})]
        faulty = {path[: 0 if is_source else 2] for _, _, path in found}
        if document.value is None or (not is_source and any(len(path) < 2 for path in faulty)):
            read.has_gaps = read.has_gaps or bool(found)
        elif is_source and not found:
            read.catalog.sources.append(Entry(document.value, name, document, ()))
        elif not is_source:
            _add_entries(read, name, document, faulty)
    return read


def _add_entries(read: Read, name: str, document: Document, faulty: set[Path]) -> None:
    for key, values in document.value.items():
        listed = values if isinstance(values, list) else [values]
        for number, value in enumerate(listed):
            path: Path = (key, number) if listed is values else (key,)
            if path in faulty:
                read.broken |= {(key, str(said)) for said in value.values()} if isinstance(value, dict) else set()
            else:
                read.catalog.entries.setdefault(key, []).append(Entry(value, name, document, path))


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
