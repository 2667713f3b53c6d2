with

differed as (

    select * from {{ ref('int_unposted_entries') }}

),

{# A side, not a sign: amounts of a journal are positive. #}
to_post as (

    select
        {{ make_id(['source_type', 'source_id', 'entity_id', 'month']) }} as entry_id,
        cast(row_number() over (
            partition by source_type, source_id, entity_id, month
            order by signed_amount < 0, account, product, department
        ) as integer) as line_no,
        entity_id,
        month,
        last_day(month) as posted_on,
        account,
        case when signed_amount > 0 then 'debit' else 'credit' end as side,
        cast(abs(signed_amount) as decimal(20, 4)) as amount,
        currency,
        source_type,
        source_id,
        product,
        department,
    from differed

)

select * from to_post
