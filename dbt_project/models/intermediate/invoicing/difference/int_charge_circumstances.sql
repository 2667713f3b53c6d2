{{ config(materialized='view') }}

with

int_charges_known as (

    select * from {{ ref('int_charges_known') }}

),

int_charge_decisions_in_force as (

    select * from {{ ref('int_charge_decisions_in_force') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

int_contract_cancellations as (

    select * from {{ ref('int_contract_cancellations') }}

),

int_charges_to_reconcile as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

int_charges_in_doubt as (

    select * from {{ ref('int_charges_in_doubt') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

voids_pending as (

    select distinct lines.charge_id,
    from int_invoice_lines_uncredited as lines
    inner join int_void_decisions_resolved as voids on lines.document_id = voids.document_id
    where voids.is_pending

),

guarded as (

    select
        charges.*,
        examined.* exclude (charge_id),
        coalesce(decided.correction_amount, charges.computed_amount) as correction_amount,
        coalesce(decided.goodwill_amount, 0) as goodwill_amount,
        coalesce(decided.is_waived, false) as is_waived,
        decided.decision_ids,
        voids_pending.charge_id is not null as is_void_pending,
        in_doubt.charge_id is not null and not coalesce(decided.is_waived, false) as is_in_doubt,
        coalesce(examined.voided_on >= run.night_ends_on, false) as is_voided_tonight,
        not examined.is_billed and {{ lies_before_beginning('charges') }} as is_before_beginning,
        examined.is_billed
        and not examined.is_voided
        and {{ lies_behind_horizon('charges', 'cancelled') }}
        and decided.charge_id is null
        and voids_pending.charge_id is null as is_beyond_horizon,
    from int_charges_known as charges
    inner join int_charges_to_reconcile as examined on charges.charge_id = examined.charge_id
    cross join stg_run__run as run
    left join int_contract_cancellations as cancelled on charges.contract_id = cancelled.contract_id
    left join int_charge_decisions_in_force as decided on charges.charge_id = decided.charge_id
    left join voids_pending on charges.charge_id = voids_pending.charge_id
    left join int_charges_in_doubt as in_doubt on charges.charge_id = in_doubt.charge_id

)

select * from guarded
