-- Where no draft has a line of the charge or of a draw for it, none can be held: then no document is named, and the
-- night stops.
with

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

lines as (

    select * from int_invoice_lines_taxed
    where reason <> 'void'

),

brought as (

    select
        charge_id,
        sum(line_amount) as line_amount,
        any_value(customer_id) as customer_id,
        any_value(contract_id) as contract_id,
        any_value(currency) as currency,
    from lines
    group by charge_id

),

{# What was billed and what the drafts bring add up to what a gathered charge owes. #}
not_brought as (

    select
        charge_id,
        coalesce(charges.customer_id, brought.customer_id) as customer_id,
        coalesce(charges.contract_id, brought.contract_id) as contract_id,
        coalesce(charges.difference, 0) as amount,
        coalesce(charges.currency, brought.currency) as currency,
        [charge_id] as moved_ids,
    from (from int_billing_adjustments where line_state = 'gathered') as charges
    full outer join brought using (charge_id)
    where coalesce(charges.difference, 0) <> coalesce(brought.line_amount, 0)

),

draws as (

    select
        paid_charge_id,
        sum(owed_amount) as owed_amount,
        max(owed_amount) as greatest_amount,
        list(charge_id) as draw_ids,
    from int_billing_adjustments
    where fee_id = 'credits'
    group by paid_charge_id

),

{# The prepaid credits drawn for a charge do not exceed what it owes, and each draw pays. #}
overdrawn as (

    select
        charges.charge_id,
        charges.customer_id,
        charges.contract_id,
        charges.owed_amount + draws.owed_amount as amount,
        charges.currency,
        list_append(draws.draw_ids, charges.charge_id) as moved_ids,
    from draws
    inner join int_billing_adjustments as charges on draws.paid_charge_id = charges.charge_id
    where charges.owed_amount + draws.owed_amount < 0 or draws.greatest_amount > 0

),

broken as (

    select 'drafts_bring_charges_to_what_they_owe' as claim, * from not_brought
    union all
    select 'credits_pay_no_more_than_a_charge_owes' as claim, * from overdrawn

),

drafted as (

    select distinct
        moved.claim,
        moved.charge_id,
        lines.document_id,
    from (select claim, charge_id, unnest(moved_ids) as moved_id from broken) as moved
    inner join lines on moved.moved_id = lines.charge_id

)

select
    broken.claim,
    broken.customer_id,
    broken.contract_id,
    broken.charge_id,
    coalesce(drafted.document_id, '') as document_id,
    cast(broken.amount as decimal(20, 4)) as amount,
    broken.currency,
from broken
left join drafted on broken.claim = drafted.claim and broken.charge_id = drafted.charge_id
