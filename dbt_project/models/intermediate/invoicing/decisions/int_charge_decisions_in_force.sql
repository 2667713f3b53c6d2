with

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

decided as (

    select
        charge_id,
        max(amount) filter (where state = 'applied' and kind = 'correction') as correction_amount,
        cast(
            coalesce(sum(amount) filter (where state = 'applied' and kind = 'goodwill'), 0) as decimal(20, 4)
        ) as goodwill_amount,
        coalesce(bool_or(kind = 'waive') filter (where state = 'applied'), false) as is_waived,
        list(decision_id order by decision_no) filter (where state = 'applied') as decision_ids,
    from int_charge_decisions_resolved
    where charge_id is not null
    group by all

)

select * from decided
