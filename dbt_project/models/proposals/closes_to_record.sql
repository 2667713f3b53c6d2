with

months as (

    select * from {{ ref('int_months_to_close') }}

),

differed as (

    select * from {{ ref('int_postings_differed') }}

),

by_account as (

    select
        entity_id,
        month,
        currency,
        account,
        sum(signed_amount) filter (where signed_amount > 0) as debit_amount,
        -sum(signed_amount) filter (where signed_amount < 0) as credit_amount,
    from differed
    group by entity_id, month, currency, account

),

totals as (

    select
        entity_id,
        month,
        to_json(list({
            'currency': currency,
            'account': account,
            'debit': cast(coalesce(debit_amount, 0) as varchar),
            'credit': cast(coalesce(credit_amount, 0) as varchar)
        } order by currency, account)) as totals,
    from by_account
    group by entity_id, month

),

to_record as (

    select
        months.entity_id,
        months.month,
        months.as_of_date as closed_on,
        coalesce(cast(totals.totals as varchar), '[]') as totals,
    from months
    left join totals on months.entity_id = totals.entity_id and months.month = totals.month

)

select * from to_record
