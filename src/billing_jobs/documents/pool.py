"""Many documents on all cores: worker processes that get words and give back PDFs. No worker is forked, for Typst hangs
after a fork.

Each worker is `python -m billing_jobs.documents.pool`: it says READY, then one JSON line in, one JSON line out. A
worker that dies or does not answer in time takes its one document with it, as a refusal, and is started again; where
none can be started, every document that is left is refused.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

Words = dict[str, Any]
_END = None
READY = b"ready\n"
PROGRAM = (sys.executable, "-m", "billing_jobs.documents.pool")
# A document of a thousand lines takes a second, starting a worker on a busy machine ten.
LIMIT_SECONDS = 120.0
_STARTS = 2


@dataclass(frozen=True)
class Rendered:
    """One document's PDF, or the reason why there is none."""

    number: str
    pdf: bytes | None
    reason: str = ""


def render_all(
    documents: list[Words],
    *,
    workers: int | None = None,
    limit_seconds: float = LIMIT_SECONDS,
    program: Sequence[str] = PROGRAM,
) -> Iterator[Rendered]:
    """Render every document, in the order in which they are finished. Nothing raises for one bad document, and nobody
    is waited for beyond the limit.

    limit_seconds: for one document, and for the start of a worker. program: what is started as a worker.
    """
    waiting: queue.SimpleQueue[Words | None] = queue.SimpleQueue()
    finished: queue.SimpleQueue[Rendered] = queue.SimpleQueue()
    for words in documents:
        waiting.put(words)
    count = _workers_for(len(documents), workers)
    for _ in range(count):
        waiting.put(_END)
    threads = [
        threading.Thread(target=_serve, args=(_Worker(program, limit_seconds), waiting, finished), daemon=True)
        for _ in range(count)
    ]
    started, hindrance = _start(threads)
    for words in documents if not started else ():
        yield Rendered(words["number"], None, f"{words['number']}: no rendering process could be started ({hindrance})")
    for _ in documents if started else ():
        yield finished.get()
    for thread in started:
        thread.join()


def _start(threads: list[threading.Thread]) -> tuple[list[threading.Thread], str]:
    """Those that could be started: one is enough for all documents. And what kept the next one from it."""
    for count, thread in enumerate(threads):
        try:
            thread.start()
        except RuntimeError as error:  # the machine has no room for another
            return threads[:count], str(error)
    return threads, ""


def _workers_for(documents: int, wanted: int | None) -> int:
    """Starting a worker costs as much as twenty documents."""
    return max(1, min(wanted or os.cpu_count() or 1, documents // 20 + 1)) if documents else 0


def _serve(worker: _Worker, waiting: queue.SimpleQueue[Words | None], finished: queue.SimpleQueue[Rendered]) -> None:
    """Take documents until there are no more. Each gets an answer, whatever happens to the worker."""
    while (words := waiting.get()) is not _END:
        try:
            finished.put(worker.render(words))
        except Exception as error:  # a document without an answer would be waited for
            worker.end()
            finished.put(
                Rendered(
                    words["number"],
                    None,
                    f"{words['number']}: it could not be rendered ({type(error).__name__}: {error})",
                )
            )
    worker.end()


class _Worker:
    """A process that renders one document after the other, started when it is needed."""

    def __init__(self, program: Sequence[str], limit_seconds: float) -> None:
        self._program, self._limit = program, limit_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._failed_starts, self._hindrance = 0, ""

    def render(self, words: Words) -> Rendered:
        """The document's PDF, or why there is none."""
        number = words["number"]
        while self._process is None and self._failed_starts < _STARTS:
            self._start()
        if self._process is None:
            return Rendered(number, None, f"{number}: no rendering process could be started ({self._hindrance})")
        line, is_late = self._ask(json.dumps(words, ensure_ascii=False).encode() + b"\n")
        answer = _answer_in(line)
        if answer is not None:
            return Rendered(number, base64.b64decode(answer["pdf"]) if answer["pdf"] else None, answer["reason"])
        self.end()
        return Rendered(
            number, None, f"{number}: {self._too_late() if is_late else 'the rendering process died on this document'}"
        )

    def _start(self) -> None:
        environment = {
            **os.environ,
            "RAYON_NUM_THREADS": "1",
        }  # processes are faster than threads here; two pools would fight for the cores
        try:
            self._process = subprocess.Popen(
                self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
        except OSError as error:
            self._failed_starts, self._hindrance = self._failed_starts + 1, f"{self._program[0]}: {error.strerror}"
            return
        line, is_late = self._ask(b"")
        if line == READY:
            self._failed_starts = 0
            return
        code = self.end()
        self._failed_starts, self._hindrance = (
            self._failed_starts + 1,
            self._too_late() if is_late else f"it ended with exit code {code}",
        )

    def _too_late(self) -> str:
        return f"no answer within {self._limit:g} seconds"

    def _ask(self, line: bytes) -> tuple[bytes, bool]:
        """What the process answers, and whether that took too long: then it is killed, which ends the waiting."""
        process, late = self._process, threading.Event()
        assert process and process.stdin and process.stdout

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limit, give_up)
        timer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline(), late.is_set()
        except OSError:
            return b"", late.is_set()
        finally:
            timer.cancel()

    def end(self) -> int | None:
        """Let the process go, and kill it if it stays; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin and process.stdout
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(min(self._limit, 10))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        return process.returncode


def _answer_in(line: bytes) -> dict[str, str] | None:
    """An answer as a worker gives it; None for anything else."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and {"pdf", "reason"} <= answer.keys() else None


def _work() -> None:
    """The worker's loop."""
    from billing_jobs.documents.pdf import PaperRefused, Renderer

    renderer = Renderer()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        words = json.loads(line)
        try:
            answer = {"pdf": base64.b64encode(renderer.render(words)).decode(), "reason": ""}
        except (PaperRefused, KeyError) as refusal:
            answer = {"pdf": "", "reason": str(refusal)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _work()
