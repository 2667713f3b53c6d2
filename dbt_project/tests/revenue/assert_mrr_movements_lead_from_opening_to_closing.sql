-- Fails if opening + new + expansion + contraction + churn + reactivation is not closing, or a month does not open as
-- the last one closed.
with

movements as (

    select
        *,
        lag(closing_mrr) over (partition by customer_id, currency order by month) as closed_before,
    from {{ ref('mrr_movements') }}

)

select *
from movements
where
    closing_mrr <> opening_mrr + new + expansion + contraction + churn + reactivation
    or opening_mrr <> coalesce(closed_before, 0)
