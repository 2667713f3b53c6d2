with

judged as (

    select * from {{ ref('int_contract_changes_judged') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# Ahead by the lead days of the plan that a change finds, and never before the change of plan that it follows. #}
acting as (

    select
        judged.* exclude (
            refusal_reason, content_hash, first_hash, row_no, is_while_paused, is_taken_back, is_after_cancel,
            in_time_until, effective_on
        ),
        judged.effective_on as asked_for_on,
        steps.acts_on as effective_on,
        steps.step_no,
    from judged
    inner join steps on judged.change_id = steps.change_id
    cross join run
    where judged.refusal_reason is null
    window following as (partition by judged.contract_id order by steps.step_no)
    qualify
        greatest(
            steps.ahead_on, max(if(judged.kind = 'change_plan', steps.ahead_on, null)) over following
        ) <= run.night_ends_on

),

{# Terms count from the first day, or from an agreed end; a renewal of its last day belongs to the term that ends. #}
counted as (

    select
        changes.contract_id,
        changes.change_id,
        changes.step_no,
        changes.effective_on,
        changes.until,
        contracts.term_months,
        contracts.agreed_until,
        coalesce(contracts.ends_on, contracts.service_from) as counted_from,
        {{ next_anniversary('counted_from', 'contracts.term_months', 'changes.effective_on - 1') }} as term_ends_on,
        coalesce(
            changes.until, {{ next_anniversary('counted_from', 'contracts.term_months', 'term_ends_on') }}
        ) as until_in_time,
    from acting as changes
    inner join contracts on changes.contract_id = contracts.contract_id
    where changes.kind = 'renew'

),

{# What was over already when it was renewed goes on until the end of the term that the renewal lies in. #}
followed as (

    select
        *,
        greatest(agreed_until, max(until_in_time) over before) as ended_on,
    from counted
    window before as (
        partition by contract_id
        order by effective_on, step_no rows between unbounded preceding and 1 preceding
    )

),

renewals as (

    select
        change_id,
        greatest(effective_on, ended_on) as renewed_from,
        if(
            effective_on <= ended_on,
            until_in_time,
            coalesce(until, {{ next_anniversary('counted_from', 'term_months', 'effective_on') }})
        )
            as renewed_until,
    from followed

),

resolved as (

    select
        acting.*,
        renewals.renewed_from,
        renewals.renewed_until,
    from acting
    left join renewals on acting.change_id = renewals.change_id

)

select * from resolved
