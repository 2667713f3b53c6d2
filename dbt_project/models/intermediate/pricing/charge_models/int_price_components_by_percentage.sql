with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

gathered as (

    select * from {{ ref('int_usage_by_segment') }}

),

rated as (

    select
        *,
        cast(rate * 0.01 as decimal(38, 12)) as price_of_one,
        coalesce(fixed_amount, 0) as price_of_event,
        coalesce(free_events, free_amount, minimum_per_event, maximum_per_event) is not null as is_by_event,
    from segments
    where model = 'percentage' and (event_count > 0 or (kind = 'usage' and quantity <> 0))

),

events as (

    select
        rated.*,
        unnest(gathered.events) as event,
        (event).reading as event_amount,
    from rated
    inner join gathered on rated.charge_id = gathered.charge_id and rated.segment_from = gathered.segment_from
    where rated.is_by_event

),

walked as (

    select
        *,
        row_number() over events_in_order as event_no,
        coalesce(
            sum(greatest(event_amount, 0))
                over (events_in_order rows between unbounded preceding and 1 preceding),
            0
        ) as amount_before,
    from events
    window events_in_order as (partition by charge_id order by event)

),

{# Event by event through the whole billing period: while there are free events and a free amount left, an event is
   free, the last one in part. #}
charged as (

    select
        *,
        coalesce(free_events, free_amount) is not null
        and (free_events is null or event_no <= free_events)
        and (free_amount is null or amount_before < free_amount) as is_free,
        cast(
            event_amount - if(is_free, least(event_amount, free_amount - amount_before), 0) as decimal(38, 12)
        ) as charged_amount,
        is_free and charged_amount = 0 as is_wholly_free,
        {{ priced('charged_amount', 'price_of_one') }} as percentage_amount,
        cast(if(is_wholly_free, 0, percentage_amount + price_of_event) as decimal(38, 12)) as raw_amount,
        cast(case
            when is_wholly_free then 0
            else if(raw_amount < 0, -1, 1) * greatest(least(abs(raw_amount), maximum_per_event), minimum_per_event)
        end as decimal(38, 12)) as bounded_amount,
    from walked

),

by_event as (

    select
        charge_id,
        segment_from,
        price_of_one,
        price_of_event,
        cast(sum(charged_amount) as decimal(38, 12)) as quantity,
        cast(
            case when count(percentage_amount) = count(*) then sum(percentage_amount) end as decimal(38, 12)
        ) as percentage_amount,
        count(*) filter (where not is_wholly_free) as charged_events,
        cast(sum(bounded_amount) - sum(raw_amount) as decimal(38, 12)) as lifted_amount,
    from charged
    group by all

),

summed as (

    select
        charge_id,
        segment_from,
        price_of_one,
        price_of_event,
        quantity,
        {{ priced('quantity', 'price_of_one') }} as percentage_amount,
        event_count as charged_events,
        cast(0 as decimal(38, 12)) as lifted_amount,
    from rated
    where not is_by_event
    union all
    select * from by_event

),

steps as (

    select
        charge_id,
        segment_from,
        unnest([1, 2, 3]) as tier_no,
        cast(null as varchar) as dimension_value,
        cast(unnest([quantity, charged_events, 1]) as decimal(38, 12)) as quantity,
        cast(unnest([price_of_one, price_of_event, lifted_amount]) as decimal(38, 12)) as unit_price,
        cast(
            unnest([percentage_amount, {{ priced('charged_events', 'price_of_event') }}, lifted_amount])
            as decimal(38, 12)
        ) as amount,
    from summed

)

select * from steps
where tier_no = 1 or coalesce(amount, 1) <> 0
