"""Countries as people write them, as the two letters of ISO 3166-1.

Names and codes are those of the Unicode CLDR, which the package babel brings: `US`, `usa`, `United States`,
`アメリカ合衆国`.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

_LANGUAGES = ("ja", "en")


def country_code(text: str) -> str:
    """The code of a country; the text itself, trimmed, where nobody knows it.

    >>> country_code("usa"), country_code("日本"), country_code("Atlantis")
    ('US', 'JP', 'Atlantis')
    """
    given = unicodedata.normalize("NFKC", text).strip()
    return _codes().get(given.casefold(), given)


@cache
def _codes() -> dict[str, str]:
    names = {
        name.casefold(): code
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    known = set(names.values())
    aliases = {
        alias.casefold(): codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(codes) == 1 and codes[0] in known
    }
    return names | aliases | {code.casefold(): code for code in known}
