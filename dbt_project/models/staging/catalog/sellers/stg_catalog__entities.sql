with

source as (

    select * from {{ source('catalog', 'entities') }}

),

renamed as (

    select
        entity_id,
        name_ja,
        name_en,
        only_language,
        postal_code,
        address_ja,
        address_en,
        tel,
        email,
        contact_ja,
        contact_en,
        time_zone,
        currency,
        registration_number,
        rounding,
        tax_rounding,
        invoice_number_pattern,
        credit_note_number_pattern,
        billing_starts_on,
        rebill_horizon_months,
        adjustments,
        closing_lag_days,
        late_usage_ignored_after_days,
        late_usage_ignored_from,
        coalesce(is_less_usage_credited, false) as is_less_usage_credited,
        correction_limit,
        correction_limits,
        approval,
        approval_limit,
        approval_limits,
        payment_terms_id,
        dunning_policy_id,
        bank_accounts,
        bank_fee_limit,
        bank_fee_limits,
        mail_from_email,
        mail_from_name,
        reply_to,
        notes_ja,
        notes_en,
        trial_notice_days,
        renewal_notice_days,
        ending_notice_days,
        price_notice_days,
        card_notice_days,
        usage_notice_shares,
        credit_notice_shares,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
