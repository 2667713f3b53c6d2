with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

ordered as (

    select
        customers.*,
        row_number() over (
            partition by customers.customer_id
            order by
                coalesce(customers.updated_at, customers.received_at),
                customers.received_at,
                customers.file_name,
                customers.line_no
        ) as row_no,
    from customers

),

{# A row whose payer nobody knows is not acted on, unless it is the first: then the customer pays. #}
usable as (

    select
        ordered.*,
        payers.customer_id as known_payer_id,
        resolved.time_zone as zone,
    from ordered
    inner join resolved on ordered.customer_id = resolved.customer_id
    left join resolved as payers on coalesce(ordered.bill_to_customer_id, ordered.customer_id) = payers.customer_id
    where payers.customer_id is not null or ordered.row_no = 1

),

effective as (

    select
        customer_id,
        row_no,
        coalesce(known_payer_id, customer_id) as payer_id,
        coalesce(tax_status, 'taxable') as tax_status,
        case
            when row_no = 1 then date '0001-01-01'
            else coalesce(effective_on, {{ local_day('zone', 'received_at') }})
        end as valid_from,
    from usable

),

{# Whatever is learned later overrides from its own day on: a row holds until the earliest of those. #}
bounded as (

    select
        *,
        coalesce(
            min(valid_from) over (
                partition by customer_id
                order by row_no
                rows between 1 following and unbounded following
            ),
            date '9999-12-31'
        ) as valid_until,
    from effective

),

stretches as (

    select
        customer_id,
        valid_from,
        valid_until,
        payer_id,
        tax_status,
    from bounded
    where valid_from < valid_until

),

{# Of a payer that is merged into another customer, the other pays from that day on. #}
cut_at_merges as (

    select
        stretches.customer_id,
        greatest(stretches.valid_from, coalesce(customer_merges.pays_from, stretches.valid_from)) as valid_from,
        least(stretches.valid_until, coalesce(customer_merges.pays_until, stretches.valid_until)) as valid_until,
        coalesce(customer_merges.survivor_id, stretches.payer_id) as payer_id,
        stretches.tax_status,
    from stretches
    left join customer_merges
        on
            stretches.payer_id = customer_merges.customer_id
            and stretches.valid_from < customer_merges.pays_until
            and stretches.valid_until > customer_merges.pays_from

)

select * from cut_at_merges
