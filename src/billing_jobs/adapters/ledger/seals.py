"""`ledger/seals.jsonl`: what stood at the end of each night, the papers and mails of that night among it.

A commit holds the logs as they were before it; what a night writes after its last commit is held by its seal. It is no
commit: the head stays, and what was built on it stays good.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from billing_jobs import line_logs
from billing_jobs.adapters import append_log
from billing_jobs.adapters.ledger import chain, merkle
from billing_jobs.records import Run
from billing_jobs.settings import Home

_LOG = ("length", "sha256")


def log_state(path: Path) -> dict[str, Any]:
    """Length and hash of a log as far as its lines end."""
    content = path.read_bytes() if path.exists() else b""
    return append_log.state(path, content.rfind(b"\n") + 1)


def sealed_logs(home: Home) -> dict[str, Path]:
    """Name in a seal -> log: those of the ledger, and those of what came in."""
    return {
        "sending": home.sending_log,
        "papers": home.paper_log,
        "intake": home.intake_log,
        "erasures": home.erasures_log,
    }


def write(home: Home, run: Run) -> str | None:
    """Seal what stands now; the hash of the seal, or None when the last one says the same."""
    lines = _lines(home)
    content = _content(home)
    last = _parsed(lines[-1]) if lines else None
    if last and {name: last[name] for name in content} == content:
        return None
    record = content | {
        "as_of_date": run.as_of_date.isoformat(),
        "sealed_at": run.now.isoformat(),
        "previous": hash_of(lines[-1]) if lines else "",
    }
    append_log.append(home.seal_log, record)
    return hash_of(_lines(home)[-1])


def newest(home: Home) -> tuple[str, dict[str, Any]] | None:
    """The last seal: its hash and what it says."""
    lines = _lines(home)
    found = _parsed(lines[-1]) if lines else None
    return (hash_of(lines[-1]), found) if found else None


def hashes(home: Home) -> set[str]:
    """Of every seal."""
    return {hash_of(line) for line in _lines(home)}


def problems(home: Home, *, whole: bool) -> list[str]:
    """What is other than a night sealed it; `whole`: the Merkle roots are computed again as well."""
    previous, seals = "", []
    for number, line in enumerate(_lines(home), start=1):
        seal = _parsed(line)
        if seal is None or seal["previous"] != previous:
            return [f"seals.jsonl line {number} was changed, or one before it is gone. Restore seals.jsonl."]
        seals.append(seal)
        previous = hash_of(line)
    found = _moved_commits(home, seals)
    for name, path in sealed_logs(home).items():
        states = {seal["logs"][name]["length"]: seal for seal in reversed(seals) if name in seal["logs"]}
        now = chain.prefix_hashes(path, states)
        wrong = [seal for length, seal in states.items() if length and now.get(length) != seal["logs"][name]["sha256"]]
        if wrong:
            first = min(wrong, key=lambda seal: str(seal["sealed_at"]))
            found.append(
                f"{path.relative_to(home.root)} was changed, cut or lost: its first {first['logs'][name]['length']} "
                f"bytes are not those that the night of {first['as_of_date']} sealed. Restore it."
            )
    if whole and seals and not found:
        found += _wrong_roots(home, seals[-1])
    return found


def _moved_commits(home: Home, seals: list[dict[str, Any]]) -> list[str]:
    head = max(chain.sequences(home.ledger), default=0)
    for seal in seals:
        sequence = seal["sequence"]
        if sequence > head:
            return [
                f"ledger/{sequence:06d} is missing: the ledger ends with commit {head}, but the night of "
                f"{seal['as_of_date']} sealed commit {sequence}. Restore the folders."
            ]
    wanted = {seal["sequence"]: seal for seal in seals}
    for sequence, seal in sorted(wanted.items()):
        path = chain.manifest_path(home.ledger, sequence)
        if not path.exists() or hash_of(path.read_bytes()) != seal["manifest"]:
            return [
                f"ledger/{sequence:06d}: its manifest is not the one that the night of {seal['as_of_date']} sealed."
            ]
    return []


def _wrong_roots(home: Home, seal: dict[str, Any]) -> list[str]:
    told = {"receipts": home.intake_log, "papers": home.paper_log}
    return [
        f"{path.relative_to(home.root)}: the Merkle root over its lines is not the one that was sealed. Restore it."
        for name, path in told.items()
        if _tree(line_logs.whole_lines(path)[: seal[name]["count"]]) != seal[name]
    ]


def _lines(home: Home) -> list[bytes]:
    """Every seal's line. A piece that a crash tore is none, though the next seal has closed it off; one that lacks
    nothing but its line feed is one, for it will be closed off as it is."""
    content = home.seal_log.read_bytes() if home.seal_log.exists() else b""
    return [line for line in content.split(b"\n") if line.strip() and not _is_torn(line)]


def _is_torn(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return True
    except RecursionError:
        return False
    return False


def _content(home: Home) -> dict[str, Any]:
    sequence = chain.sequences(home.ledger)[-1]
    return {
        "sequence": sequence,
        "manifest": hash_of(chain.manifest_path(home.ledger, sequence).read_bytes()),
        "logs": {name: log_state(path) for name, path in sealed_logs(home).items()},
        "receipts": _tree(line_logs.whole_lines(home.intake_log)),
        "papers": _tree(line_logs.whole_lines(home.paper_log)),
    }


def _tree(lines: list[bytes]) -> dict[str, Any]:
    return {"count": len(lines), "root": merkle.root(lines)}


def hash_of(content: bytes) -> str:
    """The hash of a line or a manifest, as seals and anchors tell it."""
    return hashlib.sha256(content).hexdigest()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A seal, or None for a line that is none."""
    try:
        seal = json.loads(line)
        is_one = (
            isinstance(seal["sequence"], int)
            and isinstance(seal["manifest"], str)
            and isinstance(seal["previous"], str)
            and isinstance(seal["sealed_at"], str)
            and isinstance(seal["as_of_date"], str)
            and all(isinstance(state["length"], int) and set(state) == set(_LOG) for state in seal["logs"].values())
            and all(isinstance(seal[name]["count"], int) for name in ("receipts", "papers"))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return seal if is_one else None
