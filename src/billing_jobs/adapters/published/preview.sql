-- What the next night would do, from its candidate (attached as `candidate`): drafts, usage and sales so far, mails.
create table drafts as
select
    drafts.document_id,
    drafts.document_type,
    drafts.entity_id,
    drafts.customer_id,
    customers.name,
    drafts.currency,
    drafts.invoice_date,
    drafts.due_date,
    drafts.net_amount,
    drafts.tax_amount,
    drafts.total_amount,
    drafts.hold_reason,
    drafts.content_hash,
    drafts.bill_on
from candidate.draft_invoices as drafts
left join candidate.customers as customers on drafts.customer_id = customers.customer_id;
comment on table drafts is
'One row per document that the next night would issue, and per one that it would hold back (hold_reason).';
comment on column drafts.name is 'Name of the payer; personal. Null: the customer is not known by name.';

create table draft_lines as
select
    lines.line_id,
    lines.document_id,
    lines.line_no,
    lines.contract_id,
    lines.plan_id,
    lines.fee_id,
    lines.kind,
    lines.reason,
    lines.period_from,
    lines.period_until,
    lines.quantity,
    lines.unit,
    lines.line_amount,
    lines.net_amount,
    lines.tax_amount,
    lines.tax_code,
    lines.tax_rate,
    lines.currency,
    lines.product,
    lines.department,
    lines.description,
    lines.hold_reason,
    lines.charge_id
from candidate.draft_invoice_lines as lines;
comment on table draft_lines is 'One row per line of a document in drafts.';

-- The customer's last month with documents, whichever it was: a yearly customer has its last year there.
create table drafts_beside_last_month as
with drafted as (
    select
        customer_id,
        currency,
        any_value(name) as name,
        count(*) as draft_count,
        coalesce(sum(total_amount) filter (where hold_reason is null), 0) as draft_amount,
        coalesce(sum(total_amount) filter (where hold_reason is not null), 0) as held_amount
    from drafts
    group by customer_id, currency
),

issued as (
    select
        customer_id,
        currency,
        cast(date_trunc('month', invoice_date) as date) as month,
        count(*) as document_count,
        sum(total_amount) as amount
    from candidate.invoices
    where not is_opening
    group by customer_id, currency, date_trunc('month', invoice_date)
    qualify row_number() over (partition by customer_id, currency order by month desc) = 1
)

select
    drafted.customer_id,
    drafted.name,
    drafted.currency,
    cast(drafted.draft_count as integer) as draft_count,
    cast(drafted.draft_amount as decimal(20, 4)) as draft_amount,
    cast(drafted.held_amount as decimal(20, 4)) as held_amount,
    issued.month as last_month,
    cast(coalesce(issued.document_count, 0) as integer) as last_count,
    cast(coalesce(issued.amount, 0) as decimal(20, 4)) as last_amount,
    cast(drafted.draft_amount + drafted.held_amount - coalesce(issued.amount, 0) as decimal(20, 4)) as difference
from drafted
left join issued on drafted.customer_id = issued.customer_id and drafted.currency = issued.currency;
comment on table drafts_beside_last_month is
'One row per payer and currency with a draft: what is drafted, beside the last month in which documents were issued.';
comment on column drafts_beside_last_month.customer_id is 'The payer; names a row of customers.';
comment on column drafts_beside_last_month.name is 'Name of the payer; personal. Null: not known by name.';
comment on column drafts_beside_last_month.currency is 'Currency of all amounts of the row (ISO 4217).';
comment on column drafts_beside_last_month.draft_count is 'How many documents are drafted, held ones included.';
comment on column drafts_beside_last_month.draft_amount is
'Sum of the drafts that would be issued, with tax; below zero where credit notes are more than invoices.';
comment on column drafts_beside_last_month.held_amount is 'Sum of the drafts that would be held back, with tax.';
comment on column drafts_beside_last_month.last_month is
'First day of the last month with documents of this payer and currency. Null: there was none yet.';
comment on column drafts_beside_last_month.last_count is 'How many documents that month has.';
comment on column drafts_beside_last_month.last_amount is
'Sum of the documents of that month, with tax; 0 without any.';
comment on column drafts_beside_last_month.difference is
'draft_amount and held_amount less last_amount; below zero where less is drafted.';

create table usage_so_far as
select
    charges.charge_id,
    charges.customer_id,
    customers.name,
    charges.contract_id,
    charges.plan_id,
    charges.fee_id,
    charges.instance,
    fees.meter,
    charges.period_from,
    charges.period_until,
    charges.quantity,
    fees.unit,
    charges.owed_amount,
    charges.billed_amount,
    charges.difference as unbilled_amount,
    charges.currency,
    charges.line_state
from candidate.charges as charges
left join candidate.customers as customers on charges.customer_id = customers.customer_id
left join candidate.fees as fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
where
    charges.kind = 'usage'
    and (charges.difference <> 0 or charges.period_until > (select night_ends_on from candidate.jobs.run));
comment on table usage_so_far is
'One row per charge for usage whose billing period is open, or of which something is not billed yet.';
comment on column usage_so_far.name is 'Name of the payer; personal. Null: not known by name.';
comment on column usage_so_far.meter is 'Meter that the fee charges. Null: the fee is in no catalog that is in force.';
comment on column usage_so_far.unit is 'Unit of the quantity in English. Null: the catalog says none.';
comment on column usage_so_far.owed_amount is
'What the usage so far comes to, in currency, in the price''s own basis, before it is due; changes with each event.';
comment on column usage_so_far.unbilled_amount is
'Owed less billed, in currency, in the price''s own basis; below zero where too much was billed.';

create table sales_so_far as
with sales as (
    select
        entity_id,
        month,
        coalesce(product, '') as product,
        coalesce(department, '') as department,
        currency,
        recognised_amount,
        0 as invoiced_amount,
        0 as drafted_amount
    from candidate.revenue_schedule
    where not is_future
    union all
    select
        documents.entity_id,
        cast(date_trunc('month', documents.invoice_date) as date),
        coalesce(lines.product, ''),
        coalesce(lines.department, ''),
        lines.currency,
        0,
        lines.net_amount,
        0
    from candidate.invoice_lines as lines
    inner join candidate.invoices as documents on lines.document_id = documents.document_id
    where not documents.is_opening
    union all
    select
        drafts.entity_id,
        cast(date_trunc('month', drafts.invoice_date) as date),
        coalesce(lines.product, ''),
        coalesce(lines.department, ''),
        lines.currency,
        0,
        0,
        lines.net_amount
    from draft_lines as lines
    inner join drafts on lines.document_id = drafts.document_id
),

closed as (
    select
        entity_id,
        max(month) as last_month
    from read_parquet(getvariable('closes'), union_by_name = true)
    group by entity_id
)

select
    sales.entity_id,
    sales.month,
    sales.product,
    sales.department,
    sales.currency,
    cast(sum(sales.recognised_amount) as decimal(20, 4)) as recognised_amount,
    cast(sum(sales.invoiced_amount) as decimal(20, 4)) as invoiced_amount,
    cast(sum(sales.drafted_amount) as decimal(20, 4)) as drafted_amount
from sales
left join closed on sales.entity_id = closed.entity_id
where sales.month > coalesce(closed.last_month, date '0001-01-01')
group by sales.entity_id, sales.month, sales.product, sales.department, sales.currency;
comment on table sales_so_far is
'One row per seller, month that is not closed, service (product), department and currency: earned, invoiced, drafted.';
comment on column sales_so_far.entity_id is 'The seller; names a row of entities of the catalog.';
comment on column sales_so_far.month is 'First day of the month. The running one counts until the business day.';
comment on column sales_so_far.product is 'Service that the sale counts for. Empty: none is named.';
comment on column sales_so_far.department is 'Department that the sale counts for. Empty: none is named.';
comment on column sales_so_far.currency is 'Currency of all amounts of the row (ISO 4217).';
comment on column sales_so_far.recognised_amount is
'Earned in the month by service, without tax: usage until the last event, days of service until the business day.';
comment on column sales_so_far.invoiced_amount is
'Lines of documents dated in the month, without tax; below zero where credit notes are more.';
comment on column sales_so_far.drafted_amount is 'Lines of drafts dated in the month, without tax, held ones included.';

create table mails_due as
select
    mails.purpose,
    mails.customer_id,
    customers.name,
    mails.recipient,
    mails.document_id,
    mails.document_number,
    mails.mail_key
from candidate.jobs.mails_to_send as mails
left join candidate.customers as customers on mails.customer_id = customers.customer_id
union all
select
    drafts.document_type,
    customers.customer_id,
    customers.name,
    customers.email,
    drafts.document_id,
    null,
    null
from candidate.jobs.invoices_to_issue as drafts
inner join candidate.customers as customers on drafts.customer_id = customers.customer_id
where customers.email <> '';
comment on table mails_due is
'One row per mail that the next night would send: of drafts, of documents still to be mailed, reminders, notices.';
comment on column mails_due.purpose is
'invoice, credit_note, reminder, card_expiry, trial_ending, renewal_coming, contract_ending, price_change, and others.';
comment on column mails_due.customer_id is 'Whom it is for; names a row of customers.';
comment on column mails_due.name is 'Name of the customer; personal. Null: not known by name.';
comment on column mails_due.recipient is 'Address that it goes to; personal.';
comment on column mails_due.document_id is 'The document that it is about, a draft included. Null: it is about none.';
comment on column mails_due.document_number is 'Its number. Null: a draft has none yet, or it is about no document.';
comment on column mails_due.mail_key is 'The mail''s key, as in deliveries. Null: of a draft, which has none yet.';
