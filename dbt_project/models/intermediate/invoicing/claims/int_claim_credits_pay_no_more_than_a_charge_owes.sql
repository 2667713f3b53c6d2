-- The prepaid credits drawn for a charge do not exceed what it owes, and each draw pays. Where no draft has the charge or a draw of it, none
-- can be held: then no document is named, and the night stops.
with

draws as (

    select
        paid_charge_id,
        sum(owed_amount) as owed_amount,
        max(owed_amount) as greatest_amount,
        list(charge_id) as draw_ids,
    from {{ ref('int_billing_adjustments') }}
    where fee_id = 'credits'
    group by paid_charge_id

),

broken as (

    select
        charges.charge_id,
        charges.customer_id,
        charges.contract_id,
        charges.currency,
        charges.owed_amount + draws.owed_amount as amount,
        list_append(draws.draw_ids, charges.charge_id) as moved_ids,
    from draws
    inner join {{ ref('int_billing_adjustments_scheduled') }} as charges on draws.paid_charge_id = charges.charge_id
    where charges.owed_amount + draws.owed_amount < 0 or draws.greatest_amount > 0

),

drafted as (

    select distinct
        moved.charge_id,
        lines.document_id,
    from (select charge_id, unnest(moved_ids) as moved_id from broken) as moved
    inner join {{ ref('int_invoice_lines_taxed') }} as lines on moved.moved_id = lines.charge_id

)

select
    'credits_pay_no_more_than_a_charge_owes' as claim,
    broken.customer_id,
    broken.contract_id,
    broken.charge_id,
    coalesce(drafted.document_id, '') as document_id,
    cast(broken.amount as decimal(20, 4)) as amount,
    broken.currency,
from broken
left join drafted on broken.charge_id = drafted.charge_id
