with

int_charge_circumstances as (

    select * from {{ ref('int_charge_circumstances') }}

),

{# Correction, then goodwill, then waive. The floor is zero, but a negative one-off charge stays what it is. #}
decided as (

    select
        *,
        least(computed_amount, correction_amount) as corrected_amount,
        cast(
            case
                when is_waived then 0
                else greatest(least(corrected_amount, 0), corrected_amount - goodwill_amount)
            end as decimal(20, 4)
        ) as decided_amount,
    from int_charge_circumstances

),

owed as (

    select
        *,
        cast(
            case
                when is_before_beginning then 0
                when is_beyond_horizon or is_in_doubt then billed_amount
                else decided_amount
            end as decimal(20, 4)
        ) as owed_amount,
    from decided

)

select * from owed
