with

missed as (

    select * from {{ ref('int_bank_files_missed') }}

),

listed as (

    select
        entity_id,
        source,
        last_received_on,
        bank_days_missed,
    from missed

)

select * from listed
