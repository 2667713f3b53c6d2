with

int_charge_segments_rated as (

    select * from {{ ref('int_charge_segments_rated') }}

),

int_price_components as (

    select * from {{ ref('int_price_components') }}

),

{# Explanations are made for what is being issued, not for every charge there ever was. #}
charges as (

    select * from {{ ref('int_billing_adjustments') }} where line_state = 'gathered'

),

steps as (

    select
        steps.charge_id,
        steps.segment_from,
        to_json(list({
            'tier': steps.tier_no,
            'quantity': cast(steps.quantity as varchar),
            'unit_price': cast(steps.unit_price as varchar),
            'amount': cast(steps.amount as varchar)
        } order by steps.tier_no, steps.unit_price, steps.quantity)) as steps,
    from int_price_components as steps
    semi join charges on steps.charge_id = charges.charge_id
    group by all

),

segments as (

    select
        segments.charge_id,
        to_json(list({
            'from': segments.segment_from,
            'until': segments.segment_until,
            'version_from': segments.version_from,
            'quantity': cast(segments.quantity as varchar),
            'amount': cast(segments.unrounded_amount as varchar),
            'days': segments.share_days,
            'of_days': segments.part_days,
            'steps': coalesce(steps.steps, cast('[]' as json))
        } order by segments.segment_from, segments.segment_until)) as segments,
    from int_charge_segments_rated as segments
    semi join charges on segments.charge_id = charges.charge_id
    left join steps on segments.charge_id = steps.charge_id and segments.segment_from = steps.segment_from
    group by all

),

discounts as (

    select
        given.charge_id,
        to_json(list({
            'discount': given.discount_id,
            'name_ja': granted.name_ja,
            'name_en': granted.name_en,
            'amount': cast(-given.amount as varchar)
        } order by given.discount_no)) as discounts,
        sum(given.amount) as taken_off,
    from {{ ref('int_discount_amounts') }} as given
    semi join charges on given.charge_id = charges.charge_id
    left join {{ ref('int_discounts_granted') }} as granted on given.discount_id = granted.discount_id
    group by all

),

written as (

    select
        charges.charge_id,
        cast(to_json({
            'owed': cast(charges.owed_amount as varchar),
            'billed_before': cast(charges.billed_amount as varchar),
            'difference': cast(charges.difference as varchar),
            'unrounded': cast(charges.unrounded_amount as varchar),
            'computed': cast(charges.computed_amount as varchar),
            'quantity': cast(charges.quantity as varchar),
            'before_discounts': case
                when abs(charges.unrounded_amount - discounts.taken_off - charges.owed_amount) < 1
                    then cast(
                        {{ round_amount('charges.unrounded_amount', 'charges.minor_digits', 'charges.rounding') }}
                        as varchar
                    )
            end,
            'discounts': coalesce(discounts.discounts, cast('[]' as json)),
            'maximum': cast(computed.maximum_amount as varchar),
            'minimum': cast(computed.minimum_amount as varchar),
            'required': cast(true_ups.required_amount as varchar),
            'covered': cast(true_ups.covered_amount as varchar),
            'credit_block': charges.credit_block_id,
            'pays': charges.paid_charge_id,
            'decisions': coalesce(charges.decision_ids, []),
            'segments': coalesce(segments.segments, cast('[]' as json))
        }) as varchar) as pricing_trace,
    from charges
    left join segments on charges.charge_id = segments.charge_id
    left join discounts on charges.charge_id = discounts.charge_id
    left join {{ ref('int_fee_charges_rated') }} as computed on charges.charge_id = computed.charge_id
    left join {{ ref('int_true_ups') }} as true_ups on charges.charge_id = true_ups.charge_id

)

select * from written
