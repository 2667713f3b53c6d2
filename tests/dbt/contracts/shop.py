"""A small shop filled by hand: sellers, plans and whoever signs, for tests of contracts, metering and pricing.

Each case has its own customer.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb
from billing_jobs.adapters.warehouse import dbt, dbt_manifest
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.settings import Home
from tests.support.fixture_home import FOLDERS, Rows, fill, fill_usage, utc_day, write_rows

RECEIVED = "2024-01-01 00:00:00+00"
AREAS = ("contracts", "metering", "pricing")
NOTICES = (
    "card_charges_after_expiry",
    "contract_notices",
    "price_changes_announced",
    "usage_threshold_notices",
)
BUILT = " ".join(
    ["path:seeds", "path:models/staging"]
    + [f"path:models/intermediate/{area}" for area in AREAS]
    + [f"int_{notice}" for notice in NOTICES]
    + ["path:tests/metering", "+int_deposits_judged"]  # `rejected_rows` names movements of money that do not count
    + [f"path:models/marts/{area}" for area in AREAS[:2]]
    + ["price_versions"]
)  # fmt: skip


class Shop:
    """Rows of every stream, with the defaults that most cases share."""

    def __init__(self, as_of: str = "2026-10-31", night_ends_on: str = "2026-11-01") -> None:
        self.rows: dict[str, Rows] = defaultdict(list)
        known_until = f"{as_of} 17:00:00+00"
        self.rows["run"] = [
            {
                "as_of_date": as_of,
                "known_until": known_until,
                "night_ends_on": night_ends_on,
                "is_view": False,
                "ledger_head": "",
                "ledger_sequence": 0,
            }
        ]
        self.entity("main", time_zone="Asia/Tokyo", currency="JPY", payment_terms_id="eom")
        self.entity("us", time_zone="America/New_York", currency="USD", payment_terms_id="net30")
        self.catalog("payment_terms", payment_terms_id="eom", closing_day=99, month_offset=1, pay_day=99, roll="next")
        self.catalog("payment_terms", payment_terms_id="net30", net_days=30)
        for code, kind, dated in (
            ("standard", "standard", {"2019-10-01": "10"}),
            ("reform", "standard", {"2019-10-01": "8", "2026-03-15": "10"}),
            ("none", "exempt", {}),
            ("reversed", "reverse_charge", {}),
        ):
            self.catalog("tax_codes", tax_code=code, kind=kind)
            for valid_from, rate in dated.items():
                self.catalog("tax_rates", tax_code=code, valid_from=valid_from, rate=rate)

    def catalog(self, table: str, /, **columns: Any) -> None:
        self.rows[f"catalog_{table}"].append({**columns, "catalog_version": "v1", "received_at": RECEIVED})

    def crm(self, kind: str, /, **columns: Any) -> None:
        rows = self.rows[f"crm_{kind}"]
        rows.append({"received_at": RECEIVED, "file_name": f"crm/{kind}.csv", "line_no": len(rows) + 2, **columns})

    def entity(self, entity_id: str, **columns: Any) -> None:
        defaults = {
            "rounding": "half_up",
            "tax_rounding": "floor",
            "billing_starts_on": "2020-01-01",
            "rebill_horizon_months": 13,
            "dunning_policy_id": "standard",
        }
        self.catalog("entities", entity_id=entity_id, **{**defaults, **columns})

    def plan(self, plan_id: str, *fees: dict[str, Any], every: int = 1, unit: str = "month", **columns: Any) -> None:
        defaults = {
            "entity_id": "main",
            "currency": "JPY",
            "currencies": '["JPY"]',
            "anchor": "contract",
            "proration": "daily",
            "price_basis": "exclusive",
            "name_en": plan_id,
        }
        self.catalog(
            "plans",
            plan_id=plan_id,
            interval_every=every,
            interval_unit=unit,
            **{
                **defaults,
                **({"currencies": f'["{columns["currency"]}"]'} if "currency" in columns else {}),
                **columns,
            },
        )
        currency = columns.get("currency", "JPY")
        for number, fee in enumerate(fees, start=1):
            versions = fee.pop("versions")
            tiers, prices = fee.pop("tiers", []), fee.pop("prices", {})
            self.catalog("fees", plan_id=plan_id, fee_no=number, **fee)
            for version in versions:
                self.catalog(
                    "fee_versions",
                    plan_id=plan_id,
                    fee_id=fee["fee_id"],
                    **{"currency": currency, "applies_to": "all", "is_mid_period": False, **version},
                )
            key = {
                "plan_id": plan_id,
                "fee_id": fee["fee_id"],
                "currency": currency,
                "valid_from": versions[0]["valid_from"],
            }
            for tier_no, (low, high, unit_price, flat) in enumerate(tiers, start=1):
                self.catalog(
                    "fee_tiers",
                    **key,
                    tier_no=tier_no,
                    from_quantity=low,
                    up_to=high,
                    unit_price=unit_price,
                    flat_amount=flat,
                )
            for price_no, (values, unit_price) in enumerate(prices.items(), start=1):
                self.catalog("fee_prices", **key, price_no=price_no, dimension_values=values, unit_price=unit_price)

    def sign(self, contract_id: str, plan_id: str, service_from: str, **columns: Any) -> None:
        """A contract and a customer of the same name (unless the case names one that it made itself)."""
        if "customer_id" not in columns:
            self.crm("customers", customer_id=contract_id, name=f"Name of {contract_id}")
        self.crm(
            "contracts",
            **{
                "contract_id": contract_id,
                "customer_id": contract_id,
                "plan_id": plan_id,
                "service_from": service_from,
                **columns,
            },
        )

    def change(self, contract_id: str, kind: str, effective_on: str, **columns: Any) -> None:
        number = len(self.rows["crm_contract_changes"]) + 1
        self.crm(
            "contract_changes",
            **{
                "change_id": f"change-{number}",
                "contract_id": contract_id,
                "kind": kind,
                "effective_on": effective_on,
                **columns,
            },
        )

    def use(
        self,
        contract_id: str,
        event_at: str,
        quantity: object,
        *,
        event_type: str = "api.request",
        file: str = "usage/app/first.csv",
        **columns: Any,
    ) -> None:
        number = len(self.rows["usage"]) + 1
        event = {
            "event_id": f"event-{number}", "source": "app", "event_type": event_type, "event_at": event_at,
            "contract_id": contract_id, "customer_id": "",
            "quantity": quantity, "properties": "{}", "file_name": file, "line_no": number, "received_at": RECEIVED,
        }  # fmt: skip
        self.rows["usage"].append({**event, **columns})

    def forget_file(self, name: str) -> None:
        """As if the intake had never taken it in."""
        self.rows["usage"] = [event for event in self.rows["usage"] if event["file_name"] != name]

    def write(self, home: Home) -> None:
        """Write lake and ledger, and what the intake counted for the usage files; on a home that is there,
        only what signing and usage changed."""
        counted: dict[tuple[str, str], int] = defaultdict(int)
        for event in self.rows["usage"]:
            counted[event["file_name"], utc_day(event["event_at"])] += 1
        self.rows["intake"] = [
            {
                "file_id": file_id_of(name), "file_name": name, "sha256": f"{name}-{day}", "stream": "usage",
                "source": "app",
                "received_at": RECEIVED, "rows_received_at": RECEIVED,
                "state": "loaded", "event_date": day, "rows_received": count, "rows_accepted": count,
                "rows_rejected": 0, "rows_duplicate": 0,
            }
            for (name, day), count in counted.items()
        ]  # fmt: skip
        if not home.lake.exists():
            fill(home, self.rows)
            return
        for stream in ("crm_customers", "crm_contracts", "intake"):
            pattern, columns = FOLDERS[stream]
            write_rows(home.root / pattern.format(part="000001"), columns, self.rows[stream])
        fill_usage(home, self.rows["usage"])


class Tables:
    """The built tables of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with duckdb.connect(self.home.warehouse, read_only=True) as con:
            return duckdb.rows(con, sql, list(params))

    def charges(self, contract_id: str) -> list[dict[str, Any]]:
        return self.rows(
            "select * from int_charges_priced where contract_id = ? order by period_from, plan_id, fee_id", contract_id
        )


def build_once(fill_shop: Callable[[Shop], None]) -> tuple[Tables, list[str]]:
    """One home for all cases of a test module, and what failed while it was built."""
    home = Home(Path(tempfile.mkdtemp(prefix="shop-")))
    shop = Shop()
    fill_shop(shop)
    shop.write(home)
    return Tables(home), build(home, BUILT)


def build(home: Home, select: str) -> list[str]:
    """Build what is selected and no more (by default dbt adds every test that touches it,
    also those that need other areas); what failed."""
    _begin_warehouse(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_INDIRECT_SELECTION", "empty")
        return dbt.build(home.root, select).failures


def _begin_warehouse(home: Home) -> None:
    """An empty warehouse with the stamp of these models: only in tests may a part of them be built where there is no
    whole one."""
    if home.warehouse.exists():
        return
    stamp = home.root / ".dbt" / "models.sha256"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(dbt_manifest.fingerprint(dbt.project_dir()))
    with duckdb.connect(home.warehouse, read_only=False):
        pass
