"""Files that a person took back: what the lake has of them goes.

Every file whose rows were judged beside theirs (usage and deposits of the same source, the same bytes under another
name) is taken out as well and loaded anew in the order in which it came, so that the lake is the one that a rebuild
gives.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from billing_jobs.intake.claim import CATALOG
from billing_jobs.intake.crm.kinds import kind_of_file
from billing_jobs.intake.crm.load_table import table_path
from billing_jobs.intake.deliveries import clear_waiting
from billing_jobs.intake.intake_log import Receipt
from billing_jobs.intake.outcome import intake_path, rejects_path
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.intake.usage.lake import UsageLake


def unload_withdrawn(lake: Path, usage: UsageLake, receipts: list[Receipt], *, before: Callable[[], None]) -> list[str]:
    """Take out what was loaded of files that were taken back since; their names.

    `before` is called first if there are any: what was built of their rows is to be thrown away. A file's own line goes
    last, so that a crash is made good by the next ingest.
    """
    back = {receipt.path: receipt for receipt in receipts if receipt.withdrawn}
    loaded = [path for path in back if intake_path(lake, file_id_of(path)).exists()]
    if loaded:
        before()
        for path in [*_judged_beside(loaded, receipts, set(back)), *loaded]:
            _unload(lake, usage, path)
    return loaded


def _judged_beside(loaded: list[str], receipts: list[Receipt], back: set[str]) -> list[str]:
    sources = {_source(path) for path in loaded if _source(path)}
    hashes = {receipt.sha256 for receipt in receipts if receipt.path in loaded and not receipt.refused}
    return list(
        dict.fromkeys(
            receipt.path
            for receipt in receipts
            if not receipt.refused
            and not receipt.path.startswith(CATALOG)
            and receipt.path not in back
            and (_source(receipt.path) in sources or receipt.sha256 in hashes)
        )
    )


def _source(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("usage", "payments") and len(parts) > 2 else ""


def _unload(lake: Path, usage: UsageLake, path: str) -> None:
    file_id, kind = file_id_of(path), kind_of_file(path)
    usage.remove(file_id)
    rows = [lake / "payments" / f"{file_id}.parquet", *([table_path(lake, kind, file_id)] if kind else [])]
    clear_waiting(lake, file_id)
    for part in (*rows, rejects_path(lake, file_id), intake_path(lake, file_id)):
        part.unlink(missing_ok=True)
