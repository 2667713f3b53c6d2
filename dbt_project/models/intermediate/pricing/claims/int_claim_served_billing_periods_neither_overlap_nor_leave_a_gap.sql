-- A day of a contract's life lies in one billing period of an interval: in two it would be billed twice, in none between
-- two of them never, unless a new series of billing periods, which may be of another interval, begins where the gap does.
with

billing_periods as (

    select * from {{ ref('int_billing_periods_served') }}

),

series as (

    select distinct
        contract_id,
        charged_from,
    from {{ ref('int_billing_calendars') }}

),

neighbours as (

    select
        contract_id,
        served_from,
        served_until,
        lead(served_from) over (partition by contract_id, interval_every, interval_unit order by served_from) as next_from,
    from billing_periods

),

broken as (

    select distinct neighbours.contract_id
    from neighbours
    left join series on neighbours.contract_id = series.contract_id and neighbours.served_until = series.charged_from
    where
        neighbours.served_until > neighbours.next_from
        or (neighbours.served_until < neighbours.next_from and series.contract_id is null)
        or neighbours.served_from >= neighbours.served_until

)

select
    'served_billing_periods_neither_overlap_nor_leave_a_gap' as claim,
    contract_id,
    '' as plan_id,
    '' as fee_id,
    '' as charge_id,
from broken
