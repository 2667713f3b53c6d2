"""What went out is never ahead of the ledger: papers and mails of documents that it does not know.

It is where last week's ledger was restored: it would give the same numbers out again and mail every customer twice.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from billing_jobs.adapters import append_log
from billing_jobs.adapters.files import sha256_of
from billing_jobs.adapters.ledger import anchor, chain, issued_documents, paper_shelf, proven
from billing_jobs.errors import LedgerBroken
from billing_jobs.settings import Home

# Mails that hand a document over; others may speak of documents that came from the system before.
OF_DOCUMENTS = ("invoice", "credit_note")
_MONTH = re.compile(r"\d{4}/\d{2}", re.ASCII)
Marks = dict[str, list[int]]


def refuse_what_is_behind(home: Home) -> None:
    """Raises LedgerBroken when papers or mails are ahead of the ledger. Where nothing went out since the last look at
    this ledger, nothing is read."""
    if not chain.sequences(home.ledger):
        return
    marks = _marks(home)
    found = anchor.ahead(home)
    if not found and _read_kept(home) == marks:
        return
    if found := found or unknown(home):
        raise LedgerBroken(
            "The ledger is older than what went out from it.\n"
            + "\n".join(found)
            + "\nNothing more is issued or sent: numbers would be given out again and customers mailed twice. Restore "
            "the newest copy of ledger/, whole (docs/operations.md, Backup and restore)."
        )
    keep(home, marks)


def unknown(home: Home) -> list[str]:
    """A sentence for every paper and every mail of a document that the ledger does not hold."""
    issued = dict(issued_documents.numbers_of(home))
    papers = paper_shelf.manifest(home)
    paths = {paper_shelf.path_of(number, day) for number, day in issued.items()}
    paths |= {str(entry["path"]) for number, entry in papers.items() if number in issued}
    found = [
        f"{name} is the paper of no document that the ledger holds." for name in _papers_in(home) if name not in paths
    ]
    found += [
        f"papers.jsonl tells of {number}, a document that the ledger does not hold."
        for number in papers
        if number not in issued
    ]
    mailed = {
        str(record["document_number"])
        for record in append_log.read(home.sending_log)
        if record.get("purpose") in OF_DOCUMENTS and record.get("document_number")
    }
    found += [
        f"sending.jsonl tells of {number}, mailed and not in the ledger." for number in sorted(mailed - issued.keys())
    ]
    return _shortened(found)


def _shortened(found: list[str], most: int = 20) -> list[str]:
    return found if len(found) <= most else [*found[:most], f"… and {len(found) - most} more of these."]


def _papers_in(home: Home) -> list[str]:
    """Every PDF in the folder of a month, as its path below the home."""
    return sorted(
        path.relative_to(home.root).as_posix()
        for path in home.documents.glob("*/*/*.pdf")
        if _MONTH.fullmatch(path.parent.relative_to(home.documents).as_posix()) and not path.name.startswith(".")
    )


def keep(home: Home, marks: Marks | None = None) -> None:
    """Remember that what went out until now is known to the ledger."""
    proven.keep_file(home.went_out, json.dumps(marks or _marks(home), sort_keys=True))


def _read_kept(home: Home) -> Marks | None:
    """What was kept, as it would be kept now if neither the ledger went back nor anything went out."""
    try:
        kept = json.loads(home.went_out.read_bytes())
        sequence, sha256 = kept["ledger"]
        if sha256_of(chain.manifest_path(home.ledger, int(sequence))) != sha256:
            return None
        kept["ledger"] = _head(home)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(kept)


def _marks(home: Home) -> dict[str, Any]:
    places = [home.sending_log, home.paper_log, *home.documents.glob("[0-9]*/[0-9]*")]
    return {"ledger": _head(home)} | {
        path.relative_to(home.root).as_posix(): _mark(path) for path in places if path.exists()
    }


def _head(home: Home) -> list[Any]:
    newest = chain.sequences(home.ledger)[-1]
    return [newest, sha256_of(chain.manifest_path(home.ledger, newest))]


def _mark(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]
