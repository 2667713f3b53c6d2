with

changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

numbered as (

    select
        *,
        md5(to_json([
            contract_id, effective_on::varchar, acts_at, kind, plan_id, fee_id, instance, quantity::varchar, unit_price::varchar,
            amount::varchar, percent::varchar, billing_anchor_day::varchar, department, until::varchar, prorate::varchar, refund,
            discount_id, periods::varchar, priority::varchar,
        ])::varchar) as content_hash,
        row_number() over (partition by change_id order by received_at, file_name, line_no) as row_no,
    from changes

),

{# A reinstatement takes back every cancellation that was received before it; the last cancellation holds. #}
reinstated as (

    select
        *,
        coalesce(
            max((received_at, file_name, line_no)) filter (where kind = 'reinstate' and row_no = 1) over (partition by contract_id)
            > (received_at, file_name, line_no), false
        ) as is_taken_back,
        coalesce(
            min((received_at, file_name, line_no)) filter (where kind = 'cancel') over (partition by contract_id)
            < (received_at, file_name, line_no), false
        ) as is_after_cancel,
    from numbered

),

compared as (

    select
        *,
        first_value(content_hash) over (partition by change_id order by row_no) as first_hash,
        min(effective_on) filter (where kind = 'cancel' and coalesce(acts_at, 'now') = 'now' and not is_taken_back)
            over (partition by contract_id) as cancelled_on,
        coalesce(lag(if(until is not null, 'resume', kind)) over pauses_in_order, 'resume') as pause_before,
    from reinstated
    window
        pauses_in_order as (
            partition by contract_id, kind in ('pause', 'resume')
            order by row_no > 1, effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
        )

)

select * from compared
