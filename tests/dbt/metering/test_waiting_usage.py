"""Usage that waits is told by whom it names, why and since when; how many events it is, says the accounting as well."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.cases import usage_fee

SELECT = "path:seeds +usage_accounting +waiting_usage"


def test_each_reason_to_wait_is_told_with_whom_and_how_many(tmp_path: Path) -> None:
    shop, tables = Shop(), Tables(Home(tmp_path))
    shop.catalog(
        "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions="[]"
    )
    shop.catalog(
        "meters", meter="priced", event_type="paid", aggregation="sum", field="quantity", price_field="price",
        dimensions="[]",
    )  # fmt: skip
    shop.plan("metered", usage_fee("per_unit", unit_price="1"), trial_days=0)
    shop.plan("priced", usage_fee("dynamic", meter="priced"), trial_days=0)
    shop.sign("known", "metered", "2026-10-01")
    shop.sign("by-event", "priced", "2026-10-01")
    for number in (1, 2):
        shop.sign(f"two-{number}", "metered", "2026-10-01", customer_id="two")
    shop.crm("customers", customer_id="two", name="Two")
    on = "2026-10-{:02d}T03:00:00Z".format
    shop.use("known", on(5), 1)
    shop.use("known", "2026-09-05T03:00:00Z", 1)
    shop.use("nobody", on(6), 1)
    shop.use("nobody", on(8), 1, file="usage/app/second.csv")
    shop.use("known", on(7), 1, event_type="api.unheard")
    shop.use("", on(7), 1, customer_id="stranger")
    shop.use("", on(7), 1, customer_id="two")
    shop.use("by-event", on(7), 1, event_type="paid", properties='{"price":"dear"}')
    shop.use("by-event", on(7), 1, event_type="paid", properties='{"price":"2"}')
    shop.write(tables.home)
    assert build(tables.home, SELECT) == []

    found = tables.rows("select * from waiting_usage")
    assert {
        (row["contract_id"] or row["customer_id"], row["event_type"]): (row["reason"], row["event_count"])
        for row in found
    } == {
        ("known", "api.request"): ("outside_service", 1),
        ("nobody", "api.request"): ("unknown_contract", 2),
        ("known", "api.unheard"): ("unknown_event_type", 1),
        ("stranger", "api.request"): ("unknown_customer", 1),
        ("two", "api.request"): ("no_single_contract", 1),
        ("by-event", "paid"): ("no_price", 1),
    }
    (nobody,) = (row for row in found if row["contract_id"] == "nobody")
    assert (nobody["first_event_date"], nobody["last_event_date"]) == (date(2026, 10, 6), date(2026, 10, 8))
    (told,) = tables.rows("select cast(sum(events_waiting) as bigint) as events from usage_accounting")
    assert sum(row["event_count"] for row in found) == told["events"] == 7
