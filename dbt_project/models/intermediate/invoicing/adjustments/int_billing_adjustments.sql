{{ config(materialized='view') }}

with

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

int_credit_draws as (

    select * from {{ ref('int_credit_draws') }}

),

united as (

    select * from int_billing_adjustments_scheduled
    union all by name
    select * from int_credit_draws

),

{# Where nothing differs, the day stays that of the charge. #}
stated as (

    select
        * exclude (as_of_date, is_missing, own_bill_on) replace (if(difference = 0, own_bill_on, bill_on) as bill_on),
        case
            when is_missing then 'missing'
            when is_in_doubt then 'in_doubt'
            when difference = 0 then 'none'
            when not is_billable then 'not_due'
            when is_void_pending or is_voided_tonight then 'voided'
            when bill_on > as_of_date then 'waiting'
            else 'gathered'
        end as line_state,
    from united

)

select * from stated
