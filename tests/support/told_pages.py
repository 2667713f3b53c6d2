"""Pages that tell commands with what they print are run as they stand.

In a block marked `console` a line that begins with `$ ` is a command; what follows it, up to the next one, is what it
prints on both streams. `…` stands for what varies within a line, a line of `…` alone for any lines. The lines that
count how far a build is are left out: a terminal shows them in one place.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
COUNTING = re.compile(r"^Building the tables: \d+ of \d+$")


def told(page: str) -> Iterator[tuple[str, str]]:
    """(command, what it prints), in order."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed.strip()


def run(command: str, *, cwd: Path, env: dict[str, str]) -> str:
    """What a command of a page prints, whatever it ends with."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "\n".join(line for line in done.stdout.splitlines() if not COUNTING.match(line)).strip()


def is_told(printed: str, told: str) -> bool:
    """Whether the page says it letter by letter, but for `…`."""
    lines = (
        r"(?:.*\n)*?.*" if line.strip() == "…" else ".*?".join(map(re.escape, line.rstrip().split("…")))
        for line in told.splitlines()
    )
    return re.fullmatch("\n".join(lines), "\n".join(line.rstrip() for line in printed.splitlines())) is not None
