with

source as (

    select * from {{ source('ledger', 'document_lines') }}

),

renamed as (

    select
        line_id,
        document_id,
        line_no,
        charge_id,
        original_line_id,
        customer_id,
        user_customer_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        kind,
        period_from,
        period_until,
        served_from,
        served_until,
        quantity,
        unit_ja,
        unit_en,
        line_amount,
        net_amount,
        tax_amount,
        tax_code,
        tax_rate,
        price_basis,
        currency,
        product,
        department,
        description_ja,
        description_en,
        pricing_trace,
        reason,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
