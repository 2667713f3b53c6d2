"""The way out for mails: SendGrid's v3 API through its official client.

The API has no idempotency key, so whether a mail was taken is known only from the answer. Three outcomes: accepted;
failed, when the mail was surely not taken; in_doubt, when the answer got lost. Only a person repeats a mail in doubt.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from dataclasses import dataclass
from http.client import responses
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    Attachment,
    Category,
    Cc,
    ClickTracking,
    Content,
    CustomArg,
    Disposition,
    Email,
    FileContent,
    FileName,
    FileType,
    From,
    Mail,
    OpenTracking,
    ReplyTo,
    To,
    TrackingSettings,
)

from billing_jobs.adapters.mail.transport import Limits, NoAnswer, NotConnected, OneCall, fault_of_host
from billing_jobs.errors import UsageError

LIMITS = Limits()
DEFAULT_HOST = "https://api.sendgrid.com"
ACCEPTED, RATE_LIMITED = 202, 429
LONGEST_ID = 200
# What is said of the one mail, and of no other (v3 errors: "Bad Request", "Payload Too Large", "Unprocessable Entity").
OF_ONE_MAIL = (400, 413, 422)
# Said by what stands before the service (RFC 9110, 15.6.3 and 15.6.5; above 511 no standard knows it), which lost the
# answer or never saw one; or said before the answer (15.2).
ANSWER_LOST = {502, 504, *range(512, 600), *range(100, 200)}

# At level DEBUG this library writes the API key and whole mails into the log.
logging.getLogger("python_http_client").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Message:
    """One mail.

    `attachment` is (file name, PDF bytes); `mail_key` travels along, so that SendGrid's events can be told apart.
    """

    mail_key: str
    category: str
    sender: tuple[str, str]
    recipient: str
    subject: str
    text: str
    html: str
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    attachment: tuple[str, bytes] | None = None


Request = dict[str, Any]


@dataclass(frozen=True)
class SendOutcome:
    """state: accepted, failed or in_doubt.

    `error` never holds an address. `retry_after`: seconds, when the limit of mails was reached. `is_of_all`: whether
    what went wrong is likely to go wrong with the next mail too.
    """

    state: str
    message_id: str = ""
    error: str = ""
    retry_after: int | None = None
    is_of_all: bool = False


class Mailer:
    """A client for one run. `host` is another server that speaks the same API, for the demo and for tests.

    Raises UsageError for a host that is not reached over https, unless it is this machine.
    """

    def __init__(self, api_key: str, host: str = "") -> None:
        fault = fault_of_host(host or DEFAULT_HOST)
        if fault:
            raise UsageError(
                f"BILLING_SENDGRID_HOST cannot be used: {fault}. Expected https://, or http:// and a server on "
                "loopback; nothing was sent."
            )
        self._client = SendGridAPIClient(api_key, host=host or DEFAULT_HOST)
        self._client.client = OneCall(
            LIMITS, host=self._client.host, request_headers=self._client._default_headers, version=3
        )

    def send(self, message: Message | Request) -> SendOutcome:
        """Hand one mail over and say what became of it. Raises nothing for what the server or the network does; of a
        message that no request can be made of, ValueError before anything has left."""
        request = request_of(message) if isinstance(message, Message) else message
        try:
            response = self._client.send(request)
        except HTTPError as error:
            return _refused(error)
        except NotConnected as error:
            return SendOutcome("failed", error=f"no connection: {error}", is_of_all=True)
        except NoAnswer as error:
            return SendOutcome("in_doubt", error=f"no answer: {error}", is_of_all=True)
        except Exception as error:  # nobody knows how far it came; the next mail is another matter
            return SendOutcome("in_doubt", error=f"broken off: {type(error).__name__}", is_of_all=True)
        if response.status_code != ACCEPTED:
            return SendOutcome("in_doubt", error=f"HTTP {response.status_code}, which accepts nothing", is_of_all=True)
        return SendOutcome("accepted", message_id=(response.headers.get("X-Message-Id") or "")[:LONGEST_ID])


def request_of(message: Message) -> Request:
    """The request that hands the mail over, ready to leave. Raises ValueError for what no request can be made of."""
    request: Request = _mail(message).get()
    json.dumps(request).encode()
    return request


def _mail(message: Message) -> Mail:
    address, name = message.sender
    mail = Mail(from_email=From(address, name), subject=message.subject)
    mail.add_to(_addressed(To(), message.recipient))
    mail.content = [Content("text/plain", message.text), Content("text/html", message.html)]
    for copy in message.cc:
        mail.add_cc(_addressed(Cc(), copy))
    if message.reply_to:
        mail.reply_to = ReplyTo(message.reply_to)
    mail.category = Category(message.category)
    mail.custom_arg = CustomArg("mail_key", message.mail_key)
    mail.tracking_settings = TrackingSettings(
        ClickTracking(False, False), OpenTracking(False)
    )  # a bill is not an advertisement
    if message.attachment:
        file_name, content = message.attachment
        encoded = FileContent(base64.b64encode(content).decode())
        mail.attachment = Attachment(
            encoded, FileName(file_name), FileType("application/pdf"), Disposition("attachment")
        )
    return mail


def _addressed(person: Email, address: str) -> Email:
    """The address as it is: given to the constructor it is taken apart, and one with two dots in a row is lost."""
    person.email = address
    return person


def _refused(error: HTTPError) -> SendOutcome:
    """4xx and 5xx: the status, and which field of the request was at fault, but never the server's words:
    they may hold an address."""
    named = {str(fault.get("field")) for fault in _faults(error.body)}
    fields = ", ".join(sorted(name for name in named - {"None"} if re.fullmatch(r"[\w.\[\]-]{1,80}", name)))
    said = f"HTTP {error.status_code} {responses.get(error.status_code, '')}".strip()
    reason = f"{said}{f' (field {fields})' if fields else ''}"
    return SendOutcome(
        "in_doubt" if error.status_code in ANSWER_LOST else "failed",
        error=reason,
        retry_after=_retry_after(error) if error.status_code == RATE_LIMITED else None,
        is_of_all=error.status_code not in OF_ONE_MAIL,
    )


def _faults(body: Any) -> list[dict[str, Any]]:
    try:
        found = json.loads(body).get("errors", [])
    except (ValueError, TypeError, AttributeError):
        return []
    return [fault for fault in found if isinstance(fault, dict)] if isinstance(found, list) else []


def _retry_after(error: HTTPError) -> int:
    given = str(error.headers.get("Retry-After") or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 60
