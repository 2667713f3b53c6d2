"""Marks stand where the table says, and what goes through them is counted, also by a process that is killed there."""

from __future__ import annotations

import os
import signal

import pytest

from tests.chaos.apart import apart
from tests.chaos.marks import CALL, ROOT, Mark, Marks, marked, read_marks

SOURCE = """
def mend(parts):
    for part in parts:
        if part == "torn":
            return "closed off"
    return "whole"
"""
TORN = Mark("torn", "", '        if part == "torn":\n            return')
LAST = Mark("last of many", "", '    return "whole"', "len(parts) > 1")


@pytest.mark.parametrize("mark", read_marks(), ids=lambda mark: mark.name)
def test_every_mark_stands_at_one_statement_of_the_product(mark: Mark) -> None:
    assert marked((ROOT / mark.file).read_text("utf-8"), {0: mark})


@pytest.mark.parametrize(("text", "said"), [("nothing", "0 times"), ("return", "2 times")])
def test_a_mark_that_stands_nowhere_or_twice_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        marked(SOURCE, {0: Mark("m", "", text)})


def test_a_mark_within_a_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="no statement begins at the text of m"):
        marked("x = (\n    1,\n)\n", {0: Mark("m", "", "    1,")})


def test_what_goes_through_a_mark_is_counted_also_by_a_process_that_is_killed_there() -> None:
    marks = Marks([TORN, LAST])
    found: dict[str, object] = {CALL: marks.count}
    exec(compile(marked(SOURCE, {0: TORN, 1: LAST}), "source", "exec"), found)
    mend = found["mend"]
    assert callable(mend)

    def killed() -> None:
        mend(["torn"])
        os.kill(os.getpid(), signal.SIGKILL)

    assert apart(killed).killed
    assert [mend([]), mend(["a"]), mend(["a", "b"]), mend(["a", "torn"])] == ["whole", "whole", "whole", "closed off"]
    assert marks.counted() == {"torn": 2, "last of many": 1}


def test_a_module_that_was_imported_before_it_was_marked_is_told() -> None:
    with pytest.raises(RuntimeError, match=r"imported before they were marked: billing_jobs\.line_logs"):
        import billing_jobs.line_logs

        assert billing_jobs.line_logs
        Marks([Mark("m", "src/billing_jobs/line_logs.py", "whole_lines")]).install()
