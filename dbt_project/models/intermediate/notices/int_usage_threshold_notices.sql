with

segments as (

    select * from {{ ref('int_usage_fee_filters') }}

),

placed as (

    select * from {{ ref('int_billable_usage') }}

),

charges as (

    select * from {{ ref('int_charges_identified') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# Only the period that runs tonight: what is late for a period that is over, nobody can act on. #}
running as (

    select
        charges.*,
        cast(json_extract_string(entities.usage_notice_shares, '$') as integer[]) as shares,
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    cross join run
    where
        charges.kind = 'usage'
        and run.as_of_date >= charges.period_from
        and run.as_of_date < charges.period_until
        and coalesce(entities.usage_notice_shares, '[]') <> '[]'

),

used as (

    select
        running.charge_id,
        max(placed.free_units) as allowance,
        max(placed.used_until) as used_quantity,
    from running
    inner join segments on running.charge_id = segments.charge_id
    inner join placed on segments.charge_id = placed.charge_id and segments.segment_from = placed.segment_from
    where segments.allowance > 0 and placed.free_units > 0
    group by running.charge_id

),

{# Of several shares that are reached in one night the highest is told. #}
reached as (

    select
        running.*,
        used.allowance,
        used.used_quantity,
        list_max(list_filter(
            running.shares, lambda share: used.used_quantity * 100 >= used.allowance * share
        )) as share,
    from running
    inner join used on running.charge_id = used.charge_id

),

told as (

    select
        {{ make_plain_id(["'usage_reached'", 'contract_id', 'plan_id', 'fee_id', 'period_from', 'share']) }}
            as mail_key,
        'usage_reached' as purpose,
        user_customer_id as customer_id,
        contract_id,
        period_until as happens_on,
        cast(cast({
            'contract_id': contract_id,
            'happens_on': period_until,
            'share': share,
            'used': cast(used_quantity as varchar),
            'allowance': cast(allowance as varchar),
            'fee_ja': description_ja,
            'fee_en': description_en,
            'unit_ja': unit_ja,
            'unit_en': unit_en
        } as json) as varchar) as facts,
    from reached
    where share is not null
    qualify row_number() over (partition by mail_key order by charge_id) = 1

)

select * from told
