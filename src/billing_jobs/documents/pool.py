"""Many documents on all cores: worker processes that get words and give back PDFs. No worker is forked, for Typst hangs after a fork.

Each worker is `python -m billing_jobs.documents.pool`: one JSON line in, one JSON line out. A worker that dies takes its one document
with it, as a refusal, and is started again.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Words = dict[str, Any]
_END = None


@dataclass(frozen=True)
class Rendered:
    """One document's PDF, or the reason why there is none."""

    number: str
    pdf: bytes | None
    reason: str = ""


def render_all(documents: list[Words], *, workers: int | None = None) -> Iterator[Rendered]:
    """Render every document, in the order in which they are finished. Nothing raises for one bad document."""
    waiting: queue.SimpleQueue[Words | None] = queue.SimpleQueue()
    finished: queue.SimpleQueue[Rendered] = queue.SimpleQueue()
    for words in documents:
        waiting.put(words)
    count = _workers_for(len(documents), workers)
    for _ in range(count):
        waiting.put(_END)
    threads = [threading.Thread(target=_serve, args=(waiting, finished), daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _ in documents:
        yield finished.get()
    for thread in threads:
        thread.join()


def _workers_for(documents: int, wanted: int | None) -> int:
    """Starting a worker costs as much as twenty documents."""
    return max(1, min(wanted or os.cpu_count() or 1, documents // 20 + 1)) if documents else 0


def _serve(waiting: queue.SimpleQueue[Words | None], finished: queue.SimpleQueue[Rendered]) -> None:
    worker = _start()
    while (words := waiting.get()) is not _END:
        answer = _ask(worker, words)
        if answer is None:
            worker.kill()
            worker.wait()
            worker = _start()
        finished.put(answer or Rendered(words["number"], None, f"{words['number']}: the rendering process died on this document"))
    _close(worker)


def _start() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}  # processes are faster than threads here; two pools would fight for the cores
    return subprocess.Popen([sys.executable, "-m", "billing_jobs.documents.pool"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _ask(worker: subprocess.Popen[bytes], words: Words) -> Rendered | None:
    """The worker's answer, or None when it died."""
    assert worker.stdin and worker.stdout
    try:
        worker.stdin.write(json.dumps(words, ensure_ascii=False).encode() + b"\n")
        worker.stdin.flush()
        answer = json.loads(worker.stdout.readline() or b"null")
    except (OSError, ValueError):
        return None
    if answer is None:
        return None
    pdf = base64.b64decode(answer["pdf"]) if answer["pdf"] else None
    return Rendered(words["number"], pdf, answer["reason"])


def _close(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdin and worker.stdout
    worker.stdin.close()
    worker.wait()
    worker.stdout.close()


def _work() -> None:
    """The worker's loop."""
    from billing_jobs.documents.pdf import PaperRefused, Renderer

    renderer = Renderer()
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
