"""The law of billing periods: from every anchor day, on every interval, fifty years without an overlap and without a
gap, and always counted from the anchor.

The models' own SQL runs over one relation of all anchors at once, without dbt.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import jinja2
import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.support.golden import worked

FOLDER = DBT_PROJECT_DIR / "models" / "intermediate" / "contracts" / "periods"
MACROS = "".join(
    (DBT_PROJECT_DIR / "macros" / f"{name}.sql").read_text("utf-8")
    for name in ("billing_period_anchor", "served_parts")
)
INTERVALS = (
    "(1, 'day'), (10, 'day'), (1, 'week'), (2, 'week'), (1, 'month'), (2, 'month'), (3, 'month'), (5, 'month'), (6, "
    "'month'), (1, 'year'), (2, 'year')"
)
ANCHORS = """
create table int_billing_calendars as
with contracts as (
    select *, md5(concat_ws('|', charged_from, set_day, anchor, interval_every, interval_unit)) as contract_id
    from (select cast(unnest(range(date '1976-01-01', date '1976-04-01', interval 1 day)) as date) as charged_from)
    cross join (values (null, 'contract'), (1, 'contract'), (30, 'contract'), (31, 'contract'),
        (null, 'calendar')) as anchors (set_day, anchor)
    cross join (values {intervals}) as intervals (interval_every, interval_unit)
    where interval_unit <> 'day' or set_day is null
)
select
    contract_id, 0 as series_no, true as is_only_series, 0 as lead_days, interval_every, interval_unit, charged_from,
    set_day, anchor,
    date '9999-12-31' as series_until, date '9999-12-31' as life_until, date '9999-12-31' as billing_periods_until,
    charged_from as service_from, null::varchar as refund,
    {{{{ anchor_month('anchor', 'set_day', 'charged_from') }}}} as anchor_month,
    {{{{ anchor_day('anchor', 'set_day', 'charged_from') }}}} as anchor_day,
    if(anchor = 'calendar', date '1900-01-01', charged_from) as anchor_date, anchor = 'calendar' as is_calendar,
    case interval_unit when 'month' then interval_every when 'year' then 12 * interval_every end as step_months,
    case interval_unit when 'day' then interval_every when 'week' then 7 * interval_every end as step_days
from contracts
"""


def rendered(sql: str) -> str:
    return jinja2.Environment().from_string(MACROS + sql).render(ref=lambda name: name)


@pytest.fixture(scope="module")
def billing_periods() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create table stg_run__run as select date '2027-06-01' as night_ends_on")
        con.execute(rendered(ANCHORS.format(intervals=INTERVALS)))
        con.execute(
            "create table int_billing_periods_nominal as "
            f"{rendered((FOLDER / 'int_billing_periods_nominal.sql').read_text('utf-8'))}"
        )
        yield con


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(f"select count(*) from ({sql})").fetchall()[0][0])


def test_fifty_years_of_billing_periods_are_laid_from_every_anchor(billing_periods: duckdb.DuckDBPyConnection) -> None:
    assert (
        count(billing_periods, "select distinct contract_id from int_billing_periods_nominal")
        == count(billing_periods, "from int_billing_calendars")
        > 4000
    )
    assert count(billing_periods, "from int_billing_periods_nominal") > 2_000_000


def test_no_billing_period_overlaps_the_next_and_none_leaves_a_gap(billing_periods: duckdb.DuckDBPyConnection) -> None:
    broken = """
        select *, lead(period_from) over (partition by contract_id order by period_from) as next_from
        from int_billing_periods_nominal
        qualify period_until <> next_from or period_from >= period_until
    """
    assert count(billing_periods, broken) == 0


def test_the_first_billing_period_covers_the_first_day_and_the_last_one_the_night(
    billing_periods: duckdb.DuckDBPyConnection,
) -> None:
    ends = """
        select contract_id, min(period_from) as first_from, min(period_until) as first_until,
            max(period_until) as last_until, min(charged_from) as charged_from
        from int_billing_periods_nominal inner join int_billing_calendars using (contract_id) group by contract_id
        having first_from > charged_from or first_until <= charged_from or last_until <= date '2027-06-01'
    """
    assert count(billing_periods, ends) == 0


def test_every_month_billing_period_begins_on_the_anchors_day_or_the_end_of_a_shorter_month(
    billing_periods: duckdb.DuckDBPyConnection,
) -> None:
    drifted = """
        from int_billing_periods_nominal as laid inner join int_billing_calendars as anchors using (contract_id)
        where step_months is not null and (
            day(laid.period_from) <> least(anchor_day, day(last_day(laid.period_from)))
            or date_diff('month', anchor_month, laid.period_from) % step_months <> 0
        )
    """
    assert count(billing_periods, f"select 1 {drifted}") == 0


def test_months_from_the_31st_come_back_to_it_after_fifty_years(billing_periods: duckdb.DuckDBPyConnection) -> None:
    of_31_january = """
        select laid.period_from::varchar from int_billing_periods_nominal as laid
        inner join int_billing_calendars as anchors using (contract_id)
        where charged_from = date '1976-01-31' and anchor = 'contract' and set_day is null
            and anchors.interval_every = 1 and anchors.interval_unit = 'month'
        and laid.period_from between date '2027-01-01' and date '2027-05-31' order by 1
    """
    assert [day for (day,) in billing_periods.execute(of_31_january).fetchall()] == worked("anchor_31")
