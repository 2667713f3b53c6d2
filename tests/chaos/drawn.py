"""Which faults a part is disturbed by."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from tests.chaos.faults import KINDS, Fault
from tests.chaos.stages import Stage

SAMPLED_ABOVE = 60
LIMITS = (1, 100, 1_000, 10_000, 100_000)


def faults_of(stage: Stage, chance: random.Random, most: int) -> list[Fault]:
    """Each act with one kind of fault drawn for it, all acts or `most` of them; and a tenth as many moments, limits of
    file size, lines of logs that are torn, and, where papers are made, processes that render and die.

    Where acts are drawn, every kind of act in every place (a rename in the ledger, a flush in the lake) has its turn
    before one has its second.
    """
    chosen = sorted(_in_turn(stage.acts, chance)[:most])
    found = [Fault(chance.choice(KINDS), act) for act in chosen]
    few = max(1, most // 10)
    lines = [number for number, act in enumerate(stage.acts, start=1) if act in ("logs write", "outside write")]
    found += [Fault("torn", act) for act in chance.sample(lines, min(few, len(lines)))]
    for _ in range(few):
        found.append(Fault("limit", chance.choice(LIMITS)))
        found.append(Fault("moment", chance.randint(1, max(1, round(stage.seconds * 1000)))))
    if any(act.startswith("documents") for act in stage.acts):
        found += [Fault("worker", 1), Fault("worker", 2)]
    return found


def _in_turn(acts: Sequence[str], chance: random.Random) -> list[int]:
    """The numbers of the acts, from 1: the first ones are one of each sort, then the second of each, and so on."""
    by_sort: dict[str, list[int]] = defaultdict(list)
    for number, act in enumerate(acts, start=1):
        by_sort[act].append(number)
    turns = []
    for sort in sorted(by_sort):
        turns += list(enumerate(chance.sample(by_sort[sort], len(by_sort[sort]))))
    return [number for _, number in sorted(turns, key=lambda turn: turn[0])]
