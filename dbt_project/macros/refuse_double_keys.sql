{#- Fails the model if two of its rows share the key it declares (`meta: key:` in its yml), or if a key of one column is
    missing; of a longer key, parts may be missing. Where all hashes of the keys differ, so do the keys: that is looked
    at first, since it costs half. -#}
{% macro refuse_double_keys(relation) %}

  {%- set key = (model.config.meta.get('key') or []) | join(', ') -%}
  {%- if key -%}
    {%- call statement('key', auto_begin=False) -%}
      select case when count(*) > 0
          then error('Fails: ' || count(*) || ' keys ({{ key }}) are missing or stand on more than one row.') end
      from (
        select {{ key }} from {{ relation }}
        where (
          select count(*) > count(distinct hash({{ key }}))
            {% if ',' not in key %}or count(*) > count({{ key }}){% endif %}
          from {{ relation }}
        )
        group by all having count(*) > 1 {% if ',' not in key %}or {{ key }} is null{% endif %}
      )
    {%- endcall -%}
  {%- endif -%}

{% endmacro %}
