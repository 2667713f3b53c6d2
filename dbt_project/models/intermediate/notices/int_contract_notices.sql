with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

price_changes as (

    select * from {{ ref('int_price_changes_announced') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A cancellation that lies ahead does not act yet, but it is announced and the renewal is not. #}
alive as (

    select
        lives.* replace (lives.planned_until as life_until),
        run.night_ends_on,
        entities.trial_notice_days,
        entities.renewal_notice_days,
        entities.ending_notice_days,
        entities.price_notice_days,
        if(
            lives.is_auto_renewed,
            {{ next_anniversary(
                'lives.service_from', 'lives.term_months', 'greatest(run.night_ends_on, lives.service_from)'
            ) }},
            null
        ) as renewed_on,
    from lives
    cross join run
    inner join entities on lives.entity_id = entities.entity_id
    where lives.life_until > run.night_ends_on and lives.service_from <= run.night_ends_on

),

found as (

    select
        contract_id,
        unnest([
            { 'purpose': 'trial_ending', 'happens_on': trial_until, 'days_ahead': trial_notice_days },
            { 'purpose': 'renewal_coming', 'happens_on': renewed_on, 'days_ahead': renewal_notice_days },
            { 'purpose': 'contract_ending', 'happens_on': life_until, 'days_ahead': ending_notice_days }
        ], recursive := true),
    from alive
    union all by name
    select
        alive.contract_id,
        'price_change' as purpose,
        price_changes.happens_on,
        alive.price_notice_days as days_ahead,
    from price_changes
    inner join alive on price_changes.contract_id = alive.contract_id

),

due as (

    select
        {{ make_plain_id(['found.purpose', 'found.contract_id', 'found.happens_on']) }} as mail_key,
        found.purpose,
        alive.user_customer_id as customer_id,
        found.contract_id,
        found.happens_on,
        cast(cast({
            'contract_id': found.contract_id,
            'happens_on': found.happens_on,
            'respond_by': found.happens_on - greatest(coalesce(alive.notice_days, 1), 1)
        } as json) as varchar) as facts,
    from found
    inner join alive on found.contract_id = alive.contract_id
    where
        found.happens_on > alive.night_ends_on
        and found.happens_on <= alive.night_ends_on + found.days_ahead
        and (found.happens_on < alive.life_until or found.purpose = 'contract_ending')

)

select * from due
