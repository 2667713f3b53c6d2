with

int_differences_dated as (

    select * from {{ ref('int_differences_dated') }}

),

differed as (

    select
        * exclude (as_of_date, is_missing),
        case
            when difference = 0 then 'none'
            when is_missing then 'missing'
            when not is_billable then 'not_due'
            when is_void_pending or is_voided_tonight then 'voided'
            when bill_on > as_of_date then 'waiting'
            else 'gathered'
        end as line_state,
    from int_differences_dated

)

select * from differed
