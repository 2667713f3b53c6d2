-- Fails if broken claims hold more than 20 documents and with them more than 20 % of the money of their days of
-- billing, in any currency: this is no matter of some contracts any more. Documents of these days that were issued
-- before count as money that was not held.
with

claims as (

    select * from {{ ref('int_claims_broken') }}
    where document_id <> ''

),

drafts as (

    select
        document_id,
        currency,
        bill_on,
        abs(total_amount) as amount,
    from {{ ref('int_documents_totalled') }}

),

{# What a charge in doubt would add to its document, which may not be there without it. #}
doubtful as (

    select distinct
        placed.document_id,
        placed.charge_id,
        placed.currency,
        differences.bill_on,
        abs(placed.amount) as amount,
    from {{ ref('int_charge_claims_placed') }} as placed
    inner join {{ ref('int_billing_adjustments_scheduled') }} as differences on placed.charge_id = differences.charge_id
    where placed.document_id <> ''

),

waiting as (

    select document_id, currency, bill_on, amount from doubtful
    union all
    select document_id, currency, bill_on, amount from drafts
    where document_id in (select claims.document_id from claims)

),

held as (

    select
        currency,
        count(distinct document_id) as document_count,
        sum(amount) as amount,
    from waiting
    group by currency

),

others as (

    select currency, amount from drafts
    where document_id not in (select claims.document_id from claims)
    union all
    select currency, abs(total_amount) from {{ ref('stg_ledger__documents') }}
    where bill_on in (select waiting.bill_on from waiting)

),

shares as (

    select
        held.currency,
        held.document_count,
        held.amount as held_amount,
        held.amount + coalesce(sum(others.amount), 0) as all_amount,
    from held
    left join others on held.currency = others.currency
    group by held.currency, held.document_count, held.amount

),

large as (

    select
        *,
        sum(document_count) over () as documents_held,
    from shares
    where held_amount * 5 > all_amount

)

select * from large
where documents_held > 20
