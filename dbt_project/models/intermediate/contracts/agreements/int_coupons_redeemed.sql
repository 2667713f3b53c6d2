with

changes as (

    select * from {{ ref('int_contract_changes_compared') }}

),

discounts as (

    select * from {{ ref('stg_catalog__discount_versions') }}

),

{# By the catalog known when the change was received, or by the first later one that has the coupon.
   An edit of the catalog is for whoever redeems it after. #}
redeemed as (

    select
        changes.change_id,
        changes.discount_id,
        discounts.name_ja,
        discounts.name_en,
        discounts.percent,
        discounts.amount,
        discounts.currency,
        discounts.plan_id,
        discounts.fee_id,
        discounts.valid_from,
        discounts.valid_until,
        discounts.periods,
    from changes
    inner join discounts on changes.discount_id = discounts.discount_id
    where changes.kind = 'discount' and changes.row_no = 1
    qualify
        row_number() over (
            partition by changes.change_id
            order by
                discounts.received_at > changes.received_at,
                abs(epoch_us(discounts.received_at) - epoch_us(changes.received_at)),
                discounts.catalog_version desc
        ) = 1

)

select * from redeemed
