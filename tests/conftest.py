"""Several processes share the tests: what is made once for a file, or once for the home of many stories, is made in one of them."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.scenarios.stories import read_stories


class ByHome(LoadScopeScheduling):
    """Hands out tests file by file; stories go by the home whose nights they share."""

    homes: ClassVar[dict[str, str]] = {story.name: story.home for story in read_stories()}

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        parameter = test.partition("[")[2].rstrip("]")
        return str(self.homes.get(parameter, parameter if parameter in self.homes.values() else file))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHome:
    return ByHome(config, log)
