with

contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

{# Every column counts but payment_method_id and purchase_order, which may change freely. #}
fingerprinted as (

    select
        *,
        md5(cast(to_json([
            customer_id, plan_id, cast(service_from as varchar), cast(signed_on as varchar), cast(ends_on as varchar),
            cast(trial_days as varchar), cast(trial_until as varchar), cast(billing_anchor_day as varchar),
            cast(quantity as varchar), time_zone, currency, cast(term_months as varchar), cast(auto_renew as varchar),
            department, cast(minimum_months as varchar), cast(notice_days as varchar), renewal_price,
            cast(uplift_percent as varchar),
        ]) as varchar)) as facts_hash,
        row_number() over (
            partition by contract_id
            order by coalesce(updated_at, received_at), received_at, file_name, line_no
        ) as row_no,
    from contracts

),

compared_with_signing as (

    select
        fingerprinted.*,
        fingerprinted.facts_hash = signing.facts_hash as is_as_signed,
        (
            (fingerprinted.time_zone is distinct from signing.time_zone)
            or (fingerprinted.currency is distinct from signing.currency)
        ) as moves_zone_or_currency,
    from fingerprinted
    inner join fingerprinted as signing
        on fingerprinted.contract_id = signing.contract_id and signing.row_no = 1

),

later_versions as (

    select
        contract_id,
        facts_hash,
        row_number() over (partition by contract_id order by min(row_no)) as version_no,
    from compared_with_signing
    where not is_as_signed and not moves_zone_or_currency
    group by contract_id, facts_hash

),

corrects as (

    select
        contract_id,
        count(distinct change_id) as correct_count,
    from changes
    where kind = 'correct'
    group by contract_id

),

judged as (

    select
        compared_with_signing.*,
        compared_with_signing.is_as_signed
        or coalesce(later_versions.version_no <= corrects.correct_count, false) as is_admitted,
    from compared_with_signing
    left join later_versions using (contract_id, facts_hash)
    left join corrects using (contract_id)

)

select * from judged
