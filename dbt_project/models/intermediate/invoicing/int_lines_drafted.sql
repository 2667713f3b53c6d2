with

int_lines_gathered as (

    select * from {{ ref('int_lines_gathered') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

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
    from int_lines_gathered as lines
    left join issued using (customer_id, entity_id, currency, group_key, price_basis, bill_on)

),

drafted as (

    select
        *,
        {{ make_id(['document_id', 'charge_id', 'original_line_id', 'reason']) }} as line_id,
        cast(row_number() over (
            partition by document_id
            order by
                contract_id, period_from, plan_id, kind desc, fee_id, instance, charge_id, original_line_id nulls first
        ) as integer) as line_no,
    from keyed

)

select * from drafted
