"""Every document gets an answer in time: a PDF, or why there is none.

Workers here are real processes that misbehave.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence

import pytest

from billing_jobs.documents.paper import describe
from billing_jobs.documents.pool import Rendered, render_all
from tests.documents import samples

GOOD = """
import json, sys
print("ready", flush=True)
for line in sys.stdin:
    number = json.loads(line)["number"]
    {fault}
    print(json.dumps({{"pdf": "", "reason": "rendered " + number}}), flush=True)
"""


def worker(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


def rendered(
    program: Sequence[str], *numbers: str, workers: int = 1, limit_seconds: float = 5, padding: int = 0
) -> tuple[dict[str, Rendered], float]:
    begun = time.monotonic()
    documents = [{"number": number, "padding": "x" * padding} for number in numbers]
    found = {
        result.number: result
        for result in render_all(documents, workers=workers, limit_seconds=limit_seconds, program=program)
    }
    return found, time.monotonic() - begun


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import sys; sys.exit(3)", "it ended with exit code 3"),
        ("raise ImportError('no fonts')", "it ended with exit code 1"),
        ("import time; time.sleep(60)", "no answer within 1 seconds"),
        ("print('hello', flush=True); import time; time.sleep(60)", "it ended with exit code"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it ended with exit code -9"),
    ],
)
def test_where_no_worker_can_be_started_every_document_is_refused_in_time(program: str, says: str) -> None:
    found, seconds = rendered(worker(program), *"abc", limit_seconds=1)
    assert {number: result.pdf for number, result in found.items()} == {"a": None, "b": None, "c": None}
    assert all(
        result.reason.startswith(f"{number}: no rendering process could be started (") and says in result.reason
        for number, result in found.items()
    )
    assert seconds < 12


@pytest.mark.parametrize("fail_from", [0, 1])
def test_a_machine_without_room_for_a_thread_refuses_or_makes_do_with_fewer(
    fail_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, count = threading.Thread.start, [0]

    def failing(thread: threading.Thread) -> None:
        if "_serve" in thread.name:
            count[0] += 1
            if count[0] > fail_from:
                raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", failing)
    numbers = [str(number) for number in range(40)]
    found, _ = rendered(worker(GOOD.format(fault="pass")), *numbers, workers=2)
    expected = "rendered {}" if fail_from else "{}: no rendering process could be started (can't start new thread)"
    assert {number: result.reason for number, result in found.items()} == {
        number: expected.format(number) for number in numbers
    }


def test_a_program_that_is_not_there_is_named() -> None:
    found, _ = rendered(["/nowhere/python"], "a")
    assert found["a"].reason == "a: no rendering process could be started (/nowhere/python: No such file or directory)"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("if number == 'b': import time; time.sleep(60)", "b: no answer within 2 seconds"),
        (
            "if number == 'b': print('{{\"pdf\"', end='', flush=True); import time; time.sleep(60)",
            "b: no answer within 2 seconds",
        ),
        ("if number == 'b': sys.exit(0)", "b: the rendering process died on this document"),
        (
            "if number == 'b': print('warning: fonts', flush=True); continue",
            "b: the rendering process died on this document",
        ),
        ("if number == 'b': print('[1]', flush=True); continue", "b: the rendering process died on this document"),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_fails_on_one_document_takes_no_other_with_it(fault: str, says: str, workers: int) -> None:
    found, seconds = rendered(
        worker(GOOD.format(fault=fault.replace("{{", "{"))), *"abcd", workers=workers, limit_seconds=2
    )
    assert {number: result.reason for number, result in found.items()} == {
        "a": "rendered a",
        "b": says,
        "c": "rendered c",
        "d": "rendered d",
    }
    assert seconds < 20


def test_a_worker_that_does_not_even_listen_is_not_waited_for() -> None:
    found, seconds = rendered(
        worker("print('ready', flush=True); import time; time.sleep(60)"), *"ab", limit_seconds=1, padding=1_000_000
    )
    assert [result.reason for result in found.values()] == [f"{number}: no answer within 1 seconds" for number in "ab"]
    assert seconds < 10


def test_words_that_cannot_be_handed_over_refuse_their_document() -> None:
    good = describe(samples.dollar_invoice())
    results = {result.number: result for result in render_all([{"number": "BAD", "amount": object()}, good], workers=1)}
    assert results["BAD"].reason.startswith("BAD: it could not be rendered (TypeError")
    assert results[good["number"]].pdf
