"""Several processes share the tests: what is made once for a file, or once for the home of many stories,
is made in one of them."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.scenarios.stories import read_stories


class ByHome(LoadScopeScheduling):
    """Hands out tests file by file; stories go by the home whose nights they share,
    tests of models by the folder whose book they share."""

    homes: ClassVar[dict[str, str]] = {story.name: story.home for story in read_stories()}

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file.startswith("tests/dbt/"):
            return file.rpartition("/")[0]
        parameter = test.partition("[")[2].rstrip("]")
        return str(self.homes.get(parameter, parameter if parameter in self.homes.values() else file))


# The longest first, so that no process is left alone with them at the end; `make test` keeps this order
# (--no-loadscope-reorder).
LONGEST = ("tests/dags/", "tests/install/", "tests/scenarios/", "tests/examples/", "tests/conformance/", "tests/dbt/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {folder: place for place, folder in enumerate(LONGEST)}
    items.sort(
        key=lambda item: next(
            (place for folder, place in places.items() if item.nodeid.startswith(folder)), len(places)
        )
    )


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHome:
    return ByHome(config, log)
