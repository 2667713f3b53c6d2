"""Worked cases go through the real path: what agrees, what differs, and what is not claimed is told apart."""

from __future__ import annotations

import re
from pathlib import Path

from billing_jobs.settings import PROJECT_DIR, Home
from conformance.__main__ import AGREES, DIFFERS, NOT_CLAIMED, judge
from conformance.cases import read_cases
from conformance.compare import differs
from conformance.scene import CLAIMS

HERE = Path(__file__).parent


def test_cases_agree_differ_or_are_not_claimed_with_a_reason(tmp_path: Path) -> None:
    verdicts = {one.case.id: one for one in judge(read_cases(HERE / "cases"), Home(tmp_path / "home"))}
    states = {name: one.state for name, one in verdicts.items()}
    assert states == {f"OWN-{number}": AGREES for number in (1, 2, 3, 5, 6, 8, 9, 10, 11)} | {"OWN-4": NOT_CLAIMED, "OWN-7": DIFFERS, "OWN-12": NOT_CLAIMED}
    assert verdicts["OWN-7"].ours == {"amount": "1.01"}
    assert verdicts["OWN-4"].reason == "a boundary belongs to the lower tier"


def test_every_reason_stands_on_the_page_of_conventions() -> None:
    page = (PROJECT_DIR / "docs" / "conventions.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in [*(PROJECT_DIR / "conformance" / "claims").glob("*.py"), PROJECT_DIR / "conformance" / "scene.py"]]
    reasons = {reason for text in sources for reason in re.findall(r'NotClaimed\(\s*"([^"]+)"', text)}
    assert len(reasons) > 40
    assert not [reason for reason in reasons if f"- {reason}\n" not in page]
    assert ("charge_models", "graduated") in CLAIMS


def test_figures_are_compared_as_numbers_rows_without_order_and_texts_as_they_stand() -> None:
    assert not differs({"a": ["10.0", "2"]}, {"a": [10, 2]})
    assert differs(["1", "2"], [2, 1])
    assert not differs([{"x": "1"}, {"x": "2"}], [{"x": 2}, {"x": 1}])
    assert differs(True, 1)
    assert not differs("1.00269", "1.002688172", places=5)
    assert differs("2026-01-31", "2026-02-01")
    assert differs("1", None)
