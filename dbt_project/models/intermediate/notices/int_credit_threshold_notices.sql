with

blocks as (

    select * from {{ ref('int_credit_grants') }}

),

kept as (

    select * from {{ ref('int_credit_draws_recorded') }}

),

taken as (

    select * from {{ ref('int_credit_draws_proposed') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

movements as (

    select
        block_id,
        kept_amount as amount,
        served_until,
    from kept
    union all
    select
        block_id,
        taken_amount,
        null,
    from taken

),

{# A block that was used up long ago is not told when its seller begins to announce. #}
used as (

    select
        movements.block_id,
        cast(sum(movements.amount) as decimal(20, 4)) as used_amount,
    from movements
    cross join run
    group by movements.block_id
    having bool_or(coalesce(movements.served_until >= run.as_of_date - 31, true))

),

{# Of several shares that are reached in one night the highest is told. #}
reached as (

    select
        blocks.*,
        contracts.user_customer_id,
        used.used_amount,
        list_max(list_filter(
            cast(json_extract_string(entities.credit_notice_shares, '$') as integer[]),
            lambda share: used.used_amount * 100 >= blocks.granted_amount * share
        )) as share,
    from used
    inner join blocks on used.block_id = blocks.block_id
    inner join contracts on blocks.contract_id = contracts.contract_id
    inner join entities on contracts.entity_id = entities.entity_id
    cross join run
    where
        coalesce(entities.credit_notice_shares, '[]') <> '[]'
        and coalesce(blocks.expires_on > run.night_ends_on, true)

),

told as (

    select
        {{ make_plain_id(["'credits_reached'", 'block_id', 'share']) }} as mail_key,
        'credits_reached' as purpose,
        user_customer_id as customer_id,
        contract_id,
        expires_on as happens_on,
        cast(cast({
            'contract_id': contract_id,
            'happens_on': expires_on,
            'share': share,
            'granted_on': granted_on,
            'granted': cast(granted_amount as varchar),
            'used': cast(used_amount as varchar),
            'left': cast(granted_amount - used_amount as varchar),
            'currency': currency
        } as json) as varchar) as facts,
    from reached
    where share is not null

)

select * from told
