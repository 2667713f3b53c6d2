with

contract_changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

cancelled as (

    select
        contract_id,
        min(effective_on) as cancelled_on,
    from contract_changes
    where kind = 'cancel'
    group by all

)

select * from cancelled
