"""Which faults a part is disturbed by."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from tests.chaos.faults import KINDS, Fault
from tests.chaos.stages import Stage

LIMITS = (1, 100, 1_000, 10_000, 100_000)
LINES = ("logs write", "outside write")
Drawn = tuple[Stage, Fault]


def faults_of(stages: Sequence[Stage], chance: random.Random, most: int) -> list[Drawn]:
    """Each act of these stages with one kind of fault drawn for it, all acts or `most` of them; and a tenth as many
    moments, limits of file size, lines of logs that are torn, and, where papers are made, processes that render and
    die.

    Where acts are drawn, every sort of act (a rename in the ledger, a flush in the lake) has its turn before one has
    its second. Moments fall where the time goes.
    """
    acts = [(stage, number, sort) for stage in stages for number, sort in enumerate(stage.acts, start=1)]
    found = [(stage, Fault(chance.choice(KINDS), number)) for stage, number, _ in _in_turn(acts, chance)[:most]]
    few, lines = max(1, most // 10), [(stage, number) for stage, number, sort in acts if sort in LINES]
    found += [(stage, Fault("torn", number)) for stage, number in chance.sample(lines, min(few, len(lines)))]
    found += [(stage, Fault("limit", chance.choice(LIMITS))) for stage in chance.choices(stages, k=few)]
    for stage in chance.choices(stages, [stage.seconds for stage in stages], k=few):
        found.append((stage, Fault("moment", chance.randint(1, max(1, round(stage.seconds * 1000))))))
    makes_papers = [stage for stage in stages if any(act.startswith("documents") for act in stage.acts)]
    return found + [(stage, Fault("worker", number)) for stage in makes_papers for number in (1, 2)]


def _in_turn(acts: list[tuple[Stage, int, str]], chance: random.Random) -> list[tuple[Stage, int, str]]:
    """The acts in an order in which the first ones are one of each sort, then the second of each, and so on."""
    by_sort: dict[str, list[tuple[Stage, int, str]]] = defaultdict(list)
    for act in acts:
        by_sort[act[2]].append(act)
    turns = []
    for sort in sorted(by_sort):
        turns += list(enumerate(chance.sample(by_sort[sort], len(by_sort[sort]))))
    return [act for _, act in sorted(turns, key=lambda turn: turn[0])]
