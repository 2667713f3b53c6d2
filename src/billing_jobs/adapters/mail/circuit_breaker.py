"""When the same thing goes wrong with one mail after the other, it is no matter of the mails: then the rest waits.

Each further call would cost its seconds and, where no answer comes, leave another mail in doubt.
"""

from __future__ import annotations

from billing_jobs.adapters.mail.sendgrid import SendOutcome

IN_A_ROW = 3


class CircuitBreaker:
    """Counts what went wrong alike, one after the other. What is said of a single mail counts for nothing."""

    def __init__(self) -> None:
        self._kind, self._count = "", 0

    def add(self, outcome: SendOutcome) -> None:
        """Take note of what became of a mail."""
        if outcome.state == "accepted":
            self._kind, self._count = "", 0
        elif outcome.is_of_all:
            kind = outcome.error.partition(" (field ")[0]
            self._count = self._count + 1 if kind == self._kind else 1
            self._kind = kind

    @property
    def is_open(self) -> bool:
        """Whether no further mail should be tried in this run."""
        return self._count >= IN_A_ROW

    def sentence(self, waiting: int) -> str:
        """What happened, and what becomes of the mails that were not tried."""
        return (
            f"{self._count} mails in a row came to the same end ({self._kind}): the other {waiting} were not tried and "
            "stay due. See to the key, the network or SendGrid's status, then run `billing send`"
        )
