with

doubts as (

    select * from {{ ref('int_charge_doubts_spread') }}

),

claims as (

    select * from {{ ref('int_charge_claims_broken') }}

),

priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

vanished as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

{# A key that was billed and stands no more, because what is in doubt stands in its place or says that it is not owed, is in doubt too:
   nothing is credited on such grounds. #}
replaced as (

    select vanished.charge_id
    from vanished
    inner join (from priced semi join doubts using (charge_id)) as in_doubt
        on
            vanished.contract_id = in_doubt.contract_id
            and vanished.plan_id = in_doubt.plan_id
            and vanished.fee_id = in_doubt.fee_id
            and vanished.instance = in_doubt.instance
            and vanished.period_from = in_doubt.period_from
            and vanished.period_until = in_doubt.period_until
    union
    select vanished.charge_id
    from vanished
    inner join claims
        on
            vanished.contract_id = claims.contract_id
            and claims.plan_id in ('', vanished.plan_id)
            and claims.fee_id in ('', vanished.fee_id)
            and claims.charge_id in ('', vanished.charge_id)

),

in_doubt as (

    select charge_id from doubts
    union
    select charge_id from replaced

)

select * from in_doubt
