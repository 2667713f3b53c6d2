"""Border control with Great Expectations: what may come in, what may go out.

`expectations/*.yml` is the truth; the context is made from it for each run and thrown away. Data Docs are built from
the same results.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing_jobs.adapters import collector
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.quality import dialect, rule_files, speed, views
from billing_jobs.adapters.quality.rule_files import Rule
from billing_jobs.errors import UsageError
from billing_jobs.settings import EXPECTATIONS_DIR, Home

SAMPLE_ROWS = 20


@dataclass(frozen=True)
class RuleResult:
    """What one rule found.

    `rows`: how many should not be there; `money`: at stake, by currency; `error`: why the rule could not be run.
    """

    rule: str
    table: str
    border: str
    severity: str
    success: bool
    rows: int
    money: dict[str, Decimal]
    sample_rows: list[dict[str, Any]]
    text: dict[str, str]
    act: dict[str, str] = field(default_factory=dict)
    error: str = ""


def check_border(home: Home, border: str, *, rules_folder: Path = EXPECTATIONS_DIR) -> list[RuleResult]:
    """Run the rules of one border over the candidate. A rule that cannot be run has failed: nobody knows what it would
    have found.

    Writes Data Docs to `reports/data_docs/<border>/`. Raises UsageError when there is no candidate or a rule is written
    wrongly.
    """
    if not home.candidate.exists():
        raise UsageError("There is no candidate to check. Run `billing build` first.")
    rules = [rule for rule in rule_files.read(rules_folder) if rule.border == border]
    views.forget()
    try:
        found = _validate(_great_expectations(), home, border, rules) if rules else {}
    finally:
        dialect.close_all()
    return [_result(home, rule, found[rule.rule]) for rule in rules]


@speed.quickly()
def _validate(gx: Any, home: Home, border: str, rules: list[Rule]) -> dict[str, dict[str, Any]]:
    """rule -> Great Expectations' result (success, result, exception_info)."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    _add_data_docs(context, home, border)
    read_by = " ".join(f"{rule.sql} {rule.table}" for rule in rules)
    url = dialect.connection_string(home, home.candidate, read_by=read_by)
    source = context.data_sources.add_sql(name="candidate", connection_string=url, create_temp_table=False)
    definitions = [
        _definition(gx, context, source, border=border, table=table, rules=chosen)
        for table, chosen in _by_batch(rules).items()
    ]
    form = {"result_format": "COMPLETE", "partial_unexpected_count": SAMPLE_ROWS}
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=f"border_{border}", validation_definitions=definitions, result_format=form)
    )
    run = checkpoint.run()
    context.build_data_docs()
    return {
        result.expectation_config.meta["rule"]: {
            "success": bool(result.success),
            "result": result.result or {},
            "exception": result.exception_info or {},
        }
        for validation in run.run_results.values()
        for result in validation.results
    }


@functools.cache
def _great_expectations() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # ninety lines a task otherwise
    import great_expectations

    collector.leave_out_what_stays()
    logging.getLogger("great_expectations.data_context.types.base").setLevel(
        logging.WARNING
    )  # it raises its own level when imported
    return great_expectations


def _by_batch(rules: list[Rule]) -> dict[str, list[Rule]]:
    """A rule in SQL reads whatever it names, so all of them share one batch;
    an `expect` rule needs its own table as the batch."""
    batches: dict[str, list[Rule]] = {}
    for rule in rules:
        batches.setdefault(rule.table if rule.expect else "jobs.run", []).append(rule)
    return batches


def _definition(gx: Any, context: Any, source: Any, *, border: str, table: str, rules: list[Rule]) -> Any:
    name = f"border_{border}" if table == "jobs.run" else f"border_{border}_{table.replace('.', '_')}"
    batch = source.add_query_asset(name=name, query=f"select * from {table}").add_batch_definition_whole_table(name)
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=[_expectation(gx, rule) for rule in rules]))
    return context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))


def _expectation(gx: Any, rule: Rule) -> Any:
    common = {"severity": rule.severity, "meta": {"rule": rule.rule}, "description": f"{rule.rule}: {rule.text['en']}"}
    if rule.sql:
        # The comment names the batch because Great Expectations warns otherwise; the rule itself names the tables it
        # reads.
        sql = rule.sql.replace("{", "{{").replace("}", "}}")
        return gx.expectations.UnexpectedRowsExpectation(
            unexpected_rows_query=f"select * from ({sql}) as unexpected /* {{batch}} */", **common
        )
    return getattr(gx.expectations, rule.expect["type"])(**rule.expect.get("arguments", {}), **common)


def _add_data_docs(context: Any, home: Home, border: str) -> None:
    folder = home.reports / "data_docs" / border
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    site = {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": backend,
    }
    context.add_data_docs_site(site_name=border, site_config=site)


def _result(home: Home, rule: Rule, found: dict[str, Any]) -> RuleResult:
    error = _error(found["exception"])
    details = found["result"]
    rows = details.get("unexpected_count", details.get("observed_value", 0)) if not error else 0
    sample = (details.get("details") or {}).get("unexpected_rows") or []
    return RuleResult(
        rule=rule.rule,
        table=rule.table,
        border=rule.border,
        severity=rule.severity,
        success=found["success"] and not error,
        rows=rows if isinstance(rows, int) else 1,
        money={} if found["success"] or error else _money(home, rule),
        sample_rows=[dict(row) for row in sample[:SAMPLE_ROWS]],
        text={"ja": f"ルールを実行できませんでした: {error}", "en": f"The rule could not be run: {error}"}
        if error
        else rule.text,
        act=rule.act,
        error=error,
    )


def _error(exception: dict[str, Any]) -> str:
    """The first line of what went wrong, or nothing.

    Great Expectations gives one exception, or one for each of its metrics.
    """
    infos = (
        [exception]
        if "raised_exception" in exception
        else [info for info in exception.values() if isinstance(info, dict)]
    )
    raised = [str(info.get("exception_message") or "unknown") for info in infos if info.get("raised_exception")]
    return raised[0].strip().splitlines()[0] if raised else ""


def _money(home: Home, rule: Rule) -> dict[str, Decimal]:
    if not rule.money_sql:
        return {}
    with engine.connect(home.candidate) as con:
        views.prepare(con, home, read_by=rule.money_sql)
        found = engine.rows(
            con, f"select currency, sum(amount) as amount from ({rule.money_sql}) group by currency order by currency"
        )
    return {row["currency"]: Decimal(row["amount"]) for row in found if row["amount"] is not None}
