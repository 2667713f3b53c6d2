"""What a case becomes: a plan, a contract and its events in landing files,
and where in the published tables its answers stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance.cases import Case
from conformance.compare import Places

START = "2026-01-01"
UNTIL = "2026-02-01"


CATALOG_ACCEPTED = "the catalog is accepted"


class NotClaimed(Exception):
    """The platform does not claim this case; the reason is printed and stands in docs/conventions.md."""


@dataclass(frozen=True)
class Readings:
    """A file of usage that is delivered as it came, and the profile of its source (without the source's name)."""

    profile: dict[str, Any]
    text: str


@dataclass
class Scene:
    """One contract of one plan. Changes in `terms` come with the contract; `changes`, `later_events` and `decisions`
    arrive a night after the rest, when the rest is billed; `last_deposits` a night after those. A decision that has a
    key `pays` puts the first deposit to the invoice.

    `answers` maps each expected field to a query over the published tables with `$contract` and `$customer`.

    A query gives one value, or a list where the case expects one. `places` says how the case states its figures (it
    rounds what we publish unrounded for the comparison; None: exact). Where the answer is CATALOG_ACCEPTED, the
    question is whether `ingest` takes the catalog.
    """

    fees: list[dict[str, Any]]
    answers: dict[str, str]
    currency: str = "USD"
    rounding: str = "half_up"
    zone: str = "UTC"
    interval: tuple[int, str] = (1, "month")
    anchor: str = "contract"
    proration: str = "daily"
    tax: str = "exclusive"
    starts: str = START
    ends: str | None = UNTIL
    customer: dict[str, Any] = field(default_factory=dict)
    contract: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    later_events: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    one_offs: list[dict[str, Any]] = field(default_factory=list)
    deposits: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    last_deposits: list[dict[str, Any]] = field(default_factory=list)
    dunning_policy: dict[str, Any] = field(default_factory=dict)
    more_plans: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    meters: list[dict[str, Any]] = field(default_factory=list)
    time_bands: list[dict[str, Any]] = field(default_factory=list)
    readings: Readings | None = None
    taxes: set[str] = field(default_factory=set)
    places: Places | None = None


Claim = Callable[[Case], Scene]
CLAIMS: dict[tuple[str, str], Claim] = {}


def claims(file: str, *groups: str) -> Callable[[Claim], Claim]:
    """Register a translation for the groups of one file of cases (a group's name may stand in several files)."""

    def register(claim: Claim) -> Claim:
        CLAIMS.update({(file, group): claim for group in groups})
        return claim

    return register


def mode_of(word: str | None) -> str:
    """The platform's word for a rounding mode."""
    modes = {
        "half_up": "half_up", "round": "half_up", "floor": "floor", "down": "floor", "truncate": "floor",
        "ceil": "ceiling", "ceiling": "ceiling", "up": "ceiling", None: "half_up",
    }  # fmt: skip
    if word not in modes:
        raise NotClaimed(f"amounts are rounded half_up, floor or ceiling; {word} is not offered")
    return modes[word]


def one_of(word: Any, known: tuple[str, ...]) -> str:
    """A word of the case that this platform knows a rule for; NotClaimed names another one."""
    if word not in known:
        raise NotClaimed(f"`{word}` is not one of {', '.join(known)}, which are understood here")
    return str(word)


EXACT = "select coalesce(sum(unrounded_amount), 0) from charges where contract_id = $contract"
ROUNDED = "select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract"
