"""Text that a spreadsheet would run as a formula, made harmless: "CSV injection" as OWASP describes it.

A cell that begins with one of these signs is a formula, and a name or an id that a customer chose may be one
(`=HYPERLINK(…)`, `@SUM(…)`). An apostrophe before it makes it text. A plain number in a text column stays one, and so
do columns of numbers, which nobody asks here.
"""

from __future__ import annotations

import re

# Where a cell begins: at the beginning of the text, or behind what another country's spreadsheet takes for the end of a
# cell or a line. The signs stand with their full-width forms. Read alike by Python and by the engine (RE2).
RUNS = r"(^[ \t\r\n]*|[;\t\r\n])([=+@＝＋－＠-])"
LEADS = r"^[\t\r\n]"
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?$"


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    if re.search(NUMBER, text):
        return text
    marked = re.sub(RUNS, r"\1'\2", text)
    return f"'{marked}" if re.search(LEADS, marked) else marked
