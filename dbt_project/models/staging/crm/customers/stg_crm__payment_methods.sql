with

source as (

    select * from {{ source('crm', 'payment_methods') }}

),

renamed as (

    select
        payment_method_id,
        customer_id,
        kind,
        card_brand,
        card_last4,
        card_exp_month,
        card_exp_year,
        bank_code,
        branch_code,
        account_type,
        account_number,
        account_holder_kana,
        mandate_id,
        updated_at,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
