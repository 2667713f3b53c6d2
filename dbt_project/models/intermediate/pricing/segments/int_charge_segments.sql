with

stretches as (

    select * from {{ ref('int_fees_in_service') }}

),

charges as (

    select * from {{ ref('int_charges_identified') }}

),

pieces as (

    select * from {{ ref('int_prices_in_force') }}

),

overlapping as (

    select
        charges.charge_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.kind,
        charges.model,
        charges.meter,
        charges.dimensions,
        charges.part_period,
        charges.currency,
        charges.period_from,
        charges.period_until,
        charges.served_from,
        charges.served_until,
        charges.proration,
        charges.interval_months,
        stretches.quantity as phase_quantity,
        pieces.* exclude (charge_id, valid_from, piece_from, piece_until),
        pieces.valid_from as version_from,
        greatest(stretches.stretch_from, pieces.piece_from) as overlap_from,
        least(stretches.stretch_until, pieces.piece_until) as overlap_until,
    from stretches
    inner join charges
        on
            stretches.contract_id = charges.contract_id
            and stretches.plan_id = charges.plan_id
            and stretches.fee_id = charges.fee_id
            and stretches.instance = charges.instance
            and stretches.period_from = charges.period_from
            and stretches.period_until = charges.period_until
    inner join pieces
        on
            charges.charge_id = pieces.charge_id
            and stretches.stretch_from < pieces.piece_until
            and stretches.stretch_until > pieces.piece_from

),

months as (

    select
        *,
        cast(unnest(range(
            cast(date_trunc('month', overlap_from) as timestamp), cast(overlap_until as timestamp), interval 1 month
        )) as date) as month,
    from overlapping

),

cut as (

    select
        * exclude (overlap_from, overlap_until),
        greatest(overlap_from, month) as segment_from,
        least(overlap_until, cast(month + interval 1 month as date)) as segment_until,
    from months

),

shared as (

    select
        *,
        cast(case
            when proration = 'thirty_day' and interval_months is not null
                then
                    {{ thirtieths('period_from', 'segment_until', 'period_until', 'interval_months') }}
                    - {{ thirtieths('period_from', 'segment_from', 'period_until', 'interval_months') }}
            else segment_until - segment_from
        end as integer) as share_days,
        segment_from = served_from and segment_until = served_until as is_whole_charge,
        cast(case
            when proration = 'thirty_day' and interval_months is not null then 30 * interval_months
            when proration = 'none' then served_until - served_from
            else period_until - period_from
        end as integer) as whole_days,
    from cut

),

{# A price is owed for share_days of part_days; minimum and maximum go by whole_days. #}
parted as (

    select
        shared.* exclude (served_from, served_until, proration, interval_months),
        case
            when shared.part_period = 'served' then contract_days.served_days
            when coalesce(shared.part_period, '') <> 'whole' then shared.whole_days
        end as part_days,
    from shared
    left join {{ ref('int_contract_days_in_period') }} as contract_days on shared.charge_id = contract_days.charge_id

)

select * from parted
