{#- A table that keeps what earlier nights made. What changed since is taken out by the model's pre_hook; the model
    makes what is not there, part by part: `unique_key` names the columns of a part. The key is proven of tonight's rows
    alone: the others were proven when they came, and no part may stand in both. All of it is one transaction. A model
    with `meta: batched_by:` is run once for each value in the variable `batches`, which its pre_hook sets; the variable
    that it names holds the value meanwhile, and `is_last_batch` tells the last. -#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql'] %}

  {%- do refuse_what_is_left_out() -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set part = config.get('unique_key') | join(', ') -%}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {%- if is_incremental() -%}
    {%- set made = api.Relation.create(identifier=this.identifier ~ '__made', type='table') -%}
    {%- do make_in_batches('create or replace temp table ' ~ made ~ ' as', made) -%}
    {%- do refuse_double_keys(made) -%}
    {%- call statement('refuse', auto_begin=False) -%}
      select case when count(*) > 0
          then error('Fails: parts ({{ part }}) of {{ this.identifier }} are there already.') end
      from (
        select 1 from {{ target }} semi join (select distinct {{ part }} from {{ made }}) as parts
            using ({{ part }}) limit 1
      )
    {%- endcall -%}
    {%- call statement('main') -%}
      insert into {{ target }} by name from {{ made }}
    {%- endcall -%}
    {%- call statement('drop') -%}
      drop table {{ made }}
    {%- endcall -%}
  {%- else -%}
    {%- do make_in_batches('create or replace table ' ~ target ~ ' as', target, statement_name='main') -%}
    {%- do refuse_double_keys(target) -%}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target]}) }}

{% endmaterialization %}

{#- Runs the model into a relation, in batches if it asks for them. -#}
{% macro make_in_batches(create, relation, statement_name='make') %}

  {%- set batched_by = model.config.meta.get('batched_by') -%}
  {%- set batches = 1 -%}
  {%- if batched_by -%}
    {%- set batches = [run_query("select coalesce(len(getvariable('batches')), 0)").rows[0][0], 1] | max -%}
  {%- endif -%}
  {%- for number in range(1, batches + 1) -%}
    {%- if batched_by -%}
      {%- do run_query('set variable ' ~ batched_by ~ " = (select getvariable('batches')[" ~ number ~ '])') -%}
      {%- do run_query('set variable is_last_batch = ' ~ (number == batches)) -%}
    {%- endif -%}
    {%- call statement(statement_name) -%}
      {{ create if number == 1 else 'insert into ' ~ relation ~ ' by name' }}
      {{ sql }}
    {%- endcall -%}
  {%- endfor -%}

{% endmacro %}
