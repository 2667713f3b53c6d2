with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

broken_feeds as (

    select * from {{ ref('int_contracts_of_broken_feeds') }}

),

unpriced as (

    select * from {{ ref('int_documents_with_unpriced_charges') }}

),

{# What an approval stands for: who is charged what, line by line. Texts and dates of the paper may still change. #}
contents as (

    select
        document_id,
        md5(string_agg(
            {{ make_id(['line_id', 'quantity', 'line_amount', 'net_amount', 'tax_amount', 'tax_code', 'tax_rate']) }},
            '|' order by line_no
        )) as content_hash,
        bool_or(
            reason <> 'void' and contract_id in (select feeds.contract_id from broken_feeds as feeds)
        ) as is_without_whole_usage,
    from int_invoice_lines_taxed
    group by all

),

without_rate as (

    select distinct document_id from {{ ref('int_document_taxes') }}
    where is_without_rate

),

moved_by_rules as (

    select distinct lines.document_id
    from int_invoice_lines_taxed as lines
    inner join {{ ref('int_billing_adjustments_scheduled') }} as charges on lines.charge_id = charges.charge_id
    where lines.reason = 'adjustment' and charges.rules_version is not null

),

{# A currency without a limit of its own has as many smallest units as the seller's: ¥1,000,000 are $10,000.00. #}
limits as (

    select
        documents.document_id,
        documents.adjusted_amount > {{ limit_in_currency('entities.correction_limits', 'documents.currency') }}
        or (
            {{ limit_in_currency('entities.correction_limits', 'documents.currency') }} is null
            and documents.adjusted_amount * {{ minor_units_of('documents.minor_digits') }}
            > coalesce(
                {{ limit_in_currency('entities.correction_limits', 'entities.currency') }}, entities.correction_limit
            ) * {{ minor_units_of('currencies.minor_digits') }}
        ) as is_above_limit,
    from int_documents_drafted as documents
    inner join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    inner join {{ ref('currencies') }} as currencies on entities.currency = currencies.currency

),

decisions as (

    select
        contents.document_id,
        max(decisions.decision_no) filter (where decisions.kind = 'hold') as held_no,
        max(decisions.decision_no) filter (where decisions.kind = 'release') as released_no,
        max(decisions.decision_no) filter (
            where decisions.kind = 'approve' and decisions.content_hash = contents.content_hash
        ) as approved_no,
    from contents
    inner join int_decisions_ordered as decisions on contents.document_id = decisions.document_id
    where decisions.kind in ('hold', 'release', 'approve')
    group by all

),

held as (

    select
        documents.document_id,
        contents.content_hash,
        case
            when decisions.held_no > greatest(coalesce(decisions.released_no, 0), coalesce(decisions.approved_no, 0))
                then 'held_by_decision'
            when moved_by_rules.document_id is not null and decisions.approved_no is null
                then 'pricing_rule_changed'
            when limits.is_above_limit and decisions.approved_no is null
                then 'above_correction_limit'
            when unpriced.document_id is not null and decisions.approved_no is null
                then if(unpriced.reason = 'out_of_range', 'amount_out_of_range', 'usage_without_a_price')
            when contents.is_without_whole_usage and decisions.approved_no is null
                then 'usage_feed_is_broken'
            when without_rate.document_id is not null and decisions.approved_no is null
                then 'no_exchange_rate'
        end as hold_reason,
    from int_documents_drafted as documents
    inner join contents on documents.document_id = contents.document_id
    left join decisions on documents.document_id = decisions.document_id
    left join moved_by_rules on documents.document_id = moved_by_rules.document_id
    left join unpriced on documents.document_id = unpriced.document_id
    left join without_rate on documents.document_id = without_rate.document_id
    left join limits on documents.document_id = limits.document_id

)

select * from held
