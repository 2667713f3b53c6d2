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

rules as (

    select * from {{ ref('matching_rules') }}

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
        arg_min(known_as.identified_by, rules.priority) as identified_by,
        known_as.known_key,
        min(coalesce(payers.payer_id, known_as.customer_id)) as customer_id,
    from known_as
    inner join rules on known_as.identified_by = rules.identified_by
    left join payers on known_as.customer_id = payers.customer_id
    where known_as.known_key <> ''
    group by known_as.identified_by = 'remitter_code', known_as.known_key
    having count(distinct coalesce(payers.payer_id, known_as.customer_id)) = 1

)

select * from resolved
