{# A level × seconds, exact wherever the moments are whole seconds; in microseconds a hundred terabytes, counted in
   bytes, would not fit. `level`: an SQL expression, `microseconds`: a difference of two. #}
{% macro level_seconds(level, microseconds) -%}
    cast(
        {{ level }} * (({{ microseconds }}) // 1000000)
        + {{ exact_divide('(' ~ level ~ ') * ((' ~ microseconds ~ ') % 1000000)', '1000000') }}
        as decimal(38, 12)
    )
{%- endmacro %}
