"""A file system in memory that is really full, whoever writes: Python, the engine, the process that renders."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.apart import apart
from tests.chaos.faults import Fault
from tests.chaos.stages import Stage, disturbed, servers
from tests.chaos.trials import WENT_THROUGH, Result, again

# Of what the work adds to a home, so much finds room.
SHARES = (0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97)
PAGE, PLENTY = 4096, 4 << 30


def why_not(folder: Path) -> str:
    """Why no file system can be mounted below this folder; '' if one can."""
    if os.geteuid() != 0:
        return "only root can mount one"
    try:
        with mounted(folder / "tried", PAGE):
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return str(error)


def play_full(stage: Stage, share: float, seed: int, folder: Path) -> Result:
    """The part's work on a disk with room for that share of what it writes; then there is room, and it runs again."""
    before, after = _bytes_of(stage.template), _bytes_of(stage.after)
    room = before + max(PAGE, round((after - before) * share))
    with mounted(folder / "disk", room) as disk, servers(stage.part, folder / "mails") as server:
        place = shutil.copytree(stage.template, disk / "place", symlinks=True)
        first = apart(disturbed, stage.part, place, Fault("none"), server and server.host)
        subprocess.run(["mount", "-o", f"remount,size={PLENTY}", str(disk)], check=True, capture_output=True)
        result = again(stage, place, server, first, f"disk with room for {share:.0%}")
        result.hit = result.ended != WENT_THROUGH
        return result


@contextmanager
def mounted(place: Path, size: int) -> Iterator[Path]:
    """A file system in memory of so many bytes while the block runs. Raises CalledProcessError where none can be."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(place)], check=True, capture_output=True
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)


def _bytes_of(folder: Path) -> int:
    """What the files of a folder take of such a file system, in whole pages."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(-(-path.stat().st_size // PAGE) * PAGE for path in files)
