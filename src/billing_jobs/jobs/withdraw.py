"""A received file is taken back: from the next night on none of its rows counts."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import PurePosixPath

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.engine_paths import in_folder
from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.kinds import kind_of_file
from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

# Facts that are mended by another fact, and what that is.
_NOT_TAKEN_BACK = {
    "opening_documents": "give the difference as an opening fact with a number of its own",
    "opening_deferrals": "give the difference as an opening fact with a number of its own",
    "erasures": "what was erased stays erased",
}
_USED = """
    select payment_id from read_parquet($payments)
    inner join read_parquet($allocations, union_by_name = true) as allocations using (payment_id)
    group by payment_id having sum(allocations.amount) <> 0 order by payment_id limit 1
"""


def withdraw(home: Home, run: Run, *, file_name: str, reason: str, decided_by: str) -> JobResult:
    """Write into the intake log that a person took a file back: who, when (the run's now) and why.

    The next ingest takes its rows out of the lake; what was billed of them is credited by the difference. UsageError if
    no such file was received, or if it is one that is mended otherwise; a file that was taken back before stays so.
    """
    if not reason.strip() or not decided_by.strip():
        raise UsageError("A file is taken back with a reason and a name of who decided it. Nothing was written.")
    with lock.hold(home):
        receipt = _receipt_of(home, file_name)
        if receipt.withdrawn:
            said = f"{receipt.path} was taken back before, by {receipt.decided_by}; nothing was changed."
            return JobResult("withdraw", changed=False, messages=(said,))
        _refuse_what_is_mended_otherwise(home, receipt.path)
        made = replace(receipt, received_at=run.now, withdrawn=True, decided_by=decided_by, reason=reason)
        append_receipts(home.intake_log, [made])
    message = (
        f"{receipt.path} is taken back: from the next night on none of its rows counts. "
        "What was billed of them is credited by the difference."
    )
    return JobResult("withdraw", changed=True, counts={"files": 1}, messages=(message,))


def _receipt_of(home: Home, file_name: str) -> Receipt:
    """The receipt that holds of a file, by its path below landing/, below the home, or as the shell knows it."""
    standing = {receipt.path: receipt for receipt in read_receipts(home.intake_log) if not receipt.refused}
    parts = PurePosixPath(file_name).parts
    names = [file_name, *("/".join(parts[place + 1 :]) for place, part in enumerate(parts) if part == "landing")]
    found = next((standing[name] for name in names if name in standing), None)
    if found is not None and found.path.startswith("catalog/"):
        raise UsageError(f"{found.path} is part of the catalog; edit it, each version is kept. Nothing was written.")
    if found is None or found.removed:
        near = get_close_matches(names[-1], [path for path in standing if not path.startswith("catalog/")], n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(
            f"No file {names[-1]} was received; expected its name below landing/, as rejected_rows and `billing "
            f"explain` show it{hint} Nothing was written."
        )
    return found


def _refuse_what_is_mended_otherwise(home: Home, path: str) -> None:
    kind = kind_of_file(path)
    if kind is not None and kind.name in _NOT_TAKEN_BACK:
        raise UsageError(f"{path} is not taken back: {_NOT_TAKEN_BACK[kind.name]}. Nothing was written.")
    rows = home.lake / "payments" / f"{file_id_of(path)}.parquet"
    if not path.startswith("payments/") or not rows.exists():
        return
    with engine.connect() as con:
        asked = {"payments": str(in_folder(rows)), "allocations": open_ledger(home).glob("allocations")}
        used = con.execute(_USED, asked).fetchone()
    if used is not None:
        raise UsageError(
            f"{path} is not taken back: deposit {used[0]} of it pays documents. Deliver the bank's reversal of it. "
            "Nothing was written."
        )
