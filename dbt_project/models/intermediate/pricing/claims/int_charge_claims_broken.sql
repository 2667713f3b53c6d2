-- What claims about what was agreed, used and priced name: a charge, a fee of a contract, or (where plan and fee are
-- empty) a whole contract.
with

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charge_segments_rated as (

    select * from {{ ref('int_charge_segments_rated') }}

),

int_billing_periods_served as (

    select * from {{ ref('int_billing_periods_served') }}

),

int_billing_calendars as (

    select * from {{ ref('int_billing_calendars') }}

),

{# A charge without an amount, a tax rate or a bill day (a price list without the version's numbers, a tax code without
   a rate on the last served day) would otherwise bill nothing, unseen. #}
incomplete as (

    select 'every_charge_has_an_amount_and_a_tax_rate' as claim, contract_id, plan_id, fee_id, charge_id,
    from int_charges_priced
    where
        computed_amount is null
        or tax_rate is null
        or bill_on is null
        or due_at is null

),

segments as (

    select charge_id, sum(unrounded_amount) as segments_amount,
    from int_charge_segments_rated
    group by charge_id

),

{# The segments of a charge add up to its unrounded amount to the last digit: else revenue would not be what is owed. #}
not_added_up as (

    select
        'segments_add_up_to_their_charge' as claim,
        charges.contract_id, charges.plan_id, charges.fee_id, charges.charge_id,
    from int_charges_priced as charges
    left join segments on charges.charge_id = segments.charge_id
    where coalesce(segments.segments_amount, 0) <> charges.unrounded_amount

),

parts as (

    select contract_id, interval_every, interval_unit, {{ each_served_part() }},
    from int_billing_periods_served

),

neighbours as (

    select
        contract_id,
        part_from,
        part_until,
        lead(part_from)
            over (partition by contract_id, interval_every, interval_unit order by part_from) as next_from,
    from parts

),

{# A day of a contract's life lies in one billing period of an interval: in two it would be billed twice, in none
   between two of them never, unless a new series of billing periods, which may be of another interval, begins where the
   gap does. #}
overlapping as (

    select distinct
        'served_billing_periods_neither_overlap_nor_leave_a_gap' as claim,
        neighbours.contract_id,
        '' as plan_id,
        '' as fee_id,
        '' as charge_id,
    from neighbours
    left join (select distinct contract_id, charged_from, from int_billing_calendars) as series
        on neighbours.contract_id = series.contract_id and neighbours.part_until = series.charged_from
    where
        neighbours.part_until > neighbours.next_from
        or (neighbours.part_until < neighbours.next_from and series.contract_id is null)
        or neighbours.part_from >= neighbours.part_until

),

broken as (

    select * from incomplete
    union all
    select * from not_added_up
    union all
    select * from overlapping
    union all
    select * from {{ ref('int_claim_no_usage_is_in_two_segments_of_a_fee') }}

)

select * from broken
