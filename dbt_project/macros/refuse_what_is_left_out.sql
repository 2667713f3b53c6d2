{#- Stops the build where a model asks for something that its materialization does not do: a hook, a grant, an index or
    a persisted description that is left out without a word would be believed to be there. -#}
{% macro refuse_what_is_left_out(hooks=[]) %}

  {%- set asked = [] -%}
  {%- do asked.append('a hook') if hooks -%}
  {%- for key, word in [('grants', 'grants'), ('indexes', 'indexes'), ('persist_docs', 'persist_docs')] -%}
    {%- do asked.append(word) if config.get(key) -%}
  {%- endfor -%}
  {%- if asked -%}
    {%- do exceptions.raise_compiler_error(
      this.identifier ~ ' is configured with ' ~ asked | join(', ') ~ ', which its materialization leaves out: '
      ~ 'take it away, or teach dbt_project/macros/materializations to do it.'
    ) -%}
  {%- endif -%}

{% endmacro %}
