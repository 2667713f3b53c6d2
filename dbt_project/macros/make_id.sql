{# The id of a thing from its natural key: md5 over the parts joined by `|`, an absent part as the empty string.
   Equal to `records.make_id` in Python, so that a draft has its id before it is issued. `parts`: SQL expressions. #}
{% macro make_id(parts) -%}
    md5(concat_ws('|'
        {%- for part in parts %}, coalesce(cast({{ part }} as varchar), ''){% endfor -%}
    ))
{%- endmacro %}
