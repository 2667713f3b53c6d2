"""A log of lines on a disk that takes a part, nothing, or forgets: what is acknowledged is there,
and what is not there did not happen."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing_jobs import line_logs
from billing_jobs.adapters.mail import sending
from billing_jobs.intake.erasures_log import append_erasure, erased_lines
from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.settings import Home
from tests.intake.deliveries import at

LOG = "log.jsonl"
_write = os.write


class Disk:
    """Room for so many bytes, at most `piece` of them in one write; then it is full, and says so or, as some do,
    takes nothing."""

    def __init__(self, room: int, *, piece: int = 1_000_000, says_so: bool = True) -> None:
        self.room, self.piece, self.says_so = room, piece, says_so

    def write(self, descriptor: int, content: bytes) -> int:
        count = min(len(content), self.piece, self.room)
        if count == 0 and self.says_so:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= count
        return _write(descriptor, content[:count]) if count else 0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / LOG
    line_logs.append(path, b'{"n": 0}\n')
    return path


@pytest.mark.parametrize("piece", [1, 7])
def test_a_write_that_takes_a_part_is_gone_on_with(log: Path, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", Disk(1_000, piece=piece).write)
    line_logs.append(log, b'{"n": 1}\n{"n": 2}\n')
    assert log.read_bytes() == b'{"n": 0}\n{"n": 1}\n{"n": 2}\n'


@pytest.mark.parametrize("says_so", [True, False])
@pytest.mark.parametrize("room", range(9))
def test_a_disk_that_fills_within_a_line_leaves_the_log_as_it_was(
    log: Path, room: int, says_so: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", Disk(room, says_so=says_so).write)
        with pytest.raises(OSError, match="No space left on device"):
            line_logs.append(log, b'{"n": 1}\n')
    assert log.read_bytes() == b'{"n": 0}\n'
    line_logs.append(log, b'{"n": 2}\n')
    assert line_logs.whole_lines(log) == [b'{"n": 0}', b'{"n": 2}']


@pytest.mark.parametrize("call", ["fsync", "pread"])
def test_what_is_not_surely_on_disk_is_not_there(log: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_arguments: Any) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    real: Callable[..., bytes] = os.pread
    answers = {"fsync": failing, "pread": lambda *given: real(*given)[:-1] if given[2] == 9 else real(*given)}
    with monkeypatch.context() as patch:
        patch.setattr(os, call, answers[call])
        with pytest.raises(OSError, match=r"Input/output|read back"):
            line_logs.append(log, b'{"n": 1}\n')
    assert log.read_bytes() == b'{"n": 0}\n'


def test_every_log_is_flushed_to_disk_before_it_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what no fsync covered, as a power cut does, after each kind of line."""
    home, synced = Home(tmp_path), dict[int, int]()
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        status = os.fstat(descriptor)
        synced[status.st_ino] = status.st_size

    monkeypatch.setattr(os, "fsync", fsync)
    home.landing.mkdir()
    sending.append(home, {"mail_key": "m1", "phase": "intent"})
    append_receipts(home.intake_log, [Receipt("a.csv", "1", 1, at(1).now)])
    append_erasure(home.erasures_log, {"path": "a.csv", "payments": {1: "p"}})
    for path in (home.sending_log, home.intake_log, home.erasures_log):
        os.truncate(path, synced.get(path.stat().st_ino, 0))
        assert path.parent.stat().st_ino in synced
    assert (len(sending.read(home)), len(read_receipts(home.intake_log)), erased_lines(home.erasures_log)) == (
        1,
        1,
        {"a.csv": {1: "p"}},
    )


def test_a_torn_line_in_any_log_is_no_record_and_stops_nobody(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.landing.mkdir()
    for _ in range(2):
        append_receipts(home.intake_log, [Receipt("mark\u2028of\u0085line\u000b.csv", "1", 1, at(1).now)])
        append_erasure(home.erasures_log, {"path": "mark\u2028.csv", "payments": {1: "p"}})
        for path in (home.intake_log, home.erasures_log):
            with path.open("ab") as stream:
                stream.write(b'{"path": "torn')
        assert {receipt.path for receipt in read_receipts(home.intake_log)} == {"mark\u2028of\u0085line\u000b.csv"}
        assert erased_lines(home.erasures_log) == {"mark\u2028.csv": {1: "p"}}
