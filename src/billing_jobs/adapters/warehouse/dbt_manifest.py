"""The parsed dbt project, kept by the hash of its files: parsed once per change of the project,
not once per process or home."""

from __future__ import annotations

import functools
import hashlib
import logging
from importlib.metadata import version
from pathlib import Path
from typing import Any

from billing_jobs import settings
from billing_jobs.adapters import collector
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.errors import BuildFailed

log = logging.getLogger("billing")

CACHE_DIR = settings.CACHE_DIR / "dbt"
FOLDERS = ("models", "macros", "seeds", "tests", "snapshots", "analyses")
READ_BY_DBT = {".sql", ".yml", ".csv", ".md"}  # pages hold what columns mean
READ_BY_PEOPLE = "README.md"  # beside the models; it changes no table

_parsed: dict[str, Any] = {}
_kept_compiled: set[str] = set()


def load(project: Path, arguments: list[str]) -> Any:
    """The project's manifest: from this process, from the cache, or parsed anew.

    Raises BuildFailed when it cannot be parsed.
    """
    key = fingerprint(project)
    if key not in _parsed:
        _parsed.clear()
        with collector.unhurried_collector():
            _parsed[key] = _cached(key) or _parse(key, arguments)
        collector.leave_out_what_stays()
    return _parsed[key]


def keep_compiled(project: Path) -> None:
    """After a full build: put the manifest into the cache with the SQL that was compiled,
    so that the next process compiles nothing again."""
    key = fingerprint(project)
    compiled = CACHE_DIR / f"{key}.compiled"
    if key not in _kept_compiled and key in _parsed and not _is_there(compiled) and _write(key, _parsed[key]):
        compiled.touch()
    _kept_compiled.add(key)


def fingerprint(project: Path) -> str:
    """Hash over what a parse depends on: the project's files and the versions of dbt and its adapter."""
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')} {project}".encode())
    inside = [path for folder in FOLDERS for path in (project / folder).rglob("*") if _is_read_by_dbt(path)]
    for path in sorted([*inside, *project.glob("*.yml")]):
        digest.update(f"{path.relative_to(project)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _is_read_by_dbt(path: Path) -> bool:
    return path.suffix in READ_BY_DBT and path.name != READ_BY_PEOPLE


def _cached(key: str) -> Any:
    from dbt.contracts.graph.manifest import Manifest

    path = CACHE_DIR / f"{key}.msgpack"
    try:
        return Manifest.from_msgpack(path.read_bytes())
    except Exception:
        return None


def _parse(key: str, arguments: list[str]) -> Any:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["parse", *arguments, "--no-partial-parse", "--no-write-json"])
    if not outcome.success:
        raise BuildFailed(f"The dbt project cannot be parsed: {outcome.exception}")
    manifest: Any = outcome.result
    _write(key, manifest)
    return manifest


def _write(key: str, manifest: Any) -> bool:
    """Whether it is kept. A cache that cannot be written costs the next process a parse, and nothing else."""
    try:
        CACHE_DIR.mkdir(parents=True, exist_ok=True)
        for stale in sorted(CACHE_DIR.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)[:-5]:
            stale.unlink(missing_ok=True)
            stale.with_suffix(".compiled").unlink(missing_ok=True)
        replace_bytes(CACHE_DIR / f"{key}.msgpack", manifest.to_msgpack())
    except OSError as error:
        _say_once(
            f"{CACHE_DIR} cannot be written ({error.strerror}): every process reads the models anew, which takes "
            "some seconds. BILLING_CACHE_DIR names another folder."
        )
        return False
    return True


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a folder that this user may not look into


@functools.cache
def _say_once(sentence: str) -> None:
    log.warning(sentence)
