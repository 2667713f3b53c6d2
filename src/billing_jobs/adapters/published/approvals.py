"""What waits for a person before it is issued: read from the candidate, and kept as it was asked, so that an answer
speaks of what was seen and of nothing that came since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.files import replace_bytes
from billing_jobs.adapters.published import proposals
from billing_jobs.errors import UsageError
from billing_jobs.records import make_id
from billing_jobs.settings import Home

Row = dict[str, Any]

_TOTALS = """
    select entity_id, currency, document_type, count(*) as documents, sum(total_amount) as total_amount,
        count(*) filter (where largest_recent_amount is null) as first_of_their_customer
    from jobs.approvals_to_ask group by all order by all
"""
# By currency: ten thousand yen and ten thousand dollars are not compared.
_LARGEST = """
    select currency, customer_id, document_type, total_amount, largest_recent_amount, document_id
    from jobs.approvals_to_ask
    qualify row_number() over (partition by currency order by abs(total_amount) desc, document_id) <= 10
    order by currency, abs(total_amount) desc, document_id
"""
_HELD = """
    select hold_reason, currency, count(*) as drafts, sum(total_amount) as total_amount
    from draft_invoices
    where hold_reason is not null and document_id not in (select document_id from jobs.approvals_to_ask)
    group by all order by all
"""


@dataclass(frozen=True)
class Question:
    """The drafts of one night that a person is asked about.

    question_id: of the night, of what was decided before and of every draft with its content: what changes any of
    these is another question. documents: (document_id, content_hash) of each, as asked. totals, largest, held: what a
    person looks at; amounts in their currency, customers by id.
    """

    question_id: str
    documents: tuple[tuple[str, str], ...]
    totals: list[Row]
    largest: list[Row]
    held: list[Row]


def ask(home: Home) -> Question:
    """The question of the candidate, kept in the home until a night after it is asked.

    Raises UsageError where there is no candidate, or one that a version built which asked nothing.
    """
    with proposals.connect_candidate(home) as con:
        if not engine.rows(con, "select 1 from duckdb_tables() where table_name = 'approvals_to_ask'"):
            raise UsageError(
                "The candidate was built by an older version, which asked for no approvals. Run `billing build` first."
            )
        documents = tuple(
            (row["document_id"], row["content_hash"])
            for row in engine.rows(con, "select document_id, content_hash from jobs.approvals_to_ask order by all")
        )
        (night,) = engine.rows(con, "select as_of_date from jobs.run")
        (decided,) = engine.rows(con, "select count(*) as decisions from decisions")
        totals, largest, held = (engine.rows(con, sql) for sql in (_TOTALS, _LARGEST, _HELD))
    question_id = make_id(night["as_of_date"], decided["decisions"], *(part for pair in documents for part in pair))
    if documents:
        _keep(home, night["as_of_date"], question_id, documents)
    return Question(question_id, documents, totals, largest, held)


def asked(home: Home, question_id: str) -> tuple[str, list[tuple[str, str]]]:
    """A question that was asked, by the first letters of its id (six at least): (its whole id, its documents).

    Raises UsageError when there is none.
    """
    found = [
        path for path in home.questions.glob("*.json") if path.stem.partition("_")[2].startswith(question_id.lower())
    ]
    if len(question_id) < 6 or len(found) != 1:
        raise UsageError(
            f"No question {question_id} waits for an answer. `billing approve` shows the one that does; "
            "what was built since is another question."
        )
    return found[0].stem.partition("_")[2], [tuple(pair) for pair in json.loads(found[0].read_text())]


def going_out_unasked(home: Home) -> list[tuple[str, str]]:
    """Drafts that should have been approved and that nothing holds: (document_id, content_hash)."""
    with proposals.connect_candidate(home) as con:
        sql = "select document_id, content_hash from jobs.approvals_to_ask where hold_reason is null order by all"
        return [(row["document_id"], row["content_hash"]) for row in engine.rows(con, sql)]


def _keep(home: Home, day: date, digest: str, documents: tuple[tuple[str, str], ...]) -> None:
    """Questions of earlier nights go: what they asked is held, or is asked again."""
    for path in home.questions.glob("*.json"):
        if path.stem.partition("_")[0] < f"{day}":
            path.unlink()
    replace_bytes(home.questions / f"{day}_{digest}.json", json.dumps(documents).encode())
