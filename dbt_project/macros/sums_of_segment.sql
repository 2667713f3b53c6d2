{# What all usage of a segment, of equal dimensions, comes to. It stands in int_usage_by_segment twice. #}
{% macro sums_of_segment() -%}
    sum(quantity) as total,
    max(quantity) as peak,
    max(zone) as zone,
    sum(level_time) as level_time,
    sum(last_level) as last_level,
    cast(coalesce(sum(priced_amount), 0) as decimal(38, 12)) as priced_amount,
    cast(sum(event_count) as bigint) as event_count
{%- endmacro %}
