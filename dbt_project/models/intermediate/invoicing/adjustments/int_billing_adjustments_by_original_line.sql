with

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

{# A draw of credits is below zero by nature: here it is turned over, and its pieces are turned back at the end. #}
gathered as (

    select
        charge_id,
        if(fee_id = 'credits', -1, 1) as direction,
        difference * direction as difference,
        reason,
    from int_billing_adjustments
    where line_state = 'gathered'

),

{# A first bill below zero is a negative one-off charge: it has no original to name. #}
unnamed as (

    select
        charge_id,
        cast(null as varchar) as original_line_id,
        difference as line_amount,
        direction,
    from gathered
    where difference > 0 or reason = 'charge'

),

{# Newest original first: `taken_before` is what the newer ones already give. #}
originals as (

    select
        gathered.charge_id,
        gathered.direction,
        -gathered.difference as credit_amount,
        lines.line_id as original_line_id,
        lines.remaining_amount * gathered.direction as remaining_amount,
        coalesce(sum(lines.remaining_amount * gathered.direction) over newer, 0) as taken_before,
    from gathered
    inner join int_invoice_lines_uncredited as lines on gathered.charge_id = lines.charge_id
    where
        gathered.difference < 0
        and gathered.reason = 'adjustment'
        and lines.is_original
        and lines.remaining_amount * gathered.direction > 0
    window newer as (
        partition by gathered.charge_id
        order by lines.commit_sequence desc, lines.document_id desc, lines.line_no desc
        rows between unbounded preceding and 1 preceding
    )

),

named as (

    select
        charge_id,
        original_line_id,
        -least(remaining_amount, credit_amount - taken_before) as line_amount,
        direction,
    from originals
    where taken_before < credit_amount

),

{# More to credit than what stands: kept without an original, so that the check on originals stops the night. #}
overdrawn as (

    select
        gathered.charge_id,
        cast(null as varchar) as original_line_id,
        gathered.difference - coalesce(sum(named.line_amount), 0) as line_amount,
        gathered.direction,
    from gathered
    left join named on gathered.charge_id = named.charge_id
    where gathered.difference < 0 and gathered.reason = 'adjustment'
    group by gathered.charge_id, gathered.difference, gathered.direction
    having gathered.difference <> coalesce(sum(named.line_amount), 0)

),

split as (

    select
        charge_id,
        original_line_id,
        cast(line_amount * direction as decimal(20, 4)) as line_amount,
    from (
        from unnamed
        union all
        from named
        union all
        from overdrawn
    ) as pieces

)

select * from split
