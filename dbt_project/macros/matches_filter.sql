{# Whether an event with these dimensions (canonical JSON) has one of the listed values for every property of the filter
   (JSON object of lists; '{}' lets everything pass). Both are SQL expressions. #}
{% macro matches_filter(filter, dimensions) -%}
    (
        {{ filter }} = '{}'
        or len(list_filter(
            json_keys({{ filter }}),
            lambda property: not coalesce(list_contains(
                from_json(json_extract({{ filter }}, property), '["VARCHAR"]'),
                json_extract_string({{ dimensions }}, property)
            ), false)
        )) = 0
    )
{%- endmacro %}

{# How many filters of a list an event with these dimensions passes. #}
{% macro count_of_matching_filters(filters, dimensions) -%}
    len(list_filter({{ filters }}, lambda filter: {{ matches_filter('filter', dimensions) }}))
{%- endmacro %}
