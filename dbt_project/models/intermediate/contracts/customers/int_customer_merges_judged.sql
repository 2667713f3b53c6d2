{# Whether a merge leads back to its own customer is found by following the merges that were received before it. #}
with recursive

customer_merges as (

    select * from {{ ref('stg_crm__customer_merges') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

customers_billed as (

    select * from {{ ref('stg_ledger__customers_billed') }}

),

{# A key that was billed before the merge was known stays with its payer: the other one pays from the first billing
   period after those. #}
last_billed as (

    select customer_merges.file_name, customer_merges.line_no, max(billed.last_period_from) as last_period_from,
    from customer_merges
    inner join customers_billed as billed
        on customer_merges.customer_id = billed.customer_id and billed.recorded_at < customer_merges.received_at
    group by all

),

numbered as (

    select
        *,
        row_number() over (order by received_at, file_name, line_no) as merge_no,
        row_number() over (partition by customer_id order by received_at, file_name, line_no) as row_no,
        first_value((into_customer_id, effective_on))
            over (partition by customer_id order by received_at, file_name, line_no) as first_target,
    from customer_merges

),

followed as (

    select merge_no, merge_no as last_no, customer_id as begins_with, into_customer_id as reached,
    from numbered
    union
    select followed.merge_no, followed.last_no, followed.begins_with, earlier.into_customer_id,
    from followed
    inner join numbered as earlier
        on followed.reached = earlier.customer_id and earlier.row_no = 1 and earlier.merge_no < followed.last_no

),

circles as (

    select distinct merge_no from followed where begins_with = reached

),

judged as (

    select
        numbered.* exclude (first_target, row_no),
        greatest(numbered.effective_on, last_billed.last_period_from + 1) as pays_from,
        case
            when numbered.row_no > 1
                then if(
                    (numbered.into_customer_id, numbered.effective_on) = numbered.first_target,
                    'repeated', 'conflicting_merge'
                )
            when merged.customer_id is null or survivors.customer_id is null then 'unknown_customer'
            when circles.merge_no is not null then 'merged_in_a_circle'
        end as refusal_reason,
    from numbered
    left join customers as merged on numbered.customer_id = merged.customer_id
    left join customers as survivors on numbered.into_customer_id = survivors.customer_id
    left join last_billed on numbered.file_name = last_billed.file_name and numbered.line_no = last_billed.line_no
    left join circles on numbered.merge_no = circles.merge_no

)

select * from judged
