with

{# A number may be written without its hyphens, or cut by a blank, only if it has a letter and is long enough to be no other
   word or figure. #}
numbered as (

    select
        document_id,
        owed_by_customer_id,
        upper({{ half_width('document_number') }}) as number_as_printed,
        regexp_replace(number_as_printed, '[-._/ ]', '', 'g') as number_closed_up,
        regexp_matches(number_closed_up, '[^0-9]') and len(number_closed_up) >= 6 as is_closed_up,
        if(is_closed_up, number_closed_up, number_as_printed) as number,
    from {{ ref('int_documents_recorded') }}
    where document_type = 'invoice'

)

select * from numbered
