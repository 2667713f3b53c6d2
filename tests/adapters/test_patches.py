"""Other packages are quicker while they work for us, as they come when asked or when they are not those we know,
and as they were afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from billing_jobs.adapters import patches
from billing_jobs.adapters.patches import PLAIN, Patch, patched
from billing_jobs.adapters.quality import speed as quality_speed
from billing_jobs.adapters.warehouse import dbt_speed

HERE = __name__


class Slow:
    """Stands for a class of another package."""

    def work(self) -> str:
        return "slow"


class Slower(Slow):
    """Works as the class that it comes from."""


def answer(said: str) -> Callable[[Any], Any]:
    return lambda _as_it_comes: lambda *_arguments: said


WORK, INHERITED, LACKING = (
    Patch(HERE, "Slow.work", answer("quick")),
    Patch(HERE, "Slower.work", answer("quicker")),
    Patch(HERE, "Slow.play", answer("")),
)


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(PLAIN, raising=False)
    patches._warn_once.cache_clear()
    yield
    patches._warn_once.cache_clear()


def test_a_package_is_quick_inside_the_block_and_as_it_came_after_it() -> None:
    before = dict(vars(Slower)), dict(vars(Slow))
    with pytest.raises(ZeroDivisionError), patched([WORK, INHERITED]):
        assert (Slow().work(), Slower().work()) == ("quick", "quicker")
        raise ZeroDivisionError
    assert (Slow().work(), Slower().work()) == ("slow", "slow")
    assert (dict(vars(Slower)), dict(vars(Slow))) == before


@pytest.mark.parametrize(("said", "is_plain"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_machine_may_ask_for_plain_packages(said: str, is_plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLAIN, said)
    with patched([WORK]):
        assert Slow().work() == ("slow" if is_plain else "quick")


def test_a_missing_name_leaves_all_as_it_comes_and_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    elsewhere = Patch("no_such_package.inside", "Class.method", answer(""))
    needing = Patch(HERE, "Slower.work", answer("quicker"), needs=("Slow.rest",))
    with caplog.at_level(logging.WARNING, "billing"):
        for _ in range(2):
            with patched([WORK, LACKING, elsewhere, needing]):
                assert Slow().work() == "slow"
    lacking = f"{HERE}.Slow.play, no_such_package.inside.Class.method, {HERE}.Slow.rest"
    said = (
        f"no_such_package and tests: the installed version lacks {lacking}. It is used as it comes: the rows are the "
        "same, the work takes longer."
    )
    assert caplog.messages == [said]


def test_plain_packages_are_not_looked_into(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv(PLAIN, "1")
    with patched([LACKING]):
        assert caplog.messages == []


def test_the_locked_versions_have_every_name() -> None:
    assert patches.missing([*dbt_speed.PATCHES, *quality_speed.PATCHES]) == []


def test_every_patch_of_the_locked_versions_takes_hold_and_lets_go() -> None:
    every = [*dbt_speed.PATCHES, *quality_speed.PATCHES]

    def held() -> list[Any]:
        owners = [patches._owner(patch.module, patch.name) for patch in every]
        return [vars(owner).get(name) for owner, name in owners]

    before = held()
    with patched(every):
        assert [one for one, other in zip(held(), before, strict=True) if one is other] == []
    assert held() == before


def test_only_events_of_level_debug_are_left_out() -> None:
    from dbt_common.events.base_types import DebugLevel, EventLevel, InfoLevel
    from dbt_common.events.event_manager import EventManager

    heard: list[Any] = []
    fire = dbt_speed._but_debug_events(lambda _self, event, *_rest: heard.append(event))
    debug, info = (type("Event", (level,), {"__init__": lambda self: None})() for level in (DebugLevel, InfoLevel))
    fire(EventManager(), debug)
    fire(EventManager(), info)
    fire(EventManager(), debug, EventLevel.WARN)
    fire(EventManager(), debug, force_warn_or_error_handling=True)
    assert [type(event).__mro__[1] for event in heard] == [InfoLevel, DebugLevel, DebugLevel]


def test_what_asks_whether_it_is_new_is_compiled_again_and_the_rest_once() -> None:
    def compile_node(_self: object, node: SimpleNamespace) -> str:
        return f"compiled {node.raw_code}"

    once = dbt_speed._compile_once(compile_node)
    done, new, asks = (
        SimpleNamespace(compiled=compiled, raw_code=code)
        for compiled, code in ((True, "a"), (False, "b"), (True, "{% if is_incremental() %}"))
    )
    assert [once(None, node) for node in (done, new, asks)] == [
        done,
        "compiled b",
        "compiled {% if is_incremental() %}",
    ]
