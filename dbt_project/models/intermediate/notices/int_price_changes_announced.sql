with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

phases as (

    select * from {{ ref('int_contract_phases') }}

),

versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# Whose renewed terms have a price of their own is told of the renewal. #}
coming as (

    select
        lives.contract_id,
        versions.plan_id,
        versions.fee_id,
        versions.valid_from as happens_on,
        fees.is_optional,
    from lives
    cross join run
    inner join phases
        on
            lives.contract_id = phases.contract_id
            and run.night_ends_on >= phases.phase_from
            and run.night_ends_on < phases.phase_until
    inner join versions
        on
            phases.plan_id = versions.plan_id
            and lives.currency = versions.currency
            and versions.valid_from > run.night_ends_on
            and versions.valid_from < lives.planned_until
    inner join fees on versions.plan_id = fees.plan_id and versions.fee_id = fees.fee_id
    where
        coalesce(versions.applies_to, 'all') = 'all'
        and lives.renewal_price is null
        and versions.valid_from < coalesce(fees.until, date '9999-12-31')

),

{# A price that the contract agreed on for itself stays; a fee that it took no part in, or took off, is nothing to
   it. #}
own as (

    select
        coming.contract_id,
        coming.fee_id,
        coming.happens_on,
        bool_or(changes.kind = 'override_price') as has_own_price,
        count(*) filter (where changes.kind = 'add_fee')
        - count(*) filter (where changes.kind = 'remove_fee') as more_of_it,
    from coming
    inner join changes
        on
            coming.contract_id = changes.contract_id
            and coming.fee_id = changes.fee_id
            and coming.plan_id = coalesce(changes.plan_id, coming.plan_id)
            and changes.effective_on <= coming.happens_on
            and coalesce(changes.until, date '9999-12-31') > coming.happens_on
    where changes.kind in ('override_price', 'add_fee', 'remove_fee')
    group by all

),

found as (

    select distinct
        coming.contract_id,
        coming.happens_on,
    from coming
    left join own using (contract_id, fee_id, happens_on)
    where
        not coalesce(own.has_own_price, false)
        and if(coalesce(coming.is_optional, false), 0, 1) + coalesce(own.more_of_it, 0) > 0

)

select * from found
