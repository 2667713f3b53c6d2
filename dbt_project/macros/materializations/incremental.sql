{#- A table that keeps what earlier nights made. What changed since is taken out by the model's pre_hook; the model makes what is not there, part by
    part: `unique_key` names the columns of a part. The key is proven of tonight's rows alone: the others were proven when they came, and no part
    may stand in both. All of it is one transaction. -#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql'] %}

  {%- set target = this.incorporate(type='table') -%}
  {%- set part = config.get('unique_key') | join(', ') -%}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {%- if is_incremental() -%}
    {%- set made = api.Relation.create(identifier=this.identifier ~ '__made', type='table') -%}
    {%- call statement('make') -%}
      create or replace temp table {{ made }} as
      {{ sql }}
    {%- endcall -%}
    {%- do refuse_double_keys(made) -%}
    {%- call statement('refuse', auto_begin=False) -%}
      select case when count(*) > 0 then error('Fails: ' || count(*) || ' parts ({{ part }}) of {{ this.identifier }} are there already.') end
      from (select distinct {{ part }} from {{ made }}) as parts
      where ({{ part }}) in (select ({{ part }}) from {{ target }})
    {%- endcall -%}
    {%- call statement('main') -%}
      insert into {{ target }} by name from {{ made }}
    {%- endcall -%}
    {%- call statement('drop') -%}
      drop table {{ made }}
    {%- endcall -%}
  {%- else -%}
    {%- call statement('main') -%}
      create or replace table {{ target }} as
      {{ sql }}
    {%- endcall -%}
    {%- do refuse_double_keys(target) -%}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}
