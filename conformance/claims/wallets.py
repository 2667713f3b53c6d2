"""Prepaid credits: which block pays for which fee, and what is left of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.fees import UNITS, recurring, usage
from conformance.scene import START, NotClaimed, Scene, claims

Row = dict[str, Any]


@claims("wallets_credits", "allocate")
def allocate(case: Case) -> Scene:
    """Every fee a flat fee of its own, every wallet a block; a wallet in another currency is bought in that
    currency."""
    fees, wallets = case.input["fees"], [_granted_once(wallet) for wallet in case.input["wallets"]]
    if Decimal(case.input.get("invoice_total") or _total(fees)) != _total(fees):
        raise NotClaimed("prepaid credits pay amounts before tax, and nothing else of an invoice")
    if any(fee.get("type") is None for fee in fees):
        raise KeyError("type")
    currency, own = money_of(case), case.currency.partition(" ")[0]
    scene = Scene([recurring(fee["amount"], timing="arrears") for fee in fees], {}, currency=currency)
    blocks: dict[str, str] = {}
    for wallet in wallets:
        paid = [number for number, fee in enumerate(fees, 1) if _pays(wallet, fee)]
        if wallet.get("currency", own) != own:
            foreign = {
                "charged_on": START,
                "amount": "0",
                "tax_code": "t0",
                "credit_amount": _amount(wallet),
                "currency": wallet["currency"],
            }
            scene.one_offs.append(foreign)
            blocks[f"charge:{case.id}-{len(scene.one_offs)}"] = _name(wallet)
        elif len(paid) in (1, len(fees)):
            scope = {"plan_id": f"P-{case.id}", "fee_id": f"f{paid[0]}"} if len(paid) < len(fees) else {}
            scene.terms.append({**_grant(wallet), "effective_on": START, **scope})
            blocks[f"grant:{case.id}-{len(scene.terms)}"] = _name(wallet)
        elif paid:
            raise NotClaimed("a block of credits is for one fee, for one plan or for the whole contract")
    scene.answers = {"allocation": _by_block(blocks, "-sum(amount) filter (where movement in ('drawn', 'returned'))")}
    return scene


@claims("wallets_credits", "burn_down")
def burn_down(case: Case) -> Scene:
    """Usage at a price of one, day by day; a block is good for whole days."""
    start, until = (_moment(case.input[side]) for side in ("start", "until"))
    if not (_is_midnight(start) and _is_midnight(until)):
        raise NotClaimed("a block of credits is good for whole local days")
    used = case.input["usage"]
    events = [{"event_at": one["ts"], "quantity": one["value"], "properties": {}} for one in used]
    grants = [_granted_once(grant) for grant in case.input["grants"]]
    blocks: dict[str, str] = {}
    terms: list[Row] = []
    for grant in grants:
        begins, ends = _days_of(grant, used, start)
        if begins < until.date() and (ends is None or ends > start.date()):
            terms.append({**_grant(grant), "effective_on": str(max(begins, start.date())), "until": str(ends or "")})
            blocks[f"grant:{case.id}-{len(terms)}"] = _name(grant)
    left = f"sum(amount) filter (where movement <> 'expired' or moved_on < date '{until.date()}')"
    owed = "select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract"
    return Scene(
        [usage("per_unit", unit_price=Decimal(1))], {"balances": _by_block(blocks, left), "overage": owed},
        currency=_digits_for(used, grants),
        interval=(1, "day"), starts=str(start.date()), ends=str(until.date()), events=events, terms=terms,
        meters=[UNITS],
    )  # fmt: skip


@claims("wallets_credits", "virtual_currency")
def virtual_currency(case: Case) -> Scene:
    raise NotClaimed("usage is priced in money, not in tokens that have a price")


def _granted_once(row: Row) -> Row:
    """The row itself; what it says of a block is read whether the block can pay or not."""
    if any(row.get(word) for word in ("recurrence", "max_rollover", "min_rollover", "reset")):
        raise NotClaimed("a block of credits is granted once; it neither recurs nor resets")
    _grant(row)
    return row


def _name(row: Row) -> str:
    return str(row.get("name") or row["id"])


def _amount(row: Row) -> str:
    return str(row["amount"] if "amount" in row else row["balance"])


def _grant(row: Row) -> Row:
    return {"kind": "grant_credit", "amount": _amount(row), "priority": row.get("priority") or ""}


def _total(fees: Iterable[Row]) -> Decimal:
    return sum((Decimal(fee["amount"]) for fee in fees), Decimal(0))


def _pays(wallet: Row, fee: Row) -> bool:
    kinds = wallet.get("allowed_fee_types") or wallet.get("fee_types")
    metrics = wallet.get("metrics") or wallet.get("billable_metrics")
    if not kinds and not metrics:
        return True
    return fee["type"] in (kinds or []) or fee.get("metric", fee.get("billable_metric")) in (metrics or [])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_midnight(moment: datetime) -> bool:
    return moment.timetz().replace(tzinfo=None) == time(0)


def _days_of(grant: Row, used: list[Row], start: datetime) -> tuple[date, date | None]:
    """The local days on which a grant is good: exact as long as nothing is used on a day of which it has only a
    part."""
    begins = _moment(grant["effective_at"]) if grant.get("effective_at") else start
    ends = _moment(grant["expires_at"]) if grant.get("expires_at") else None
    parts = {moment.date() for moment in (begins, ends) if moment and not _is_midnight(moment)}
    if parts & {_moment(one["ts"]).date() for one in used}:
        raise NotClaimed("a block of credits is good for whole local days")
    return begins.date(), ends.date() if ends else None


def _digits_for(used: list[Row], grants: list[Row]) -> str:
    """A currency with the minor digits that the figures need; units of it stand for units of the case."""
    exponents = [
        Decimal(text).normalize().as_tuple().exponent
        for text in [*(one["value"] for one in used), *(_amount(grant) for grant in grants)]
    ]
    digits = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    if digits > 3:
        raise NotClaimed("money is rounded to the minor unit of a currency")
    return "JPY" if digits <= 0 else "KWD"


def _by_block(blocks: dict[str, str], amount: str) -> str:
    """A query for a mapping of the case's names to an amount of their blocks;
    blocks that were never granted are not in it."""
    text = ", ".join(
        "('{}', '{}')".format(block.replace("'", "''"), name.replace("'", "''")) for block, name in blocks.items()
    )
    if not text:
        return "select map([]::varchar[], []::decimal(38, 4)[]) as amounts"
    per_name = (
        f"select name, coalesce({amount}, 0) as amount from (values {text}) as named (block_id, name) "
        "join credit_ledger using (block_id) group by name"
    )
    return f"select coalesce(map(list(name), list(amount)), map([]::varchar[], []::decimal(38, 4)[])) from ({per_name})"
