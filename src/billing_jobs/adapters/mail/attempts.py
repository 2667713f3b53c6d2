"""What is written down of each mail before and after its call. Nothing goes out that is not written down whole."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Self

from billing_jobs.adapters.mail import sending
from billing_jobs.errors import BillingError
from billing_jobs.line_logs import Reserve
from billing_jobs.records import Run
from billing_jobs.settings import Home

Row = dict[str, Any]
# Room for the longest outcome that can come: all its values are ours or cut to size.
OUTCOME_BYTES = 65_536
_FIELDS = (
    "mail_key",
    "purpose",
    "document_id",
    "document_number",
    "customer_id",
    "policy",
    "step",
    "payment_method_id",
    "recipient",
)


class Attempts:
    """The log of mails while one run sends: room for the next outcome is kept free beside it, so that a disk that
    fills during a call leaves no mail in doubt."""

    def __init__(self, home: Home, run: Run) -> None:
        self._home, self._run = home, run
        self._reserve = Reserve(home.sending_reserve, OUTCOME_BYTES)
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        self._exits.callback(self._reserve.release)
        return self

    def __exit__(self, *_error: object) -> None:
        self._exits.close()

    def intend(self, row: Row) -> None:
        """Write the intent, with room kept for its outcome. Raises BillingError when it is not whole on disk: then the
        mail must not leave."""
        self._write(self._reserve.hold, row, phase="intent")

    def settle(self, row: Row, **outcome: str) -> Row:
        """Write what became of a mail, into the room that was kept where there is no other."""
        try:
            return self._write(None, row, phase="outcome", **outcome)
        except BillingError:
            if not self._reserve.release():
                raise
            return self._write(None, row, phase="outcome", **outcome)

    def fail(self, row: Row, reason: str) -> None:
        """Write that a mail failed without a call: both lines or none."""
        record = [self._record(row, phase="intent"), self._record(row, phase="outcome", state="failed", error=reason)]
        self._append(record, "it was not sent, nor are those after it")

    def _write(self, before: Any, row: Row, *, phase: str, **outcome: str) -> Row:
        record = self._record(row, phase=phase, **outcome)
        what = "its answer is lost and it is in doubt" if outcome else "it was not sent, nor are those after it"
        self._append([record], what, before)
        return record

    def _record(self, row: Row, *, phase: str, **outcome: str) -> Row:
        return (
            {name: row.get(name) for name in _FIELDS}
            | {"phase": phase, "at": self._run.now.isoformat()}
            | {name: value or None for name, value in outcome.items()}
        )

    def _append(self, records: list[Row], what: str, before: Any = None) -> None:
        try:
            if before:
                before()
            sending.append(self._home, *records)
        except OSError as error:
            raise BillingError(
                f"{name_of(records[-1])}: the log of mails cannot be written ({error.strerror or error}); {what}. "
                "Make room and run `billing send` again."
            ) from error


def name_of(row: Row) -> str:
    """The mail in words for a log: never an address."""
    return f"{row['purpose']} {row.get('document_number') or row.get('customer_id') or row['mail_key']}"
