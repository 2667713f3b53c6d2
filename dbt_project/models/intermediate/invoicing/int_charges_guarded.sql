{{ config(materialized='view') }}

with

int_charges_collected as (

    select * from {{ ref('int_charges_collected') }}

),

int_charges_decided as (

    select * from {{ ref('int_charges_decided') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

int_lines_standing as (

    select * from {{ ref('int_lines_standing') }}

),

stg_crm__contract_changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

voids_pending as (

    select distinct lines.charge_id,
    from int_lines_standing as lines
    inner join int_void_decisions_resolved as voids on lines.document_id = voids.document_id
    where voids.is_pending

),

cancellations as (

    select
        contract_id,
        min(effective_on) as cancelled_on,
    from stg_crm__contract_changes
    where kind = 'cancel'
    group by all

),

guarded as (

    select
        charges.*,
        coalesce(decided.correction_amount, charges.computed_amount) as correction_amount,
        coalesce(decided.goodwill_amount, 0) as goodwill_amount,
        coalesce(decided.is_waived, false) as is_waived,
        decided.decision_ids,
        voids_pending.charge_id is not null as is_void_pending,
        coalesce(charges.voided_on >= run.night_ends_on, false) as is_voided_tonight,
        not charges.is_billed
        and coalesce(charges.period_from < charges.billing_starts_on, false) as is_before_beginning,
        charges.is_billed
        and not charges.is_voided
        and charges.period_until <= charges.rebill_from
        and decided.charge_id is null
        and voids_pending.charge_id is null
        and coalesce(cancellations.cancelled_on >= charges.period_until, true) as is_beyond_horizon,
    from int_charges_collected as charges
    cross join stg_run__run as run
    left join int_charges_decided as decided on charges.charge_id = decided.charge_id
    left join voids_pending on charges.charge_id = voids_pending.charge_id
    left join cancellations on charges.contract_id = cancellations.contract_id

)

select * from guarded
