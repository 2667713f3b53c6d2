"""The order of the steps: of an ingest, of a night, of a month end.

Words only, so that whoever schedules or runs them reads the same list.
"""

from __future__ import annotations

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

# The same for a scheduler: steps that share a build are one task. A task begins with what it needs, which costs nothing
# where it stands; where another run has put its own tables there since, this run's are made again.
# Before anything is recorded a scheduler asks for approval where it is due, and what nobody answered is held; a shell
# has a person before it.
INGEST_TASKS = {"ingest": ("ingest",)}
PUBLISH = {"publish": ("build", "check_out", "publish")}
NIGHT_TASKS = {
    **INGEST_TASKS,
    "propose": ("build", "check"),
    "record": (
        *("build", "check", "hold_unanswered"),
        *("issue", "build_issued", "allocate", "build_allocated", "check_out"),
    ),
    **PUBLISH,
    "render": ("render",),
    "send": ("send", "seal"),
}
# The close alone, after a night that has run.
MONTH_END_TASKS = {"close": ("build", "close", "build_closed", "check_out"), **PUBLISH}
