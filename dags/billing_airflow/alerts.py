"""Who is told, and by which notifier: a mail through SendGrid, or any other that `BILLING_NOTIFIER` names."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseNotifier
from airflow.sdk.module_loading import import_string

log = logging.getLogger("billing")


class MailAlert(BaseNotifier):
    """A mail to `BILLING_ALERTS_TO`."""

    template_fields: Sequence[str] = ("subject", "text")

    def __init__(self, subject: str = "{{ billing_subject }}", text: str = "{{ billing_text }}") -> None:
        super().__init__()
        self.subject, self.text = subject, text

    def notify(self, context: Any) -> None:
        from billing_jobs.adapters.mail import alerts

        alerts.send(self.subject, self.text.splitlines())


def notifier() -> BaseNotifier:
    """The notifier of `BILLING_NOTIFIER` (its dotted name) with the arguments of `BILLING_NOTIFIER_ARGS` (JSON), whose
    templates know `billing_subject` and `billing_text`; MailAlert where nothing is said."""
    name = os.environ.get("BILLING_NOTIFIER", "")
    if not name:
        return MailAlert()
    made: BaseNotifier = import_string(name)(**json.loads(os.environ.get("BILLING_NOTIFIER_ARGS", "{}")))
    return made


def tell(context: Any, subject: str, lines: Sequence[str]) -> None:
    """Hand it to the notifier. One that breaks is an error in the log: what it should have told stands there too."""
    for line in lines:
        log.warning("%s: %s", subject, line)
    try:
        notifier()({**context, "billing_subject": f"[billing] {subject}", "billing_text": "\n".join(lines)})
    except Exception as error:
        log.error("alerts: the notifier failed: %s", type(error).__name__)


def tell_of_failure(context: Any) -> None:
    """A task failed for good: which, of which day, why in the program's own words, where the log stands."""
    from billing_jobs.errors import BillingError

    instance, error = context["task_instance"], context.get("exception")
    reason = str(error) if isinstance(error, BillingError) else type(error).__name__ if error else "it was ended"
    lines = [
        f"The task {instance.task_id} of {instance.dag_id} failed after {instance.try_number} tries.",
        *reason.splitlines(),
        "What to do stands in the notes of the DAG (Triage) and in docs/operations.md. Then clear the task.",
    ]
    if url := getattr(instance, "log_url", ""):
        lines.append(f"Log: {url}")
    tell(context, f"{instance.dag_id} failed at {instance.task_id}", lines)
