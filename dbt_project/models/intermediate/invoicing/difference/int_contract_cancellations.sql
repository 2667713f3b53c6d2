with

{# Those that act: one that was refused or taken back reaches back to nothing. #}
contract_changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

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
