"""What has to be loaded: received files that are not in the lake yet, and waiting ones for which a new profile has
come."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from billing_jobs.intake.claim import CATALOG, FILE_IS_GONE, FILE_WITHDRAWN
from billing_jobs.intake.crm.kinds import Kind, kind_of_file
from billing_jobs.intake.intake_log import Receipt
from billing_jobs.intake.outcome import intake_path, rejects_path
from billing_jobs.intake.profiles import Profile, candidates, candidates_of_kind
from billing_jobs.intake.reading.received import Delivery, file_id_of

SAME_FILE_AGAIN = "same_file_again"
_BY_PROFILE = ("usage", "payments")


@dataclass(order=True)
class Task:
    """One file to load with one profile; tasks are worked through in this order: when the rows count as received,
    then by name."""

    rows_received_at: datetime
    file_name: str
    attempt: int
    receipt: Receipt = field(compare=False)
    kind: Kind | None = field(compare=False)
    source: str = field(compare=False)
    profiles: list[Profile] = field(compare=False)

    @property
    def profile(self) -> Profile | None:
        return self.profiles[self.attempt] if self.attempt < len(self.profiles) else None

    @property
    def delivery(self) -> Delivery:
        receipt = self.receipt
        version = receipt.sha256 if receipt.refused else FILE_IS_GONE if receipt.removed else ""
        version = FILE_WITHDRAWN if receipt.withdrawn else version
        return Delivery(
            receipt.path,
            receipt.sha256,
            self.stream,
            self.source,
            receipt.received_at,
            self.rows_received_at,
            file_id_of(receipt.path, version),
        )

    @property
    def stream(self) -> str:
        return self.kind.stream if self.kind else self.folder if self.folder in _BY_PROFILE else "unknown"

    @property
    def folder(self) -> str:
        return self.receipt.path.split("/", 1)[0]

    def next_attempt(self) -> Task | None:
        """The same file with the next profile that came after its receipt; None if there is none."""
        if self.attempt + 1 >= len(self.profiles) or self.receipt.removed or self.receipt.withdrawn:
            return None
        later = self.profiles[self.attempt + 1].received_at or self.receipt.received_at
        return Task(
            max(later, self.receipt.received_at),
            self.file_name,
            self.attempt + 1,
            self.receipt,
            self.kind,
            self.source,
            self.profiles,
        )


def list_tasks(lake: Path, receipts: list[Receipt], profiles: list[Profile]) -> list[Task]:
    """Everything to load now, oldest first."""
    tasks = []
    standing = {receipt.path: receipt for receipt in receipts if not receipt.refused}
    for receipt in receipts:
        if receipt.path.startswith(CATALOG) or (not receipt.refused and standing[receipt.path] is not receipt):
            continue
        task = _task_of(receipt, profiles)
        file_id = task.delivery.file_id
        tried = read_waiting(lake, file_id)
        has_new_profile = tried is not None and len(task.profiles) > tried
        if has_new_profile or not intake_path(lake, file_id).exists():
            tasks.append(task)
    return sorted(tasks)


def list_payments(receipts: list[Receipt], profiles: list[Profile]) -> dict[str, Task]:
    """Every bank file that was ever received, with the profiles that may read it."""
    return {receipt.path: _task_of(receipt, profiles) for receipt in receipts if receipt.path.startswith("payments/")}


def sources_of_usage(receipts: list[Receipt]) -> dict[str, str]:
    """The source of every usage file by its file_id."""
    paths = [receipt.path for receipt in receipts if receipt.path.startswith("usage/") and not receipt.refused]
    return {file_id_of(path): path.split("/")[1] for path in paths}


def find_repeats(receipts: list[Receipt]) -> dict[str, list[str]]:
    """Files of kinds whose rows all count, with the other files of that kind that have the same bytes: taking more than
    one of them would count everything twice."""
    same: dict[tuple[str, str], list[str]] = {}
    gone = {receipt.path for receipt in receipts if receipt.removed or receipt.withdrawn}
    for receipt in sorted(
        (one for one in receipts if not one.refused and not one.redacted and one.path not in gone),
        key=lambda one: (one.received_at, one.path),
    ):
        kind, folder = kind_of_file(receipt.path), receipt.path.split("/", 1)[0]
        if (kind and kind.is_log) or folder == "payments":
            stream = kind.stream if kind else receipt.path.rsplit("/", 1)[0]
            paths = same.setdefault((stream, receipt.sha256), [])
            if receipt.path not in paths:
                paths.append(receipt.path)
    return {path: [other for other in paths if other != path] for paths in same.values() for path in paths if paths[1:]}


def write_waiting(lake: Path, file_id: str, tried: int) -> None:
    """Mark that a file may be read one day, and how many profiles were tried so far."""
    path = _waiting_path(lake, file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tried), encoding="utf-8")


def read_waiting(lake: Path, file_id: str) -> int | None:
    """How many profiles were tried for a file that is not loaded; None if it is not waiting."""
    try:
        return int(json.loads(_waiting_path(lake, file_id).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def clear_waiting(lake: Path, file_id: str) -> None:
    _waiting_path(lake, file_id).unlink(missing_ok=True)


def forget_what_is_gone(lake: Path, receipts: list[Receipt]) -> None:
    """A file that was taken away before it was loaded is told as gone, and no longer as whatever it was refused for."""
    for receipt in receipts:
        if receipt.removed and receipt.sha256:
            file_id = file_id_of(receipt.path)
            clear_waiting(lake, file_id)
            for path in (intake_path(lake, file_id), rejects_path(lake, file_id)):
                path.unlink(missing_ok=True)


def _task_of(receipt: Receipt, profiles: list[Profile]) -> Task:
    parts = receipt.path.split("/")
    source = parts[1] if len(parts) > 2 and parts[0] in _BY_PROFILE else ""
    kind = kind_of_file(receipt.path)
    fitting: list[Profile] = []
    if kind:
        fitting = candidates_of_kind(profiles, kind=kind.name, file_name=receipt.path, received_at=receipt.received_at)
    elif source:
        fitting = candidates(
            profiles, source=source, kind=parts[0], file_name=receipt.path, received_at=receipt.received_at
        )
    first = fitting[0].received_at if fitting else None
    return Task(
        max(first or receipt.received_at, receipt.received_at),
        receipt.path,
        0,
        receipt,
        kind,
        source,
        fitting,
    )


def _waiting_path(lake: Path, file_id: str) -> Path:
    return lake / ".waiting" / file_id
