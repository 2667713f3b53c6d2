with

source as (

    select * from {{ source('crm', 'contract_changes') }}

),

renamed as (

    select
        change_id,
        contract_id,
        effective_on,
        "at" as acts_at,
        kind,
        plan_id,
        fee_id,
        instance,
        quantity,
        unit_price,
        amount,
        percent,
        discount_id,
        periods,
        billing_anchor_day,
        department,
        until,
        prorate,
        refund,
        priority,
        reason,
        recorded_at,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
