with

changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

numbered as (

    select
        *,
        md5(to_json([
            contract_id, effective_on::varchar, kind, plan_id, fee_id, instance, quantity::varchar, department,
        ])::varchar) as content_hash,
        row_number() over (partition by change_id order by received_at, file_name, line_no) as row_no,
    from changes

),

compared_with_first as (

    select
        *,
        first_value(content_hash) over (partition by change_id order by row_no) as first_hash,
    from numbered

),

judged as (

    select
        compared_with_first.*,
        case
            when
                compared_with_first.row_no > 1 and compared_with_first.content_hash = compared_with_first.first_hash
                then 'repeated'
            when compared_with_first.row_no > 1 then 'conflicting_change'
            when contracts.contract_id is null then 'unknown_contract'
            when compared_with_first.kind = 'correct' then null
            when compared_with_first.effective_on < contracts.service_from then 'before_service'
            when compared_with_first.kind = 'change_plan' and compared_with_first.plan_id is null then 'value_missing'
            when compared_with_first.kind = 'change_plan' and plans.plan_id is null then 'unknown_plan'
            when
                compared_with_first.kind = 'change_plan' and plans.currency <> contracts.currency
                then 'currency_differs'
            when
                compared_with_first.kind = 'change_quantity' and compared_with_first.quantity is null
                then 'value_missing'
            when
                compared_with_first.kind = 'change_department' and compared_with_first.department is null
                then 'value_missing'
            when compared_with_first.quantity < 0 then 'value_out_of_range'
        end as refusal_reason,
        contracts.lead_days,
        contracts.service_from,
    from compared_with_first
    left join contracts on compared_with_first.contract_id = contracts.contract_id
    left join plans on compared_with_first.plan_id = plans.plan_id

)

select * from judged
