{# What the rules have matched that act before the rule `before`, or without it what all have: strongest first, in the
   order of the seed `matching_rules`. A rule leaves alone what is in it. The order is this list, so the models are not
   handed over but named by it. #}
{% macro matches_of_rules(before=none) -%}
    {%- set order = ['decision', 'reference', 'amount', 'total', 'subset', 'fee', 'only_invoice'] -%}
    {%- set stronger = order[:order.index(before)] if before else order -%}
    {%- for rule in stronger -%}
    select * from {{ ref('int_deposits_matched_by_' ~ rule) }}
    {%- if not loop.last %}
    union all by name
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
