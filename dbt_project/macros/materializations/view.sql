{#- A view in one statement, and its key proven at once, unless it shows the rows of one model that proves the same key
    (`meta: proven_by:`), or the only model that reads it is a table with a row for each of its rows, which proves the
    key (`meta: proven_by_reader:`). -#}
{% materialization view, adapter='duckdb', supported_languages=['sql'] %}

  {%- do refuse_what_is_left_out(pre_hooks + post_hooks) -%}
  {%- set target = this.incorporate(type='view') -%}
  {%- if config.get('contract').enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif -%}
  {%- call statement('main', auto_begin=False) -%}
    create or replace view {{ target }} as
    {{ sql }}
  {%- endcall -%}
  {%- if not (config.get('meta', {}).get('proven_by') or config.get('meta', {}).get('proven_by_reader')) -%}
    {%- do refuse_double_keys(target) -%}
  {%- endif -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}
