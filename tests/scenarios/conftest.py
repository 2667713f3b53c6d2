"""One played home per calendar, made when the first of its stories asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from examples.demo.sendgrid_loopback import running

from .harness import Played, play
from .stories import read_stories


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The loopback server with SendGrid's interface: every mail of the stories goes there over real HTTP."""
    with running(tmp_path_factory.mktemp("mails")) as loopback, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SENDGRID_API_KEY", "SG.stories")
        environment.setenv("BILLING_SENDGRID_HOST", loopback.host)
        yield


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, mail_server: None) -> Callable[[str], Played]:
    """A home by name, its nights played once a session."""
    homes: dict[str, Played] = {}

    def by_name(home: str) -> Played:
        if home not in homes:
            homes[home] = play(home, read_stories(), tmp_path_factory.mktemp(home))
        return homes[home]

    return by_name
