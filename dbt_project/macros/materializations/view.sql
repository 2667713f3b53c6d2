{#- A view in one statement, and its key proven at once. -#}
{% materialization view, adapter='duckdb', supported_languages=['sql'] %}

  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type='view') -%}
  {%- if existing is not none and not existing.is_view -%}
    {%- do adapter.drop_relation(existing) -%}
  {%- endif -%}
  {%- call statement('main', auto_begin=False) -%}
    create or replace view {{ target }} as
    {{ sql }}
  {%- endcall -%}
  {%- do refuse_double_keys(target) -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}
