with

rejects as (

    select * from {{ ref('stg_intake__rejects') }}

),

contract_rows as (

    select * from {{ ref('int_contract_rows_refused') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_judged') }}

),

openings as (

    select * from {{ ref('int_openings_judged') }}

),

deposits as (

    select * from {{ ref('int_deposits_judged') }}

),

corrections as (

    select * from {{ ref('int_usage_corrections_refused') }}

),

files as (

    select distinct
        file_name,
        source
    from {{ ref('stg_intake__files') }}
    where stream = 'usage'

),

reasons as (

    select * from {{ ref('int_refusal_reasons_explained') }}

),

refused_in_sql as (

    select
        source,
        file_name,
        line_no,
        reason_code
    from contract_rows

    union all

    select
        'one_off_charges',
        file_name,
        line_no,
        refusal_reason
    from one_off_charges
    where refusal_reason <> 'repeated'

    union all

    select
        source,
        file_name,
        line_no,
        refusal_reason
    from openings
    where refusal_reason <> 'repeated'

),

united as (

    select
        source,
        file_name,
        line_no,
        column_name,
        reason_code,
        expected,
        message
    from rejects

    union all

    select
        refused_in_sql.source,
        refused_in_sql.file_name,
        refused_in_sql.line_no,
        reasons.column_name,
        refused_in_sql.reason_code,
        reasons.expected,
        reasons.message,
    from refused_in_sql
    left join reasons on refused_in_sql.reason_code = reasons.reason_code

    union all

    select
        source,
        file_name,
        line_no,
        'account',
        refusal_reason,
        'an account of one seller of the catalog, or `entity` in the profile of the source',
        'no seller of the catalog, or more than one, has the account `' || coalesce(account, '') || '`; the row waits',
    from deposits
    where refusal_reason = 'unknown_account'

    union all

    select
        files.source,
        corrections.file_name,
        corrections.line_no,
        corrections.kind,
        'correction_chain_too_long',
        'at most 50 amendments, or 20 retractions, one after the other, and none in a circle',
        'the event counts nothing and corrects nothing; give one that `' || corrections.kind || '` the first event of the chain',
    from corrections
    inner join files on corrections.file_name = files.file_name

)

select * from united
