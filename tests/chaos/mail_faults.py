"""A mail service that does what it should not, towards one mail or all of them: no mail twice, none lost without a
word, none to another host."""

from __future__ import annotations

import random
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from examples.demo.sendgrid_loopback import running
from tests.chaos.apart import apart
from tests.chaos.faults import Fault
from tests.chaos.stages import Stage, copy_of, disturbed, servers
from tests.chaos.trials import Result, again

STATUSES = (200, 204, 301, 302, 307, 308, 400, 401, 403, 413, 429, 500, 502, 503, 504, 520, 524)
KINDS: tuple[int | str, ...] = (*STATUSES, "hang", "drop", "reset", "noise", "trickle")
HOSTS = ("nobody there", "no TLS", "no TLS and silent")
WAITS = (0, 1, 99, 100_000)
LONGEST = 5  # mails that are due


@dataclass(frozen=True)
class MailFault:
    """answers: what the server does with the first mails, one each; or a host that is none (`HOSTS`); retry_after:
    seconds that it says when its limit of mails is reached."""

    answers: tuple[int | str, ...] = ()
    host: str = ""
    retry_after: int = 0

    def __str__(self) -> str:
        return f"mail service: {self.host or ', '.join(map(str, self.answers))} ({self.retry_after} s)"


def mail_faults(chance: random.Random, most: int) -> list[MailFault]:
    """Each kind once with all mails and once with the drawn one of them; hosts that are none; the limit of mails with
    each wait; and `most` drawn mixtures of kinds."""
    found = [MailFault((kind,) * LONGEST) for kind in KINDS]
    found += [MailFault((*([202] * chance.randrange(LONGEST)), kind)) for kind in KINDS]
    found += [MailFault(host=host) for host in HOSTS]
    found += [MailFault((202, 429), retry_after=wait) for wait in WAITS]
    for _ in range(most):
        answers = tuple(chance.choice((202, *KINDS)) for _ in range(LONGEST))
        found.append(MailFault(answers, retry_after=chance.choice(WAITS)))
    return found


def play_mail(stage: Stage, fault: MailFault, _seed: int, folder: Path) -> Result:
    """Send while the service misbehaves, send again while it does not, compare."""
    with (
        copy_of(stage.template, folder) as place,
        servers(stage.part, folder / "mails") as server,
        running(folder / "elsewhere") as elsewhere,
        closing(socket.create_server(("127.0.0.1", 0))) as silent,
    ):
        assert server
        server.behave(*fault.answers)
        server.location, server.hang_seconds = f"{elsewhere.host}/v3/mail/send", 1.5
        server.retry_after = fault.retry_after
        hosts = {
            "nobody there": "http://127.0.0.1:9",
            "no TLS": server.host.replace("http:", "https:"),
            "no TLS and silent": f"https://127.0.0.1:{silent.getsockname()[1]}",
        }
        first = apart(disturbed, stage.part, place, Fault("none"), hosts.get(fault.host, server.host))
        result = again(stage, place, server, first, str(fault))
        result.hit = True
        result.wrong += [f"{len(elsewhere.mails)} mails went to another host"] if elsewhere.mails else []
        return result
