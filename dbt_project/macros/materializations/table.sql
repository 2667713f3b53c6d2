{#- A table in one statement, and its key proven at once. dbt's own builds beside, renames twice and drops, which the
    warehouse does not need: it is made from the facts, and readers read the candidate. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}

  {%- do refuse_what_is_left_out(pre_hooks + post_hooks) -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- if config.get('contract').enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif -%}
  {%- call statement('main', auto_begin=False) -%}
    create or replace table {{ target }} as
    {{ sql }}
  {%- endcall -%}
  {%- do refuse_double_keys(target) -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}
