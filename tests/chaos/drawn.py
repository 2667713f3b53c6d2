"""Which faults a part is disturbed by."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.chaos.faults import KINDS, LOG, Fault
from tests.chaos.stages import Stage

# What decides most meets every kind in each run: a commit gets its number, a line of the log of mails its bytes.
EVERY_KIND = ("ledger rename", "sending.jsonl write", "sending.jsonl fsync")
LIMITS = (1, 100, 1_000, 10_000, 100_000)
Drawn = tuple[Stage, Fault]
Act = tuple[Stage, int, str]


def faults_of(stages: Sequence[Stage], chance: random.Random, most: int) -> list[Drawn]:
    """Each act of these stages with one kind of fault, all acts or `most` of them; and a tenth as many moments, limits
    of file size, lines of logs that are torn, and, where papers are made, processes that render and die.

    Where acts are drawn, every sort of act (a rename in the ledger, a flush in the lake) has its turn before one has
    its second. Kinds go round within a place, so that neighbours meet different ones; three sorts meet every kind in
    each run. Moments fall where the time goes.
    """
    acts = [(stage, number, sort) for stage in stages for number, sort in enumerate(stage.acts, start=1)]
    found = _with_kinds(_in_turn(acts, chance)[:most], chance)
    for sort in EVERY_KIND if most >= len(KINDS) else ():
        of_sort = [act for act in acts if act[2] == sort]
        found += [(stage, Fault(kind, number)) for kind in KINDS for stage, number, _ in _in_turn(of_sort, chance)[:1]]
    few, lines = max(1, most // 10), [act for act in acts if act[2].endswith(f"{LOG} write")]
    found += [(stage, Fault("torn", number)) for stage, number, _ in _in_turn(lines, chance)[:few]]
    found += [(stage, Fault("limit", chance.choice(LIMITS))) for stage in chance.choices(stages, k=few)]
    for stage in chance.choices(stages, [stage.seconds for stage in stages], k=few):
        found.append((stage, Fault("moment", chance.randint(1, max(1, round(stage.seconds * 1000))))))
    makes_papers = [stage for stage in stages if any(act.startswith("documents") for act in stage.acts)]
    return found + [(stage, Fault("worker", number)) for stage in makes_papers for number in (1, 2)]


def _with_kinds(acts: list[Act], chance: random.Random) -> list[Drawn]:
    kinds: dict[str, Iterator[str]] = {}
    found = []
    for stage, number, sort in sorted(acts, key=lambda act: (act[2], act[0].part.name, act[1])):
        place = sort.partition(" ")[0]
        if place not in kinds:
            kinds[place] = itertools.cycle(chance.sample(KINDS, len(KINDS)))
        found.append((stage, Fault(next(kinds[place]), number)))
    return found


def _in_turn(acts: list[Act], chance: random.Random) -> list[Act]:
    """The acts in an order in which the first ones are one of each sort, then the second of each, and so on."""
    by_sort: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        by_sort[act[2]].append(act)
    turns = []
    for sort in sorted(by_sort):
        turns += list(enumerate(chance.sample(by_sort[sort], len(by_sort[sort]))))
    return [act for _, act in sorted(turns, key=lambda turn: turn[0])]
