with

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

followed as (

    select
        *,
        min(effective_on) filter (where kind = 'resume') over later as resumed_on,
    from changes
    where kind in ('pause', 'resume')
    window
        later as (
            partition by contract_id
            order by effective_on, step_no
            rows between 1 following and unbounded following
        )

),

bounded as (

    select
        contract_id,
        change_id,
        step_no,
        effective_on as paused_from,
        least(until, resumed_on, date '9999-12-31') as paused_until,
    from followed
    where kind = 'pause'

)

select * from bounded
where paused_from < paused_until
