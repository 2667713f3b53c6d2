{# The parts of int_usage_metered that stand in it twice. #}

{# What a route says of the events that it carries. #}
{% macro columns_of_route(routes) -%}
    {{ routes }}.* exclude (event_type, route_key, is_named_by_contract, named_id, from_at, until_at, windows_hash,
        is_conditional)
{%- endmacro %}

{# Whether an event that still counts names the contract or customer of a route, with an event type of its meter. #}
{% macro names_route(events, routes) -%}
    {{ events }}.named_id = {{ routes }}.named_id
    and {{ events }}.event_type = {{ routes }}.event_type
    and {{ events }}.is_named_by_contract = {{ routes }}.is_named_by_contract
    and not {{ events }}.is_superseded
{%- endmacro %}

{# What becomes of an event at one of its routes. #}
{% macro state_of_event() -%}
    case
        when is_superseded then 'superseded'
        when state = 'paused' and coalesce(fees, 1) > 0 then 'paused'
        when late_rule is not null and {{ comes_too_late('zone', 'received_at', 'usage_date', 'late_rule') }}
            then 'ignored'
        when state in ('rated', 'paused') and fees = 0 then 'free'
        when state = 'rated' and needs_price and unit_price is null then 'waiting'
        else coalesce(state, 'waiting')
    end
{%- endmacro %}

{# The unit price that came with an event, null where it cannot be read, or where the event would come to more than an
   amount may: it waits. #}
{% macro price_of_event(whole, own_price) -%}
    case when try(cast(coalesce({{ whole }}, 0) * {{ own_price }} as decimal(25, 12))) is not null
        then {{ own_price }} end
{%- endmacro %}

{% macro key_of_metered() -%}
    event_date,
    file_name,
    event_state as state,
    coalesce(contract_id, '') as contract_id,
    coalesce(meter, '') as meter,
    usage_date,
    event_dimensions as dimensions,
    coalesce(own_line, 0) as line_no,
    {# Whom and what an event names is kept of those that wait: nobody else knows where they belong. #}
    if(event_state = 'waiting', if(is_named_by_contract, 'contract|', 'customer|') || named_id, '') as waits_for,
    if(event_state = 'waiting', event_type, '') as waits_with
{%- endmacro %}

{% macro sums_of_metered() -%}
    cast(coalesce(sum(used), 0) as decimal(38, 12)) as quantity,
    cast(coalesce(sum(cast(used * unit_price as decimal(38, 12))), 0) as decimal(38, 12)) as priced_amount,
    cast(max(used) as decimal(38, 12)) as peak,
    count(*) filter (where piece_from = event_at) as event_count,
    count(*) filter (where coalesce(is_first, true)) as counted_events
{%- endmacro %}

{# What a group of events comes to: it is summed already, and none of its meters asks for more. #}
{% macro sums_of_group() -%}
    cast(coalesce(used, 0) as decimal(38, 12)) as quantity,
    cast(0 as decimal(38, 12)) as priced_amount,
    cast(null as decimal(38, 12)) as peak,
    events as event_count,
    case when coalesce(is_first, true) then events else 0 end as counted_events
{%- endmacro %}

{% macro lists_of_metered() -%}
    list_sort(list_distinct(list(unique_value) filter (where unique_value is not null))) as unique_values,
    list({
        'event_at': event_at, 'received_at': received_at, 'file_name': file_name, 'line_no': line_no, 'reading': used
    })
    filter (where is_reading and used is not null) as readings
{%- endmacro %}

{% macro no_lists_of_metered() -%}
    cast(null as uuid[]) as unique_values,
    cast(null as struct(event_at timestamptz, received_at timestamptz, file_name varchar, line_no bigint,
        reading decimal(38, 12))[]) as readings
{%- endmacro %}

{# Whether usage of a local day came more days after it than its seller waits; the rule is for what is received from its
   own first day on. #}
{% macro comes_too_late(zone, received_at, usage_date, rule) -%}
    {{ local_day(zone, received_at) }} - {{ usage_date }} > {{ rule }}.days
    and {{ local_day(zone, received_at) }} >= {{ rule }}.since
{%- endmacro %}
