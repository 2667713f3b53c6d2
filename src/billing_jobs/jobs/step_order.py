"""The order of the steps: of an ingest, of a night, of a month end.

Words only, so that whoever schedules or runs them reads the same list.
"""

from __future__ import annotations

INGEST = ("ingest",)
NIGHT = (
    "ingest",
    "build",
    "check",
    "issue",
    "build_issued",
    "allocate",
    "build_allocated",
    "check_out",
    "publish",
    "render",
    "send",
    "seal",
)
# The close alone, after a night that has run: the DAG of a month end.
MONTH_END = ("build", "close", "build_closed", "check_out", "publish")
