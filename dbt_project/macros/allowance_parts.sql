{# The sum of a list of decimals. #}
{% macro sum_of(parts) -%}
    cast(coalesce(list_sum({{ parts }}), 0) as decimal(38, 12))
{%- endmacro %}

{# What is left of each part, oldest first, when `used` has been taken from them in this order. #}
{% macro left_of_parts(parts, used) -%}
    list_transform({{ parts }},
        lambda part, place:
            cast(least(part, greatest({{ sum_of(parts ~ '[1:place]') }} - {{ used }}, 0)) as decimal(38, 12)))
{%- endmacro %}

{# The parts held to `cap` in all (null for no cap): the newest stay. #}
{% macro capped_parts(parts, cap) -%}
    list_transform(
        {{ parts }},
        lambda part, place:
            cast(greatest(least(part, {{ cap }} - {{ sum_of(parts ~ '[place + 1:]') }}), 0) as decimal(38, 12))
    )
{%- endmacro %}

{# The newest `most` parts of a list, oldest first. #}
{% macro newest_parts(parts, most) -%}
    ({{ parts }})[greatest(len({{ parts }}) + 1 - {{ most }}, 1):]
{%- endmacro %}
