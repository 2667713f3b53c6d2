with

judged as (

    select * from {{ ref('int_contract_changes_judged') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

acting as (

    select
        judged.* exclude (
            refusal_reason, content_hash, first_hash, row_no, is_while_paused, is_taken_back, is_after_cancel, in_time_until, effective_on
        ),
        judged.effective_on as asked_for_on,
        steps.acts_on as effective_on,
        steps.step_no,
    from judged
    inner join steps on judged.change_id = steps.change_id
    cross join run
    where
        judged.refusal_reason is null
        and steps.acts_on <= run.night_ends_on + judged.lead_days

)

select * from acting
