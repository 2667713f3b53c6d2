with

source as (

    select * from {{ source('crm', 'contracts') }}

),

renamed as (

    select
        contract_id,
        customer_id,
        plan_id,
        service_from,
        signed_on,
        ends_on,
        trial_days,
        trial_until,
        billing_anchor_day,
        quantity,
        time_zone,
        currency,
        term_months,
        auto_renew,
        minimum_months,
        notice_days,
        renewal_price,
        uplift_percent,
        department,
        payment_method_id,
        purchase_order,
        quote_id,
        updated_at,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
