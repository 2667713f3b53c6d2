"""Every mail of these nights goes over real HTTP to a server with SendGrid's interface on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.demo.sendgrid_loopback import Loopback, running


@pytest.fixture(scope="session", autouse=True)
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    with running(tmp_path_factory.mktemp("mails")) as loopback, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SENDGRID_API_KEY", "SG.nights")
        environment.setenv("BILLING_SENDGRID_HOST", loopback.host)
        yield loopback
