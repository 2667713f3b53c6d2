"""Erasure on request: what is personal of a customer leaves every file of landing/ that has it, and the lake with it.

`landing/erasures.jsonl` says what was taken out: a line a file, written before the file changes, so that a crash
between is repeated. Who may ask: General Data Protection Regulation (EU) 2016/679, art. 17; Act on the Protection of
Personal Information (個人情報保護法), art. 35. Issued documents and the ledger are kept, as the law on books asks
(copies of qualified invoices: Consumption Tax Act 消費税法, art. 57-4 para. 6; the Regulation excepts them in
art. 17 para. 3(b)); of what the bank said, everything but who paid.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from billing_jobs.engine_paths import in_folder
from billing_jobs.intake.claim import FILE_CHANGED, FILE_WITHDRAWN
from billing_jobs.intake.crm.kinds import kind_of_file
from billing_jobs.intake.crm.load_table import table_path
from billing_jobs.intake.deliveries import list_payments
from billing_jobs.intake.engine import Engine, literal
from billing_jobs.intake.erasure.erase_payments import deposits_of, redact_payments
from billing_jobs.intake.erasure.erase_tables import redact_table, rule_of
from billing_jobs.intake.erasure.forget import mark_what_was_built
from billing_jobs.intake.erasures_log import append_erasure
from billing_jobs.intake.intake_log import append_receipts, read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.intake.keeping.regular_files import open_regular
from billing_jobs.intake.landing_files import find_files
from billing_jobs.intake.outcome import intake_path, rejects_path
from billing_jobs.intake.profiles import Profile
from billing_jobs.intake.reading.received import ending_of, file_id_of, unpack
from billing_jobs.records import Run
from billing_jobs.settings import Home
from billing_jobs.whole_files import put_in_place

_CHECKED = (
    ".erasures_checked.json"  # beside the lake and rebuildable: spares reading files that are known to have nothing
)


@dataclass(frozen=True)
class _Content:
    """What came under a name: the version that holds (`is_standing`), or one that lies in its place."""

    path: str
    sha256: str
    is_standing: bool


@dataclass(frozen=True)
class _Redacted:
    content: bytes
    rows: int
    payments: dict[int, str] = field(default_factory=dict)


def erase_customers(con: Engine, home: Home, run: Run, profiles: list[Profile], *, scratch: Path) -> list[str]:
    """Redact every file that still has personal data of a customer whose erasure was asked for; the paths that changed,
    no longer in the lake.

    Bank files come first: whose a deposit is, the customer's names say, as long as they are there.
    """
    customers = {
        customer
        for (customer,) in con.execute(
            f"select distinct customer_id from read_parquet({literal(in_folder(home.lake / 'crm/erasures/*.parquet'))})"
        ).fetchall()
    }
    if not customers:
        return []
    asked = hashlib.sha256("\n".join(sorted(customers)).encode()).hexdigest()
    checked = _Checked(home)
    changed = _erase_payers(con, home, run, customers=customers, checked=checked, profiles=profiles, scratch=scratch)
    for content in _contents(home):
        kind = kind_of_file(content.path)
        rule = rule_of(kind)
        if kind is None or rule is None or checked.knows(content.path, content.sha256, asked):
            continue
        said = [profile for profile in profiles if profile.kind == kind.name]
        made, rows = redact_table(
            con, _unpacked(home, content, scratch), customers, kind=kind, said=said, scratch=scratch
        )
        redacted = _Redacted(made, rows)
        sha256 = content.sha256
        if redacted.rows:
            sha256 = _put(home, run, content, folder=table_path(home.lake, kind, "").parent, redacted=redacted)
            changed.append(content.path)
        checked.add(content.path, sha256, asked)
    checked.write()
    return list(dict.fromkeys(changed))


def _contents(home: Home) -> list[_Content]:
    """Everything that was received under a name: what holds, from its kept copy, and what lies there in its place.

    What arrived since this ingest listed the landing folder has no receipt: nobody took it in, and the next ingest
    looks at it.
    """
    receipts = read_receipts(home.intake_log)
    received = {receipt.path for receipt in receipts}
    holding = kept.standing(receipts)
    there = kept.names_kept(home.landing)
    found = [
        _Content(path, receipt.sha256, is_standing=True) for path, receipt in holding.items() if receipt.sha256 in there
    ]
    found += [
        _Content(file.path, file.sha256, is_standing=False)
        for file in find_files(home.landing, lake=home.lake)
        if file.path in received
        and not (file.path in holding and holding[file.path].sha256 == file.sha256 and file.sha256 in there)
    ]
    return sorted(found, key=lambda content: content.path)


def _unpacked(home: Home, content: _Content, scratch: Path) -> Path:
    """A copy of the content under a name of ours with the ending of its own."""
    if content.is_standing:
        return unpack(home.landing, content.path, content.sha256, into=scratch / "erasing")
    target = scratch / f"erasing{ending_of(content.path)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_regular(home.landing / content.path) as stream:
        target.write_bytes(stream.read())
    return target


def _erase_payers(
    con: Engine,
    home: Home,
    run: Run,
    *,
    customers: set[str],
    checked: _Checked,
    profiles: list[Profile],
    scratch: Path,
) -> list[str]:
    tasks = list_payments(read_receipts(home.intake_log), profiles)
    deposits = deposits_of(con, home, customers)
    asked = hashlib.sha256("\n".join(sorted(deposits)).encode()).hexdigest()
    changed = []
    for content in _contents(home) if deposits else []:
        if content.path not in tasks or checked.knows(content.path, content.sha256, asked):
            continue
        made, lines = redact_payments(home, tasks[content.path], deposits, path=_unpacked(home, content, scratch))
        sha256 = content.sha256
        if lines:
            redacted = _Redacted(made, len(lines), payments=lines if content.is_standing else {})
            sha256 = _put(home, run, content, folder=home.lake / "payments", redacted=redacted)
            changed.append(content.path)
        checked.add(content.path, sha256, asked)
    return changed


def _put(home: Home, run: Run, content: _Content, *, folder: Path, redacted: _Redacted) -> str:
    """Log, replace the copy and the file, tell the intake log the new content, and take it out of the lake; the new
    sha256."""
    sha256 = hashlib.sha256(redacted.content).hexdigest()
    said = {
        "at": run.now.isoformat(),
        "path": content.path,
        "rows": redacted.rows,
        "sha256_before": content.sha256,
        "sha256": sha256,
    }
    mark_what_was_built(home)
    append_erasure(home.erasures_log, said | ({"payments": redacted.payments} if redacted.payments else {}))
    receipts = [receipt for receipt in read_receipts(home.intake_log) if receipt.path == content.path]
    accepted = next((receipt for receipt in reversed(receipts) if not receipt.refused), None)
    stood_before = accepted is not None and content.sha256 not in {
        receipt.sha256 for receipt in receipts if not receipt.refused
    }
    origin = receipts[-1] if stood_before else accepted or receipts[-1]
    made = replace(origin, sha256=sha256, size=len(redacted.content), redacted=True)
    kept.stage_bytes(home.landing, redacted.content)
    append_receipts(home.intake_log, [replace(made, refused=FILE_CHANGED) if stood_before else made])
    receipts = read_receipts(home.intake_log)
    kept.settle(home.landing, receipts)
    _replace_if(home.landing / content.path, redacted.content, was=content.sha256)
    kept.forget_unneeded(home.landing, receipts)
    for version in (
        "",
        FILE_WITHDRAWN,
        *(receipt.sha256 for receipt in receipts if receipt.path == content.path and receipt.refused),
    ):
        file_id = file_id_of(content.path, version)
        for path in (folder / f"{file_id}.parquet", rejects_path(home.lake, file_id), intake_path(home.lake, file_id)):
            path.unlink(missing_ok=True)
    return sha256


def _replace_if(path: Path, content: bytes, *, was: str) -> None:
    """Put the redacted content in the place of the one that it was made of; what else lies there has its own turn."""
    try:
        with open_regular(path) as stream:
            lies_there = hashlib.file_digest(stream, "sha256").hexdigest() == was
    except OSError:
        lies_there = False
    if lies_there:
        _replace(path, content)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    put_in_place(temporary, path)


class _Checked:
    """Which contents are known to have nothing (any more) of those whose erasure was asked for."""

    def __init__(self, home: Home) -> None:
        self._path = home.lake / _CHECKED
        try:
            self._known = set(json.loads(self._path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            self._known = set()
        self._now: set[str] = set()

    def knows(self, path: str, sha256: str, asked: str) -> bool:
        """Whether this content was looked through for the same people before."""
        key = f"{path} {sha256} {asked}"
        if key in self._known:
            self._now.add(key)
        return key in self._known

    def add(self, path: str, sha256: str, asked: str) -> None:
        """It was looked through now."""
        self._now.add(f"{path} {sha256} {asked}")

    def write(self) -> None:
        """Keep what was asked now; what was known of other contents and other people is not needed again."""
        self._path.write_text(json.dumps(sorted(self._now), ensure_ascii=False), encoding="utf-8")
