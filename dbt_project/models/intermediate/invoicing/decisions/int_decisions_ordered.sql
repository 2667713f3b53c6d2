with

decisions as (

    select * from {{ ref('stg_decisions__decisions') }}

),

{# A decision delivered twice is one decision: the row received first counts. #}
first_received as (

    select *
    from decisions
    qualify row_number() over (partition by decision_id order by received_at, file_name, line_no) = 1

),

ordered as (

    select
        *,
        row_number() over (order by decided_at, received_at, file_name, line_no, decision_id) as decision_no,
    from first_received

)

select * from ordered
