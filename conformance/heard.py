"""The input of a case, which remembers what was read of it: a word that no translation read is one it does not know."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, ValuesView
from typing import Any

# Words that name what is asked and change nothing of the answer.
BESIDE = frozenset({"aggregation", "name", "note", "unit"})


class Heard(dict[str, Any]):
    """A mapping that remembers which of its words were read; `in` is a question, not a reading.

    What is null or empty says nothing.
    """

    def __init__(self, words: dict[str, Any]) -> None:
        super().__init__({word: heard(value) for word, value in words.items()})
        self._read: set[str] = set()

    def __getitem__(self, word: str) -> Any:
        self._read.add(word)
        return super().__getitem__(word)

    def get(self, word: str, default: Any = None) -> Any:
        self._read.add(word)
        return super().get(word, default)

    def items(self) -> ItemsView[str, Any]:
        self._read.update(self)
        return super().items()

    def values(self) -> ValuesView[Any]:
        self._read.update(self)
        return super().values()

    def unheard(self) -> Iterator[str]:
        """Every word that was not read, those inside of what was read included."""
        for word in self:
            value = super().__getitem__(word)
            if word in self._read:
                yield from _inside(word, value)
            elif word not in BESIDE and value not in (None, "", [], {}):
                yield word


def heard(value: Any) -> Any:
    """The value, and every mapping inside it, with a memory."""
    if isinstance(value, dict):
        return Heard(value)
    return [heard(part) for part in value] if isinstance(value, list) else value


def _inside(word: str, value: Any) -> Iterator[str]:
    if isinstance(value, Heard):
        yield from (f"{word}.{inner}" for inner in value.unheard())
    elif isinstance(value, list):
        found = {inner for part in value for inner in _inside(word, part)}
        yield from sorted(found)
