{# Of a JSON object only the keys that a list names, an absent one as null, as a JSON object in the list's order. Both are SQL expressions. #}
{% macro picked_dimensions(properties, names) -%}
    cast(to_json(map_from_entries(list_transform(
        {{ names }}, lambda name: { 'k': name, 'v': json_extract_string({{ properties }}, name) }
    ))) as varchar)
{%- endmacro %}
