{#- A view in one statement, and its key proven at once. -#}
{% materialization view, adapter='duckdb', supported_languages=['sql'] %}

  {%- set target = this.incorporate(type='view') -%}
  {%- call statement('main', auto_begin=False) -%}
    create or replace view {{ target }} as
    {{ sql }}
  {%- endcall -%}
  {%- do refuse_double_keys(target) -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}
