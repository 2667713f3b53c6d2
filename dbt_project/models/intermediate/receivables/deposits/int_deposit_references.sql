with

{# A number may be written without its hyphens, or cut by a blank, only if it has a letter and is long enough to be no
   other word or figure. #}
numbered as (

    select
        document_id,
        owed_by_customer_id as customer_id,
        upper({{ half_width('document_number') }}) as number_as_printed,
        regexp_replace(number_as_printed, '[-._/ ]', '', 'g') as number_closed_up,
        regexp_matches(number_closed_up, '[^0-9]') and len(number_closed_up) >= 6 as is_closed_up,
        if(is_closed_up, number_closed_up, number_as_printed) as number,
    from {{ ref('int_documents_recorded') }}
    where document_type = 'invoice'

),

written as (

    select
        payment_id,
        upper({{ half_width("concat_ws(' ', reference, remittance_text)") }}) as words,
        list_filter(regexp_split_to_array(words, '[\s,;、]+'), lambda word: word <> '') as pieces,
    from {{ ref('int_deposits_judged') }}
    where is_received and not is_reversal and concat_ws('', reference, remittance_text) <> ''

),

{# Whole words only: INV-1 does not stand in INV-10. A slash is read both as part of a number and as a separator. #}
words_alone as (

    select
        payment_id,
        unnest(list_distinct(list_concat(pieces, regexp_split_to_array(words, '[\s,;、/:()]+')))) as word,
    from written

),

{# Banks wrap what the payer wrote: up to three pieces that stand side by side may be one number. #}
words_joined as (

    select
        payment_id,
        unnest(flatten(list_transform(
            range(1, len(pieces)), lambda place: [pieces[place:place + 1], pieces[place:place + 2]]
        ))) as joined_pieces,
        regexp_replace(array_to_string(joined_pieces, ''), '[-._/]', '', 'g') as number,
    from written
    where len(pieces) between 2 and 200

),

word_forms as (

    select payment_id, word, word as number, false as is_closed_up, cast(null as varchar[]) as joined_pieces
    from words_alone
    union all
    select payment_id, word, regexp_replace(word, '[-._/]', '', 'g'), true, null from words_alone
    union all
    select payment_id, number, number, true, joined_pieces from words_joined

),

found as (

    select
        word_forms.payment_id,
        word_forms.word,
        word_forms.joined_pieces,
        numbered.document_id,
        numbered.customer_id,
    from word_forms
    inner join numbered on word_forms.number = numbered.number and word_forms.is_closed_up = numbered.is_closed_up

),

{# Pieces are joined only where none is a number by itself. A number that two entities have given names nobody. #}
referenced as (

    select distinct
        payment_id,
        document_id,
        customer_id,
    from found
    where
        joined_pieces is null
        or not exists (
            select 1 from found as found_alone
            where
                found_alone.joined_pieces is null
                and found_alone.payment_id = found.payment_id
                and list_contains(found.joined_pieces, found_alone.word)
        )
    qualify count(distinct document_id) over (partition by payment_id, word) = 1

)

select * from referenced
