with

int_charges_owed_vs_billed as (

    select * from {{ ref('int_charges_owed_vs_billed') }}

),

int_charges_billed as (

    select * from {{ ref('int_charges_billed') }}

),

int_billed_charges_without_charge as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

int_charge_decisions_in_force as (

    select * from {{ ref('int_charge_decisions_in_force') }}

),

int_charges_in_doubt as (

    select * from {{ ref('int_charges_in_doubt') }}

),

int_documents_named_by_decisions as (

    select * from {{ ref('int_documents_named_by_decisions') }}

),

stg_ledger__document_lines as not materialized (

    select * from {{ ref('stg_ledger__document_lines') }}

),

{# What people decided about, by itself or with its document, what prepaid credits paid for, and what is in doubt, is looked at although it
   agrees. #}
named as (

    select charge_id from int_charge_decisions_in_force
    union
    select charge_id from int_charges_in_doubt
    union
    select charge_id from stg_ledger__document_lines semi join int_documents_named_by_decisions using (document_id)
    union
    select right(instance, 32) from int_billed_charges_without_charge
    where fee_id = 'credits'

),

agreeing as (

    select
        named.charge_id,
        billed.charge_id is not null as is_billed,
        coalesce(billed.billed_amount, 0) as billed_amount,
        coalesce(billed.is_voided, false) as is_voided,
    from named
    anti join int_charges_owed_vs_billed as compared on named.charge_id = compared.charge_id
    left join (from int_charges_billed semi join named using (charge_id)) as billed on named.charge_id = billed.charge_id

),

voids as (

    select
        lines.charge_id,
        max(documents.invoice_date) as voided_on,
    from stg_ledger__document_lines as lines
    inner join {{ ref('stg_ledger__documents') }} as documents on lines.document_id = documents.document_id
    where lines.reason = 'void'
    group by all

),

examined as (

    select
        charges.*,
        voids.voided_on,
    from (
        select * exclude (is_in_facts) from int_charges_owed_vs_billed
        union all by name
        select * from agreeing
    ) as charges
    left join voids on charges.charge_id = voids.charge_id

)

select * from examined
