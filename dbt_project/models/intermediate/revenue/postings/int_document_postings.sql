with

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

openings as (

    select * from {{ ref('int_openings_judged') }}

),

{# A credit note's amounts are negative, so the same lines turn their sides. What another system had billed or deferred
   comes from the opening balance. #}
derived as (

    select
        'document' as source_type,
        entity_id,
        document_id as source_id,
        posted_from,
        currency,
        unnest([
            'receivable',
            if(is_opening, 'opening_balance', 'deferred_revenue'),
            if(is_opening, 'opening_balance', 'tax_payable')
        ]) as role,
        unnest([total_amount, -net_amount, -tax_amount]) as signed_amount,
    from documents
    union all
    select
        'opening_deferral',
        entity_id,
        {{ make_plain_id(["'opening_deferral'", 'opening_id']) }},
        starts_on,
        currency,
        unnest(['deferred_revenue', 'opening_balance']),
        unnest([-amount, amount]),
    from openings
    where source = 'opening_deferrals' and refusal_reason is null

),

named as (

    select
        source_type,
        source_id,
        entity_id,
        cast(date_trunc('month', posted_from) as date) as event_month,
        role,
        '' as product,
        '' as department,
        currency,
        cast(sum(signed_amount) as decimal(20, 4)) as signed_amount,
    from derived
    where signed_amount <> 0
    group by all

)

select * from named
