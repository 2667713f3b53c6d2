"""A quote as the files that it is once accepted: contracts of its plan lines, own prices,
one-off charges of its other lines. Pure."""

from __future__ import annotations

import csv
import io
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.assumed_usage import Assumed, assumptions_of, events_of
from billing_jobs.records import file_name_of

Row = dict[str, Any]
Files = dict[str, bytes]
_CONTRACT = (
    "contract_id",
    "customer_id",
    "plan_id",
    "service_from",
    "signed_on",
    "ends_on",
    "term_months",
    "auto_renew",
    "quantity",
    "quote_id",
)
_PRICE = ("change_id", "contract_id", "effective_on", "kind", "fee_id", "amount", "unit_price")
_CHARGE = ("charge_id", "customer_id", "charged_on", "amount", "currency", "description")
_EVENT = ("event_id", "event_type", "event_at", "contract_id", "quantity", "properties")


@dataclass(frozen=True)
class Quote:
    """One quote with its lines.

    `usage`: what is assumed by meter; `fees`: those of every plan, with their meters; `band_times`: when time bands
    begin.
    """

    quote_id: str
    status: str
    quoted_on: date
    valid_until: date | None
    service_from: date
    term_months: int
    customer: Row
    lines: list[Row]
    usage: list[Row]
    fees: list[Row]
    band_times: list[Row]

    @property
    def service_until(self) -> date:
        return months_after(self.service_from, self.term_months)

    @property
    def plan_lines(self) -> list[Row]:
        return [line for line in self.lines if line["plan_id"]]

    @property
    def contract_ids(self) -> list[str]:
        return [self.contract_id(line) for line in self.plan_lines]

    def contract_id(self, line: Row) -> str:
        return f"{self.quote_id}-{line['line_no']}"

    def assumptions(self, line: Row) -> list[Assumed]:
        """What a line is assumed to use: its one number, or its rows by meter and dimension value."""
        said = [row for row in self.usage if row["line_no"] == line["line_no"]]
        if said and line["expected_usage"] is not None:
            raise UsageError(
                f"Line {line['line_no']} of quote {self.quote_id} has expected_usage and rows of quote_usage; "
                "expected one of them; leave one out."
            )
        if line["expected_usage"] is not None:
            meter = _metered_fee(self, line)["meter"]
            said = [
                {
                    "quote_id": self.quote_id,
                    "meter": meter,
                    "quantity": line["expected_usage"],
                    "events": None,
                    "properties": None,
                    "extra": None,
                }
            ]
        return assumptions_of(line["line_no"], said, self.fees_of(line, "usage"))

    def assumed(self, priced: Row) -> list[Assumed]:
        """The usage that a priced line was assumed to have."""
        line = next((line for line in self.plan_lines if self.contract_id(line) == priced["contract_id"]), None)
        if line is None:
            return []
        fees = self.fees_of(line, "usage")
        fee = next((fee for fee in fees if fee["fee_id"] == priced["fee_id"]), None)
        return [assumed for assumed in self.assumptions(line) if fee is not None and assumed.is_charged_by(fee, fees)]

    def shared_meters(self, known: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
        """Meter -> the contracts that would count by it, where acceptance leaves more than one; `known`: those that the
        customer has already."""
        counted = {meter: set(contracts) - set(self.contract_ids) for meter, contracts in known.items()}
        ours: dict[str, set[str]] = {}
        for line in self.plan_lines:
            for fee in self.fees_of(line, "usage"):
                ours.setdefault(fee["meter"], set()).add(self.contract_id(line))
        both = {meter: contracts | counted.get(meter, set()) for meter, contracts in ours.items()}
        return {meter: sorted(contracts) for meter, contracts in sorted(both.items()) if len(contracts) > 1}

    def fees_of(self, line: Row, *kinds: str) -> list[Row]:
        return [fee for fee in self.fees if fee["plan_id"] == line["plan_id"] and fee["kind"] in kinds]


def quote_of(quote: Row, **known: Any) -> Quote:
    """The quote of its published rows.

    Without a first day service begins with the month after; without a term it is a year.
    """
    begins = quote["service_from"] or months_after(quote["quoted_on"].replace(day=1), 1)
    said = {name: quote[name] for name in ("quote_id", "status", "quoted_on", "valid_until")}
    return Quote(**said, service_from=begins, term_months=quote["term_months"] or 12, **known)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; a day that the month lacks is its end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def contract_files(quote: Quote, *, signed_on: date, is_open: bool) -> Files:
    """Contracts, own prices and one-off charges, by path below landing/.

    `is_open`: the contract goes on after its term, as agreed; a pricing ends with it.
    """
    contracts, prices, charges = [], [], []
    for line in quote.lines:
        if not line["plan_id"]:
            amount = _needed(quote, line, "unit_price") * (1 if line["quantity"] is None else line["quantity"])
            currency = (
                quote.fees_of(quote.plan_lines[0], "recurring", "usage")[0]["currency"] if quote.plan_lines else "JPY"
            )
            charges.append(
                {"charge_id": quote.contract_id(line), "customer_id": quote.customer["customer_id"],
                    "charged_on": quote.service_from, "amount": amount,
                 "currency": currency, "description": line["description"]}
            )  # fmt: skip
            continue
        contracts.append(
            {"contract_id": quote.contract_id(line), "customer_id": quote.customer["customer_id"],
                "plan_id": line["plan_id"], "service_from": quote.service_from,
             "signed_on": signed_on, "ends_on": "" if is_open else quote.service_until,
             "term_months": quote.term_months, "auto_renew": "true" if is_open else "false",
             "quantity": line["quantity"], "quote_id": quote.quote_id}
        )  # fmt: skip
        if line["unit_price"] is not None:
            fee = _priced_fee(quote, line)
            column = "amount" if fee["model"] == "flat" else "unit_price"
            prices.append(
                {"change_id": f"{quote.contract_id(line)}-price", "contract_id": quote.contract_id(line),
                    "effective_on": quote.service_from, "kind": "override_price",
                 "fee_id": fee["fee_id"], column: line["unit_price"]}
            )  # fmt: skip
    named = {
        "contracts": (contracts, _CONTRACT),
        "contract_changes": (prices, _PRICE),
        "one_off_charges": (charges, _CHARGE),
    }
    return {
        f"crm/{kind}-quote-{file_name_of(quote.quote_id)}.csv": csv_of(rows, columns)
        for kind, (rows, columns) in named.items()
        if rows
    }


def usage_file(quote: Quote) -> Files:
    """The events of the assumed usage over the months of the term."""
    months = [
        (months_after(quote.service_from, month), months_after(quote.service_from, month + 1))
        for month in range(quote.term_months)
    ]
    events = [
        {**event, "contract_id": quote.contract_id(line)}
        for line in quote.plan_lines
        for assumed in quote.assumptions(line)
        for event in events_of(assumed, months=months, times=quote.band_times)
    ]
    return {"usage/quote/assumed.csv": csv_of(events, _EVENT)} if events else {}


def csv_of(rows: Iterable[Mapping[str, Any]], columns: Collection[str]) -> bytes:
    """Rows as a delivered file; an absent value is an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows({name: "" if row.get(name) is None else row[name] for name in columns} for row in rows)
    return text.getvalue().encode()


def _needed(quote: Quote, line: Row, column: str) -> Any:
    if line[column] is None:
        raise UsageError(
            f"Line {line['line_no']} of quote {quote.quote_id} has no {column}; expected one on a line without a "
            "plan. Deliver it again with one."
        )
    return line[column]


def _priced_fee(quote: Quote, line: Row) -> Row:
    fitting = [
        fee
        for fee in quote.fees_of(line, "recurring")
        if not fee["is_optional"] and fee["model"] in ("flat", "per_unit", "package", "per_day")
    ]
    if len(fitting) != 1:
        raise UsageError(
            f"Line {line['line_no']} of quote {quote.quote_id} has a unit_price, but plan {line['plan_id']} has "
            f"{len(fitting)} recurring fees that could have it; expected one; leave the price out"
        )
    return fitting[0]


def _metered_fee(quote: Quote, line: Row) -> Row:
    fees = [
        fee
        for fee in quote.fees_of(line, "usage")
        if fee["filter"] in (None, "", "{}") and fee["dimensions"] in (None, "", "[]")
    ]
    plain = [fee for fee in fees if not fee["time_bands"] and not fee["price_field"]]
    if len(plain) != 1:
        raise UsageError(
            f"Line {line['line_no']} of quote {quote.quote_id} has expected_usage, but plan {line['plan_id']} has "
            f"{len(plain)} usage fees of one number (no filter, no dimension); expected one; assume its usage by "
            "meter in crm/quote_usage"
        )
    return plain[0]
