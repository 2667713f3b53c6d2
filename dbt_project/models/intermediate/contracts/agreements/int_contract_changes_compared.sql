with

changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

numbered as (

    select
        *,
        md5(cast(to_json([
            contract_id, cast(effective_on as varchar), acts_at, kind, plan_id, fee_id, instance,
            cast(quantity as varchar), cast(unit_price as varchar), cast(amount as varchar), cast(percent as varchar),
            cast(billing_anchor_day as varchar), department, cast(until as varchar), cast(prorate as varchar), refund,
            discount_id, cast(periods as varchar), cast(priority as varchar),
        ]) as varchar)) as content_hash,
        row_number() over (partition by change_id order by received_at, file_name, line_no) as row_no,
    from changes

),

{# A reinstatement takes back every cancellation that was received before it; the last cancellation holds. #}
reinstated as (

    select
        *,
        coalesce(
            max((received_at, file_name, line_no)) filter (where kind = 'reinstate' and row_no = 1)
                over (partition by contract_id)
            > (received_at, file_name, line_no), false
        ) as is_taken_back,
        coalesce(
            min((received_at, file_name, line_no)) filter (where kind = 'cancel') over (partition by contract_id)
            < (received_at, file_name, line_no), false
        ) as is_after_cancel,
    from numbered

),

{# A resume ends the pause before it; what is paused between two of them is told by the pauses since the first. #}
stretched as (

    select
        *,
        coalesce(
            sum(cast(kind = 'resume' and row_no = 1 as integer))
                over (pauses_in_order rows between unbounded preceding and 1 preceding),
            0
        )
            as stretch_no,
    from reinstated
    window
        pauses_in_order as (
            partition by contract_id
            order by effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
        )

),

compared as (

    select
        * exclude (stretch_no),
        first_value(content_hash) over (partition by change_id order by row_no) as first_hash,
        coalesce(
            max(coalesce(until, date '9999-12-31')) filter (where kind = 'pause' and row_no = 1) over pauses_before
            > effective_on,
            false
        ) as is_while_paused,
    from stretched
    window
        pauses_before as (
            partition by contract_id, stretch_no
            order by effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
            rows between unbounded preceding and 1 preceding
        )

)

select * from compared
