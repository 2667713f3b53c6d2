"""The currencies of ISO 4217 with their minor digits: from the seed that the models read, so that paper, catalog and
warehouse agree.

Source: ISO 4217, list one (current codes and funds, with their minor units), as published by its maintenance agency;
which edition says `dbt_project/seeds/currencies.yml`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from billing_jobs import seeds


@functools.cache
def minor_digits() -> Mapping[str, int]:
    """Digits after the point (0, 2, 3 or 4) by code.

    A code that is not here is refused: an amount in it could not be rounded.
    """
    return MappingProxyType({row["currency"]: int(row["minor_digits"]) for row in seeds.rows("currencies")})
