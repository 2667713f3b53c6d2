"""What the border checks of a run said, kept in `reports/check.json` until the run is recorded:
no job acts on an unchecked candidate."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import CheckFailed
from billing_jobs.records import Run
from billing_jobs.settings import EXPECTATIONS_DIR, Home


def remember(home: Home, run: Run, *, passed: bool, results: list[dict[str, Any]]) -> None:
    """Keep the results of the run's newest check; the rows that they show stand beside them, for they are not
    recorded."""
    samples = {result["rule"]: result["sample_rows"] for result in results if result.get("sample_rows")}
    results = [{name: value for name, value in result.items() if name != "sample_rows"} for result in results]
    record = {
        "as_of_date": run.as_of_date.isoformat(),
        "known_until": run.now.isoformat(),
        "passed": passed,
        "results": results,
    }
    record |= {"candidate": _stamp(home), "what_came_in": _what_came_in(home), "samples": samples}
    text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"
    replace_bytes(home.reports / "check.json", text.encode())


def has_passed(home: Home, run: Run) -> bool:
    """Whether the run's newest check let it pass."""
    return _is_of(_read(home), run) and bool(_read(home)["passed"])


def has_passed_as_it_is(home: Home, run: Run) -> bool:
    """Whether it was this very candidate that passed: nothing was built since."""
    return has_passed(home, run) and _read(home).get("candidate") == _stamp(home)


def results_of_what_came_in(home: Home, run: Run) -> list[dict[str, Any]]:
    """The results of the border `in`, if the run has passed it with these very files, models and rules; else none.

    What a night records changes nothing of what came in, so its second check need not judge that again.
    """
    record = _read(home)
    if not has_passed(home, run) or record.get("what_came_in") != _what_came_in(home):
        return []
    results = [result for result in record["results"] if result["border"] == "in"]
    samples = record.get("samples", {})
    return [
        {
            **result,
            "money": {currency: Decimal(amount) for currency, amount in result["money"].items()},
            **({"sample_rows": samples[result["rule"]]} if result["rule"] in samples else {}),
        }
        for result in results
    ]


def results_of(home: Home, run: Run) -> list[dict[str, Any]]:
    """The results of the run's check. Raises CheckFailed when it was not checked, or did not pass."""
    record = _read(home)
    if not _is_of(record, run):
        raise CheckFailed(
            f"The tables of {run.as_of_date} have not been checked yet. Run `billing check` after `billing build`."
        )
    if not record["passed"]:
        raise CheckFailed(
            f"The check of {run.as_of_date} did not pass: nothing may be recorded. See reports/data_quality.html, "
            "mend it, and build again."
        )
    return list(record["results"])


def last_results(home: Home) -> list[dict[str, Any]]:
    """The results of the last check, whichever run's and however it ended; none where nothing was checked yet."""
    return list(_read(home).get("results", []))


def _stamp(home: Home) -> str:
    """Which file the candidate is; every build swaps in a new one."""
    if not home.candidate.exists():
        return ""
    found = home.candidate.stat()
    return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"


def _what_came_in(home: Home) -> str:
    """A hash of the files and models that the candidate was made from, and of the rules."""
    digest = hashlib.sha256(runs.candidate_was_made_from(home)["facts"].encode())
    for rules in sorted(EXPECTATIONS_DIR.glob("*.yml")):
        digest.update(rules.read_bytes())
    return digest.hexdigest()


def _is_of(record: dict[str, Any], run: Run) -> bool:
    return (record.get("as_of_date"), record.get("known_until")) == (run.as_of_date.isoformat(), run.now.isoformat())


def _read(home: Home) -> dict[str, Any]:
    try:
        return dict(json.loads((home.reports / "check.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
