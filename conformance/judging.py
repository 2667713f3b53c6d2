"""Each case said in the platform's words, played, and compared; what cannot be said is not claimed, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import conformance.claims  # noqa: F401  (registers the translations)
from billing_jobs.settings import Home
from conformance.cases import Case
from conformance.compare import differs, plain
from conformance.play import Stopped, found_in
from conformance.scene import CLAIMS, NotClaimed, Scene

AGREES, DIFFERS, NOT_CLAIMED = "agrees", "differs", "not claimed"


@dataclass(frozen=True)
class Verdict:
    """What became of one case; `ours` holds what was found, `reason` why it is not claimed or why nothing was found."""

    case: Case
    state: str
    ours: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def judge(cases: list[Case], home: Home) -> list[Verdict]:
    """Run every claimed case in one home (more beside it, if one of them stops the night) and compare."""
    scenes: dict[str, Scene] = {}
    reasons: dict[str, str] = {}
    for case in cases:
        try:
            scenes[case.id] = _scene(case)
        except NotClaimed as refusal:
            reasons[case.id] = str(refusal)
    found = found_in(home, scenes)
    return [
        Verdict(case, NOT_CLAIMED, reason=reasons[case.id])
        if case.id in reasons
        else _compared(case, scenes[case.id], found[case.id])
        for case in cases
    ]


def _scene(case: Case) -> Scene:
    claim = CLAIMS.get((case.file, case.group))
    if claim is None:
        raise NotClaimed("no table of the platform answers this question")
    try:
        scene = claim(case)
    except KeyError as missing:
        raise NotClaimed(f"the input has no {missing}, or a word that is not known here") from missing
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as error:
        raise NotClaimed(
            f"the input holds a value that is not understood here ({error or type(error).__name__})"
        ) from error
    unknown = sorted(set(case.input.unheard()))
    if unknown:
        raise NotClaimed(f"the input says {', '.join(unknown)}, which is not known here")
    untold = set(case.expected) - set(scene.answers)
    if untold:
        raise NotClaimed(f"{', '.join(sorted(untold))} is not published")
    scene.answers = {field: scene.answers[field] for field in case.expected}
    return scene


def _compared(case: Case, scene: Scene, ours: dict[str, Any] | Stopped) -> Verdict:
    if isinstance(ours, Stopped):
        return Verdict(case, NOT_CLAIMED if ours.is_refused else DIFFERS, reason=ours.why)
    wrong = any(differs(value, ours[field], scene.places) for field, value in case.expected.items())
    return Verdict(case, DIFFERS if wrong else AGREES, plain(ours))
