with

judged as (

    select * from {{ ref('int_contracts_judged') }}

),

billable as (

    select
        contract_id,
        customer_id as user_customer_id,
        plan_id,
        service_from,
        signed_on,
        coalesce(signed_on, service_from) as price_agreed_on,
        ends_on,
        first_charged_on as trial_until,
        anchor,
        billing_anchor_day as anchor_day,
        cast(coalesce(quantity, 1) as decimal(38, 12)) as quantity,
        zone,
        entity_id,
        entity_zone,
        billing_currency as currency,
        term_months,
        cast(service_from + to_months(minimum_months) as date) as minimum_until,
        notice_days,
        renewal_price,
        uplift_percent,
        coalesce(auto_renew, term_months is not null) as is_auto_renewed,
        {# A term that is not renewed by itself ends. #}
        least(ends_on, if(is_auto_renewed, null, cast(service_from + to_months(term_months) as date))) as agreed_until,
        department,
        customer_department,
        payment_method_id,
        purchase_order,
        quote_id,
        updated_at,
        file_name,
        line_no,
        received_at,
    from judged
    where refusal_reason is null

)

select * from billable
