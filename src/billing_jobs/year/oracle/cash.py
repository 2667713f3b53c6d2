"""What customers paid, what of their invoices is open, what of their money is not used yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations

from billing_jobs.year.oracle.facts import Deposit
from billing_jobs.year.oracle.lines import Document

Account = tuple[str, str, str]
# A combination is looked for among so many of the oldest invoices, and has at most so many.
OLDEST, TOGETHER = 12, 5


@dataclass
class Item:
    """An invoice with what is open of it, or a deposit or credit note with what is not used of it."""

    account: Account
    day: date
    left: Decimal
    number: int


@dataclass
class Cash:
    """Open invoices, deposits and credits, by customer, seller and currency."""

    invoices: list[Item] = field(default_factory=list)
    deposits: list[Item] = field(default_factory=list)
    credits: list[Item] = field(default_factory=list)
    of_document: dict[int, Item] = field(default_factory=dict)

    def issued(self, document: Document) -> None:
        """An invoice is open; a credit note pays what is open of its originals, the newest first, the rest is the
        customer's credit."""
        account = document.payer, document.entity_id, document.currency
        if document.total >= 0:
            item = Item(account, document.invoice_date, document.total, len(self.invoices))
            self.invoices.append(item)
            self.of_document[id(document)] = item
            return
        credit = Item(account, document.invoice_date, -document.total, len(self.credits))
        returned: dict[int, Decimal] = defaultdict(Decimal)
        for line in document.lines:
            if line.original and id(line.original.document) in self.of_document:
                returned[id(line.original.document)] -= line.total
        for original in sorted(returned, key=lambda one: self.of_document[one].number, reverse=True):
            item = self.of_document[original]
            _pay(credit, item, min(credit.left, item.left, returned[original]))
        self.credits.append(credit)

    def received(self, deposit: Deposit) -> None:
        """Money of a known payer."""
        account = deposit.customer_id, deposit.entity_id, deposit.currency
        self.deposits.append(Item(account, deposit.booked_on, deposit.amount, len(self.deposits)))

    def settle(self) -> None:
        """Put money to invoices until no rule finds more: equal amount, all of them, the one combination, the only
        invoice; then credits to the oldest."""
        while self._pass():
            pass

    def balances(self) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        """By customer and currency: what is open, and what is in hand."""
        found: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for place, items in enumerate((self.invoices, self.deposits + self.credits)):
            for item in items:
                found[item.account[0], item.account[2]][place] += item.left
        return {key: (opened, unused) for key, (opened, unused) in found.items() if opened or unused}

    def _pass(self) -> bool:
        moved = False
        for account in {item.account for item in self.deposits + self.credits if item.left}:
            taken: set[int] = set()
            deposits = sorted(_of(self.deposits, account), key=lambda item: (item.day, item.number))
            for rule in (_equal, _all_of_them, _one_combination, _only_one):
                for deposit in [item for item in deposits if item.left]:
                    free = [item for item in _of(self.invoices, account) if id(item) not in taken]
                    if rule in (_equal, _only_one) or _is_first(deposit, deposits):
                        for invoice in rule(deposit, free):
                            taken.add(id(invoice))
                            moved |= _pay(deposit, invoice, min(deposit.left, invoice.left))
            free = [item for item in _of(self.invoices, account) if id(item) not in taken]
            for credit in _of(self.credits, account):
                for invoice in free:
                    moved |= _pay(credit, invoice, min(credit.left, invoice.left))
        return moved


def _of(items: list[Item], account: Account) -> list[Item]:
    found = [item for item in items if item.account == account and item.left]
    return sorted(found, key=lambda item: (item.day, item.number))


def _is_first(deposit: Item, deposits: list[Item]) -> bool:
    """Whether it is the oldest of its amount: of two that could mean the same invoices the later one waits."""
    return next(other for other in deposits if other.left == deposit.left) is deposit


def _pay(source: Item, invoice: Item, amount: Decimal) -> bool:
    if amount <= 0:
        return False
    source.left -= amount
    invoice.left -= amount
    return True


def _equal(deposit: Item, invoices: list[Item]) -> list[Item]:
    return [item for item in invoices if item.left == deposit.left][:1]


def _all_of_them(deposit: Item, invoices: list[Item]) -> list[Item]:
    return invoices if len(invoices) > 1 and sum(item.left for item in invoices) == deposit.left else []


def _one_combination(deposit: Item, invoices: list[Item]) -> list[Item]:
    oldest = [item for item in invoices[:OLDEST] if item.left < deposit.left]
    fitting = [
        chosen
        for size in range(2, min(len(oldest), TOGETHER) + 1)
        for chosen in combinations(oldest, size)
        if sum(item.left for item in chosen) == deposit.left
    ]
    return list(fitting[0]) if len(fitting) == 1 else []


def _only_one(deposit: Item, invoices: list[Item]) -> list[Item]:
    return invoices if len(invoices) == 1 and deposit.day >= invoices[0].day else []
