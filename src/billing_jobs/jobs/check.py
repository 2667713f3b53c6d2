"""Judge the candidate at both borders before anything is recorded or published."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from billing_jobs.adapters import lock
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import CheckFailed
from billing_jobs.jobs.quality_report import quality_report
from billing_jobs.messages import say
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def check(home: Home, run: Run) -> JobResult:
    """Run the rules of both borders over the candidate and keep their results for the ledger and for the reports; of a
    run that has passed the border `in` with the same files, only those of the border `out`.

    Raises CheckFailed when a critical rule failed: what, how many rows, how much money. Warnings go into the report
    only.
    """
    with lock.hold(home):
        run = runs.settle(home, run)
        with proposals.connect_candidate(home) as con:
            proposals.head_of(con, run)
        came_in = checks.results_of_what_came_in(home, run) or _check_border(home, "in")
        results = [*came_in, *_check_border(home, "out")]
        failed = [result for result in results if not result["success"]]
        critical = [result for result in failed if result["severity"] == "critical"]
        quality_report(home, run, results)
        language = language_of(home)
        checks.remember(home, run, passed=not critical, results=results)
    if critical:
        raise CheckFailed(
            "\n".join(
                [
                    say("check_stopped", language),
                    *(_sentence(result, language) for result in critical),
                    say("check_see", language),
                ]
            )
        )
    counts = {"rules": len(results), "warnings": len(failed)}
    return JobResult(
        "check", changed=True, counts=counts, messages=tuple(_sentence(result, language) for result in failed)
    )


def _check_border(home: Home, border: str) -> list[dict[str, Any]]:
    from billing_jobs.adapters.quality import border_control  # great_expectations takes five seconds to import

    return [asdict(result) for result in border_control.check_border(home, border)]


def _sentence(result: dict[str, Any], language: str) -> str:
    """What failed, in how many rows, and how much money is at stake; without any row, since this goes to logs."""
    text = result["text"][language] if isinstance(result["text"], dict) else result["text"]
    money = ", ".join(f"{amount:,} {currency}" for currency, amount in sorted(result["money"].items()))
    told = {name: result[name] for name in ("severity", "rule", "rows")} | {"text": text}
    return (
        say("check_failed_with_money", language, **told, money=money)
        if money
        else say("check_failed", language, **told)
    )
