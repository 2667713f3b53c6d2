-- Fails if usage that a fee charges is in two segments of it (billed twice), or was lost between summing it by day and by segment.
with

placed as (

    select * from {{ ref('int_usage_placed') }}

),

segments as (

    select * from {{ ref('int_segments_cut') }}

),

usage as (

    select * from {{ ref('int_usage_summed_daily') }}

),

charged_days as (

    select distinct
        segments.plan_id,
        segments.fee_id,
        usage.contract_id,
        usage.meter,
        usage.usage_date,
        usage.dimensions,
        usage.quantity,
    from usage
    inner join segments
        on
            usage.contract_id = segments.contract_id
            and usage.meter = segments.meter
            and usage.usage_date >= segments.segment_from
            and usage.usage_date < segments.segment_until

),

expected as (

    select
        contract_id,
        meter,
        fee_id,
        plan_id,
        sum(quantity) as quantity
    from charged_days group by all

),

billed as (

    select
        segments.contract_id,
        segments.meter,
        segments.fee_id,
        segments.plan_id,
        sum(placed.quantity) as quantity,
    from placed
    inner join segments on placed.charge_id = segments.charge_id and placed.segment_from = segments.segment_from
    group by all

)

select
    expected.*,
    billed.quantity as billed_quantity,
from expected
full outer join billed using (contract_id, meter, fee_id, plan_id)
where expected.quantity is distinct from billed.quantity
