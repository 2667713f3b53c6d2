with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_contracts_resolved as (

    select * from {{ ref('int_contracts_resolved') }}

),

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

decisions as (

    select *
    from int_decisions_ordered
    where
        kind in ('waive', 'correction', 'goodwill')
        or (kind = 'release' and coalesce(document_id, '') = '' and coalesce(charge_id, contract_id, '') <> '')

),

{# What was billed with a decision stays decided, whatever else comes to fit it later. #}
named_by_lines as (

    select decisions.decision_id, lines.charge_id
    from decisions
    inner join stg_ledger__document_lines as lines on decisions.contract_id = lines.contract_id
    where
        coalesce(decisions.charge_id, '') = ''
        and list_contains(cast(json_extract(lines.pricing_trace, '$.decisions') as varchar[]), decisions.decision_id)

),

{# A part that the decision leaves out fits every charge, so one decision can fit two. Withdrawn charges do not count (a
   month without usage that owes its minimum does), nor, for one that leaves out the period, those that begin after the
   contract's day on which it came: it must not fit one charge today and two next month. #}
named_by_parts as (

    select decisions.decision_id, charges.charge_id
    from decisions
    inner join int_charges_priced as charges on decisions.contract_id = charges.contract_id
    left join int_contracts_resolved as contracts on decisions.contract_id = contracts.contract_id
    where
        coalesce(decisions.charge_id, '') = ''
        and (charges.quantity, charges.unrounded_amount, charges.computed_amount) <> (0, 0, 0)
        and coalesce(nullif(decisions.plan_id, ''), charges.plan_id) = charges.plan_id
        and coalesce(nullif(decisions.fee_id, ''), charges.fee_id) = charges.fee_id
        and coalesce(nullif(decisions.instance, ''), charges.instance) = charges.instance
        and coalesce(
            decisions.period_from = charges.period_from,
            charges.due_at <= decisions.received_at
            or charges.period_from <= {{ local_day('contracts.zone', 'decisions.received_at') }}
        )

),

named as (

    select decision_id, charge_id from decisions
    union
    select decisions.decision_id, charges.charge_id
    from decisions
    inner join int_charges_priced as charges on decisions.charge_id = charges.instance and charges.fee_id = 'one_off'
    union
    from named_by_parts anti join named_by_lines using (decision_id)
    union
    from named_by_lines

),

{# Charges of today's facts, and those that were billed, whether the facts still price them or not. #}
charges as (

    select charge_id, fee_id, currency from int_charges_priced semi join named using (charge_id)
    union
    select charge_id, fee_id, currency from stg_ledger__document_lines
    semi join named using (charge_id)
    where reason <> 'void'

),

fits as (

    select
        named.decision_id,
        min(charges.charge_id) as charge_id,
        any_value(charges.currency) as currency,
        count(*) as fit_count,
    from named
    inner join charges on named.charge_id = charges.charge_id and charges.fee_id <> 'credits'
    group by named.decision_id

),

fitted as (

    select
        decisions.* replace (fits.charge_id as charge_id),
        coalesce(fits.fit_count, 0) as fit_count,
        coalesce(nullif(decisions.currency, '') <> coalesce(fits.currency, ''), false) as has_other_currency,
        currencies.minor_digits,
    from decisions
    left join fits on decisions.decision_id = fits.decision_id
    left join currencies on fits.currency = currencies.currency

)

select * from fitted
