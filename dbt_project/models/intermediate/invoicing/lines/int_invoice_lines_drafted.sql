with

int_invoice_lines_proposed as (

    select * from {{ ref('int_invoice_lines_proposed') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

line_kinds as (

    select * from {{ ref('line_kinds') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

issued as (

    select
        customer_id,
        entity_id,
        currency,
        group_key,
        price_basis,
        bill_on,
        cast(count(*) as integer) as document_count,
    from stg_ledger__documents
    group by all

),

keyed as (

    select
        lines.*,
        coalesce(issued.document_count, 0) as group_seq,
        {{ make_id(['customer_id', 'entity_id', 'currency', 'group_key', 'price_basis', 'bill_on', 'group_seq']) }}
            as document_id,
    from int_invoice_lines_proposed as lines
    left join issued using (customer_id, entity_id, currency, group_key, price_basis, bill_on)

),

{# The order of lines is data: a plan by its first day, kinds by their seed, fees as the catalog lists them.
   Ids only tell apart what is equal in all of this. #}
placed as (

    select
        keyed.*,
        {{ make_id(['keyed.document_id', 'keyed.charge_id', 'keyed.original_line_id', 'keyed.reason']) }} as line_id,
        min(keyed.served_from) over (
            partition by keyed.document_id, keyed.contract_id, keyed.period_from, keyed.plan_id
        ) as plan_from,
        line_kinds.line_order,
        fees.fee_no,
    from keyed
    left join line_kinds on keyed.kind = line_kinds.kind
    left join fees on keyed.plan_id = fees.plan_id and keyed.fee_id = fees.fee_id

),

drafted as (

    select
        * exclude (plan_from, line_order, fee_no),
        cast(row_number() over (
            partition by document_id
            order by
                contract_id, period_from, plan_from nulls last, plan_id, line_order nulls last, fee_no nulls last, fee_id,
                instance, period_until, charge_id, original_line_id nulls first
        ) as integer) as line_no,
    from placed

)

select * from drafted
