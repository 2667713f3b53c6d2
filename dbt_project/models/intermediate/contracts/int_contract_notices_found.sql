with

lives as (

    select * from {{ ref('int_contract_lives_bounded') }}

),

steps as (

    select * from {{ ref('int_contract_steps_followed') }}

),

changes as (

    select * from {{ ref('int_contract_changes_judged') }}

),

phases as (

    select * from {{ ref('int_phases_built') }}

),

versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

cancels as (

    select
        steps.contract_id,
        min(steps.acts_on) as cancelled_on,
    from steps
    inner join changes on steps.change_id = changes.change_id
    where changes.kind = 'cancel'
    group by steps.contract_id

),

{# A cancellation that lies ahead does not act yet, but it is announced and the renewal is not. #}
alive as (

    select
        lives.* replace (least(lives.life_until, cancels.cancelled_on) as life_until),
        run.night_ends_on,
        entities.trial_notice_days,
        entities.renewal_notice_days,
        entities.ending_notice_days,
        entities.price_notice_days,
        if(
            lives.is_auto_renewed,
            {{ next_anniversary('lives.service_from', 'lives.term_months', 'greatest(run.night_ends_on, lives.service_from)') }}, null
        ) as renewed_on,
    from lives
    cross join run
    inner join entities on lives.entity_id = entities.entity_id
    left join cancels on lives.contract_id = cancels.contract_id
    where lives.life_until > run.night_ends_on and lives.service_from <= run.night_ends_on

),

price_changes as (

    select
        alive.contract_id,
        versions.valid_from,
        alive.price_notice_days,
    from alive
    inner join phases
        on
            alive.contract_id = phases.contract_id
            and alive.night_ends_on >= phases.phase_from
            and alive.night_ends_on < phases.phase_until
    inner join versions
        on
            phases.plan_id = versions.plan_id
            and versions.valid_from > alive.night_ends_on
            and versions.valid_from < alive.life_until
    where coalesce(versions.applies_to, 'all') = 'all'
    group by all

),

found as (

    select
        'trial_ending' as purpose,
        contract_id,
        trial_until as happens_on,
        trial_notice_days as days_ahead,
    from alive
    where trial_until > night_ends_on and trial_until < life_until
    union all
    select 'renewal_coming', contract_id, renewed_on, renewal_notice_days from alive where renewed_on < life_until
    union all
    select 'contract_ending', contract_id, life_until, ending_notice_days from alive where life_until < date '9999-12-31'
    union all
    select 'price_change', * from price_changes

),

due as (

    select
        {{ make_id(['found.purpose', 'found.contract_id', 'found.happens_on']) }} as mail_key,
        found.purpose,
        alive.user_customer_id as customer_id,
        found.contract_id,
        found.happens_on,
        { 'contract_id': found.contract_id, 'happens_on': found.happens_on }::json::varchar as facts,
    from found
    inner join alive on found.contract_id = alive.contract_id
    where found.happens_on <= alive.night_ends_on + found.days_ahead

)

select * from due
