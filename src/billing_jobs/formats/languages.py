"""Languages of papers and mails, as people write them (BCP 47, or a locale of POSIX)."""

from __future__ import annotations

import re

SPOKEN = ("ja", "en")


def language_code(text: str) -> str:
    """`ja` or `en`, whatever region stands behind it; the text itself in small letters where it is another language.

    >>> language_code("ja-JP"), language_code("EN_us"), language_code("de")
    ('ja', 'en', 'de')
    """
    given = text.strip().lower()
    language = re.split("[-_.]", given)[0]
    return language if language in SPOKEN else given
