with

changes as (

    select *
    from {{ ref('int_contract_changes_resolved') }}
    where kind in ('add_fee', 'remove_fee') or (kind = 'change_quantity' and fee_id is not null)

),

{# Before its first change a fee is as its plan says. #}
fee_steps as (

    select
        contract_id,
        fee_id,
        coalesce(instance, '') as instance,
        effective_on as fee_from,
        case kind when 'add_fee' then true when 'remove_fee' then false end as is_added,
        quantity as fee_quantity,
        step_no,
    from changes
    union
    select
        contract_id,
        fee_id,
        unnest(['', coalesce(instance, '')]),
        date '0001-01-01',
        null,
        null,
        0,
    from changes

),

fee_lives as (

    select
        contract_id,
        fee_id,
        instance,
        fee_from,
        lead(fee_from, 1, date '9999-12-31') over in_order as fee_until,
        last_value(is_added ignore nulls) over in_order as is_added,
        last_value(fee_quantity ignore nulls) over in_order as fee_quantity,
    from fee_steps
    window
        in_order as (
            partition by contract_id, fee_id, instance
            order by fee_from, step_no
            rows between unbounded preceding and current row
        )
    qualify lead(fee_from, 1, date '9999-12-31') over in_order > fee_from

)

select * from fee_lives
