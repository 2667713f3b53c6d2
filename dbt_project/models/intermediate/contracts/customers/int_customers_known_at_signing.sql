with

versions as (

    select * from {{ ref('int_contract_versions_judged') }}

),

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

signings as (

    select
        contract_id,
        arg_max(customer_id, row_no) filter (where is_admitted) as customer_id,
        min(received_at) as first_received_at,
    from versions
    group by contract_id

),

known_at_signing as (

    select
        signings.contract_id,
        customers.time_zone,
        customers.entity_id,
    from signings
    inner join customers on signings.customer_id = customers.customer_id
    qualify row_number() over (
        partition by signings.contract_id
        order by
            customers.received_at <= signings.first_received_at desc,
            case when customers.received_at <= signings.first_received_at then customers.received_at end desc,
            customers.received_at,
            customers.file_name desc,
            customers.line_no desc
    ) = 1

)

select * from known_at_signing
