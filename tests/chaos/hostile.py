"""Files that nobody should send: what was taken in before stays as it was, and the intake ends by itself.

A good file is mutated (bytes flipped, cut off, signs put in that split or end lines, columns doubled) or comes under a
name that means something to a shell, an engine or a spreadsheet.
"""

from __future__ import annotations

import gzip
import os
import random
from datetime import UTC, date, datetime
from pathlib import Path

from billing_jobs.jobs.ingest import ingest
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.chaos.apart import apart
from tests.chaos.parts import State
from tests.chaos.stages import HOME, Stage, copy_of
from tests.chaos.trials import Result
from tests.intake.deliveries import USAGE_HEADER

RUN = Run(date(2026, 10, 3), datetime(2026, 10, 3, 17, tzinfo=UTC))
SECONDS, EVENTS = 60, 30
NAMES: tuple[bytes, ...] = (
    b"zy.csv", b"z[1].csv", b"z*.csv", b"z?.csv", b"z{1,2}.csv", b"z'.csv", b'z".csv', b"z;drop table x.csv", b"-z.csv",
    b"=z.csv", b" z .csv", b"z\n.csv", "z\u2028.csv".encode(), "z\u0085.csv".encode(), "請求.csv".encode("cp932"),
    "請求.csv".encode(), b"z%s.csv", b"z$HOME.csv", b"z\\.csv", b"z" * 180 + b".csv", b"z.jsonl", b"z.parquet",
    b"z.csv.gz", b"z.txt", b".z.csv", b"z..csv",
)  # fmt: skip
SIGNS = ("\x00", "\ufeff", "\u2028", "\u0085", "\r", '"', "'", ",", "\t", "=", "|", "\\", "é", "￥", "🙂", "9" * 400)
FOLDERS = ("usage/web", "crm", "payments/bank")
GOOD = {
    "usage/web": USAGE_HEADER + "".join(f"h{n},api.request,2026-10-02T00:00:00Z,K1,{n}\n" for n in range(EVENTS)),
    "crm": "customer_id,name\n" + "".join(f"h{n},name {n}\n" for n in range(EVENTS)),
    "payments/bank": "date,amount,name\n2026-10-02,100,x\n",
}


def play_hostile(stage: Stage, _number: int, seed: int, folder: Path) -> Result:
    """One hostile file where the good ones of the part `files in` have been taken in. What they brought stays as it
    is, and `verify` fits."""
    chance = random.Random(f"hostile {seed}")
    place = chance.choice(FOLDERS)
    name, content = chance.choice(NAMES), GOOD[place].encode()
    is_whole = chance.random() < 0.4  # only its name is hostile: then its rows are taken in, or it is refused by name
    if not is_whole:
        content = mutated(content, chance)
    with copy_of(stage.after, folder) as copied:
        home = Home(copied / HOME)
        target = home.landing / place / os.fsdecode((b"customers-" if place == "crm" else b"") + name)
        target.parent.mkdir(parents=True, exist_ok=True)
        is_packed = name.endswith(b".gz") and chance.random() < 0.7
        target.write_bytes(gzip.compress(content) if is_packed else content)
        taken_in = apart(_taken_in, stage, home, seconds=SECONDS)
        ended = taken_in.error or ("killed" if taken_in.killed else "went through")
        result = Result(stage.part.name, f"{place}/{name!r} (seed {seed})", True, ended)
        if not taken_in.is_done:
            result.wrong.append(ended)
            return result
        state, said = taken_in.value
        result.wrong += _lost(stage.state, state)
        if is_whole and place != "payments/bank" and not said and _taken(state) < EVENTS:
            result.wrong.append(f"{_taken(state)} of {EVENTS} rows were taken in and nothing was said")
        return result


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with one to five things done to it."""
    text = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text) or 1)
        match chance.randrange(6):
            case 0 if text:
                text[at] ^= 1 << chance.randrange(8)
            case 1:
                del text[at:]
            case 2:
                text[at:at] = chance.choice(SIGNS).encode()
            case 3:
                del text[at : at + chance.randint(1, 20)]
            case 4:
                text[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 30)))
            case _:
                lines = bytes(text).split(b"\n")
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                text = bytearray(b"\n".join(lines))
    return bytes(text)


def _taken_in(stage: Stage, home: Home) -> tuple[State, list[str]]:
    """What is there afterwards, and what the intake said of the file."""
    said = ingest(home, RUN).messages
    return stage.part.read(home), list(said)


def _taken(state: State) -> int:
    """Rows of the hostile file that were taken in or refused one by one: none is lost without a word."""
    read = sum('"h' in row for name, rows in state.items() if name.startswith(("usage", "crm")) for row in rows)
    return read + sum(f'"received_at": "{RUN.now:%Y-%m-%d}' in row for row in state.get("rejects", []))


def _lost(before: State, after: State) -> list[str]:
    """Rows that were there and are not: a file adds rows and changes none."""
    return [
        f"{name}: {len(gone)} rows changed or vanished: {gone[:2]}"[:400]
        for name, rows in before.items()
        if (gone := [row for row in rows if row not in after.get(name, [])])
    ]
