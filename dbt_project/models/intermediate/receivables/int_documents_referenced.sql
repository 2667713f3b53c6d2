with

deposits as (

    select * from {{ ref('int_deposits_received') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

written as (

    select
        payment_id,
        upper(concat_ws(' ', reference, remittance_text)) as words,
    from deposits
    where not is_reversal and concat_ws('', reference, remittance_text) != ''

),

{# Whole words only: INV-1 does not stand in INV-10. A slash is read both as part of a number and as a separator. #}
tokens as (

    select
        payment_id,
        unnest(list_distinct(list_concat(
            regexp_split_to_array(words, '[\s,;、]+'),
            regexp_split_to_array(words, '[\s,;、/:()]+')
        ))) as token,
    from written

),

{# A number that two entities have given names nobody. #}
referenced as (

    select
        tokens.payment_id,
        documents.document_id,
        documents.owed_by_customer_id as customer_id,
    from tokens
    inner join documents on tokens.token = upper(documents.document_number)
    where documents.document_type = 'invoice'
    qualify count(*) over (partition by tokens.payment_id, tokens.token) = 1

)

select * from referenced
