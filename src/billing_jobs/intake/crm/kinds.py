"""The kinds of rows that people and other systems deliver as tables: their columns, what is required,
and the words allowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from billing_jobs import seeds
from billing_jobs.streams import CRM, DECISIONS, Columns

_MADE_AT_LOAD = {"payer_key", "name_key", "email_problem", "cc_problem", "extra", "file_name", "line_no", "received_at"}

CHANGES = seeds.names("change_kinds", "kind")
# Planned in the format, not acted on yet: a row of another kind is refused, so that nobody believes it was done.
DECISIONS_ACTED_ON = (
    "approve",
    "hold",
    "release",
    "void",
    "waive",
    "correction",
    "goodwill",
    "apply",
    "write_off",
    "dispute",
    "promise",
)
DECISIONS_KNOWN = (*DECISIONS_ACTED_ON, "reopen")


@dataclass(frozen=True)
class Kind:
    """One kind of table.

    `stream`: its name in the intake table. `prefix`: how its file names begin. `is_log`: all rows count.
    """

    name: str
    stream: str
    columns: Columns
    required: tuple[str, ...]
    is_log: bool = False
    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    acted_on: dict[str, tuple[str, ...]] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    # The columns that are made of the text of another (a key for matching payers, what is wrong with an address): of
    # the lake -> of the file.
    made_of: dict[str, str] = field(default_factory=dict)
    # What a file calls a column that the lake names otherwise (its own line_no is the line of the file).
    given_as: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        """The columns that a file may give, with their types."""
        return {name: kind for name, kind in self.columns.items() if name not in _MADE_AT_LOAD}

    @property
    def file_columns(self) -> frozenset[str]:
        """The names under which a file may have them."""
        return frozenset(self.given_as.get(name, name) for name in self.given)


def _crm(name: str, *required: str, **more: object) -> Kind:
    return Kind(name, f"crm_{name}", CRM[name], required, **more)  # type: ignore[arg-type]


KINDS: tuple[Kind, ...] = (
    _crm(
        "customers",
        "customer_id",
        "name",
        made_of={
            "payer_key": "name_kana",
            "name_key": "name",
            "email_problem": "email",
            "cc_problem": "cc_emails",
            "country": "country",
            "locale": "locale",
        },
        allowed={
            "tax_status": ("taxable", "exempt", "reverse_charge"),
            "fee_bearer": ("customer", "seller"),
            "invoice_per": ("customer", "contract", "purchase_order"),
        },
    ),
    _crm("payer_aliases", "alias", "customer_id", is_log=True, made_of={"payer_key": "alias"}),
    _crm(
        "contracts",
        "contract_id",
        "customer_id",
        "plan_id",
        "service_from",
        allowed={"renewal_price": ("current", "kept", "uplift")},
    ),
    _crm(
        "contract_changes",
        "change_id",
        "contract_id",
        "effective_on",
        "kind",
        is_log=True,
        allowed={"kind": CHANGES, "at": ("now", "period_end", "term_end"), "refund": ("unused", "none", "full")},
    ),
    _crm(
        "payment_methods",
        "payment_method_id",
        "customer_id",
        "kind",
        allowed={"kind": ("card", "direct_debit", "bank_transfer")},
    ),
    _crm(
        "quotes",
        "quote_id",
        "customer_id",
        "quoted_on",
        allowed={"status": ("draft", "sent", "accepted", "declined", "expired")},
    ),
    _crm("quoted_prices", "quote_id", "net_amount", "tax_amount", "currency", "priced_at", is_log=True),
    _crm(
        "quote_lines",
        "quote_id",
        "quote_line_no",
        one_of=("plan_id", "description"),
        given_as={"quote_line_no": "line_no"},
    ),
    _crm("quote_usage", "quote_id", "quote_line_no", "meter", "quantity", given_as={"quote_line_no": "line_no"}),
    _crm("exchange_rates", "currency", "to_currency", "valid_on", "rate", "source"),
    _crm("erasures", "erasure_id", "customer_id", "requested_on", is_log=True),
    _crm("customer_merges", "merge_id", "customer_id", "into_customer_id", "effective_on", is_log=True),
    _crm(
        "opening_documents",
        "document_number",
        "customer_id",
        "invoice_date",
        "due_date",
        "amount",
        "currency",
        is_log=True,
    ),
    _crm(
        "opening_deferrals",
        "deferral_id",
        "customer_id",
        "period_from",
        "period_until",
        "amount",
        "currency",
        is_log=True,
    ),
    _crm("one_off_charges", "charge_id", "customer_id", "charged_on", "amount", "currency", is_log=True),
)

DECISION_KIND = Kind(
    "decisions",
    "decisions",
    DECISIONS,
    ("decision_id", "kind", "decided_by", "decided_at", "reason"),
    is_log=True,
    allowed={"kind": DECISIONS_KNOWN},
    acted_on={"kind": DECISIONS_ACTED_ON},
)


def kind_of_file(path: str) -> Kind | None:
    """The kind of a file below landing/ by its name, the longest prefix first:
    `contract_changes…` is not `contracts…`."""
    folder, _, name = path.partition("/")
    if folder == "decisions":
        return DECISION_KIND
    stem = name.rsplit("/", 1)[-1]
    fitting = [kind for kind in KINDS if folder == "crm" and stem.startswith(kind.name)]
    return max(fitting, key=lambda kind: len(kind.name), default=None)
