{# The id of a thing from its natural key: md5 over the parts joined by `|`, an absent part as the empty string. In a
   part `\` is written `\\` and `|` is written `\|`, so that no two keys are one text; a part without them stays as it
   is. Equal to `records.make_id` in Python, so that a draft has its id before it is issued. `parts`: expressions. #}
{% macro make_id(parts) -%}
    md5(concat_ws('|'
        {%- for part in parts -%}
        , replace(replace(coalesce(cast({{ part }} as varchar), ''), '\', '\\'), '|', '\|')
        {%- endfor -%}
    ))
{%- endmacro %}

{# The same without a second spelling: for keys of which one part at most is free text (the others are ids of the
   catalog, days, numbers, words of ours), where nothing can collide; and what ids of all keys were before. #}
{% macro make_plain_id(parts) -%}
    md5(concat_ws('|'
        {%- for part in parts %}, coalesce(cast({{ part }} as varchar), ''){% endfor -%}
    ))
{%- endmacro %}
