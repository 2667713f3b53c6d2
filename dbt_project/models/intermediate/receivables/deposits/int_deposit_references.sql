with

numbered as (

    select * from {{ ref('int_invoice_numbers_written') }}

),

written as (

    select
        payment_id,
        upper({{ half_width("concat_ws(' ', reference, remittance_text)") }}) as words,
        list_filter(regexp_split_to_array(words, '[\s,;、]+'), lambda word: word <> '') as pieces,
    from {{ ref('int_deposits_received') }}
    where not is_reversal and concat_ws('', reference, remittance_text) <> ''

),

{# Whole words only: INV-1 does not stand in INV-10. A slash is read both as part of a number and as a separator. #}
words_alone as (

    select
        payment_id,
        unnest(list_distinct(list_concat(pieces, regexp_split_to_array(words, '[\s,;、/:()]+')))) as word,
    from written

),

word_forms as (

    select *, word as number, false as is_closed_up from words_alone
    union all
    select *, regexp_replace(word, '[-._/]', '', 'g'), true from words_alone

),

found_alone as (

    select
        word_forms.payment_id,
        word_forms.word,
        numbered.document_id,
        numbered.owed_by_customer_id,
    from word_forms
    inner join numbered using (number, is_closed_up)

),

{# Banks wrap what the payer wrote: up to three pieces that stand side by side, none of which is a number by itself. #}
words_joined as (

    select
        payment_id,
        unnest(flatten(list_transform(
            range(1, len(pieces)), lambda place: [pieces[place:place + 1], pieces[place:place + 2]]
        ))) as run,
        regexp_replace(array_to_string(run, ''), '[-._/]', '', 'g') as number,
    from written
    where len(pieces) between 2 and 200

),

found_joined as (

    select
        words_joined.payment_id,
        words_joined.number,
        numbered.document_id,
        numbered.owed_by_customer_id,
    from words_joined
    inner join numbered on numbered.is_closed_up and words_joined.number = numbered.number
    where
        not exists (
            select 1 from found_alone
            where
                found_alone.payment_id = words_joined.payment_id
                and list_contains(words_joined.run, found_alone.word)
        )

),

{# A number that two entities have given names nobody. #}
referenced as (

    select distinct
        payment_id,
        document_id,
        owed_by_customer_id as customer_id,
    from (
        select * from found_alone
        union all
        select * from found_joined
    )
    qualify count(distinct document_id) over (partition by payment_id, word) = 1

)

select * from referenced
