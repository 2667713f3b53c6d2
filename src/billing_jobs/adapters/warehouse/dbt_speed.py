"""Most of a build of small tables is dbt's own housekeeping; what of it we do not use is left out here.

Three things: the names of dbt in `PATCHES`, the garbage collector, which else walks the parsed project again and again,
and threads within a statement, which small tables do not repay. Nothing here touches what is built or what is tested.
What each of `PATCHES` saves is measured by `python -m benchmarks.patches`; what was measured when, and why each is
right, stands in docs/decisions/006-what-a-build-costs.md.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from billing_jobs.adapters.collector import unhurried_collector
from billing_jobs.adapters.patches import Patch, patched

# Below these sizes a second thread within a statement costs more than it gives: two models run beside each other
# anyway.
LARGE_LAKE, LARGE_WAREHOUSE = 32_000_000, 160_000_000
ENGINE_THREADS = "BILLING_ENGINE_THREADS"


@contextmanager
def quickly(workdir: Path) -> Iterator[None]:
    """All of it, for a build of `workdir`; see `PATCHES` for what dbt leaves out and why."""
    with unhurried_collector(), patched(PATCHES), threads_by_size(workdir):
        yield


@contextmanager
def threads_by_size(workdir: Path) -> Iterator[None]:
    """Let the engine use one thread a statement while the block runs, or every core where lake or warehouse are large;
    the variable BILLING_ENGINE_THREADS wins. A build of small tables takes 28 % less processor time with one."""
    given = os.environ.get(ENGINE_THREADS)
    os.environ[ENGINE_THREADS] = given or str((os.cpu_count() or 1) if _is_large(workdir) else 1)
    try:
        yield
    finally:
        if given is None:
            del os.environ[ENGINE_THREADS]


def _is_large(workdir: Path) -> bool:
    warehouse = workdir / "warehouse.duckdb"
    if warehouse.exists() and warehouse.stat().st_size > LARGE_WAREHOUSE:
        return True
    files = (Path(folder, name) for folder, _, names in os.walk(workdir / "lake", followlinks=True) for name in names)
    return sum(path.stat().st_size for path in files) > LARGE_LAKE


def _nothing(_as_it_comes: Any) -> Callable[..., None]:
    """Stands where dbt would write or say something."""

    def nothing(*_arguments: Any, **_options: Any) -> None:
        return None

    return nothing


def _empty_event(_as_it_comes: Any) -> Callable[..., None]:
    def empty(self: Any, *_arguments: Any, **_fields: Any) -> None:
        self.pb_msg = getattr(self.PROTO_TYPES_MODULE, type(self).__name__)()

    return empty


def _but_debug_events(fire: Callable[..., Any]) -> Callable[..., None]:
    """What is fired at level debug is dropped: it would be filled and formatted for a log whose level is warning."""
    from dbt_common.events.base_types import DebugLevel

    def fire_event(
        self: Any, e: Any, level: Any = None, node: Any = None, force_warn_or_error_handling: bool = False
    ) -> None:
        if level is not None or force_warn_or_error_handling or not isinstance(e, DebugLevel):
            fire(self, e, level, node, force_warn_or_error_handling)

    return fire_event


def _compile_once(compile_node: Callable[..., Any]) -> Callable[..., Any]:
    """What was compiled is not compiled again: the manifest is kept by the hash of the project, and our models read
    neither variables nor the clock.

    A model that asks whether it is built for the first time (`is_incremental`) is compiled each time.
    """

    def compile_node_once(self: Any, node: Any, *arguments: Any, **options: Any) -> Any:
        if getattr(node, "compiled", False) and "is_incremental" not in node.raw_code:
            return node
        return compile_node(self, node, *arguments, **options)

    return compile_node_once


PATCHES = (
    # No messages of events at level debug: nobody reads them.
    Patch("dbt_common.events.base_types", "DebugLevel.__init__", _empty_event, needs=("BaseEvent.PROTO_TYPES_MODULE",)),
    Patch("dbt_common.events.event_manager", "EventManager.fire_event", _but_debug_events),
    # No file per model and test with its compiled SQL: it is in memory, and `dbt compile` writes it when asked.
    Patch("dbt.contracts.graph.nodes", "CompiledNode.write_node", _nothing),
    # A statement without rows answers with one and the same empty table: making one reads all of agate's date formats.
    Patch("dbt_common.clients.agate_helper", "empty_table", functools.cache),
    # No walk through the stack and all modules to learn who asks for a flag: it would be named in a message that is not
    # made.
    Patch(
        "dbt_common.behavior_flags",
        "BehaviorFlagRendered._default_source",
        lambda _as_it_comes: staticmethod(lambda: "dbt.adapters.duckdb.impl"),
    ),
    Patch("dbt.compilation", "Compiler.compile_node", _compile_once),
)
