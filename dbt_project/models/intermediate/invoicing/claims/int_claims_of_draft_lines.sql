with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

int_charges_billed as not materialized (

    select * from {{ ref('int_charges_billed') }}

),

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

lines as (

    select
        lines.*,
        sum(lines.line_amount) over (partition by lines.charge_id) as moved_amount,
        count(*) over (partition by lines.document_id, lines.charge_id, lines.original_line_id) as line_count,
        coalesce(billed.billed_amount, 0) as billed_amount,
    from int_invoice_lines_taxed as lines
    left join int_charges_billed as billed on lines.charge_id = billed.charge_id

),

{# The lines of a draft have the payer, the currency and the price basis of their document. #}
of_another_payer as (

    select lines.document_id
    from lines
    inner join int_documents_drafted as documents on lines.document_id = documents.document_id
    where
        (lines.customer_id, lines.currency, lines.price_basis)
        is distinct from (documents.customer_id, documents.currency, documents.price_basis)

),

{# A draft bills a charge in one line, and credits an original line in one; a first bill was not billed before. #}
billed_twice as (

    select document_id
    from lines
    where line_count > 1 or (reason = 'charge' and billed_amount <> 0)

),

{# A line below zero names the original line that it takes back. Three need none: a first bill below zero (usage that
   was taken back, a one-off charge), what takes a charge further below zero, and a draw of credits. #}
without_original as (

    select document_id
    from lines
    where
        line_amount < 0
        and original_line_id is null
        and reason <> 'charge'
        and fee_id <> 'credits'
        and line_amount < greatest(billed_amount + moved_amount, moved_amount)

),

credited as (

    select
        original_line_id,
        sum(line_amount) as line_amount,
    from lines
    where original_line_id is not null
    group by original_line_id

),

{# No line is credited by more than stands of it. #}
beyond_original as (

    select lines.document_id
    from lines
    inner join credited on lines.original_line_id = credited.original_line_id
    left join int_invoice_lines_uncredited as standing on credited.original_line_id = standing.line_id
    where
        standing.line_id is null
        or standing.line_amount * (credited.line_amount + standing.remaining_amount - standing.line_amount) > 0
        or abs(credited.line_amount + standing.remaining_amount - standing.line_amount) > abs(standing.line_amount)

),

finer as (

    select document_id
    from lines
    where
        line_amount is distinct from {{ round_amount('line_amount', 'minor_digits', "'floor'") }}
        or tax_amount is distinct from {{ round_amount('tax_amount', 'minor_digits', "'floor'") }}

),

broken as (

    select 'a_document_has_one_payer_and_one_price_basis' as claim, document_id from of_another_payer
    union
    select 'no_charge_is_billed_twice_in_one_document' as claim, document_id from billed_twice
    union
    select 'every_credited_line_names_its_original' as claim, document_id from without_original
    union
    select 'no_line_is_credited_beyond_itself' as claim, document_id from beyond_original
    union
    select 'amount_finer_than_its_currency' as claim, document_id from finer

)

select * from broken
