"""A small book billed by a catalog that has every key, and the same book under an edited catalog."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from billing_jobs.adapters.quality import views
from billing_jobs.errors import CatalogBroken
from billing_jobs.intake.catalog.checks.whole import check_catalog
from billing_jobs.intake.catalog.reader import Catalog, Entry, read_catalog
from billing_jobs.intake.catalog.tables import flatten_catalog
from billing_jobs.intake.catalog.yaml_reader import read_yaml
from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.support.fixture_home import FOLDERS, write_rows

BASE = Path(__file__).with_name("every_key.yml")
RECEIVED, BILLED, EDITED = "2025-12-01 00:00:00+00", "2026-04-30 16:00:00+00", "2026-04-30 16:30:00+00"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
PRICED = "+int_charges_priced"
Value = dict[str, Any]


def base() -> Value:
    value: Value = read_yaml(BASE.read_text(encoding="utf-8")).value
    return copy.deepcopy(value)


def complaints(value: Value) -> str:
    """What the catalog check says to an edited catalog; the one before it is the base."""
    try:
        check_catalog(_read(value), [_read(base())])
    except CatalogBroken as error:
        return str(error)
    return ""


def _read(value: Value) -> Catalog:
    return read_catalog({"catalog/all.yml": json.dumps(value, ensure_ascii=False, default=_number).encode()})


def _number(value: Decimal) -> float:
    assert Decimal(repr(float(value))) == value  # JSON is only the envelope; the reader takes the digits as written
    return float(value)


def write_catalog(home: Home, value: Value, *, received_at: str) -> None:
    """One version of every table of the catalog; the same moment again takes its place."""
    entries = {key: [Entry(entry, "all.yml", read_yaml("{}"), ()) for entry in found] for key, found in value.items()}
    part = received_at[:16].replace(":", "").replace(" ", "T")
    for table, rows in flatten_catalog(Catalog(entries, [])).items():
        pattern, columns = FOLDERS[f"catalog_{table}"]
        made = {"catalog_version": part, "received_at": received_at}
        write_rows(home.root / pattern.format(part=part), columns, [row | made for row in rows])


class BilledBook:
    """Four months priced, and recorded as billed."""

    def __init__(self) -> None:
        self.home = Home(Path(tempfile.mkdtemp(prefix="every-key-")))
        shop = Shop(as_of="2026-04-30", night_ends_on="2026-05-01")
        for stream in [name for name in shop.rows if name.startswith("catalog_")]:
            del shop.rows[stream]
        _fill(shop)
        shop.write(self.home)
        write_catalog(self.home, base(), received_at=RECEIVED)
        assert build(self.home, PRICED) == []
        self.billed = self.priced()
        self._record()

    def priced(self) -> dict[str, tuple[str, Decimal]]:
        """Charge -> what it is, and what it owes."""
        rows = Tables(self.home).rows(
            "select charge_id, concat_ws(' ', contract_id, plan_id, fee_id, period_from, tax_code, tax_rate, "
            "currency) as charge, computed_amount from int_charges_priced"
        )
        return {row["charge_id"]: (row["charge"], row["computed_amount"]) for row in rows}

    def moved_by(self, value: Value) -> list[tuple[str, Decimal, Decimal | None]]:
        """Billed charges that another amount, or nothing, is owed for under the edited catalog."""
        write_catalog(self.home, value, received_at=EDITED)
        assert build(self.home, PRICED) == []
        now = self.priced()
        return [
            (charge, amount, now[charge_id][1] if charge_id in now else None)
            for charge_id, (charge, amount) in self.billed.items()
            if amount != 0 and (charge_id not in now or now[charge_id][1] != amount)
        ]

    def stopped_by(self, value: Value) -> list[Value]:
        """What the check says was changed after it was billed."""
        write_catalog(self.home, value, received_at=EDITED)
        with duckdb.connect() as con:
            con.execute("create schema jobs")
            con.execute(
                "create table jobs.run as select date '2026-04-30' as as_of_date, "
                f"timestamptz '{EDITED}' as known_until, date '2026-05-01' as night_ends_on"
            )
            (self.home.root / ".dbt").mkdir(exist_ok=True)
            views.forget()
            views.prepare(con, self.home, read_by="lake_fields_changed_after_billing")
            found = con.execute("select * from lake_fields_changed_after_billing order by all")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _record(self) -> None:
        rows = Tables(self.home).rows("select * from int_charges_priced where computed_amount <> 0")
        taken = ("charge_id", "customer_id", "contract_id", "plan_id", "fee_id", "instance", "kind", "period_from",
            "period_until", "served_from", "served_until",
                 "tax_code", "tax_rate", "currency", "price_basis")  # fmt: skip
        commit = {"commit_sequence": 1, "recorded_at": BILLED, "document_id": "d1"}
        lines = [
            {name: row[name] for name in taken}
            | commit
            | {"line_id": row["charge_id"], "line_amount": row["computed_amount"]}
            for row in rows
        ]
        documents = [
            {
                "document_id": "d1",
                "document_type": "invoice",
                "entity_id": "main",
                "commit_sequence": 1,
                "recorded_at": BILLED,
            }
        ]
        for stream, found in (("document_lines", lines), ("documents", documents)):
            pattern, columns = FOLDERS[f"ledger_{stream}"]
            write_rows(self.home.root / pattern.format(part="000002"), columns, found)


@cache
def billed_book() -> BilledBook:
    return BilledBook()


def _fill(shop: Shop) -> None:
    for name, status in (("C1", "taxable"), ("C2", "exempt"), ("C3", "taxable"), ("C4", "reverse_charge")):
        shop.crm("customers", customer_id=name, name=name, tax_status=status, received_at=RECEIVED)
    for number in (1, 2, 4):
        shop.sign(f"K{number}", "team", "2026-01-01", customer_id=f"C{number}", received_at=RECEIVED)
    shop.sign("K3", "team", "2026-02-10", customer_id="C3", received_at=RECEIVED)
    shop.crm(
        "one_off_charges",
        charge_id="once",
        customer_id="C3",
        charged_on="2026-02-11",
        amount="700",
        currency="JPY",
        received_at=RECEIVED,
    )
    for contract in ("K1", "K2"):
        shop.change(
            contract, "add_fee", "2026-01-01", fee_id="support", plan_id="team", quantity="3", received_at=RECEIVED
        )
        shop.change(contract, "discount", "2026-01-01", discount_id="welcome", received_at=RECEIVED)
        shop.change(contract, "discount", "2026-02-01", discount_id="tenner", received_at=RECEIVED)
    for contract in ("K1", "K2", "K3", "K4"):
        for month in MONTHS:
            _use(shop, contract, month)


def _use(shop: Shop, contract: str, month: str) -> None:
    def use(day: int, quantity: object, event_type: str, received_on: str = "", **properties: object) -> None:
        moment = f"{month}-{day:02}T10:00:00+09:00"
        received = f"{received_on or month + f'-{day:02}'} 12:00:00+00"
        shop.use(
            contract,
            moment,
            quantity,
            event_type=event_type,
            file=f"usage/app/{month}.csv",
            properties=json.dumps(properties),
            received_at=received,
        )

    number = MONTHS.index(month) + 1
    use(11, 31 + number, "call", region="tokyo")
    use(12, 7, "call", region="osaka")
    use(13, 5, "call", received_on="2026-04-30", region="tokyo")  # from January and February: too late
    use(14, 2 if number % 2 else -1, "store")
    use(15, 3, "seat", floor="one")
    use(16, -1, "seat", floor="two")
    for day, price in ((17, "40"), (18, "90"), (19, "700")):
        use(day, price, "sale", price=price)
    use(20, 6, "watt")
    use(21, 4, "watt")


def leaves(node: Value, definitions: Value, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every key of the schema that holds a value, as `plans/fees/model`; a label in two languages is one value."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        yield from ["/".join(path)] if name == "label" else leaves(definitions[name], definitions, path)
    elif "anyOf" in node:
        for choice in node["anyOf"]:
            yield from leaves(choice, definitions, path)
    elif node.get("properties"):
        for key, inside in node["properties"].items():
            yield from leaves(inside, definitions, (*path, key))
    elif node.get("type") == "array":
        yield from leaves(node["items"], definitions, path)
    else:
        yield "/".join(path)


def places(value: Any, path: list[str]) -> Iterator[Value]:
    """The groups of keys in which the last key of a path stands, in the order of the file."""
    if isinstance(value, list):
        for inside in value:
            yield from places(inside, path)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) == 1:
            yield value
        else:
            yield from places(value[path[0]], path[1:])
