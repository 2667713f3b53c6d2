with

aliases as (

    select * from {{ ref('stg_crm__payer_aliases') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

customers_dated as (

    select * from {{ ref('int_customers_dated') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

payers as (

    select
        customers_dated.customer_id,
        customers_dated.payer_id,
    from customers_dated
    cross join run
    where run.as_of_date >= customers_dated.valid_from and run.as_of_date < customers_dated.valid_until

),

known_as as (

    select
        'remitter_code' as identified_by,
        remitter_code as known_key,
        customer_id,
    from customers
    union all
    select 'alias', payer_key, customer_id from customers
    union all
    select 'alias', payer_key, customer_id from aliases
    union all
    select 'name', name_key, customer_id from customers

),

{# A name or code that belongs to two payers identifies neither. A customer's own name counts like its kana. #}
resolved as (

    select
        case
            when bool_or(known_as.identified_by = 'remitter_code') then 'remitter_code'
            when bool_or(known_as.identified_by = 'alias') then 'alias'
            else 'name'
        end as identified_by,
        known_as.known_key,
        min(coalesce(payers.payer_id, known_as.customer_id)) as customer_id,
        cast(
            case
                when bool_or(known_as.identified_by = 'remitter_code') then 1.00
                when bool_or(known_as.identified_by = 'alias') then 0.95
                else 0.94
            end as decimal(3, 2)
        ) as confidence,
    from known_as
    left join payers on known_as.customer_id = payers.customer_id
    where known_as.known_key != ''
    group by known_as.identified_by = 'remitter_code', known_as.known_key
    having count(distinct coalesce(payers.payer_id, known_as.customer_id)) = 1

)

select * from resolved
