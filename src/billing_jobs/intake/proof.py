"""Whether landing/ is what was received: its log, kept copies, versions of the catalog and the files themselves.

Nothing here needs what was erased: a receipt of a redacted file has the hash of what is left, and `erasures.jsonl` says
which content it was made of.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from billing_jobs import line_logs
from billing_jobs.intake.claim import CATALOG, VERSIONS
from billing_jobs.intake.intake_log import Receipt, first_edited_line, read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.keeping.regular_files import open_regular
from billing_jobs.intake.landing_files import LOGS


def faults(landing: Path) -> list[str]:
    """A sentence for everything that is not as it was received, and what to do."""
    log, erasures = (landing / name for name in LOGS)
    edited = first_edited_line(log)
    if edited is not None:
        return [f"landing/intake.jsonl was edited before or at line {edited}: restore it from the backup of landing/"]
    receipts = read_receipts(log)
    return [
        *_log_faults(landing, receipts),
        *_redaction_faults(erasures, receipts),
        *_copy_faults(landing, receipts),
        *_version_faults(landing, receipts),
        *_file_faults(landing, receipts),
    ]


def _log_faults(landing: Path, receipts: list[Receipt]) -> list[str]:
    """Copies are kept of what has a receipt: more of them than receipts means that receipts were cut off."""
    known = {receipt.sha256 for receipt in receipts}
    strange = sorted(kept.names_kept(landing) - known)
    versions = landing / VERSIONS
    strange += sorted({path.stem for path in versions.glob("*.yml")} - known) if versions.is_dir() else []
    if not strange:
        return []
    return [
        f"landing/intake.jsonl is missing or was cut: it has no receipt of {len(strange)} kept files, the first "
        f"{strange[0]}: restore it from the backup of landing/"
    ]


def _redaction_faults(erasures: Path, receipts: list[Receipt]) -> list[str]:
    made = {json.loads(line).get("sha256") for line in line_logs.whole_lines(erasures)}
    return [
        f"landing/erasures.jsonl says nothing of how {receipt.path} was redacted: restore it from the backup of "
        "landing/"
        for receipt in receipts
        if receipt.redacted and receipt.sha256 not in made
    ]


def _copy_faults(landing: Path, receipts: list[Receipt]) -> list[str]:
    return [
        f"the kept copy of {receipt.path} (landing/{kept.KEPT}/{receipt.sha256}) was changed or is gone: restore it "
        "from the backup of landing/; the next ingest mends it if the file itself is as it was received"
        for receipt in kept.standing(receipts).values()
        if not kept.holds(landing, receipt.sha256)
    ]


def _version_faults(landing: Path, receipts: list[Receipt]) -> list[str]:
    received = {
        receipt.sha256: receipt.path
        for receipt in receipts
        if receipt.path.startswith(CATALOG) and not receipt.removed and not receipt.refused
    }
    return [
        f"landing/{VERSIONS}/{sha256}.yml, a version of {path}, was changed or is gone: restore it from the backup of "
        "landing/"
        for sha256, path in received.items()
        if _sha256_of(landing / VERSIONS / f"{sha256}.yml") != sha256
    ]


def _file_faults(landing: Path, receipts: list[Receipt]) -> list[str]:
    """Files of the catalog may be edited. A change that an ingest has refused is known, and a fault all the same until
    what was received lies there again."""
    return [
        f"landing/{receipt.path} was changed or is gone since it was received; what counts is its kept copy. Put it "
        f"back: `zstd -dc landing/{kept.KEPT}/{receipt.sha256}`"
        for receipt in kept.standing(receipts).values()
        if _sha256_of(landing / receipt.path) != receipt.sha256
    ]


def _sha256_of(path: Path) -> str:
    try:
        with open_regular(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
