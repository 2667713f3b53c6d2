"""Papers and mails: two documents rendered, five mails sent, a seal and its anchor; and the mails alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from billing_jobs.adapters.mail import sending
from billing_jobs.jobs.render import render
from billing_jobs.jobs.seal import seal
from billing_jobs.jobs.send import send
from billing_jobs.settings import Home
from tests.chaos.parts import Part, State, ledger_of, proofs_of
from tests.documents import samples
from tests.jobs.mail_home import RUN, home_with, mail, propose

CARD = {"card_brand": "Visa", "card_last4": "4242", "card_exp_month": 11, "card_exp_year": 2026}


def _prepare(home: Home) -> None:
    home_with(home.root, samples.invoice(), samples.credit_note())
    notices = [
        mail(f"n{number}", "card_expiry", payment_method_id="p1", recipient=f"ken{number}@example.com", payload=CARD)
        for number in range(3)
    ]
    propose(
        home,
        mail("k1", "invoice", document_number="INV-2026-000123"),
        mail("k2", "credit_note", document_number="CN-2026-000007", recipient="hana@example.com"),
        *notices,
    )


def _prepare_rendered(home: Home) -> None:
    _prepare(home)
    render(home, RUN)


def _render(home: Home) -> None:
    render(home, RUN)


def _send(home: Home) -> None:
    send(home, RUN)


def _seal(home: Home) -> None:
    seal(home, RUN)


def _read(home: Home) -> State:
    papers = sorted(
        f"{path.relative_to(home.documents)} {path.stat().st_size}" for path in home.documents.rglob("*.pdf")
    )
    # A mail whose intent was torn has no record, and verify says so: true, and no difference of what was done.
    proofs = [said for said in proofs_of(home, RUN)["verify"] if "was torn by a crash" not in said]
    return {"papers": papers, **ledger_of(home), "verify": proofs}


PAPERS_AND_MAILS = Part("papers and mails", _prepare, (_render, _send, _seal), _read, mails=True, is_sealed=True)
MAILS = Part("mail faults", _prepare_rendered, (_send, _seal), _read, mails=True, is_sealed=True)


def mails_in(folder: Path) -> Counter[str]:
    """How often a server got each mail (by its key)."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return Counter(item["custom_args"]["mail_key"] for item in found)


def wrong_mails(home: Home, expected: dict[str, int], sent: Counter[str]) -> list[str]:
    """No mail twice; one that never came is in doubt; one that was accepted did come. Said of each that is wrong."""
    last = {record["mail_key"]: record.get("state") for record in sending.read(home)}
    wrong = [f"mail {key} came {count} times" for key, count in sent.items() if count > expected.get(key, 0)]
    for key in expected:
        if not sent[key] and last.get(key) != "in_doubt":
            wrong.append(f"mail {key} never came, and its log says {last.get(key)}")
        if sent[key] and last.get(key) not in ("accepted", "in_doubt"):
            wrong.append(f"mail {key} came, and its log says {last.get(key)}")
    return wrong
