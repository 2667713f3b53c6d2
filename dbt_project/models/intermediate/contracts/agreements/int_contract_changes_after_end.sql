with

changes as (

    select * from {{ ref('int_contract_changes_judged') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

{# What a change does when it acts is known only now that the contract's end is. #}
outlived as (

    select
        changes.file_name,
        changes.line_no,
        changes.contract_id,
        changes.change_id,
        if(steps.acts_on >= changes.until, 'until_too_early', 'after_end') as refusal_reason,
    from changes
    inner join steps on changes.change_id = steps.change_id
    inner join lives on changes.contract_id = lives.contract_id
    where
        changes.refusal_reason is null
        and changes.kind <> 'reinstate'
        and (
            (changes.kind = 'pause' and steps.acts_on >= changes.until)
            or steps.acts_on > lives.planned_until
            or (steps.acts_on = lives.planned_until and changes.kind <> 'cancel')
        )

)

select * from outlived
