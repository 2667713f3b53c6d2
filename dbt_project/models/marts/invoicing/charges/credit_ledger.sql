with

blocks as (

    select * from {{ ref('int_credit_grants') }}

),

lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# The instance of a draw is its block and the charge that it pays: `block|charge_id`. #}
drawn as (

    select
        left(lines.instance, length(lines.instance) - 33) as block_id,
        if(lines.line_amount < 0, 'drawn', 'returned') as movement,
        documents.invoice_date as moved_on,
        lines.line_amount as amount,
        right(lines.instance, 32) as charge_id,
        lines.line_id,
        documents.document_number,
        documents.commit_sequence,
        lines.line_no,
    from lines
    inner join documents on lines.document_id = documents.document_id
    where lines.fee_id = 'credits'

),

granted as (

    select
        block_id,
        'granted' as movement,
        granted_on as moved_on,
        granted_amount as amount,
        '' as charge_id,
        '' as line_id,
        cast(null as varchar) as document_number,
        0 as commit_sequence,
        0 as line_no,
    from blocks

),

{# What a block has left when its last day is over; a late correction of a charge of its days moves it still. #}
expired as (

    select
        blocks.block_id,
        'expired' as movement,
        blocks.expires_on - 1 as moved_on,
        -(blocks.granted_amount + coalesce(sum(drawn.amount), 0)) as amount,
        '' as charge_id,
        '' as line_id,
        cast(null as varchar) as document_number,
        2147483647 as commit_sequence,
        0 as line_no,
    from blocks
    cross join run
    left join drawn on blocks.block_id = drawn.block_id
    where blocks.expires_on <= run.night_ends_on
    group by blocks.block_id, blocks.expires_on, blocks.granted_amount
    having blocks.granted_amount + coalesce(sum(drawn.amount), 0) > 0

),

united as (

    select * from granted
    union all
    select * from drawn
    union all
    select * from expired

),

{# By the day of each movement, also of a block whose first day has moved; what expires is what all the others leave. #}
ledger as (

    select
        united.block_id,
        blocks.contract_id,
        united.movement,
        united.moved_on,
        cast(united.amount as decimal(20, 4)) as amount,
        cast(sum(united.amount) over (
            partition by united.block_id
            order by
                united.movement = 'expired', united.moved_on, united.movement <> 'granted',
                united.commit_sequence, united.line_no, united.line_id
        ) as decimal(20, 4)) as remaining_amount,
        blocks.currency,
        united.charge_id,
        united.line_id,
        united.document_number,
        blocks.priority,
        blocks.granted_on,
        blocks.expires_on,
        {{ exact_divide('blocks.paid_amount', 'blocks.granted_amount') }} as unit_cost,
    from united
    left join blocks on united.block_id = blocks.block_id

)

select * from ledger
