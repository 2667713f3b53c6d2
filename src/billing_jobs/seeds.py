"""The kinds of things that the platform knows (currencies, charge models, aggregations, kinds of changes …): rows of
the seeds that the models read, so that what Python checks and what SQL computes cannot drift apart. Each seed is
described in the .yml beside it.
"""

from __future__ import annotations

import csv
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from billing_jobs.settings import DBT_PROJECT_DIR

# Of the project that is built: another folder where a test, or somebody who extends it, names one.
FOLDER = Path(os.environ.get("BILLING_DBT_PROJECT", DBT_PROJECT_DIR)) / "seeds"
Row = Mapping[str, str]


@functools.cache
def rows(seed: str) -> tuple[Row, ...]:
    """The rows of a seed in their order, values as text: '' where a row says nothing, 'true' or 'false' for a flag."""
    with (FOLDER / f"{seed}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(MappingProxyType(row) for row in csv.DictReader(stream))


def names(seed: str, key: str, flag: str | None = None) -> tuple[str, ...]:
    """The values of column `key`, in order; of the rows only whose `flag` is set, if one is named."""
    return tuple(row[key] for row in rows(seed) if flag is None or row[flag] == "true")
