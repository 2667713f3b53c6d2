with

int_charge_decisions_fitted as (

    select * from {{ ref('int_charge_decisions_fitted') }}

),

judged as (

    select
        *,
        case
            when fit_count = 0 then 'refused_unknown'
            when fit_count > 1 then 'refused_ambiguous'
            when has_other_currency then 'refused_currency'
            when kind in ('correction', 'goodwill') and coalesce(amount, -1) < 0 then 'refused_amount'
        end as refusal,
        {{ round_amount('amount', 'minor_digits', "'half_up'") }} as rounded_amount,
    from int_charge_decisions_fitted

),

{# `release` ends every earlier decision on the charge; among corrections the latest holds. #}
ranked as (

    select
        *,
        coalesce(max(case when kind = 'release' then decision_no end) over of_charge, 0) as released_until,
        max(case when kind = 'correction' then decision_no end) over of_charge as last_correction_no,
    from judged
    window of_charge as (partition by charge_id, refusal is null)

),

resolved as (

    select
        decision_id,
        decision_no,
        kind,
        case when refusal is null then charge_id end as charge_id,
        rounded_amount as amount,
        case
            when refusal is not null then refusal
            when kind <> 'release' and decision_no < released_until then 'released'
            when kind = 'correction' and decision_no < last_correction_no then 'superseded'
            else 'applied'
        end as state,
    from ranked

)

select * from resolved
