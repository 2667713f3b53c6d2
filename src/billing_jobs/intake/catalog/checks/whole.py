"""Mistakes of meaning in the catalog: what one entry says against another, and numbers against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from billing_jobs.currencies import minor_digits
from billing_jobs.intake.catalog.checks.days import find_mistakes_in_days
from billing_jobs.intake.catalog.checks.fees import find_mistakes_in_fee
from billing_jobs.intake.catalog.checks.meters import find_mistakes_in_meter
from billing_jobs.intake.catalog.checks.sources import find_mistakes_in_source
from billing_jobs.intake.catalog.checks.tax_codes import find_mistakes_in_defaults
from billing_jobs.intake.catalog.checks.time_bands import find_mistakes_in_time_bands
from billing_jobs.intake.catalog.checks.usage_fees import find_mistakes_in_usage_fees
from billing_jobs.intake.catalog.defaults import with_defaults
from billing_jobs.intake.catalog.reader import Catalog, Entry, raise_if_broken, read_what_can_be

_KEYS = {
    "entities": "entity", "tax_codes": "tax_code", "payment_terms": "payment_terms", "calendars": "calendar",
    "dunning_policies": "policy",
    "accounts": "role", "meters": "meter", "plans": "plan", "time_bands": "time_bands", "discounts": "discount",
}  # fmt: skip
_REFERENCES = [
    ("entities", "payment_terms", "payment_terms"),
    ("entities", "dunning_policy", "dunning_policies"),
    ("payment_terms", "calendar", "calendars"),
    ("plans", "entity", "entities"),
    ("meters", "time_bands", "time_bands"),
    ("discounts", "plan", "plans"),
]
Names = dict[str, dict[str, Entry]]


def check_catalog(catalog: Catalog, earlier: Iterable[Catalog] = ()) -> None:
    """CatalogBroken with all mistakes of meaning, each `file:line: found; expected; what to do`.

    `earlier`: the catalogs before it, newest first.
    """
    raise_if_broken(_find_mistakes(catalog, earlier))


def check_texts(texts: Mapping[str, bytes], earlier: Iterable[Catalog] = ()) -> Catalog:
    """Read the files and check what they say: CatalogBroken with the mistakes of form and of meaning at once.

    An entry that is badly formed is not judged further, nor is anything else blamed for naming it.
    """
    read = read_what_can_be(texts)
    if not read.mistakes:
        check_catalog(read.catalog, earlier)
        return read.catalog
    meant = [] if read.has_gaps else _find_mistakes(read.catalog, earlier)
    blamed = [f"`{name}` is not in `{key}`" for key, name in read.broken]
    raise_if_broken(read.mistakes + [said for said in meant if not any(words in said for words in blamed)])
    return read.catalog


def _find_mistakes(catalog: Catalog, earlier: Iterable[Catalog]) -> list[str]:
    names: Names = {key: {} for key in _KEYS}
    mistakes = [*_duplicates(catalog, names), *find_mistakes_in_defaults(catalog, earlier)]
    for check in _CHECKS:
        mistakes += check(catalog, names)
    return mistakes


def _duplicates(catalog: Catalog, names: Names) -> Iterator[str]:
    for key, name_key in _KEYS.items():
        for entry in catalog.of(key):
            name = str(entry.value[name_key])
            if name in names[key]:
                yield (
                    f"{entry.at(name_key)}: {name_key} `{name}` is already at {names[key][name].at(name_key)}; "
                    "expected each name once; rename or remove one"
                )
            names[key].setdefault(name, entry)
    seen: dict[str, Entry] = {}
    for entry in catalog.sources:
        name = str(entry.value["source"])
        if name in seen:
            yield (
                f"{entry.at('source')}: source `{name}` already has a profile in {seen[name].file_name}; expected one "
                "profile a source; remove one"
            )
        seen.setdefault(name, entry)


def unknown(
    entry: Entry, found: Any, expected: dict[str, Entry], *, kind: str, at: tuple[str | int, ...]
) -> Iterator[str]:
    """A name that nothing in the catalog carries."""
    if found is None or found in expected:
        return
    close = get_close_matches(str(found), list(expected), n=1, cutoff=0.6)
    hint = (
        f"did you mean `{close[0]}`?"
        if close
        else f"add it under `{kind}` or use one of: {', '.join(sorted(expected)) or 'none yet'}"
    )
    yield f"{entry.at(*at)}: `{found}` is not in `{kind}`; expected the name of one of them; {hint}"


def _references(catalog: Catalog, names: Names) -> Iterator[str]:
    for key, column, target in _REFERENCES:
        for entry in catalog.of(key):
            yield from unknown(entry, entry.value.get(column), names[target], kind=target, at=(column,))
    for entry in catalog.sources:
        yield from unknown(entry, entry.value.get("entity"), names["entities"], kind="entities", at=("entity",))
        said = entry.value.get("expected")
        expected = said if isinstance(said, dict) else {}
        for column, target in (("calendar", "calendars"), ("entity", "entities")):
            yield from unknown(entry, expected.get(column), names[target], kind=target, at=("expected", column))


def _fees(catalog: Catalog, names: Names) -> Iterator[str]:
    for plan in catalog.of("plans"):
        seen: set[str] = set()
        yield from find_mistakes_in_usage_fees(plan, names["meters"])
        for number, fee in enumerate(plan.value["fees"]):
            at: tuple[str | int, ...] = ("fees", number)
            if fee["fee"] in seen:
                yield (
                    f"{plan.at(*at)}: fee `{fee['fee']}` stands twice in plan `{plan.value['plan']}`; expected each "
                    "fee once; rename one"
                )
            seen.add(fee["fee"])
            yield from unknown(plan, fee["tax_code"], names["tax_codes"], kind="tax_codes", at=(*at, "tax_code"))
            yield from unknown(plan, fee.get("meter"), names["meters"], kind="meters", at=(*at, "meter"))
            meter = names["meters"].get(str(fee.get("meter")))
            yield from find_mistakes_in_fee(plan, at, fee, meter.value if meter else None)


def _meters(catalog: Catalog, _: Names) -> Iterator[str]:
    for entry in catalog.of("meters"):
        yield from find_mistakes_in_meter(entry)
    for entry in catalog.of("time_bands"):
        yield from find_mistakes_in_time_bands(entry)
    for entry in [*catalog.of("calendars"), *catalog.of("time_bands")]:
        yield from find_mistakes_in_days(entry)


def _zones_and_currencies(catalog: Catalog, _: Names) -> Iterator[str]:
    zones = available_timezones()
    for entry in catalog.of("entities"):
        if entry.value["time_zone"] not in zones:
            close = get_close_matches(entry.value["time_zone"], list(zones), n=1, cutoff=0.6)
            hint = f"did you mean `{close[0]}`?" if close else "write e.g. Asia/Tokyo"
            yield (
                f"{entry.at('time_zone')}: `{entry.value['time_zone']}` is no time zone; expected an IANA name; {hint}"
            )
    for entry in [*catalog.of("entities"), *catalog.of("plans"), *catalog.of("discounts"), *catalog.sources]:
        code = entry.value.get("currency")
        if code is not None:
            yield from _unknown_currency(entry, code, at=("currency",))


def _unknown_currency(entry: Entry, code: str, *, at: tuple[str, ...]) -> Iterator[str]:
    """A code that the warehouse knows no minor digits of: an amount in it could not be rounded."""
    if code in minor_digits():
        return
    close = get_close_matches(code, list(minor_digits()), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else "write e.g. JPY"
    yield (
        f"{entry.at(*at)}: `{code}` is no currency known here; expected a code of ISO 4217 that has a minor unit; "
        f"{hint}"
    )


# In a currency that such a limit does not name, it has as many smallest units as that of the seller's own currency.
FOR_EVERY_CURRENCY = (("correction_limit",), ("approval", "above"))


def _limits(catalog: Catalog, _: Names) -> Iterator[str]:
    """Limits by currency: known currencies, and of corrections and approvals the seller's own, which those that are
    not named follow."""
    places: list[tuple[Entry, tuple[str, ...]]] = [(entry, ("correction_limit",)) for entry in catalog.of("entities")]
    places += [
        (entry, ("approval", "above"))
        for entry in catalog.of("entities")
        if isinstance(entry.value.get("approval"), dict)
    ]
    places += [
        (entry, ("bank_fees", key))
        for entry in catalog.of("entities")
        if "bank_fees" in entry.value
        for key in ("amounts", "limit")
    ]
    places += [(entry, ("minimum_open_amount",)) for entry in catalog.of("dunning_policies")]
    for entry, path in places:
        group = entry.value[path[0]] if len(path) > 1 else entry.value
        limits = group.get(path[-1])
        if not isinstance(limits, dict):
            continue
        for code in limits:
            yield from _unknown_currency(entry, code, at=(*path, code))
        if path in FOR_EVERY_CURRENCY and entry.value["currency"] not in limits:
            yield (
                f"{entry.at(*path)}: `{': '.join(path)}` names no {entry.value['currency']}, the seller's currency; "
                "expected it too; add it"
            )


def _terms_and_rates(catalog: Catalog, _: Names) -> Iterator[str]:
    for entry in catalog.of("payment_terms"):
        has_days, has_closing = "days" in entry.value, "closing_day" in entry.value
        if has_days == has_closing:
            yield (
                f"{entry.at()}: payment terms with {'both' if has_days else 'neither of'} `days` and `closing_day`; "
                f"expected one of them; keep `days` for net terms, `closing_day` for month-end terms"
            )
        if entry.value.get("roll", "none") != "none" and "calendar" not in entry.value:
            yield (
                f"{entry.at('roll')}: `roll` without `calendar`; expected a calendar that says which days are closed; "
                "add `calendar`"
            )
    for entry in catalog.of("tax_codes"):
        days = [rate["from"] for rate in entry.value["rates"]]
        yield from not_rising(entry, days, at=("rates",), what="rates")
    for entry in catalog.of("dunning_policies"):
        steps = entry.value["steps"]
        if [step["step"] for step in steps] != list(range(1, len(steps) + 1)):
            yield (
                f"{entry.at('steps')}: steps {[step['step'] for step in steps]}; expected 1, 2, 3 … in this order; "
                "number them so"
            )
        if any(later["days_after_due"] <= earlier["days_after_due"] for earlier, later in pairwise(steps)):
            yield (
                f"{entry.at('steps')}: a step that is not later than the one before; expected rising "
                "`days_after_due`; correct the days"
            )


def not_rising(entry: Entry, days: list[str], *, at: tuple[str | int, ...], what: str) -> Iterator[str]:
    """Two dated things with the same first day: nobody could say which holds."""
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield f"{entry.at(*at)}: two {what} from {day}; expected one a day; remove one or change its `from`"


def _discounts(catalog: Catalog, names: Names) -> Iterator[str]:
    for entry in catalog.of("discounts"):
        value, where = entry.value, f"discount `{entry.value['discount']}`"
        if ("percent" in value) == ("amount" in value):
            yield (
                f"{entry.at()}: {where} with {'both' if 'amount' in value else 'neither of'} `percent` "
                "and `amount`; expected one of them; keep one"
            )
        if ("amount" in value) != ("currency" in value):
            yield (
                f"{entry.at()}: {where} with {'an amount but no' if 'amount' in value else 'a percent and a'} "
                "`currency`; expected it with an amount only; mend it"
            )
        plan = names["plans"].get(str(value.get("plan")))
        if "fee" in value and plan is not None and value["fee"] not in [fee["fee"] for fee in plan.value["fees"]]:
            yield (
                f"{entry.at('fee')}: `{value['fee']}` is no fee of plan `{value['plan']}`; expected one of its fees; "
                "correct the name"
            )
        if "fee" in value and "plan" not in value:
            yield f"{entry.at('fee')}: {where} names a fee without its plan; expected `plan` as well; add it"
        if value.get("until", "9999") <= value.get("from", ""):
            yield (
                f"{entry.at('until')}: {where} ends on {value['until']}, not after it begins; expected a later day; "
                "correct one"
            )


def _numbers(catalog: Catalog, _: Names) -> Iterator[str]:
    """A number is given once in the whole company: papers, mails and deposits go by it."""
    seen: dict[str, str] = {}
    for entry in catalog.of("entities"):
        for key in ("invoice_number", "credit_note_number"):
            pattern, series = with_defaults(entry.value, "entity")[key], f"{key} of entity `{entry.value['entity']}`"
            if pattern in seen:
                yield (
                    f"{entry.at(key) if key in entry.value else entry.at()}: {series} is `{pattern}`, and so is "
                    f"{seen[pattern]}; expected numbers that differ; put e.g. the entity into one of them"
                )
            seen.setdefault(pattern, series)


def _sources(catalog: Catalog, _: Names) -> Iterator[str]:
    for entry in catalog.sources:
        yield from find_mistakes_in_source(entry)


_CHECKS: list[Callable[[Catalog, Names], Iterator[str]]] = [
    _references,
    _meters,
    _fees,
    _zones_and_currencies,
    _limits,
    _terms_and_rates,
    _discounts,
    _numbers,
    _sources,
]
