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

    select * from {{ ref('refusal_reasons') }}

),

refused_in_sql as (

    select source, file_name, line_no, reason_code from contract_rows

    union all

    select 'one_off_charges' as source, file_name, line_no, refusal_reason as reason_code
    from one_off_charges
    where refusal_reason <> 'repeated'

    union all

    select source, file_name, line_no, refusal_reason as reason_code
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

    union all by name

    select * from refused_in_sql

    union all by name

    select
        source, file_name, line_no,
        refusal_reason as reason_code,
        'no seller of the catalog, or more than one, has the account `' || coalesce(account, '')
        || '`; the row waits' as message,
    from deposits
    where refusal_reason = 'unknown_account'

    union all by name

    select
        files.source,
        corrections.file_name,
        corrections.line_no,
        corrections.kind as column_name,
        'correction_chain_too_long' as reason_code,
        'the event counts nothing and corrects nothing; give one that `' || corrections.kind
        || '` the first event of the chain' as message,
    from corrections
    inner join files on corrections.file_name = files.file_name

),

explained as (

    select
        united.* replace (
            coalesce(united.column_name, reasons.column_name, '') as column_name,
            coalesce(united.expected, reasons.expected) as expected,
            coalesce(united.message, reasons.meaning_en) as message
        ),
        reasons.meaning_ja,
        reasons.meaning_en,
    from united
    left join reasons on united.reason_code = reasons.reason_code

)

select * from explained
