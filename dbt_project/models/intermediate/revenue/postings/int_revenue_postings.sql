with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

scheduled as (

    select * from {{ ref('int_revenue_scheduled') }}

),

moved as (

    select
        charge_id,
        month,
        recognised_amount,
        unbilled_amount
        - coalesce(lag(unbilled_amount) over (partition by charge_id order by month), 0) as unbilled_moved_amount,
    from scheduled

),

{# Revenue leaves the deferred account; what is recognised before it is billed is shown as unbilled instead of a
   debit there. #}
derived as (

    select charge_id, month, 'revenue' as role, -recognised_amount as signed_amount from moved
    union all
    select charge_id, month, 'deferred_revenue', recognised_amount - unbilled_moved_amount from moved
    union all
    select charge_id, month, 'unbilled_revenue', unbilled_moved_amount from moved

),

named as (

    select
        'revenue' as source_type,
        derived.charge_id as source_id,
        charges.entity_id,
        derived.month as event_month,
        derived.role,
        case derived.role when 'revenue' then coalesce(charges.product, '') else '' end as product,
        case derived.role when 'revenue' then coalesce(charges.department, '') else '' end as department,
        charges.currency,
        cast(derived.signed_amount as decimal(20, 4)) as signed_amount,
    from derived
    inner join charges on derived.charge_id = charges.charge_id
    where derived.signed_amount <> 0

)

select * from named
