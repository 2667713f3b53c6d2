"""A person's decision, written as the file they could have written by hand."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from billing_jobs.adapters import lock
from billing_jobs.adapters.duckdb import connect
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.published import decision_targets
from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.kinds import DECISION_KIND
from billing_jobs.intake.crm.load_table import read_table
from billing_jobs.intake.engine import FileRefused
from billing_jobs.records import JobResult, Run, file_name_of, make_id
from billing_jobs.settings import Home

# What a person should know of a kind before it is taken in; the file can be taken away until then.
WARNINGS = {
    "void": (
        "A void credits what is left of the document, and its charges are billed again from the next night on, "
        "unless they are waived (`billing decide --kind waive --charge-id …`) or the contract is corrected first.",
    )
}


def decide(home: Home, run: Run, **fields: object) -> JobResult:
    """Write `landing/decisions/<decision_id>.jsonl`; the next ingest takes it in.

    fields: the columns of a decision. `decided_at` defaults to the run's now, `decision_id` to a hash of everything
    said. UsageError if a row like this would be refused, if what it names is unknown by now, or if a decision of that
    id says something else; the same decision again changes nothing.
    """
    given = {name: str(value) for name, value in fields.items() if value is not None and value != ""}
    unknown = sorted(set(given) - set(DECISION_KIND.given))
    if unknown:
        raise UsageError(f"A decision has no {', '.join(unknown)}; it may have {', '.join(DECISION_KIND.given)}.")
    if any(value != value.encode(errors="ignore").decode() for value in given.values()):
        raise UsageError("A decision holds characters that are no text (no UTF-8). Nothing was written.")
    given.setdefault("decided_at", run.now.isoformat())
    given.setdefault("decision_id", make_id("decision", *(f"{name}={given[name]}" for name in sorted(given)))[:16])
    if "/" in given["decision_id"] or given["decision_id"].startswith("."):
        raise UsageError("decision_id: expected letters, digits, - and _ ; it becomes a file name.")
    line = json.dumps({name: given[name] for name in DECISION_KIND.given if name in given}, ensure_ascii=False) + "\n"
    refuse_what_ingest_would(line)
    path = home.landing / "decisions" / f"{file_name_of(given['decision_id'])}.jsonl"
    with lock.hold(home):
        if path.exists():
            return _answer_known(path, line, given["decision_id"])
        if unknown := decision_targets.faults(home, given):
            raise UsageError(". ".join([*unknown, "The decision was not written."]))
        replace_bytes(path, line.encode())
    message = f"Decision {given['decision_id']} ({given['kind']}) is written; the next ingest takes it in."
    return JobResult(
        "decide", changed=True, counts={"decisions": 1}, messages=(*WARNINGS.get(given["kind"], ()), message)
    )


def refuse_what_ingest_would(line: str) -> None:
    """Raises UsageError where a decision as written in `line` would be refused when it is taken in."""
    with tempfile.TemporaryDirectory() as folder, connect() as con:
        path = Path(folder) / "decision.jsonl"
        path.write_text(line, encoding="utf-8")
        try:
            read_table(con, path, kind=DECISION_KIND, scratch=Path(folder))
        except FileRefused as reason:
            raise UsageError(f"The decision cannot be written: expected {reason.expected}.") from reason
        problem = (con.execute("select problem from typed").fetchone() or (None,))[0]
    if problem is not None:
        column, _, expected = problem.split("|")
        raise UsageError(f"{column}: expected {expected}. The decision was not written.")


def _answer_known(path: Path, line: str, decision_id: str) -> JobResult:
    if path.read_text(encoding="utf-8") != line:
        raise UsageError(
            f"A decision {decision_id} is there already and says something else; choose another decision_id."
        )
    return JobResult(
        "decide", changed=False, messages=(f"Decision {decision_id} was there already; nothing was changed.",)
    )
