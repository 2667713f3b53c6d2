{# Of a JSON object only the keys that a list names, an absent one as null, as a JSON object in the list's order. Both
   are SQL expressions. An object of just these keys in this order is taken as it is: properties are kept in their
   canonical form. #}
{% macro picked_dimensions(properties, names) -%}
    case
        when json_keys({{ properties }}) = {{ names }} then cast({{ properties }} as varchar)
        else cast(to_json(map_from_entries(list_transform(
            {{ names }}, lambda name: { 'k': name, 'v': json_extract_string({{ properties }}, name) }
        ))) as varchar)
    end
{%- endmacro %}
