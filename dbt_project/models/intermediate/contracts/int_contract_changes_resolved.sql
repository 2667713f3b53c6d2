with

judged as (

    select * from {{ ref('int_contract_changes_judged') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

acting as (

    select judged.* exclude (refusal_reason, content_hash, first_hash, row_no)
    from judged
    cross join run
    where
        judged.refusal_reason is null
        and judged.effective_on <= run.night_ends_on + judged.lead_days

)

select * from acting
