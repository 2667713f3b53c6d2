{# Who was merged into somebody that is merged in turn belongs to the last of them, from the day on which both are. #}
with recursive

customer_merges as (

    select customer_id, into_customer_id, effective_on, pays_from,
    from {{ ref('int_customer_merges_judged') }}
    where refusal_reason is null

),

followed as (

    select customer_id, into_customer_id as survivor_id, effective_on as valid_from, pays_from, 1 as merge_no,
    from customer_merges
    union all
    select
        followed.customer_id,
        customer_merges.into_customer_id,
        greatest(followed.valid_from, customer_merges.effective_on),
        greatest(followed.pays_from, customer_merges.pays_from),
        followed.merge_no + 1,
    from followed
    inner join customer_merges on followed.survivor_id = customer_merges.customer_id

),

{# Before the first merge everybody is who they are. #}
with_beginnings as (

    select * from followed
    union all
    select distinct customer_id, customer_id, date '0001-01-01', date '0001-01-01', 0 from customer_merges

),

bounded as (

    select
        customer_id,
        merge_no,
        survivor_id,
        valid_from,
        lead(valid_from, 1, date '9999-12-31') over in_order as valid_until,
        pays_from,
        lead(pays_from, 1, date '9999-12-31') over in_order as pays_until,
    from with_beginnings
    window in_order as (partition by customer_id order by merge_no)

)

select * from bounded
