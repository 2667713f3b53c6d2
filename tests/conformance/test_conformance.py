"""Worked cases go through the real path: what agrees, what differs, and what is not claimed is told apart."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from billing_jobs.errors import BuildFailed
from billing_jobs.settings import PROJECT_DIR, Home
from conformance import play
from conformance.cases import Case, read_cases
from conformance.claims.fees import recurring
from conformance.compare import Places, differs
from conformance.heard import Heard
from conformance.judging import AGREES, DIFFERS, NOT_CLAIMED, judge
from conformance.scene import CLAIMS, Scene

HERE = Path(__file__).parent
NOT_OURS = {
    "OWN-4": "a boundary belongs to the lower tier",
    "OWN-12": (
        "a deposit that is not the sum of what is open pays the only open invoice of a known payer; with several open "
        "it waits for a person"
    ),
    "OWN-19": "a commitment per hour or window is not offered: a fee prices the quantity of its period",
    "OWN-22": "the data of the case are not here",
    "OWN-26": "the input says params.rebate, which is not known here",
    "OWN-47": "a discount is part of the charge, and the charge is rounded once",
    "OWN-49": "a discount takes something off, and at most all of it",
    "OWN-50": "a tier that no unit enters charges no flat fee",
}


def test_cases_agree_differ_or_are_not_claimed_with_a_reason(tmp_path: Path) -> None:
    verdicts = {one.case.id: one for one in judge(read_cases(HERE / "cases"), Home(tmp_path / "home"))}
    not_claimed = {*NOT_OURS, "OWN-20", "OWN-28"}
    states = {name: one.state for name, one in verdicts.items()}
    assert states == {f"OWN-{number}": AGREES for number in range(1, 51)} | dict.fromkeys(not_claimed, NOT_CLAIMED) | {
        "OWN-7": DIFFERS
    }
    assert verdicts["OWN-7"].ours == {"amount": "1.01"}
    assert {name: verdicts[name].reason for name in NOT_OURS} == NOT_OURS
    assert "is in 2 windows (bucket-1 and bucket-2)" in verdicts["OWN-20"].reason  # what the catalog is refused for
    assert verdicts["OWN-28"].reason.startswith("the input holds a value that is not understood here")


def test_every_reason_stands_on_the_page_of_conventions_and_no_other() -> None:
    page = (PROJECT_DIR / "docs" / "conventions.md").read_text(encoding="utf-8")
    items = {" ".join(item.split()) for item in re.findall(r"^- (.+(?:\n  .+)*)", page, re.MULTILINE)}
    sources = [*(PROJECT_DIR / "conformance" / "claims").glob("*.py"), PROJECT_DIR / "conformance" / "scene.py"]
    nodes = [node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    reasons = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "NotClaimed"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(reasons) > 40
    assert not reasons - items
    assert not [item for item in items if not any(item.split(";")[0] in text for text in texts)]
    assert ("charge_models", "graduated") in CLAIMS


def test_what_is_not_read_of_an_input_is_known_and_null_says_nothing() -> None:
    given = Heard({"units": "5", "unit": "GB", "left": None, "tiers": [{"from": "0", "cap": "9"}], "more": {"a": "1"}})
    assert given["units"] == "5"
    assert [tier["from"] for tier in given["tiers"]] == ["0"]
    assert "more" in given
    assert list(given.unheard()) == ["tiers.cap", "more"]


def test_figures_are_compared_as_numbers_rows_without_order_and_texts_as_they_stand() -> None:
    assert not differs({"a": ["10.0", "2"]}, {"a": [10, 2]})
    assert differs(["1", "2"], [2, 1])
    assert not differs([{"x": "1"}, {"x": "2"}], [{"x": 2}, {"x": 1}])
    assert differs(True, 1)
    assert not differs("1.00269", "1.002688172", places=Places(5))
    assert differs("1.00269", "1.002688172", places=Places(5, "floor"))
    assert differs("2026-01-31", "2026-02-01")
    assert differs("1", None)


def test_a_figure_that_is_not_expected_differs_unless_it_is_zero() -> None:
    assert differs({}, {"main": 60})
    assert not differs({"main": "60"}, {"main": 60, "other": 0})


def test_a_case_that_stops_the_night_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(home: Home, scenes: dict[str, Scene]) -> None:
        if "bad" in scenes:
            raise BuildFailed("The tables could not be built.")

    monkeypatch.setattr(play, "play", stop)
    monkeypatch.setattr(play, "answers", lambda home, scenes: {name: {"amount": 1} for name in scenes})
    scenes = {name: Scene([recurring("1")], {"amount": "select 1"}) for name in ("good", "bad", "better")}
    assert play.found_in(Home(tmp_path / "home"), scenes) == {
        "good": {"amount": 1}, "better": {"amount": 1}, "bad": play.Stopped("The tables could not be built."),
    }  # fmt: skip


def test_a_name_that_stands_twice_is_two_cases(tmp_path: Path) -> None:
    row = (HERE / "cases" / "credit_notes.json").read_text(encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(row, encoding="utf-8")
    cases: list[Case] = read_cases(tmp_path)
    assert [case.id for case in cases] == ["OWN-8", "OWN-8.2"]
