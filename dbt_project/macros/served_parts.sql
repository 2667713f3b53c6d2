{#- Of a billing period that several series lay: the stretches of days in which it is served, in their order, where
    periods from another anchor stood in between; null where it is served in one. -#}
{% macro served_in_parts() -%}
    if(
        sum(served_until - served_from) < max(served_until) - min(served_from),
        list({'part_from': served_from, 'part_until': served_until} order by served_from),
        null
    )
{%- endmacro %}

{#- A row for each such stretch, with the columns part_from and part_until. -#}
{% macro each_served_part() -%}
    unnest(coalesce(served_parts, [{'part_from': served_from, 'part_until': served_until}]), recursive := true)
{%- endmacro %}
