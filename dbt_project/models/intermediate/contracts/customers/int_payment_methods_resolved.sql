with

payment_methods as (

    select * from {{ ref('stg_crm__payment_methods') }}

),

newest as (

    select *
    from payment_methods
    qualify row_number() over (
        partition by payment_method_id
        order by coalesce(updated_at, received_at) desc, received_at desc, file_name desc, line_no desc
    ) = 1

)

select * from newest
